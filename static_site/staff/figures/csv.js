/** A table as a file for a spreadsheet: parted by semicolons, marked as UTF-8, no cell read as a formula; as the record's. */
import { download } from "../../kit/download.js";
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";

const plain = new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 4 });

/** A number as the reader's spreadsheet reads it, with a comma where the language has one. @param {number | null} value */
export const number = (value) => (value === null ? "" : plain.format(value));

/** @param {string[][]} rows */
export function csv(rows) {
  const cell = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return `\ufeff${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}

/**
 * A button that keeps a table. @param {string} heading which table it is, for who does not see where the button stands
 * @param {string} name of the file, behind the page's own @param {() => string[][]} rows with the heads
 */
export const csvButton = (heading, name, rows) =>
  h(
    "p",
    { class: "actions" },
    button(
      [t("csv"), h("span", { class: "unseen" }, `: ${heading}`)],
      () => download(`${t("file")}-${name}.csv`, "text/csv;charset=utf-8", csv(rows())),
      { class: "quiet" },
    ),
  );
