/** Sends requests with Node's own HTTP client: nothing is followed, decoded or kept but connections. */

import * as http from "node:http";
import * as https from "node:https";
import type { TLSSocket } from "node:tls";

import type { Admission } from "./admission.js";
import type { ErrorCode } from "./component/blocking/interfaces/wasi-http-types.js";
import { Connections, Prohibited } from "./connections.js";
import type { Happening, Request, Send, Sending } from "./wasi/exchange.js";

/** How many bytes may be under way to the component before the server has to wait. */
const MOST_BYTES_AHEAD = 1024 * 1024;

const PROHIBITED: ErrorCode = { tag: "destination-IP-prohibited" };
const FAILURES: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: { tag: "DNS-error", val: { rcode: "NXDOMAIN" } },
  EAI_AGAIN: { tag: "DNS-error", val: { rcode: "TRYAGAIN" } },
  ECONNREFUSED: { tag: "connection-refused" },
  ECONNRESET: { tag: "connection-terminated" },
  EPIPE: { tag: "connection-terminated" },
  ETIMEDOUT: { tag: "connection-timeout" },
  EHOSTUNREACH: { tag: "destination-IP-unroutable" },
  ENETUNREACH: { tag: "destination-IP-unroutable" },
  EPROTO: { tag: "TLS-protocol-error" },
  HPE_HEADER_OVERFLOW: { tag: "HTTP-response-header-section-size", val: http.maxHeaderSize },
  HPE_INVALID_EOF_STATE: { tag: "HTTP-response-incomplete" },
  ERR_ACCESS_DENIED: { tag: "HTTP-request-denied" },
};

/** Sends by connections of its own, so that none is used by a client that may not make it. */
export function sendWithNode(admission: Admission): Send {
  const connections = new Connections(admission);
  return (request, tell) => {
    const origin = new URL(`${request.scheme}://${request.authority}`);
    const denial = connections.denial(origin);
    if (denial === undefined) return send(request, connections.to(origin), tell);
    queueMicrotask(() => tell({ type: "failure", code: PROHIBITED, denial }));
    return { taken() {}, abort() {} };
  };
}

function send(request: Request, way: http.RequestOptions, tell: (happening: Happening) => void): Sending {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let response: http.IncomingMessage | undefined;
  let ahead = 0;

  const finish = (happening: Happening) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    tell(happening);
    if (happening.type === "failure") outgoing.destroy();
  };
  const fail = (code: ErrorCode) => finish({ type: "failure", code });
  const allow = (ms: number, code: ErrorCode) => {
    clearTimeout(timer);
    if (!over) timer = setTimeout(fail, ms, code);
  };
  const allowFirstByte = () => allow(request.firstByteTimeoutMs, { tag: "connection-read-timeout" });
  const allowNextByte = () => allow(request.betweenBytesTimeoutMs, { tag: "connection-read-timeout" });

  const outgoing = open(request, way);
  allow(request.connectTimeoutMs, { tag: "connection-timeout" });
  outgoing.on("socket", (socket) => {
    const secured = request.scheme === "https";
    if (!socket.connecting && (!secured || (socket as TLSSocket).getProtocol() !== null)) allowFirstByte();
    else socket.once(secured ? "secureConnect" : "connect", allowFirstByte);
  });
  outgoing.on("error", (error) => {
    // What follows a complete response is none of it, and its end is still to come.
    if (response?.complete === true) return;
    if (error instanceof Prohibited) finish({ type: "failure", code: PROHIBITED, denial: error.denial });
    else fail(codeOf(error));
  });
  // Such as after an answer that changes the protocol, of which nothing else tells.
  outgoing.on("close", () => {
    if (response === undefined) fail({ tag: "connection-terminated" });
  });
  outgoing.on("response", (incoming) => {
    response = incoming;
    tell({ type: "head", status: incoming.statusCode ?? 0, headers: pairs(incoming.rawHeaders) });
    allowNextByte();
    incoming.on("data", (chunk: Buffer) => {
      if (over) return;
      ahead += chunk.length;
      if (ahead > MOST_BYTES_AHEAD) incoming.pause();
      allowNextByte();
      // A copy, because the chunk is a window on a larger buffer that would be sent along.
      tell({ type: "chunk", bytes: Uint8Array.from(chunk) });
    });
    incoming.on("end", () => finish({ type: "end" }));
    incoming.on("error", (error) => fail(bodyCodeOf(error)));
  });
  outgoing.end();

  return {
    taken(bytes) {
      ahead -= bytes;
      if (ahead <= MOST_BYTES_AHEAD && response?.isPaused() === true) {
        allowNextByte();
        response.resume();
      }
    },
    abort() {
      if (over) return;
      over = true;
      clearTimeout(timer);
      outgoing.destroy();
    },
  };
}

function open({ method, scheme, authority, path, headers }: Request, way: http.RequestOptions): http.ClientRequest {
  const options = { ...way, method, path };
  const outgoing =
    scheme === "https"
      ? // Whatever the environment says: there is no switch to trust everything.
        https.request({ ...options, rejectUnauthorized: true, minVersion: "TLSv1.2" })
      : http.request(options);
  outgoing.setHeader("host", authority);
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  return outgoing;
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, place) => (place % 2 === 0 ? [[name, flat[place + 1] ?? ""]] : []));
}

function codeOf(error: Error): ErrorCode {
  // Where a name has several addresses, the error holds one for each.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  const code = "code" in error ? String(error.code) : "";
  const known = FAILURES[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return { tag: "HTTP-protocol-error" };
  if (code.startsWith("ERR_SSL_")) return { tag: "TLS-protocol-error" };
  if (/CERT|SELF_SIGNED|UNABLE_TO_|CRL/.test(code)) return { tag: "TLS-certificate-error" };
  // Only the code: a message could repeat what was sent.
  return { tag: "internal-error", val: code === "" ? error.name : code };
}

/** Once a body has begun, a connection that ends leaves it incomplete. */
function bodyCodeOf(error: Error): ErrorCode {
  const code = codeOf(error);
  return code.tag === "connection-terminated" ? { tag: "HTTP-response-incomplete" } : code;
}
