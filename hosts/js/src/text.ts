/** Text from outside for use in a message: short, on one line, and without characters that control a terminal. */

/**
 * Characters that control a terminal or the direction of text, separate lines, or are invisible; and code points that
 * are not characters. Joiners and variation selectors are left: writing and emoji need them.
 * `tests/vectors/printable.json` holds the rule as a table.
 */
const UNSAFE =
  /(?![\t\n\r\u180b-\u180f\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu;

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

/** Returns text that others wrote, safe to print on one line. */
export function printableLine(text: string): string {
  return text.replace(/[\t\n\r]/g, " ").replace(UNSAFE, "\ufffd");
}

/** Returns text that others wrote, safe to print, with its lines and tabs. */
export function printableLines(text: string): string {
  return text.replaceAll("\r", " ").replace(UNSAFE, "\ufffd");
}

/** Returns text of a server, shortened and safe to print on one line. */
export function plain(text: string, most: number): string {
  const letters = [...printableLine(text)];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : letters.join("");
}

/** Returns the type of a value, for an error. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  return Symbol.iterator in value ? "an iterable" : "an object";
}

/** Returns a value that is not a secret, for an error. */
export function shown(value: string | number | bigint): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "bigint" ? `${value}n` : String(value);
}
