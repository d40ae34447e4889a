// Which cases a host lacks, and why. What is not here must give what `expected.json` says.

const OF_EVERY_HOST = {
  bad_term_twice: "an object of JavaScript has each name once",
  ...Object.fromEntries(
    ["first_byte_timeout", "between_bytes_timeout", "call_timeout", "call_timeout_in_body", "slow_but_in_time"].map(
      (name) => [name, "a millisecond of virtual time decides; `failures.test.js` gives Node more time"],
    ),
  ),
};

/** Why Node lacks a case; undefined if it does not. */
export function lackingInNode({ name }) {
  return Object.hasOwn(OF_EVERY_HOST, name) ? OF_EVERY_HOST[name] : undefined;
}

const REDIRECTS = new Set(["redirected", "redirected_elsewhere", "redirected_within"]);

const COMPRESSED = new Set(["body_compressed", "error_body_compressed"]);

/** Why a browser lacks a case; undefined if it does not. */
export function lackingInBrowsers(one) {
  const { accessKey } = one.connection.credentials;
  if (accessKey !== undefined) return "an access key must not be in a page";
  if (REDIRECTS.has(one.name)) return "`fetch` does not say where a redirect leads; such a failure is of kind `other`";
  if (COMPRESSED.has(one.name)) return "a browser decompresses an answer that says that it is compressed";
  const fault = one.exchanges.find(({ fault }) => fault !== undefined)?.fault;
  if (fault === "http-request-denied") return "no server can make a page's policy deny; `policy.test.js` does";
  if (fault !== undefined) return "`fetch` does not say why there is no answer; such a failure is of kind `other`";
  return lackingInNode(one);
}
