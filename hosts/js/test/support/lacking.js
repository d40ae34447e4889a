// Which cases a host lacks, and why. What is not here must give what `expected.json` says.

const OF_EVERY_HOST = {
  bad_term_twice: "an object has each name once",
  endpoint_normal_form: "the endpoint is not this machine",
  denied_by_host: "no server can make a host deny; policy.test.js does",
  deadline_ends_backoff: "no server can refuse a connection; failures.test.js does",
  ...Object.fromEntries(
    ["first_byte_timeout", "between_bytes_timeout", "call_timeout", "call_timeout_in_body", "slow_but_in_time"].map(
      (name) => [name, "a millisecond of virtual time decides; failures.test.js gives it more"],
    ),
  ),
};

/** What a server cannot do: it can only end the connection. */
const FAULTS = new Set(["dns-error", "connection-refused", "connection-timeout", "tls-certificate-error"]);

/** Why Node lacks a case; undefined if it does not. */
export function lackingInNode({ name, faults }) {
  if (Object.hasOwn(OF_EVERY_HOST, name)) return OF_EVERY_HOST[name];
  const fault = faults.find((fault) => FAULTS.has(fault));
  return fault === undefined ? undefined : `no server can make a ${fault}`;
}

/** What `fetch` does not tell a page, case by case. */
const IN_BROWSERS = {
  redirected: "fetch does not say where a redirect leads; it fails as `other`",
  redirected_elsewhere: "fetch does not say where a redirect leads; it fails as `other`",
  redirected_within: "fetch does not say where a redirect leads; it fails as `other`",
  reset_then_success: "fetch does not say that a connection broke; it fails as `other` and is not tried again",
};

/** Why a browser lacks a case; undefined if it does not. */
export function lackingInBrowsers(one) {
  const { accessKey } = one.connection.credentials;
  if (accessKey !== undefined) return "a page is no place for an access key";
  return lackingInNode(one) ?? (Object.hasOwn(IN_BROWSERS, one.name) ? IN_BROWSERS[one.name] : undefined);
}
