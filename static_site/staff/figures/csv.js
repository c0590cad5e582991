/** Figures as a file for a spreadsheet. */
import { downloadTable } from "../../kit/csv.js";
import { h } from "../../kit/dom.js";
import { button } from "../../kit/pieces.js";
import { language, t } from "../../kit/texts.js";

const plain = new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 4 });

/** A number as the reader's spreadsheet reads it, with a comma where the language has one. @param {number | null} value */
export const number = (value) => (value === null ? "" : plain.format(value));

/**
 * A button that keeps a table. @param {string} heading which table it is, for who does not see where the button stands
 * @param {string} name of the file, behind the page's own @param {() => string[][]} rows with the heads
 */
export const csvButton = (heading, name, rows) =>
  h(
    "p",
    { class: "actions" },
    button([t("csv"), h("span", { class: "unseen" }, `: ${heading}`)], () => downloadTable(`${t("file")}-${name}`, rows()), {
      class: "quiet",
    }),
  );
