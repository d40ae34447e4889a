/**
 * What the component may send: the requests that it declares, to the origins of its call, and nothing else. It is
 * checked outside of the component, at the seam through which every request passes.
 */

import type { Connection } from "./component.js";
import { NEEDS, type Need } from "./component/needs.js";
import type { Request, Send } from "./wasi/exchange.js";

const SEGMENT = /^[A-Za-z0-9\-._~]+$/;
const QUERY_VALUE = /^(?:[A-Za-z0-9\-._~]|%[0-9A-Fa-f]{2})*$/;

/** Passes on what is allowed for this connection, and denies the rest. */
export function guard(connection: Connection, send: Send): Send {
  const origins = { service: originOf(connection, "servicestage"), iam: originOf(connection, "iam") };
  return (request, tell) => {
    if (NEEDS.some((need) => covers(need, request) && isSameOrigin(origins[need.role], request))) {
      return send(request, tell);
    }
    queueMicrotask(() => tell({ type: "failure", code: { tag: "HTTP-request-denied" } }));
    return { taken() {}, abort() {} };
  };
}

/** The origin that the call goes to. None where the component will refuse the connection. */
export function originOf(connection: Connection, service: "servicestage" | "iam"): string | undefined {
  const { region, endpoint, iamEndpoint } = connection;
  const chosen = service === "iam" ? iamEndpoint : endpoint;
  if (chosen !== undefined) return parse(chosen);
  if (region === undefined) return undefined;
  const cloud = region.startsWith("eu-west-1") ? "eu" : "com";
  return parse(`https://${service}.${region}.myhuaweicloud.${cloud}`);
}

function isSameOrigin(origin: string | undefined, { scheme, authority }: Request): boolean {
  return origin !== undefined && origin === parse(`${scheme}://${authority}`);
}

/** An origin in its normal form: https, or http on loopback, and nothing after the authority. */
function parse(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const bare =
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return bare && secure ? url.origin : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** Dot segments, empty ones and percent-encoding are refused: servers resolve them to other paths. */
function covers(need: Need, request: Request): boolean {
  const [path = "", query, ...rest] = request.path.split("?");
  const wanted = need.path.split("/");
  const found = path.split("/");
  const samePath =
    wanted.length === found.length &&
    wanted.every((segment, place) => {
      const other = found[place] ?? "";
      return segment === "{}" ? SEGMENT.test(other) && other !== "." && other !== ".." : segment === other;
    });
  return request.method === need.method && rest.length === 0 && samePath && allowsQuery(need, query);
}

/** Each name at most once: servers disagree about repeated ones. */
function allowsQuery(need: Need, query: string | undefined): boolean {
  if (query === undefined) return true;
  const seen = new Set<string>();
  return query.split("&").every((part) => {
    const [name = "", value = "", ...rest] = part.split("=");
    const fresh = !seen.has(name);
    seen.add(name);
    return fresh && need.query.includes(name) && rest.length === 0 && QUERY_VALUE.test(value);
  });
}
