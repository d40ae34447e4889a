// Serves the page on loopback: node demo/serve.js ENDPOINT [PROJECT-ID]

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { originOf, originText } from "../dist/origin.js";
import { quoted } from "../dist/text.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CHART = fileURLToPath(new URL("../node_modules/chart.js/dist/chart.umd.min.js", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../dist/", import.meta.url));

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const SETTINGS = "/settings.json";
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Names of files and folders that begin with a letter or digit. */
const PATH = /^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*\/?$/;

/**
 * Serves the page until it is stopped. It can reach this endpoint, and nothing else.
 * @param {{ endpoint: string, projectId: string }} settings
 */
export async function serve(settings) {
  const headers = {
    "content-security-policy": policy(settings.endpoint),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
  /** @type {() => number} */
  const port = () => /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  const server = createServer((request, response) => {
    const file = isAsked(request, port()) ? targetOf(request) : 421;
    if (typeof file === "number") response.writeHead(file, headers).end();
    else if (file === SETTINGS) answer(response, ".json", Buffer.from(JSON.stringify(settings)));
    else
      readFile(file).then(
        (bytes) => answer(response, extname(file), bytes),
        () => response.writeHead(404, headers).end(),
      );
  });
  /** @type {(response: import("node:http").ServerResponse, extension: string, bytes: Buffer) => void} */
  const answer = (response, extension, bytes) =>
    response.writeHead(200, { ...headers, "content-type": TYPES[extension] ?? "text/plain" }).end(bytes);
  // Without this, a request for a tunnel gets no answer.
  server.on("connect", (_, socket) =>
    socket.on("error", () => {}).end("HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n"),
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return { url: `http://127.0.0.1:${port()}/`, stop: () => server.close() };
}

/**
 * Returns whether a request is addressed to this server. A page of another site can point its own name here (DNS
 * rebinding) and then read the answers.
 * @param {import("node:http").IncomingMessage} request
 * @param {number} port
 */
function isAsked({ headersDistinct }, port) {
  const [host = "", ...more] = headersDistinct["host"] ?? [];
  return more.length === 0 && LOOPBACK.some((name) => host.toLowerCase() === `${name}:${port}`);
}

/**
 * Returns the target of a request: a file, the settings, or the status of an answer that refuses it. Nothing is
 * decoded, so no path leads out of the folders.
 * @param {import("node:http").IncomingMessage} request
 */
function targetOf({ method, url = "" }) {
  if (method !== "GET" && method !== "HEAD") return 405;
  const [path = ""] = url.split("?");
  if (!PATH.test(path)) return 400;
  return path === SETTINGS ? SETTINGS : (fileOf(path) ?? 404);
}

/** @param {string} endpoint */
function policy(endpoint) {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src data:",
    `connect-src 'self' ${endpoint}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** @param {string} path */
function fileOf(path) {
  if (path === "/") return join(HERE, "index.html");
  if (path === "/chart.js") return CHART;
  if (path.startsWith("/package/")) return join(PACKAGE, path.slice("/package/".length));
  return ["/app.js", "/charts.js", "/style.css"].includes(path) ? join(HERE, path) : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , endpoint = "", projectId = ""] = process.argv;
  // Only an origin: other text could add to the headers.
  const origin = originOf(endpoint);
  if (origin === undefined) {
    console.error(`${quoted(endpoint)} is not an origin such as http://127.0.0.1:8080 or https://example.com`);
    console.error("usage: node demo/serve.js ENDPOINT [PROJECT-ID]");
    process.exit(2);
  }
  const { url } = await serve({ endpoint: originText(origin), projectId });
  console.log(url);
}
