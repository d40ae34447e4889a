// Certificates of servers on loopback, which are trusted only by clients that name them.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why none can be made; false if they can. */
export const skipWithoutOpenssl =
  spawnSync("openssl", ["version"]).status === 0 ? false : "there is no openssl to make a certificate with";

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function openssl(words, cwd) {
  execFileSync("openssl", words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
}

/** Makes one for a name, which is its own authority: its file, the pair for a server, and a way to be rid of both. */
export function certificateFor(name) {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-days", "2"];
  openssl(["req", "-x509", ...KEY, "-keyout", key, "-out", file, ...subject]);
  const pair = { key: readFileSync(key), cert: readFileSync(file) };
  return { file, pair, remove: () => rmSync(folder, { recursive: true }) };
}

/** Makes an authority. Returns its file, a function that issues certificates, and one that removes all of them. */
export function authority() {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  const file = join(folder, "ca.pem");
  const uses = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
  openssl(
    ["req", "-x509", ...KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority", "-days", "2", ...uses],
    folder,
  );
  writeFileSync(
    join(folder, "ca.cnf"),
    "[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=issued\ndefault_md=sha256\n" +
      "policy=any\nunique_subject=no\n[any]\ncommonName=supplied\n",
  );
  writeFileSync(join(folder, "index.txt"), "");
  writeFileSync(join(folder, "serial"), "01\n");
  mkdirSync(join(folder, "issued"));

  /** Returns the certificate and key of a server, issued by this authority with these lines of extensions. */
  const issue = (name, extensions, { from = "20240101000000Z", to = "20991231000000Z", key = KEY } = {}) => {
    openssl(["req", "-new", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`], folder);
    writeFileSync(join(folder, `${name}.ext`), `${extensions.join("\n")}\n`);
    const issued = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-cert", "ca.pem", "-keyfile", "ca.key"];
    const times = ["-startdate", from, "-enddate", to, "-extfile", `${name}.ext`, "-notext", "-batch"];
    openssl(["ca", "-config", "ca.cnf", ...issued, ...times], folder);
    return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)) };
  };
  const pair = { key: readFileSync(join(folder, "ca.key")), cert: readFileSync(file) };
  return { file, pair, issue, remove: () => rmSync(folder, { recursive: true }) };
}
