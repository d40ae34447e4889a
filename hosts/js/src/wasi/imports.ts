/** The imports of the component: HTTP, clocks, and their parts. There is nothing else. */

import type { ImportObject } from "../component/blocking/servicestage.js";
import { Exchange, type Send } from "./exchange.js";
import * as http from "./http.js";
import { Pollable, timer, type Wait } from "./poll.js";

/** The imports of one instance. Call `abort` when its call has ended. */
export function imports(wait: Wait, send: Send, changed: () => void): { imports: ImportObject; abort: () => void } {
  const exchanges: Exchange[] = [];
  const { Fields, FutureIncomingResponse, FutureTrailers, IncomingBody, IncomingResponse } = http;
  const { InputStream, IoError, OutgoingRequest, RequestOptions, httpErrorCode } = http;

  const handle = (request: http.OutgoingRequest, options: http.RequestOptions | undefined) => {
    const exchange = new Exchange(send, request.with(options), changed);
    exchanges.push(exchange);
    return new FutureIncomingResponse(exchange, wait);
  };
  const types = {
    Fields,
    FutureIncomingResponse,
    FutureTrailers,
    IncomingBody,
    IncomingResponse,
    OutgoingRequest,
    RequestOptions,
    httpErrorCode,
  };
  const monotonicClock = {
    now: () => BigInt(Math.round(performance.now() * 1e6)),
    subscribeDuration: (duration: bigint) => timer(wait, http.milliseconds(duration)),
  };
  const wallClock = {
    now() {
      const now = Date.now();
      return { seconds: BigInt(Math.floor(now / 1000)), nanoseconds: (now % 1000) * 1_000_000 };
    },
  };
  const provided = {
    "wasi:clocks/monotonic-clock": monotonicClock,
    "wasi:clocks/wall-clock": wallClock,
    "wasi:http/outgoing-handler": { handle },
    "wasi:http/types": types,
    "wasi:io/error": { Error: IoError },
    "wasi:io/poll": { Pollable, poll: Pollable.poll },
    "wasi:io/streams": { InputStream },
  };
  return {
    // jco declares the names with their versions, constructors of resources private, and imports synchronous.
    imports: provided as unknown as ImportObject,
    abort: () => exchanges.forEach((exchange) => exchange.abort()),
  };
}
