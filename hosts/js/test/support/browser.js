// Debian's Chromium, without a window.

import { existsSync } from "node:fs";
import process from "node:process";

import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why there is no browser; false if there is one. */
export const skip = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM}: apt-get install chromium`;

/** Starts it. */
export function launch() {
  // Chromium refuses its own sandbox to root, as which containers of CI run.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: CHROMIUM, args });
}
