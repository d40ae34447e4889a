/** Text from outside within a message: short, on one line, and with nothing that acts on a terminal. */

/** What does not show, or turns the direction of what follows; but for a space. */
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
 * A value that was refused, in quotes, with everything but printable ASCII escaped, as in every host: a dash or a space
 * of another kind looks like the one that is wanted. A long one is cut, and `...` follows.
 */
export function quoted(text: string): string {
  const letters = [...text];
  const shown = letters.slice(0, SHOWN).map((letter) => ESCAPES[letter] ?? letter.replace(/[^ -~]/gu, escaped));
  return `"${shown.join("")}"${letters.length > SHOWN ? "..." : ""}`;
}

function escaped(letter: string): string {
  return `\\u{${letter.codePointAt(0)?.toString(16)}}`;
}

/** Words of a server, shortened. */
export function plain(text: string, most: number): string {
  const letters = [...text.replace(UNSEEN, "\ufffd")];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : letters.join("");
}
