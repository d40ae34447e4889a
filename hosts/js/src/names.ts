/** The arguments of the contract by their names in JavaScript. */

import { quoted } from "./text.js";

/** Those that are named otherwise there. */
const ARGUMENTS = [
  "project-id",
  "iam-endpoint",
  "connect-timeout-ms",
  "first-byte-timeout-ms",
  "between-bytes-timeout-ms",
  "call-timeout-ms",
  "max-attempts",
  "max-response-bytes",
  "name-contains",
  "config-mode",
  "enterprise-project-id",
  "last-run",
  "order-by",
  "credentials.access-key-id",
  "credentials.secret-access-key",
  "credentials.security-token",
];
const NAMED = new RegExp(`\`(${ARGUMENTS.join("|")})\``, "g");

/** An argument's name: `project-id` is `projectId`. */
export function argumentName(name: string): string {
  return ARGUMENTS.includes(name) ? camel(name) : name;
}

/** A message of the component with its arguments, which it writes between backticks, as they are named here. */
export function inJavaScript(message: string): string {
  return message.replace(NAMED, camel);
}

/** A name between backticks, or in quotes where it is none that somebody would choose. */
export function named(name: string): string {
  return /^[\w.-]{1,60}$/.test(name) ? `\`${name}\`` : quoted(name);
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
