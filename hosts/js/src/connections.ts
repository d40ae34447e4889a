/** How an origin is connected to: straight to an address that is admitted, or through the proxy that Node uses. */

import dns from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type LookupFunction } from "node:net";

import type { Admission } from "./admission.js";
import { isLoopbackHost } from "./policy.js";
import type { Denial } from "./wasi/exchange.js";

/** As Node's own agents keep connections. */
const KEPT = { keepAlive: true, scheduling: "lifo", timeout: 5000 } as const;

/** The addresses of an origin may not be connected to. */
export class Prohibited extends Error {
  constructor(readonly denial: Denial) {
    super(denial.reason);
  }
}

/** Connections that one client may make. Addresses are checked when one is made, so no other client uses it. */
export class Connections {
  readonly #admission: Admission;
  readonly #plain = new http.Agent(KEPT);
  readonly #secured = new https.Agent(KEPT);
  // What a switch of Node's, such as NODE_USE_ENV_PROXY, has its own agent do, this one does.
  readonly #proxied = new https.Agent({ ...KEPT, ...proxies(https.globalAgent.options) });

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Why an origin that is an address may not be connected to: addresses are not looked up. */
  denial(origin: URL): Denial | undefined {
    const address = hostOf(origin);
    const admitted = this.#admission.admit(origin, isIP(address) === 0 ? [] : [{ address }]);
    return Array.isArray(admitted) ? undefined : admitted;
  }

  /** The options of a request that say where it goes, and how. */
  to(origin: URL): http.RequestOptions {
    const { hostname, port, protocol } = origin;
    // What is this machine's stays on it.
    const secured = isLoopbackHost(hostname) ? this.#secured : this.#proxied;
    const agent = protocol === "https:" ? secured : this.#plain;
    return { hostname: hostOf(origin), port, agent, lookup: this.#lookup(origin) };
  }

  /** Resolves a name once, to the addresses that may be connected to. A proxy resolves it itself. */
  #lookup(origin: URL): LookupFunction {
    return (hostname, options, callback) => {
      dns.lookup(hostname, { ...options, all: true }, (error, found) => {
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

/** The host without the brackets that URLs have around an address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function proxies(options: https.AgentOptions): https.AgentOptions {
  return "proxyEnv" in options ? ({ proxyEnv: options.proxyEnv } as https.AgentOptions) : {};
}
