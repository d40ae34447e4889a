/** Text from outside for use in a message: short, on one line, and without characters that control a terminal. */

/** Characters that cannot be seen or that change the direction of text, except the space. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/gu;

/** The most characters of a value that are shown. */
const SHOWN = 64;

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/**
 * Returns a refused value in quotes, with everything but printable ASCII escaped, as in every host. Otherwise another
 * kind of dash or space would look like the expected one. A long value is cut, and `...` follows the quotes.
 */
export function quoted(text: string): string {
  const letters = [...text];
  const shown = letters.slice(0, SHOWN).map((letter) => ESCAPES[letter] ?? letter.replace(/[^ -~]/gu, escaped));
  return `"${shown.join("")}"${letters.length > SHOWN ? "..." : ""}`;
}

function escaped(letter: string): string {
  return `\\u{${letter.codePointAt(0)?.toString(16)}}`;
}

/** Returns text of a server, shortened and without characters that cannot be seen. */
export function plain(text: string, most: number): string {
  const letters = [...text.replace(UNSEEN, "\ufffd")];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : letters.join("");
}

/** Returns the type of a value, for an error. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Returns a value that is not a secret, for an error. */
export function shown(value: string | number | bigint): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
}
