/**
 * What the component may send: the requests that it declares, to the origins of its call, and nothing else. It is
 * checked outside of the component, at the seam through which every request passes.
 */

import type { Connection, Outcome } from "./component.js";
import { NEEDS, type Need } from "./component/needs.js";
import type { Denial, Request, Send } from "./wasi/exchange.js";

const SEGMENT = /^[A-Za-z0-9\-._~]+$/;
const QUERY_VALUE = /^(?:[A-Za-z0-9\-._~]|%[0-9A-Fa-f]{2})*$/;

/** How many requests a call may make, as in every host: two functions of ten attempts make 20. */
const MOST_REQUESTS = 100;

/** The way of one call's requests to whoever sends them, and what of them was denied. */
export class Guard {
  readonly #origins: Readonly<Record<Need["role"], string | undefined>>;
  readonly #send: Send;
  #requests = 0;
  #denial: Denial | undefined;

  constructor(connection: Connection, send: Send) {
    this.#origins = { service: originOf(connection, "servicestage"), iam: originOf(connection, "iam") };
    this.#send = send;
  }

  /** Passes on what is allowed for this connection, and denies the rest. */
  readonly send: Send = (request, tell) => {
    this.#requests += 1;
    const denial = this.#check(request);
    if (denial === undefined && this.#requests <= MOST_REQUESTS) {
      return this.#send(request, (happening) => {
        if (happening.type === "failure" && happening.denial !== undefined) this.#denial = happening.denial;
        tell(happening);
      });
    }
    this.#denial = denial;
    const code =
      denial === undefined
        ? ({ tag: "internal-error", val: `a call may make ${MOST_REQUESTS} requests` } as const)
        : ({ tag: "HTTP-request-denied" } as const);
    queueMicrotask(() => tell({ type: "failure", code }));
    return { taken() {}, abort() {} };
  };

  /** An outcome that is a denial, with what exactly was denied and what would allow it: only the host knows. */
  explain(outcome: Outcome): Outcome {
    const denial = this.#denial;
    if (outcome.type !== "error" || outcome.record.kind.tag !== "denied" || denial === undefined) return outcome;
    const [what] = outcome.record.message.split("\n");
    const message = `${what}\n${denial.asked}: ${denial.reason}.\nTo allow it, ${denial.remedy}.`;
    return { type: "error", record: { ...outcome.record, message } };
  }

  #check(request: Request): Denial | undefined {
    const origin = parse(`${request.scheme}://${request.authority}`);
    if (origin === undefined) {
      const reason = "its URL is not one to ask";
      return { asked: "a request", reason, remedy: "correct the endpoint; nothing allows this" };
    }
    const roles = NEEDS.filter((need) => covers(need, request)).map(({ role }) => role);
    const [role] = roles;
    if (role === undefined) {
      // Not shown, since it may be anything that the component knows.
      const reason = "the component does not declare its method, path and query";
      return { asked: "a request", reason, remedy: "use a component that declares it; nothing allows this" };
    }
    if (roles.some((role) => this.#origins[role] === origin)) return undefined;
    const [path = ""] = request.path.split("?");
    const asked = `${request.method} ${origin}${path}`;
    const reason = `the component needs it as ${role}, and this origin is not granted as that`;
    return { asked, reason, remedy: "name it as `endpoint` or `iamEndpoint` of the client" };
  }
}

/** Whether a host says itself that it is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** The origin that the call goes to. None where the component will refuse the connection. */
function originOf(connection: Connection, service: "servicestage" | "iam"): string | undefined {
  const { region, endpoint, iamEndpoint } = connection;
  const chosen = service === "iam" ? iamEndpoint : endpoint;
  if (chosen !== undefined) return parse(chosen);
  if (region === undefined) return undefined;
  const cloud = region.startsWith("eu-west-1") ? "eu" : "com";
  return parse(`https://${service}.${region}.myhuaweicloud.${cloud}`);
}

/** An origin in its normal form: https, or http on loopback, and nothing after the authority. */
function parse(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const bare =
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname));
  return bare && secure ? url.origin : undefined;
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
