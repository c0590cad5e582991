/** Somebody is ill: a time is closed, and each appointment in it is kept, moved or cancelled, in one action. */
import { h } from "../../kit/dom.js";
import { field, newId } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { statusBadge } from "./appointment.js";
import { spanFields } from "./making.js";
import { detailsOf, tellChoice } from "./telling.js";
import { carriersOf, secondsOf, whoOf } from "../shell/words.js";

const KEEP = "keep";
const CANCEL = "cancel";
const WAYS = ["email", "sms", "phone"];

/**
 * @param {{resource?: string, date?: string, start?: string, end?: string, changed: () => void}} given walls, where a time was pointed
 *   at; else the whole of `date`, the day on screen
 */
export async function closeTime(staff, names, { resource, date = staff.today(), start, end, changed }) {
  const day = start?.slice(0, 10) ?? date;
  const given = { start: start ?? `${day}T00:00`, end: end ?? `${day}T23:55`, allDay: !start };
  const options = names.resources.map(({ id, name }) => [id, name]);
  const where = field({
    name: "resource",
    label: t("ill_resource"),
    type: "select",
    options,
    value: resource ?? options[0]?.[0],
  });
  const span = spanFields(staff, given);
  const asked = () => ({ resource: where.value, ...span.span() });
  const found = await staff.dialog({
    title: t("ill"),
    body: [h("p", {}, t("ill_text")), where, span],
    actions: [{ label: t("ill_show"), kind: "main", run: () => affected(staff, asked()) }],
  });
  if (!found) return;
  const done = await settle(staff, names, found);
  if (!done) return;
  changed();
  await outcomes(staff, names, done);
}

/** The appointments in that time, with how each customer can be reached. */
async function affected(staff, closing) {
  const { appointments } = await staff.api.post("/closings", closing);
  const details = await detailsOf(
    staff,
    appointments.map(({ appointment }) => appointment),
  );
  return { closing, details: appointments.map(({ appointment }) => details.get(appointment.id)) };
}

/** As was chosen, or by a call where that does not reach somebody. */
function tellOf({ reachable }, tell) {
  if (!tell || !reachable.length) return undefined;
  return reachable.includes(tell.channel) ? tell : { ...tell, channel: reachable.includes("phone") ? "phone" : reachable[0] };
}

/** Asks what becomes of each appointment, and sends it all at once. */
function settle(staff, names, { closing, details }) {
  const others = names.resources.filter(({ id }) => id !== closing.resource);
  const optionsOf = (resources) => [
    [KEEP, t("ill_keep")],
    [CANCEL, t("ill_cancel")],
    ...resources.map(({ id, name }) => [id, t("ill_move", { name })]),
  ];
  /** Who can take over what: where somebody else was to come beside, that is who comes instead. */
  const ableOf = ({ template, second, resource }) =>
    second === closing.resource
      ? secondsOf(names, template, resource).filter(({ id }) => id !== closing.resource)
      : carriersOf(names, template).filter(({ id }) => id !== closing.resource);
  const choices = new Map();
  const row = (detail) => {
    const { appointment, reachable } = detail;
    const id = newId("becomes");
    const label = h("label", { for: id, class: "unseen" }, t("ill_becomes", { name: whoOf(appointment) }));
    const choice = h(
      "select",
      { id },
      optionsOf(ableOf(appointment)).map(([value, text]) => h("option", { value }, text)),
    );
    choice.value = CANCEL;
    choices.set(detail, choice);
    return h(
      "tr",
      {},
      h("td", {}, staff.range(appointment.start, appointment.end)),
      h("td", {}, h("strong", {}, whoOf(appointment)), h("br"), statusBadge(appointment)),
      h(
        "td",
        { class: "small" },
        appointment.type === "blocked" ? "" : reachable.map((each) => t(`tell_${each}`)).join(", ") || t("ill_unreachable"),
      ),
      h("td", {}, label, choice),
    );
  };
  const all = field({
    name: "all",
    label: t("ill_all"),
    type: "select",
    options: [["", t("ill_each")], ...optionsOf(others)],
    value: "",
  });
  all.control.addEventListener("change", () => {
    for (const choice of choices.values())
      if ([...choice.options].some(({ value }) => value === all.value)) choice.value = all.value;
  });
  const example =
    details.find(({ reachable }) => reachable.includes("email")) ?? details.find(({ reachable }) => reachable.length);
  const telling = example && tellChoice(staff, example, { what: "cancelled", reachable: WAYS, label: t("ill_tell") });
  const run = () => {
    const answers = [...choices].map(([detail, choice]) =>
      verdict(detail.appointment, choice.value, tellOf(detail, telling?.value)),
    );
    return staff.api.post("/closings", { ...closing, answers });
  };
  const heads = ["time", "label_name", "ill_reachable", "ill_what"].map((key) => h("th", { scope: "col" }, t(key)));
  const table = h("table", { class: "outcomes" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, details.map(row)));
  const some = details.length > 0;
  return staff.dialog({
    title: t("ill"),
    kind: "wide",
    body: [
      h(
        "p",
        {},
        t("ill_closes", {
          name: names.resource(closing.resource),
          range: `${staff.moment(closing.start)} – ${staff.moment(closing.end)}`,
        }),
      ),
      h("p", { class: some ? "notice" : "" }, t("ill_found", { count: details.length })),
      ...(some
        ? [all, table, telling, telling && h("p", { class: "hint" }, t("ill_tell_hint", { name: whoOf(example.appointment) }))]
        : []),
    ],
    actions: [
      { label: t("ill_do"), kind: "main", run },
      { label: t("back"), kind: "quiet", value: null },
    ],
  });
}

function verdict({ id, version, type }, choice, tell) {
  if (choice === KEEP) return { do: KEEP, id };
  const told = type === "blocked" ? {} : { tell };
  return choice === CANCEL ? { do: CANCEL, id, version, ...told } : { do: "move", id, version, resource: choice, ...told };
}

function outcomes(staff, names, { appointments }) {
  const row = ({ appointment, outcome }) =>
    h(
      "tr",
      {},
      h("td", {}, staff.range(appointment.start, appointment.end)),
      h("td", {}, h("strong", {}, whoOf(appointment))),
      h("td", {}, staff.hasText(`ill_${outcome}`) ? t(`ill_${outcome}`) : t("ill_failed", { why: t(`code_${outcome}`) })),
    );
  return staff.dialog({
    title: t("ill_done"),
    body: appointments.length
      ? h("table", { class: "outcomes" }, h("tbody", {}, appointments.map(row)))
      : t("ill_closed", { count: 0 }),
    actions: [{ label: t("close"), kind: "main" }],
  });
}
