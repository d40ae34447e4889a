/** How an origin is connected to: straight to an address that is admitted, or through the proxy that Node uses. */

import dns from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";

import type { Admission } from "./admission.js";
import { isLoopback, type Origin } from "./origin.js";
import { type Proxy, proxyOf } from "./proxy.js";
import type { Denial } from "./wasi/exchange.js";

/** As Node's own agents keep connections. */
const KEPT = { keepAlive: true, scheduling: "lifo", timeout: 5000 } as const;

/** The addresses of an origin may not be connected to. */
export class Prohibited extends Error {
  constructor(readonly denial: Denial) {
    super(denial.reason);
  }
}

/** Where a request goes, and how. */
export interface Route {
  readonly options: http.RequestOptions;
  /** Host and port of the proxy that it goes through. */
  readonly proxy: string | undefined;
}

/** Connections that one client may make. Addresses are checked when one is made, so no other client uses it. */
export class Connections {
  readonly #admission: Admission;
  readonly #plain = new http.Agent(KEPT);
  readonly #secured = new https.Agent(KEPT);
  // What a switch of Node's, such as NODE_USE_ENV_PROXY, has its own agent do, this one does.
  readonly #proxy: Proxy | undefined = proxyOf(https.globalAgent.options);
  readonly #proxied: https.Agent | undefined;

  constructor(admission: Admission) {
    this.#admission = admission;
    // Node's types do not contain this option of the agent yet.
    const { agentOptions } = this.#proxy ?? {};
    this.#proxied = agentOptions && new https.Agent({ ...KEPT, ...agentOptions });
  }

  /** Why an origin that is an address may not be connected to: addresses are not looked up. */
  denial(origin: Origin): Denial | undefined {
    const { host, address } = origin;
    const admitted = this.#admission.admit(origin, address === undefined ? [] : [{ address: host }]);
    return Array.isArray(admitted) ? undefined : admitted;
  }

  /** The way to an origin. */
  to(origin: Origin): Route {
    const options = { hostname: origin.host, port: origin.port, lookup: this.#lookup(origin) };
    const proxy = this.#proxy;
    // Requests to this machine stay on it.
    if (proxy !== undefined && origin.secure && !isLoopback(origin) && !proxy.spares(origin)) {
      return { options: { ...options, agent: this.#proxied }, proxy: proxy.place };
    }
    return { options: { ...options, agent: origin.secure ? this.#secured : this.#plain }, proxy: undefined };
  }

  /** Resolves a name once, to the addresses that may be connected to. A proxy resolves it itself. */
  #lookup(origin: Origin): LookupFunction {
    return (hostname, options, callback) => {
      resolve(hostname, options, (error, found) => {
        if (error !== null) return callback(error, []);
        const admitted = this.#admission.admit(origin, found);
        if (!Array.isArray(admitted)) return callback(new Prohibited(admitted), []);
        const [first] = admitted;
        if (options.all === true || first === undefined) return callback(null, admitted);
        return callback(null, first.address, first.family);
      });
    };
  }
}

type Resolved = (error: NodeJS.ErrnoException | null, found: dns.LookupAddress[]) => void;

/** The callers that wait for the addresses of a name. */
const resolving = new Map<string, Resolved[]>();

/**
 * Resolves a name, once for all callers that ask meanwhile. Node has two threads for this. Look-ups of one name that
 * hang must not block both.
 */
function resolve(hostname: string, options: dns.LookupOptions, callback: Resolved): void {
  const asked = resolving.get(hostname);
  if (asked !== undefined) return void asked.push(callback);
  const all = [callback];
  resolving.set(hostname, all);
  dns.lookup(hostname, { ...options, all: true }, (error, found) => {
    resolving.delete(hostname);
    for (const one of all) one(error, found);
  });
}
