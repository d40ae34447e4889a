// Serves the page on loopback: node demo/serve.js ENDPOINT [PROJECT-ID]

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CHART = fileURLToPath(new URL("../node_modules/chart.js/dist/chart.umd.min.js", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../dist/", import.meta.url));

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

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
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path === "/settings.json") {
      response.writeHead(200, { ...headers, "content-type": "application/json" }).end(JSON.stringify(settings));
      return;
    }
    const file = fileOf(path);
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (file === undefined || bytes === undefined) {
      response.writeHead(404, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, "content-type": TYPES[extname(file)] ?? "text/plain" }).end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}/`, stop: () => server.close() };
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
  const [, , endpoint, projectId = ""] = process.argv;
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    console.error("usage: node demo/serve.js ENDPOINT [PROJECT-ID], such as node demo/serve.js http://127.0.0.1:8080");
    process.exit(2);
  }
  // Only its origin, or more could be written into the headers.
  const { url } = await serve({ endpoint: new URL(endpoint).origin, projectId });
  console.log(url);
}
