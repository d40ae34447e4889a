// A client whose requests are led to a fixture's server, or fail as the fixture says: servers can only end connections.

import { Admission } from "../../dist/admission.js";
import { coreOf, scriptOf } from "../../dist/assets.js";
import { BaseClient } from "../../dist/client.js";
import { connectionOf, credentialsOf } from "../../dist/options.js";
import { Guard } from "../../dist/policy.js";
import { Caller, run } from "../../dist/pool.js";
import { sendWithNode } from "../../dist/send-node.js";

const MAX_MS = 60_000;

const FAULTS = {
  "http-request-denied": { tag: "HTTP-request-denied" },
  "dns-error": { tag: "DNS-error", val: { rcode: "NXDOMAIN" } },
  "connection-refused": { tag: "connection-refused" },
  "connection-timeout": { tag: "connection-timeout" },
  "tls-certificate-error": { tag: "TLS-certificate-error" },
};

/** Whether a case needs it: the network fails in it, or the endpoint's own form matters. */
export function needsLeading({ connection, exchanges, sends }) {
  const fails = exchanges.some(({ fault }) => Object.hasOwn(FAULTS, fault ?? ""));
  return sends && (connection.endpoint !== undefined || fails);
}

/** Asks the origins that the case names, behind the policy, which the component's requests have to pass. */
export class LedClient extends BaseClient {
  constructor({ connection: { credentials, ...options }, exchanges }, server) {
    const connection = connectionOf(options, credentialsOf(credentials.accessKey ?? credentials), []);
    const send = leading(exchanges, server);
    super(connection, undefined, async (call, signal) => {
      const core = await coreOf(undefined).module();
      const context = { core, script: scriptOf(undefined), caller: new Caller(), milliseconds: MAX_MS, signal };
      return run({ ...context, call, send: new Guard(connection, send).send });
    });
  }
}

function leading(exchanges, server) {
  const send = sendWithNode(new Admission([]));
  const { host } = new URL(server);
  let sent = 0;
  return (request, tell) => {
    const code = FAULTS[exchanges[sent++]?.fault];
    if (code === undefined) return send({ ...request, scheme: "http", authority: host }, tell);
    queueMicrotask(() => tell({ type: "failure", code }));
    return { taken() {}, abort() {} };
  };
}
