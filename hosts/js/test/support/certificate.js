// Certificates of servers on loopback, which nobody trusts who is not told to.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why none can be made; false if they can. */
export const skipWithoutOpenssl =
  spawnSync("openssl", ["version"]).status === 0 ? false : "there is no openssl to make a certificate with";

/** Makes one for a name, which is its own authority: its file, the pair for a server, and a way to be rid of both. */
export function certificateFor(name) {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", file];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...made, ...subject], { stdio: "ignore" });
  const pair = { key: readFileSync(key), cert: readFileSync(file) };
  return { file, pair, remove: () => rmSync(folder, { recursive: true }) };
}
