/** The proxy that Node is set to use. Node makes the tunnels; this module decides which requests use them. */

import type { AgentOptions } from "node:https";

import { invalid } from "./invalid.js";
import { noProxyOf, type NoProxy } from "./no-proxy.js";

export interface Proxy {
  /** Its host and port, for messages. The rest of the URL may hold a password. */
  readonly place: string;
  /** Whether an origin is reached without it. */
  readonly spares: NoProxy;
  /** The options with which an agent of Node uses it. */
  readonly agentOptions: AgentOptions;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Returns the proxy of Node's own agent, if it has one. Like Node, this reads the variables in lower case first. */
export function proxyOf(options: AgentOptions): Proxy | undefined {
  // Exists since Node 24. The types here do not contain it.
  const variables = ("proxyEnv" in options ? options.proxyEnv : undefined) as Variables | undefined;
  const [name, address] = first(variables ?? {}, ["https_proxy", "HTTPS_PROXY"]);
  if (address === undefined) return undefined;
  // With another scheme, Node would connect without a proxy.
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw invalid("client", name, "it is not the URL of a proxy; write http://HOST:PORT, with USER:PASSWORD@ encoded");
  }
  const [noName, list = ""] = first(variables ?? {}, ["no_proxy", "NO_PROXY"]);
  const spares = noProxyOf(list);
  if (typeof spares === "string") throw invalid("client", noName, spares);
  const agentOptions = { proxyEnv: { HTTPS_PROXY: address } } as AgentOptions;
  return { place: url.host, spares, agentOptions };
}

function first(variables: Variables, names: readonly [string, string]): [name: string, value: string | undefined] {
  const name = names.find((name) => (variables[name] ?? "") !== "") ?? names[1];
  return [name, variables[name] || undefined];
}
