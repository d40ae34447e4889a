/** The two files that Node loads at run time: the component's code, and the script of the threads. */

import { readFile } from "node:fs/promises";

import { Core, given } from "./code.js";
import type { Code } from "./types.js";

// Bundlers look for this very text.
const OWN = new Core(() => read(new URL("./component/servicestage.core.wasm", import.meta.url)));

/** Returns the component's code. By default it is beside this file. */
export function coreOf(wasm: Code | undefined): Core {
  return wasm === undefined ? OWN : given(wasm, read);
}

/** Returns the script of the threads. By default it is beside this file. */
export function scriptOf(worker: string | URL | undefined): string | URL {
  // Bundlers look for this very text.
  return worker === undefined ? new URL("./worker.mjs", import.meta.url) : placeOf(worker);
}

async function read(wasm: string | URL): Promise<BufferSource> {
  const place = placeOf(wasm);
  const isFile = typeof place === "string" || place.protocol === "file:";
  return isFile ? readFile(place) : (await fetch(place)).arrayBuffer();
}

/** Returns a path as it is, and a URL as a URL. Bundlers also pass URLs as text. */
function placeOf(place: string | URL): string | URL {
  return typeof place === "string" && /^(?:file|data|blob|https?):/i.test(place) ? new URL(place) : place;
}
