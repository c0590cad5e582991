/** Files that a customer's own link opens. */
import { exchange } from "./api.js";
import { h, whisper } from "./dom.js";
import { download } from "./download.js";
import { t } from "./texts.js";

/**
 * What a button does that saves a file.
 * @param {"export" | "calendar.ics"} path
 * @param {() => import("./wire").Headers | Promise<import("./wire").Headers>} prove
 * @param {string} name the key of a text, as is `fault`
 */
export const saving = (path, prove, name, fault) => async (event) => {
  const place = event.currentTarget.parentElement;
  try {
    const file = await exchange("GET", `/appointment/${path}`, { headers: await prove() }, (answer) => answer.blob());
    download(t(name), file.type, file);
  } catch {
    if (!place.querySelector(".error")) place.append(h("span", { class: "error" }, t(fault)));
    whisper(t(fault));
  }
};
