/**
 * The component may send the requests that it declares, to the origins of its call, and nothing else. This is
 * checked outside of the component, at the seam through which every request passes.
 */

import type { Connection, Outcome } from "./component.js";
import { NEEDS, type Need } from "./component/needs.js";
import { type Origin, originFrom, originOf, originText } from "./origin.js";
import type { Denial, Reason, Request, Send } from "./wasi/exchange.js";

const SEGMENT = /^[A-Za-z0-9\-._~]+$/;
const QUERY_VALUE = /^(?:[A-Za-z0-9\-._~]|%[0-9A-Fa-f]{2})*$/;

/** How many requests a call may make, as in every host: two functions of ten attempts make 20. */
const MAX_REQUESTS = 100;

/** Checks the requests of one call before they are sent, and keeps why the last one failed. */
export class Guard {
  readonly #origins: Readonly<Record<Need["role"], string | undefined>>;
  readonly #send: Send;
  #requests = 0;
  /** Why the last request failed, if it did. */
  #why: { readonly denial?: Denial; readonly reason?: Reason } = {};

  constructor(connection: Connection, send: Send) {
    this.#origins = { service: grantedOrigin(connection, "servicestage"), iam: grantedOrigin(connection, "iam") };
    this.#send = send;
  }

  /** Passes on what is allowed for this connection, and denies the rest. */
  readonly send: Send = (request, tell) => {
    this.#requests += 1;
    this.#why = {};
    const denial = this.#check(request);
    if (denial === undefined && this.#requests <= MAX_REQUESTS) {
      return this.#send(request, (event) => {
        if (event.type === "failure") this.#why = event;
        tell(event);
      });
    }
    if (denial !== undefined) this.#why = { denial };
    const code =
      denial === undefined
        ? ({ tag: "internal-error", val: `a call may make ${MAX_REQUESTS} requests` } as const)
        : ({ tag: "HTTP-request-denied" } as const);
    queueMicrotask(() => tell({ type: "failure", code }));
    return { taken() {}, abort() {} };
  };

  /** Adds to a failed outcome what only the host knows: what was denied, or why the network failed. */
  explain(outcome: Outcome): Outcome {
    const { denial, reason } = this.#why;
    if (outcome.type !== "error") return outcome;
    const { kind, message } = outcome.record;
    const [what = "", why = ""] = message.split("\n");
    if (denial !== undefined && kind.tag === "denied") {
      return withMessage(outcome, `${what}\n${denial.asked}: ${denial.reason}.\n${denial.advice}`);
    }
    // If the call's own time is over, that is the reason.
    if (reason === undefined || (kind.tag === "timeout" && kind.val === "call")) return outcome;
    // The component names the request in parentheses.
    const [asked = ""] = /\([^()]*\)$/.exec(why) ?? [];
    return withMessage(outcome, `${what}\n${`${reason.what} ${asked}`.trimEnd()}\n${reason.advice}`);
  }

  #check(request: Request): Denial | undefined {
    const origin = normal(originFrom(request.scheme, request.authority));
    if (origin === undefined) {
      const reason = "its URL is not one to ask";
      return { asked: "a request", reason, advice: "Nothing allows this: correct the endpoint." };
    }
    const roles = NEEDS.filter((need) => covers(need, request)).map(({ role }) => role);
    const [role] = roles;
    if (role === undefined) {
      // Not shown, since it may be anything that the component knows.
      const reason = "the component does not declare its method, path and query";
      return { asked: "a request", reason, advice: "Nothing allows this: use a component that declares the request." };
    }
    if (roles.some((role) => this.#origins[role] === origin)) return undefined;
    const [path = ""] = request.path.split("?");
    const asked = `${request.method} ${origin}${path}`;
    const reason = `the component needs it as ${role}, and this origin is not granted as that`;
    return { asked, reason, advice: "To allow it, name it as `endpoint` or `iamEndpoint` of the client." };
  }
}

function withMessage(outcome: Extract<Outcome, { type: "error" }>, message: string): Outcome {
  return { type: "error", record: { ...outcome.record, message } };
}

/** The origin that the call goes to. None where the component will refuse the connection. */
function grantedOrigin(connection: Connection, service: "servicestage" | "iam"): string | undefined {
  const { region, endpoint, iamEndpoint } = connection;
  const chosen = service === "iam" ? iamEndpoint : endpoint;
  if (chosen !== undefined) return normal(originOf(chosen));
  if (region === undefined) return undefined;
  const cloud = region.startsWith("eu-west-1") ? "eu" : "com";
  return normal(originOf(`https://${service}.${region}.myhuaweicloud.${cloud}`));
}

function normal(origin: Origin | undefined): string | undefined {
  return origin === undefined ? undefined : originText(origin);
}

/**
 * Returns whether a need covers a request, to any origin. Dot segments, empty segments and percent-encoding are
 * refused, because servers resolve them to other paths. `tests/vectors/requests.json` holds the rules as a table.
 */
export function covers(need: Omit<Need, "role">, request: Pick<Request, "method" | "path">): boolean {
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

/** Returns whether each name is needed, occurs once and has a value. Servers disagree about other queries. */
function allowsQuery(need: Pick<Need, "query">, query: string | undefined): boolean {
  if (query === undefined) return true;
  const seen = new Set<string>();
  return query.split("&").every((part) => {
    const [name = "", value, ...rest] = part.split("=");
    const fresh = !seen.has(name);
    seen.add(name);
    return fresh && need.query.includes(name) && value !== undefined && rest.length === 0 && QUERY_VALUE.test(value);
  });
}
