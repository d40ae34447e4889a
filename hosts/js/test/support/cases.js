// The fixtures as this host can be asked with them, and as servers.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parse } from "smol-toml";

const ROOT = new URL("../../../../", import.meta.url);
const FIXTURES = new URL("tests/fixtures/", ROOT);
const HOST_TEST = fileURLToPath(new URL("target/debug/host-test", ROOT));

/** The path of a fixture's folder. */
export function folder(name) {
  return fileURLToPath(new URL(name, FIXTURES));
}

/** Every case: what to ask, what must come of it, or why it cannot be asked. */
export function cases() {
  return readdirSync(FIXTURES).map(read);
}

function read(name) {
  const file = (part) => readFileSync(new URL(`${name}/${part}`, FIXTURES), "utf8");
  const toml = parse(file("case.toml"));
  return {
    name,
    operation: toml.operation ?? "list-pipelines",
    connection: camelNames(toml.connection),
    query: toml.query ?? [],
    sends: readdirSync(new URL(name, FIXTURES)).some((part) => part.startsWith("request-")),
    exchanges: toml.exchange ?? [],
    expected: JSON.parse(file("expected.json")),
  };
}

/** Answers with a fixture until it is stopped. */
export async function serveFixture(name, ...flags) {
  const server = spawn(HOST_TEST, ["serve", ...flags, folder(name)], { stdio: ["ignore", "pipe", "inherit"] });
  const [address] = await Promise.race([
    once(server.stdout, "data"),
    once(server, "error").then(([error]) => Promise.reject(error)),
  ]);
  return { url: String(address).trim(), stop: () => server.kill() };
}

/** The options of a client for a case; a case that sends something sends it to this server. */
export function clientOptions({ connection, sends }, url) {
  const { credentials, ...options } = connection;
  return {
    ...options,
    credentials: credentials === "ambient" ? credentials : (credentials.accessKey ?? credentials),
    ...(sends ? { endpoint: url, iamEndpoint: url } : {}),
  };
}

/** The terms of a case as options. */
export function queryOptions(terms) {
  return Object.assign({}, ...terms.map(queryOption));
}

function queryOption(term) {
  const [[name, value]] = Object.entries(camelNames(term));
  return name === "orderBy" ? { orderBy: value.key, direction: value.direction } : { [name]: value };
}

/** The expected result, without the origin: servers of tests are where they are. */
export function withoutOrigin(result) {
  const text = JSON.stringify(result, (_, value) =>
    typeof value === "string" ? value.replace(/https?:\/\/[^/\s]+(?=\/v3\/)/g, "ORIGIN") : value,
  );
  return JSON.parse(text);
}

function camelNames(value) {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [camel(name), camelNames(part)]));
}
