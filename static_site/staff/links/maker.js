/** The form for a new access. Its address comes with the answer and stands below. */
import { catalogue } from "../../kit/catalogue.js";
import { announce } from "../../kit/dialog.js";
import { h, redraw } from "../../kit/dom.js";
import { REQUIRED, errorText } from "../../kit/flaws.js";
import { Form } from "../../kit/form.js";
import { fault, notice } from "../../kit/pieces.js";
import { t } from "../../kit/texts.js";
import { settings, staff } from "./branch.js";
import { addressOf } from "./address.js";

/** @typedef {import("./branch.js").Access} Access */

let made = /** @type {Access} */ (null); // the one that was just made, also where the page is drawn anew

const choicesOf = (list) => list.map(({ id, name }) => [id, name]);

/** @param {Access[]} accesses @param {(accesses: Access[]) => void} changed */
export function maker(accesses, changed) {
  const machines = settings.employees.filter((each) => each.technical && each.account && each.active);
  if (machines.length === 0) return h("div", { class: "maker" }, h("h3", {}, t("new_heading")), nobody(), madeNote());
  const values = /** @type {import("./branch.js").Schemas["AccessRequest"]} */ ({
    kind: "alias",
    label: "",
    employee: machines[0].id,
    resource: settings.resources[0]?.id ?? null,
  });
  const box = h("div", { class: "maker" });
  const form = new Form({
    t,
    values,
    prefix: "new-",
    changed: (path) => path === "kind" && draw(), // a calendar has a resource
    rules: (name) => ({ most: catalogue.lengths.access[name] }),
  });
  let sending = false;

  async function make(event) {
    event.preventDefault();
    if (sending) return;
    if (!values.label.trim()) return complain({ label: REQUIRED });
    sending = true;
    const { kind, label, employee, resource } = values;
    try {
      const body = { kind, label: label.trim(), employee, ...(kind === "calendar" && { resource }) };
      const answer = await staff.api.post("/accesses", body);
      made = answer.accesses.find(({ id }) => !accesses.some((each) => each.id === id));
      changed(answer.accesses);
      announce(t("made", { name: made.label }));
      document.getElementById("made").focus();
    } catch (error) {
      if (Object.keys(error.codes ?? {}).length > 0) complain(error.codes);
      else draw(fault(errorText(error)));
    } finally {
      sending = false;
    }
  }

  function complain(errors) {
    form.errors = errors;
    draw();
    document.getElementById("new-errors").focus();
  }

  /** @param {HTMLElement} [trouble] */
  function draw(trouble) {
    redraw(box, h("h3", {}, t("new_heading")), trouble, inputs(form, machines, make), madeNote());
    trouble?.focus();
  }

  draw();
  return box;
}

const nobody = () =>
  notice(null, h("p", {}, t("new_nobody"), " ", h("a", { href: "settings.html#people/add-technical" }, t("new_nobody_link"))));

const madeNote = () =>
  made &&
  h(
    "div",
    { class: "notice", id: "made", tabindex: "-1" },
    h("h4", {}, t("made", { name: made.label })),
    ...addressOf("made-url", made),
  );

/**
 * @param {Form} form
 * @param {import("./branch.js").Schemas["EmployeeView"][]} machines
 * @param {(event: Event) => void} onsubmit
 */
const inputs = (form, machines, onsubmit) =>
  h(
    "form",
    { novalidate: true, onsubmit },
    form.summary({ level: "h4" }),
    h(
      "div",
      { class: "fields" },
      form.one(
        "kind",
        ["alias", "calendar"].map((kind) => [kind, t(`kind_${kind}_long`)]),
      ),
      form.field("label", { hint: t("hint_label") }),
      form.choice("employee", choicesOf(machines), { hint: t("hint_employee") }),
      form.values.kind === "calendar" && form.choice("resource", choicesOf(settings.resources)),
    ),
    h("p", {}, h("button", { type: "submit", class: "main", id: "make" }, t("make"))),
  );
