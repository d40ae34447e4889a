// Node 24, of the npm package `node`: what the Node that runs the tests may not have yet.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const NODE_24 = fileURLToPath(new URL("../../node_modules/node/bin/node", import.meta.url));

/** Why it is not there; false if it is. */
export const skipWithout24 = existsSync(NODE_24) ? false : "Node 24 is not there: `npm ci` installs it";
