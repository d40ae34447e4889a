/** Sends requests with Node's own HTTP client: nothing is followed, decoded or kept but connections. */

import * as http from "node:http";
import * as https from "node:https";
import type { TLSSocket } from "node:tls";

import type { Admission } from "./admission.js";
import type { ErrorCode } from "./component/blocking/interfaces/wasi-http-types.js";
import { Connections, type Route } from "./connections.js";
import { bodyFailureOf, type Failure, failureOf, MAX_HEADER_BYTES, PROHIBITED } from "./failures.js";
import { originFrom } from "./origin.js";
import type { HttpEvent, Request, Send, PendingRequest } from "./wasi/exchange.js";
import { MAX_TIMER_MS } from "./wasi/poll.js";

/**
 * How many pieces of a body may be on their way to the component before the server has to wait. A piece holds what
 * arrived since the one before. Node holds some hundred KiB of it at most.
 */
const MAX_PIECES_AHEAD = 16;

/** Sends by connections of its own, so that none is used by a client that may not make it. */
export function sendWithNode(admission: Admission): Send {
  const connections = new Connections(admission);
  return (request, tell) => {
    const origin = originFrom(request.scheme, request.authority);
    if (origin === undefined) return failing({ code: { tag: "HTTP-request-URI-invalid" } }, tell);
    const denial = connections.denial(origin);
    if (denial !== undefined) return failing({ code: PROHIBITED, denial }, tell);
    return send(request, connections.to(origin), tell);
  };
}

/** Reports a request that is not made. */
function failing(failure: Failure, tell: (event: HttpEvent) => void): PendingRequest {
  queueMicrotask(() => tell({ type: "failure", ...failure }));
  return { taken() {}, abort() {} };
}

function send(request: Request, way: Route, tell: (event: HttpEvent) => void): PendingRequest {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let response: http.IncomingMessage | undefined;
  let ahead = 0;

  const finish = (event: HttpEvent) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    tell(event);
    if (event.type === "failure") outgoing.destroy();
  };
  const fail = (failure: Failure) => finish({ type: "failure", ...failure });
  const allow = (ms: number, code: ErrorCode) => {
    clearTimeout(timer);
    if (!over) timer = setTimeout(() => fail({ code }), Math.min(ms, MAX_TIMER_MS));
  };
  const allowFirstByte = () => allow(request.firstByteTimeoutMs, { tag: "connection-read-timeout" });
  const allowNextByte = () => allow(request.betweenBytesTimeoutMs, { tag: "connection-read-timeout" });
  // Everything that has arrived is one piece. A server that sends one byte at a time must not cause one message for
  // each.
  const pass = () => {
    if (over || response === undefined) return;
    clearTimeout(timer);
    // What is not read here stays with the server: Node makes it wait.
    if (ahead >= MAX_PIECES_AHEAD) return;
    allowNextByte();
    const bytes = response.read() as Buffer | null;
    if (bytes === null) return;
    ahead += 1;
    // A copy, because the bytes may be part of a larger buffer, which would also be sent.
    tell({ type: "chunk", bytes: Uint8Array.from(bytes) });
  };

  const outgoing = open(request, way);
  allow(request.connectTimeoutMs, { tag: "connection-timeout" });
  outgoing.on("socket", (socket) => {
    const secured = request.scheme === "https";
    if (!socket.connecting && (!secured || (socket as TLSSocket).getProtocol() !== null)) allowFirstByte();
    else socket.once(secured ? "secureConnect" : "connect", allowFirstByte);
  });
  outgoing.on("error", (error) => {
    // Bytes after a complete response do not belong to it, and its end is still to come.
    if (response?.complete !== true) fail(failureOf(error, way.proxy));
  });
  // Such as after an answer that changes the protocol, of which nothing else tells.
  outgoing.on("close", () => {
    if (response === undefined) fail({ code: { tag: "connection-terminated" } });
  });
  outgoing.on("response", (incoming) => {
    response = incoming;
    tell({ type: "head", status: incoming.statusCode ?? 0, headers: pairs(incoming.rawHeaders) });
    allowNextByte();
    incoming.on("readable", pass);
    incoming.on("end", () => finish({ type: "end" }));
    incoming.on("error", (error) => fail(bodyFailureOf(error, way.proxy)));
  });
  outgoing.end();

  return {
    taken() {
      ahead -= 1;
      pass();
    },
    abort() {
      if (over) return;
      over = true;
      clearTimeout(timer);
      outgoing.destroy();
    },
  };
}

function open(request: Request, { options: place, proxy }: Route): http.ClientRequest {
  const { method, scheme, authority, path, headers } = request;
  // Without its own time limit, a tunnel that is not made would keep its connection.
  const tunnel = proxy === undefined ? {} : { timeout: Math.min(request.connectTimeoutMs, MAX_TIMER_MS) };
  const options = { ...place, ...tunnel, method, path, maxHeaderSize: MAX_HEADER_BYTES };
  const outgoing =
    scheme === "https"
      ? // Whatever the environment says: there is no switch to trust everything.
        https.request({ ...options, rejectUnauthorized: true, minVersion: "TLSv1.2" })
      : http.request(options);
  // No limit on their number, or Node would drop some. Their size is limited.
  outgoing.maxHeadersCount = 0;
  outgoing.setHeader("host", authority);
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  return outgoing;
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, place) => (place % 2 === 0 ? [[name, flat[place + 1] ?? ""]] : []));
}
