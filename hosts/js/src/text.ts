/** Text from outside within a message: on one line, as long as people read, and with nothing that acts on a terminal. */

/** What does not show, or turns the direction of what follows; but for a space. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/gu;

/** A value that was refused, in quotes: what does not show is escaped. */
export function quoted(text: string, most = 60): string {
  const letters = [...text];
  const shown = JSON.stringify(letters.slice(0, most).join("")).replace(UNSEEN, escaped);
  return letters.length > most ? `${shown} and ${letters.length - most} more characters` : shown;
}

/** Words of a server, shortened. */
export function plain(text: string, most: number): string {
  const letters = [...text.replace(UNSEEN, "\ufffd")];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : letters.join("");
}

/** As JSON and JavaScript escape it. */
export function escaped(character: string): string {
  return [...character.split("")].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
