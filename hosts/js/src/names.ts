/** The JavaScript names of the contract's arguments. */

import { quoted } from "./text.js";

/** The arguments that have another name in JavaScript. */
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

/** Returns an argument's name in JavaScript: `projectId` for `project-id`. */
export function argumentName(name: string): string {
  return ARGUMENTS.includes(name) ? camel(name) : name;
}

/** Returns a message of the component with JavaScript names for arguments, which stand between backticks. */
export function inJavaScript(message: string): string {
  return message.replace(NAMED, camel);
}

/** Returns a name between backticks, or quoted and escaped if it is unusual. */
export function named(name: string): string {
  return /^[\w.-]{1,60}$/.test(name) ? `\`${name}\`` : quoted(name);
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
