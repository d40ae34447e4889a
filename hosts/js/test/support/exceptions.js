// The cases that are not applicable to a host, or have another answer there, and why. Every other case must return the
// result in `expected.json`.

const NOT_APPLICABLE = {
  bad_term_twice: "an object of JavaScript has each name once",
  ...Object.fromEntries(
    ["first_byte_timeout", "between_bytes_timeout", "call_timeout", "call_timeout_in_body", "slow_but_in_time"].map(
      (name) => [name, "a millisecond of virtual time decides; `failures.test.js` gives Node more time"],
    ),
  ),
};

const REDIRECT = "`fetch` does not say where a redirect leads, so the kind is `other`";
const COMPRESSED = "a browser decompresses an answer that says that it is compressed";
const DIFFERING_IN_BROWSERS = {
  redirected: REDIRECT,
  redirected_elsewhere: REDIRECT,
  redirected_within: REDIRECT,
  body_compressed: COMPRESSED,
  error_body_compressed: COMPRESSED,
  reset_then_success: "`fetch` does not report why a request failed, so the kind is `other`",
};

/** The exceptions of Node. */
export const NODE = {
  notApplicable: ({ name }) => own(NOT_APPLICABLE, name),
  differing: () => undefined,
};

/** The exceptions of browsers. */
export const BROWSER = {
  notApplicable(one) {
    if (one.connection.credentials.accessKey !== undefined) return "an access key must not be in a page";
    const fault = one.exchanges.find(({ fault }) => fault !== undefined)?.fault;
    if (fault === "http-request-denied") return "no server can make a page's policy deny; `policy.test.js` does";
    if (fault !== undefined && fault !== "connection-terminated") {
      return "the server can end a connection, and not fail in this way";
    }
    return NODE.notApplicable(one);
  },
  differing: ({ name }) => own(DIFFERING_IN_BROWSERS, name),
};

function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
