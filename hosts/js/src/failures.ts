/** Translates Node's error of a failed request into a code of wasi:http and a reason for people. */

import type { PeerCertificate } from "node:tls";

import type { ErrorCode } from "./component/blocking/interfaces/wasi-http-types.js";
import { Prohibited } from "./connections.js";
import { plain } from "./text.js";
import type { Denial, Reason } from "./wasi/exchange.js";

/** Why a request failed. The code is for the component, the rest is for people. */
export interface Failure {
  readonly code: ErrorCode;
  readonly reason?: Reason;
  readonly denial?: Denial;
}

export const PROHIBITED: ErrorCode = { tag: "destination-IP-prohibited" };

/** The most bytes of a response's headers that are read. */
export const MAX_HEADER_BYTES = 64 * 1024;

const CERTIFICATE: ErrorCode = { tag: "TLS-certificate-error" };
const HANDSHAKE: ErrorCode = { tag: "TLS-protocol-error" };
const CROWDED: ErrorCode = { tag: "connection-limit-reached" };

const CLOCK = "Check this machine's clock; if it is right, have the server's certificate renewed.";
const AUTHORITY =
  "Name a file of the authorities to trust in NODE_EXTRA_CA_CERTS; with Node 24 --use-system-ca adds the system's.";
const OTHER_NAME = "Check the host in `endpoint`, or have the server's certificate issued for it.";
const REISSUE = "Have a new certificate issued for the server; there is no switch to accept this one.";
const ELSEWHERE = "Check that `endpoint` is the API itself: a proxy, a portal or another program may be answering.";
const VERSIONS = "Check that `endpoint` speaks https, in TLS 1.2 or newer.";

/** The faults of a certificate, by OpenSSL's names for them. */
const CERTIFICATES: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  CERT_HAS_EXPIRED: ["The server's certificate has expired", CLOCK],
  CERT_NOT_YET_VALID: ["The server's certificate is not yet valid", CLOCK],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["The server's certificate is signed by itself and is not trusted here", AUTHORITY],
  SELF_SIGNED_CERT_IN_CHAIN: ["The authority of the server's certificate is not trusted here", AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT: ["The issuer of the server's certificate is unknown here", AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["The issuer of the server's certificate is unknown here", AUTHORITY],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["The issuer of the server's certificate is unknown here", AUTHORITY],
  CERT_UNTRUSTED: ["The authority of the server's certificate is not trusted for this", AUTHORITY],
  CERT_REJECTED: ["The authority of the server's certificate is not trusted for this", AUTHORITY],
  CERT_REVOKED: ["The server's certificate has been revoked", REISSUE],
  CERT_SIGNATURE_FAILURE: ["The signature of the server's certificate is not valid", REISSUE],
  INVALID_CA: ["The server's certificate was signed by a certificate that is not an authority's", REISSUE],
  INVALID_PURPOSE: ["The server's certificate is not valid for servers; it may be an authority's", REISSUE],
  PATH_LENGTH_EXCEEDED: ["The chain of the server's certificate is longer than its authority allows", REISSUE],
  CERT_CHAIN_TOO_LONG: ["The chain of the server's certificate is too long", REISSUE],
  HOSTNAME_MISMATCH: ["The server's certificate is for another name", OTHER_NAME],
};

const FILES = "Raise the limit of open files (ulimit -n), or close what is open.";
const MEMORY = "Give this process or its container more memory.";
const PORTS = "Wait until connections of this machine are closed, or give it more local ports.";
const FIREWALL = "Look for a firewall, a sandbox or a policy of this machine that forbids connections.";
const NODE_POLICY = "Under Node's permission model, allow it with --allow-net.";

/** Errors of this system. They are not faults of the server or of the product. */
const LOCAL: Readonly<Record<string, readonly [code: ErrorCode, what: string, advice: string]>> = {
  EMFILE: [CROWDED, "This process may open no more files", FILES],
  ENFILE: [CROWDED, "This system may open no more files", FILES],
  ENOMEM: [CROWDED, "This system is out of memory", MEMORY],
  ENOBUFS: [CROWDED, "This system is out of memory for connections", MEMORY],
  EADDRNOTAVAIL: [CROWDED, "This machine has no address or port to connect from", PORTS],
  EACCES: [{ tag: "HTTP-request-denied" }, "This system forbids the connection", FIREWALL],
  EPERM: [{ tag: "HTTP-request-denied" }, "This system forbids the connection", FIREWALL],
  ERR_ACCESS_DENIED: [{ tag: "HTTP-request-denied" }, "Node's permission model forbids the connection", NODE_POLICY],
};

const NETWORK: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: { tag: "DNS-error", val: { rcode: "NXDOMAIN" } },
  EAI_AGAIN: { tag: "DNS-error", val: { rcode: "TRYAGAIN" } },
  EAI_FAIL: { tag: "DNS-error", val: { rcode: "SERVFAIL" } },
  ECONNREFUSED: { tag: "connection-refused" },
  ECONNRESET: { tag: "connection-terminated" },
  ECONNABORTED: { tag: "connection-terminated" },
  EPIPE: { tag: "connection-terminated" },
  ETIMEDOUT: { tag: "connection-timeout" },
  EHOSTUNREACH: { tag: "destination-IP-unroutable" },
  EHOSTDOWN: { tag: "destination-IP-unroutable" },
  ENETUNREACH: { tag: "destination-IP-unroutable" },
  ENETDOWN: { tag: "destination-IP-unroutable" },
  EAFNOSUPPORT: { tag: "destination-IP-unroutable" },
  HPE_HEADER_OVERFLOW: { tag: "HTTP-response-header-section-size", val: MAX_HEADER_BYTES },
  HPE_INVALID_EOF_STATE: { tag: "HTTP-response-incomplete" },
};

