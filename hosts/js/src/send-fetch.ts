/** Sends requests with `fetch`, which does not tell why there is no response, nor where redirects lead. */

import type { ErrorCode } from "./component/blocking/interfaces/wasi-http-types.js";
import type { Reason, Request, Send } from "./wasi/exchange.js";
import { MAX_TIMER_MS } from "./wasi/poll.js";

/** A code for the component, and a reason for people. */
type Failure = { readonly code: ErrorCode; readonly reason?: Reason };

const NO_RESPONSE: Failure = {
  code: {
    tag: "internal-error",
    val: "fetch reports no reason; it may be the network, the name, the certificate, or CORS at the server",
  },
  reason: {
    what: "The browser does not show a page why there is no answer.",
    advice: "Look into the browser's console, which shows it. Check `endpoint`, and that it allows this page (CORS).",
  },
};
const REDIRECT: Failure = {
  code: {
    tag: "internal-error",
    val: "the answer is a redirect, which is not followed, and fetch does not say where it leads",
  },
  reason: {
    what: "The browser does not show a page where a redirect leads.",
    advice: "Set `endpoint` to the API itself; a portal or a proxy may be answering.",
  },
};
const LATE: Failure = { code: { tag: "connection-read-timeout" } };
const INCOMPLETE: Failure = { code: { tag: "HTTP-response-incomplete" } };

export const sendWithFetch: Send = (request, tell) => {
  const aborter = new AbortController();
  let taken = () => {};

  const fail = (failure: Failure) => {
    if (aborter.signal.aborted) return;
    aborter.abort();
    tell({ type: "failure", ...failure });
  };
  const inTime = async <T>(milliseconds: number, step: Promise<T>): Promise<T> => {
    const timer = setTimeout(fail, Math.min(milliseconds, MAX_TIMER_MS), LATE);
    try {
      return await step;
    } finally {
      clearTimeout(timer);
    }
  };
  const pass = async (response: Response) => {
    if (response.type === "opaqueredirect") return fail(REDIRECT);
    tell({ type: "head", status: response.status, headers: [...response.headers] });
    const reader = response.body?.getReader();
    for (;;) {
      const piece = reader === undefined ? undefined : await inTime(request.betweenBytesTimeoutMs, reader.read());
      const bytes = piece?.value;
      if (bytes === undefined) return tell({ type: "end" });
      const room = new Promise<void>((resolve) => (taken = resolve));
      tell({ type: "chunk", bytes });
      // Not before there is room: a server that floods has to wait.
      await room;
    }
  };

  // When it is connected, fetch does not tell, so both times are one.
  inTime(request.connectTimeoutMs + request.firstByteTimeoutMs, start(request, aborter.signal)).then(
    (response) => pass(response).catch(() => fail(INCOMPLETE)),
    () => fail(NO_RESPONSE),
  );
  return { taken: () => taken(), abort: () => aborter.abort() };
};

function start({ method, scheme, authority, path, headers }: Request, signal: AbortSignal): Promise<Response> {
  return fetch(`${scheme}://${authority}${path}`, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    signal,
    redirect: "manual",
    // Nothing of the page goes along: no cookie, no address; and nothing is answered from a cache.
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  });
}
