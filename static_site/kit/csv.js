/** A table as a file for a spreadsheet: parted by semicolons, marked as UTF-8, no cell read as a formula; as the record's. */
import { download } from "./download.js";

/** @param {string} name without its ending @param {string[][]} rows with the heads */
export const downloadTable = (name, rows) => download(`${name}.csv`, "text/csv;charset=utf-8", csv(rows));

/** @param {string[][]} rows */
function csv(rows) {
  const cell = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  return `\ufeff${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}