/** The properties that Node adds to errors of requests. */
interface Details extends Error {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly statusCode?: unknown;
  readonly cert?: PeerCertificate;
}

/** Returns why a request failed. `proxy` is the proxy that it went through. */
export function failureOf(error: Error, proxy: string | undefined): Failure {
  // If a name has several addresses, the error holds one for each.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return failureOf(error.errors[0], proxy);
  if (error instanceof Prohibited) return { code: PROHIBITED, denial: error.denial };
  const { reason, statusCode, cert, ...details }: Details = error;
  const code = String(details.code ?? "");
  if (code === "ERR_PROXY_TUNNEL") return tunnelFailure(proxy, statusCode, error.message);
  const local = LOCAL[code];
  if (local !== undefined) return { code: local[0], reason: { what: `${local[1]} (${code}).`, advice: local[2] } };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return explained(CERTIFICATE, namesOf(cert), OTHER_NAME);
  const certificate = CERTIFICATES[code];
  if (certificate !== undefined) return explained(CERTIFICATE, `${certificate[0]} (${code}).`, certificate[1]);
  // Node has no code for some faults, such as a key that is too weak. Then the message is OpenSSL's.
  if (code === "UNSPECIFIED")
    return explained(CERTIFICATE, `The server's certificate is refused: ${error.message}.`, REISSUE);
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") {
    // OpenSSL's message. In EPROTO it is between positions in OpenSSL's source.
    const words = reason ?? /:error:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(error.message)?.[1];
    const why = words === undefined ? " for an unknown reason" : `: ${words}`;
    return explained(HANDSHAKE, `TLS failed${why} (${code}).`, VERSIONS);
  }
  const known = NETWORK[code];
  if (known !== undefined) return { code: known, ...viaProxy(known, proxy, code) };
  if (code.startsWith("EAI_")) return { code: { tag: "DNS-error", val: { rcode: code } } };
  // The message of the parser, which quotes nothing from the server.
  if (code.startsWith("HPE_")) {
    return explained({ tag: "HTTP-protocol-error" }, `The answer is not HTTP: ${reason ?? code} (${code}).`, ELSEWHERE);
  }
  // Only the code: a message could repeat what was sent.
  return { code: { tag: "internal-error", val: code === "" ? error.name : code } };
}

/** Returns why a body failed. Once it has begun, a connection that ends leaves it incomplete. */
export function bodyFailureOf(error: Error, proxy: string | undefined): Failure {
  const failure = failureOf(error, proxy);
  return failure.code.tag === "connection-terminated" ? { code: { tag: "HTTP-response-incomplete" } } : failure;
}

function explained(code: ErrorCode, what: string, advice: string): Failure {
  return { code, reason: { what, advice } };
}

/** Describes the names of a certificate. They come from the server, so they are made safe to print. */
function namesOf(certificate: PeerCertificate | undefined): string {
  const names = certificate?.subjectaltname;
  if (names === undefined) return "The server's certificate names no host: it has no subjectAltName.";
  return `The server's certificate is for other names than this host's: ${plain(names, 200)}.`;
}

/** Explains the answer of a proxy to a request for a tunnel. A fault that may be over soon is worth another attempt. */
function tunnelFailure(proxy: string | undefined, status: unknown, message: string): Failure {
  const who = `The proxy ${proxy ?? ""}`.trimEnd();
  if (typeof status !== "number" || !Number.isInteger(status)) {
    const late = message.includes("timed out");
    const code: ErrorCode = late ? { tag: "connection-timeout" } : { tag: "connection-terminated" };
    const what = late ? "did not answer in time" : "closed the connection, or did not answer with HTTP";
    return explained(code, `${who} ${what}.`, "Check HTTPS_PROXY and that the proxy runs, then try again.");
  }
  const what = `${who} answered ${status}.`;
  if (status === 407) {
    const code: ErrorCode = { tag: "internal-error", val: "the proxy asks for a user and a password" };
    const advice =
      "Check the user name and the password in HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT. " +
      "Percent-encode special characters in both.";
    return explained(code, what, advice);
  }
  if ([502, 503, 504].includes(status)) {
    const advice = "Try again. If it lasts, ask the administrator of the proxy whether it reaches the server.";
    return explained({ tag: "destination-unavailable" }, what, advice);
  }
  const code: ErrorCode = { tag: "internal-error", val: `the proxy answered ${status}` };
  const advice =
    "Ask the administrator of the proxy why it refuses the tunnel, " +
    "or list the server in NO_PROXY to connect without the proxy.";
  return explained(code, what, advice);
}

/** Explains a connection that failed. If there is a proxy, the proxy could not be reached. */
function viaProxy(code: ErrorCode, proxy: string | undefined, word: string): { reason?: Reason } {
  if (proxy === undefined || !["DNS-error", "connection-refused", "destination-IP-unroutable"].includes(code.tag)) {
    return {};
  }
  const advice = "Check HTTPS_PROXY and that the proxy runs, then try again.";
  return { reason: { what: `The proxy ${proxy} cannot be reached (${word}).`, advice } };
}
