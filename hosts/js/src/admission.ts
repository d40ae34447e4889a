/** Admits addresses: those on the public internet, and those that are granted. */

import { addressOf, isLoopback, isWithin, type Range, rangeOf, specialKind } from "./address.js";
import { invalid } from "./invalid.js";
import type { Address } from "./ip.js";
import { isLoopback as isLoopbackOrigin, type Origin, originText } from "./origin.js";
import { quoted } from "./text.js";
import type { Denial } from "./wasi/exchange.js";

export class Admission {
  readonly #ranges: readonly Range[];

  /** The granted ranges, such as `10.0.0.0/8`. */
  constructor(allowAddresses: readonly string[]) {
    this.#ranges = allowAddresses.map((text) => {
      const range = rangeOf(text);
      if (typeof range !== "string") return range;
      throw invalid("client", "allowAddresses", `${quoted(text)} is not a range of addresses: ${range}`);
    });
  }

  /** Those of an origin's addresses that may be connected to; why it is denied, if there are some but none may. */
  admit<Found extends { readonly address: string }>(origin: Origin, found: readonly Found[]): Found[] | Denial {
    const loopback = isLoopbackOrigin(origin);
    const admitted = found.filter(({ address }) => this.#admits(loopback, addressOf(address)));
    if (admitted.length > 0 || found.length === 0) return admitted;
    const led = found.map(({ address }) => `${address} (${kindOf(addressOf(address))})`).join(", ");
    const asked = `a connection to ${originText(origin)}`;
    if (loopback) {
      const advice = "Nothing allows this: check what the system resolves that name to.";
      return { asked, reason: `it says that it is loopback, and leads to ${led}`, advice };
    }
    const ranges = found.map(({ address }) => JSON.stringify(address)).join(", ");
    const advice = `To allow it, pass \`allowAddresses: [${ranges}]\` to the client.`;
    return { asked, reason: `it leads to ${led}, which is not granted`, advice };
  }

  #admits(loopback: boolean, address: Address | undefined): boolean {
    if (address === undefined) return false;
    if (loopback) return isLoopback(address);
    return specialKind(address) === undefined || this.#ranges.some((range) => isWithin(address, range));
  }
}

function kindOf(address: Address | undefined): string {
  return (address && specialKind(address)) ?? "global";
}
