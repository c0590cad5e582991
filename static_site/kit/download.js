/** A file to keep; a module of its own, since no first view needs it. */
import { h } from "./dom.js";

/** Gives a file to keep. The name holds nothing personal: it stays behind in the list of downloads. */
export function download(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
