/**
 * Customers: one search while typing, and one customer with all that is known. `customers.html#<id>` opens one.
 *
 * What is typed goes into the body of a request, never into an address: names stand in no log.
 */
import { catalogue } from "../../kit/catalogue.js";
import { Words } from "../../kit/days.js";
import { h, redraw } from "../../kit/dom.js";
import { REQUIRED } from "../../kit/flaws.js";
import { Form } from "../../kit/form.js";
import { fullName, nameIn } from "../../kit/names.js";
import { afterPause, button, download, facts, fault, notice, whisper } from "../../kit/pieces.js";
import { LANGUAGES } from "../../kit/texts.js";
import { start } from "../shell/start.js";

const SHORTEST = 2; // letters before a search begins
const FIELDS = ["last_name", "first_name", "email", "phone", "language", "in_writing", "note"];
const NEW = "new";

const staff = await start("customers", { texts: "customers" });
const { t, api } = staff;
const settings = await staff.settings();
const words = new Words(staff.lang, settings.branch.zone);
const resourceName = (id) => settings.resources.find((each) => each.id === id)?.name ?? id;
const templateName = (id) => nameIn(settings.templates.find((each) => each.id === id)?.name ?? {}, staff.lang);
const main = document.getElementById("main");

// ----------------------------------------------------------------------------------------------------------------- search

/**
 * Finds while somebody types. Answers may overtake each other: only that of the last question is drawn.
 * @param {(found: object, q: string) => void} show
 */
function searching(show) {
  let turn = 0;
  const ask = afterPause(async (q) => {
    const mine = ++turn;
    try {
      const found = await api.post("/search", { q });
      if (mine === turn) show(found, q);
    } catch (error) {
      if (mine === turn) show({ trouble: staff.errorText(error) }, q);
    }
  }, 180);
  return (text) => {
    const q = text.trim();
    if (q.length >= SHORTEST) return ask(q);
    turn++; // what is on its way is not wanted any more
    ask.cancel();
    return show(null, q);
  };
}

const contact = ({ phone, email }) => [phone, email].filter(Boolean).join(" · ");

function personRow(person) {
  return h(
    "li",
    {},
    h(
      "a",
      { href: `#${person.id}`, class: "row" },
      h("span", { class: "name" }, fullName(person)),
      h("span", { class: "small" }, contact(person)),
    ),
  );
}

function plannedRow(its) {
  const more = [its.template && templateName(its.template), resourceName(its.resource)].filter(Boolean).join(", ");
  return h(
    "li",
    {},
    h(
      "a",
      { href: `index.html#${its.id}`, class: "row" },
      h("span", { class: "name" }, its.name),
      h("span", { class: "small" }, `${words.moment(its.start)} · ${more}`),
    ),
  );
}

function foundPart(heading, rows) {
  return rows.length > 0 && h("section", {}, h("h2", {}, heading), h("ul", { class: "rows" }, rows));
}

/** Shows in the list who is open. */
function mark() {
  for (const link of results.querySelectorAll("a.row")) {
    if (shown && link.getAttribute("href") === `#${shown.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function showFound(found, q) {
  if (!found) return redraw(results, waiting());
  if (found.trouble) return redraw(results, fault(found.trouble));
  const { customers, appointments, requests } = found;
  const count = customers.length + appointments.length + requests.length;
  whisper(t("found", { count }));
  redraw(
    results,
    count === 0 && h("p", { class: "small" }, t("found_none", { q })),
    foundPart(t("found_customers"), customers.map(personRow)),
    foundPart(t("found_requests"), requests.map(plannedRow)),
    foundPart(t("found_appointments"), appointments.map(plannedRow)),
  );
  return mark();
}

/** Who has asked to be forgotten comes first. */
function waiting() {
  const asked = staff.inbox.entries.filter(({ kind }) => kind === "erasure");
  const row = ({ at, appointment, proved }) => {
    const href = appointment?.customer ? `#${appointment.customer}` : `index.html#${appointment?.id ?? "inbox"}`;
    return h(
      "li",
      {},
      h(
        "a",
        { href, class: "row" },
        h("span", { class: "name" }, appointment?.name ?? t("erasure_unknown")),
        h("span", { class: "small" }, t("erasure_asked", { day: words.date(at) }), !proved && `, ${t("erasure_unproved")}`),
      ),
    );
  };
  return [
    asked.length > 0 &&
      h("section", { class: "erasures" }, h("h2", {}, t("erasures")), h("ul", { class: "rows" }, asked.map(row))),
    h("p", { class: "small" }, t("search_hint")),
  ];
}

/** Down and up go through what was found; up from the first leads back to the search. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [search, ...results.querySelectorAll("a.row")];
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const found = searching(showFound);
const search = h("input", {
  type: "search",
  id: "search",
  autocomplete: "off",
  spellcheck: "false",
  maxlength: 100,
  "aria-describedby": "search-hint",
  oninput: ({ target }) => found(target.value),
});
const results = h("div", { id: "results" });
const detail = h("div", { id: "detail" });

// ----------------------------------------------------------------------------------------------------------- one customer

let shown = null; // a CustomerView
let opened = 0;

function close() {
  shown = null;
  mark();
  redraw(detail, h("p", { class: "small empty" }, t("nothing_open")));
}

async function open(id) {
  const turn = ++opened;
  if (!id) return close();
  if (id === NEW) return edit(null);
  detail.setAttribute("aria-busy", "true");
  try {
    const view = await api.get(`/customers/${encodeURIComponent(id)}`);
    if (turn !== opened) return;
    if (view.id !== id) inAddress(view.id); // it was merged into this one
    show(view);
  } catch (error) {
    if (turn === opened) redraw(detail, fault(error.status === 404 ? t("gone") : staff.errorText(error)));
  }
  detail.removeAttribute("aria-busy");
}

/** @param {object} view a CustomerView */
function show(view, ...first) {
  shown = view;
  const telephone = view.phone && h("a", { href: `tel:${view.phone_link}` }, view.phone);
  redraw(
    detail,
    h("h2", { id: "name", tabindex: "-1" }, fullName(view)),
    ...first,
    view.erasure_asked_at &&
      notice(
        null,
        h("p", {}, t("erasure_note", { day: words.date(view.erasure_asked_at) })),
        !view.erasure_proved && h("p", {}, t("erasure_unproved_note")),
      ),
    facts([
      [t("label_phone"), telephone],
      [t("label_email"), view.email && h("a", { href: `mailto:${view.email}` }, view.email_shown)],
      [
        t("label_language"),
        view.language && (staff.hasText(`language_${view.language}`) ? t(`language_${view.language}`) : view.language),
      ],
      [t("fact_writing"), view.in_writing ? t("yes") : null],
      [t("label_note"), view.note && h("span", { class: "note" }, view.note)],
      [t("fact_since"), words.date(view.made_at)],
    ]),
    h(
      "p",
      { class: "actions" },
      button(t("edit"), () => edit(shown), { class: "quiet", id: "edit" }),
      button(t("merge"), () => merge(shown), { id: "merge" }),
      button(t("export"), () => hand(shown), { id: "export" }),
      staff.admin && button(t("erase"), () => erase(shown), { id: "erase", class: "plain harm" }),
    ),
    appointments(view),
    history(view),
  );
  mark();
}

function appointments(view) {
  const now = Date.now();
  const coming = view.appointments
    .filter(({ end, status }) => Date.parse(end) >= now && catalogue.ahead.includes(status))
    .reverse();
  const others = view.appointments.filter((each) => !coming.includes(each));
  const row = (each) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: `index.html#${each.id}`, class: "row" },
        h("span", { class: "name" }, words.moment(each.start)),
        h(
          "span",
          { class: "small" },
          [each.template && templateName(each.template), resourceName(each.resource)].filter(Boolean).join(", "),
        ),
        h("span", { class: `state ${catalogue.ahead.includes(each.status) ? "on" : ""}` }, t(`status_${each.status}`)),
      ),
    );
  const part = (heading, rows) =>
    rows.length > 0 && h("section", {}, h("h3", {}, heading), h("ul", { class: "rows" }, rows.map(row)));
  if (view.appointments.length === 0) return h("p", { class: "small" }, t("no_appointments"));
  return [part(t("coming"), coming), part(t("earlier"), others)];
}

function history({ history: lines }) {
  const what = (line) => (staff.hasText(`what_${line.what}`) ? t(`what_${line.what}`) : line.what);
  const by = (line) => (staff.hasText(`by_${line.by}`) ? t(`by_${line.by}`) : line.by);
  const field = (name) => (staff.hasText(`label_${name}`) ? t(`label_${name}`) : name);
  const row = (line) =>
    h(
      "li",
      {},
      h("span", { class: "small" }, words.moment(line.at)),
      ` ${what(line)}`,
      line.fields.length > 0 && `: ${line.fields.map(field).join(", ")}`,
      h("span", { class: "small" }, ` · ${by(line)}`),
    );
  return (
    lines.length > 0 &&
    h(
      "details",
      { class: "more" },
      h("summary", {}, t("history", { count: lines.length })),
      h("ul", { class: "history" }, lines.map(row)),
    )
  );
}

/** Shows what an action has made of a customer, and says so. */
function showDone(view, text) {
  show(view);
  staff.announce(text);
  document.getElementById("name").focus();
}

// ------------------------------------------------------------------------------------------------------------------- edit

const EMPTY = { last_name: "", first_name: null, email: null, phone: null, language: null, in_writing: false, note: null };

/** @param {object | null} view what is changed, or null for somebody new */
function edit(view) {
  shown = view;
  const values = view ? Object.fromEntries(FIELDS.map((name) => [name, view[name]])) : { ...EMPTY };
  const form = new Form({ t, values });
  let version = view?.version;
  let sending = false;
  let before = { ...values };

  const draw = (...trouble) =>
    redraw(
      detail,
      h(
        "form",
        { novalidate: true, onsubmit: send, "aria-labelledby": "edit-heading" },
        h("h2", { id: "edit-heading", tabindex: "-1" }, view ? t("edit_heading", { name: fullName(view) }) : t("new_heading")),
        ...trouble,
        form.summary(),
        h(
          "div",
          { class: "fields" },
          form.field("last_name", { maxlength: 100, autocomplete: "off", required: true }),
          form.field("first_name", { maxlength: 100, autocomplete: "off", optional: true }),
          form.field("phone", { kind: "tel", maxlength: 40, autocomplete: "off", optional: true }),
          form.field("email", { kind: "email", maxlength: 254, autocomplete: "off", optional: true }),
          form.choice(
            "language",
            LANGUAGES.map((tag) => [tag, t(`language_${tag}`)]),
            { optional: true, nothing: t("language_unknown") },
          ),
          form.box("in_writing"),
          form.field("note", { kind: "area", maxlength: 1000, optional: true, wide: true, hint: t("hint_note") }),
        ),
        h(
          "p",
          { class: "actions" },
          h("button", { class: "main", id: "keep" }, t("save")),
          button(t("cancel"), () => (view ? show(view) : (location.hash = ""))),
        ),
      ),
    );

  async function send(event) {
    event.preventDefault();
    if (sending) return;
    if (!values.last_name.trim()) return complain({ last_name: REQUIRED });
    sending = true;
    const body = Object.fromEntries(
      FIELDS.filter((name) => values[name] !== null && values[name] !== "").map((name) => [name, values[name]]),
    );
    try {
      const saved = view ? await api.put(`/customers/${view.id}`, { ...body, version }) : await api.post("/customers", body);
      inAddress(saved.id);
      showDone(saved, t("saved"));
    } catch (error) {
      await refused(error);
    } finally {
      sending = false;
    }
  }

  function complain(errors) {
    form.errors = errors;
    draw();
    detail.querySelector("#errors").focus();
  }

  async function refused(error) {
    if (Object.keys(error.codes ?? {}).length > 0) return complain(error.codes);
    form.errors = {};
    const meet = error.code === "changed_meanwhile" ? await theirs() : null;
    draw(meet ?? fault(staff.errorText(error)));
    detail.querySelector(".fault, .notice").focus();
  }

  /** Somebody else has saved: tells what, takes over what only they have changed, keeps what was typed here. */
  async function theirs() {
    let fresh;
    try {
      fresh = await api.get(`/customers/${view.id}`);
    } catch (error) {
      return fault(error.status === 404 ? t("gone") : staff.errorText(error));
    }
    const changed = FIELDS.filter((name) => fresh[name] !== before[name]);
    for (const name of changed) if (values[name] === before[name]) values[name] = fresh[name];
    before = Object.fromEntries(FIELDS.map((name) => [name, fresh[name]]));
    version = fresh.version;
    const shownAs = (value) => (value === true ? t("yes") : value === false ? t("no") : value || t("empty"));
    const line = (field) => h("li", {}, `${t(`label_${field}`)}: ${shownAs(fresh[field])}`);
    return h(
      "div",
      { class: "notice fault", role: "alert", tabindex: "-1" },
      h("h3", {}, t("met_heading")),
      h("p", {}, t("met_lead")),
      h("ul", {}, changed.map(line)),
    );
  }

  draw();
  detail.querySelector(view ? "#edit-heading" : "#last_name").focus();
}

/** The address names who is open, without opening them anew. */
const inAddress = (id) => window.history.replaceState(null, "", id ? `#${id}` : location.pathname);

// ------------------------------------------------------------------------------------------------------------------ merge

/** Two that are one: the other is chosen by a search, then both stand side by side, and one stays. */
function merge(view) {
  const list = h("div", { class: "choices" });
  const pick = (other) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "row", onclick: () => compare(view, other.id) },
        h("span", { class: "name" }, fullName(other)),
        h("span", { class: "small" }, contact(other)),
      ),
    );
  const listed = (answer, q) => {
    const others = (answer?.customers ?? []).filter(({ id }) => id !== view.id);
    redraw(
      list,
      answer?.trouble && fault(answer.trouble),
      q && answer && others.length === 0 && h("p", { class: "small" }, t("found_none", { q })),
      others.length > 0 && h("ul", { class: "rows" }, others.map(pick)),
    );
  };
  const ask = searching(listed);
  const input = h("input", {
    type: "search",
    id: "other",
    autocomplete: "off",
    ".value": view.last_name,
    oninput: ({ target }) => ask(target.value),
  });
  redraw(
    detail,
    h("h2", { id: "merge-heading", tabindex: "-1" }, t("merge_heading", { name: fullName(view) })),
    h("p", { class: "lead" }, t("merge_lead")),
    h("div", { class: "field" }, h("label", { for: "other" }, t("merge_search")), input),
    list,
    h(
      "p",
      { class: "actions" },
      button(t("cancel"), () => show(view)),
    ),
  );
  input.focus();
  input.select();
  ask(view.last_name);
}

async function compare(one, id) {
  let other;
  try {
    other = await api.get(`/customers/${id}`);
  } catch (error) {
    return redraw(detail, fault(staff.errorText(error)));
  }
  const both = [one, other];
  let stays = one;
  const shownAs = (name, value) =>
    name === "language" && value ? t(`language_${value}`) : value === true ? t("yes") : value || "–";
  const row = (name) =>
    h(
      "tr",
      { class: one[name] === other[name] ? null : "differs" },
      h("th", { scope: "row" }, t(`label_${name}`)),
      both.map((each) => h("td", {}, shownAs(name, each[name]))),
    );
  const choose = (each, place) =>
    h(
      "td",
      {},
      h(
        "span",
        { class: "box" },
        h("input", {
          type: "radio",
          name: "stays",
          id: `stays-${place}`,
          ".checked": place === 0,
          onchange: () => (stays = each),
        }),
        h("label", { for: `stays-${place}` }, t("stays")),
      ),
    );
  const act = async () => {
    const gone = both.find((each) => each !== stays);
    try {
      const view = await api.post(`/customers/${stays.id}/merge`, {
        version: stays.version,
        other: gone.id,
        other_version: gone.version,
      });
      inAddress(view.id);
      showDone(view, t("merged"));
      found(search.value);
    } catch (error) {
      redraw(trouble, fault(error.code === "changed_meanwhile" ? t("merge_met") : staff.errorText(error)));
      trouble.firstChild.focus();
    }
  };
  const trouble = h("div");
  redraw(
    detail,
    h("h2", { id: "compare-heading", tabindex: "-1" }, t("compare_heading")),
    h("p", { class: "lead" }, t("compare_lead")),
    trouble,
    h(
      "table",
      { class: "compare" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          both.map((each) => h("th", { scope: "col" }, fullName(each))),
        ),
      ),
      h(
        "tbody",
        {},
        FIELDS.map(row),
        h(
          "tr",
          {},
          h("th", { scope: "row" }, t("fact_appointments")),
          both.map((each) => h("td", {}, String(each.appointments.length))),
        ),
        h("tr", {}, h("th", { scope: "row" }, t("which_stays")), both.map(choose)),
      ),
    ),
    h(
      "p",
      { class: "actions" },
      button(t("merge_do"), act, { class: "main", id: "merge-do" }),
      button(t("cancel"), () => show(one)),
    ),
  );
  document.getElementById("compare-heading").focus();
}

// ------------------------------------------------------------------------------------------------------- export and erase

async function hand(view) {
  try {
    const all = await api.get(`/customers/${view.id}/export`);
    download(`${t("export_file")}-${view.id.slice(0, 8)}.json`, "application/json", JSON.stringify(all, null, 2));
    staff.announce(t("exported"));
  } catch (error) {
    show(view, fault(staff.errorText(error)));
  }
}

async function erase(view) {
  const ahead = view.appointments.some(({ end, status }) => Date.parse(end) >= Date.now() && catalogue.ahead.includes(status));
  if (ahead) {
    show(view, fault(t("erase_ahead")));
    return detail.querySelector(".fault").focus();
  }
  if (
    !(await staff.confirmDialog({
      title: t("erase_heading", { name: fullName(view) }),
      body: t("erase_sure"),
      yes: t("erase_do"),
      danger: true,
    }))
  )
    return;
  try {
    await api.post(`/customers/${view.id}/erase`, { version: view.version });
  } catch (error) {
    const text =
      error.code === "changed_meanwhile" ? t("erase_met") : error.codes?.customer ? t("erase_ahead") : staff.errorText(error);
    show(view, fault(text));
    return detail.querySelector(".fault").focus();
  }
  inAddress(null);
  staff.announce(t("erased"));
  shown = null;
  redraw(detail, notice(null, h("p", {}, t("erased"))));
  found(search.value);
  search.focus();
  staff.inbox.look();
}

// --------------------------------------------------------------------------------------------------------------- the page

const wanted = () => (/^#[A-Za-z0-9_-]+$/.test(location.hash) && location.hash !== "#main" ? location.hash.slice(1) : null);

redraw(
  main,
  h("div", { class: "head" }, h("h1", {}, t("heading")), h("a", { href: `#${NEW}`, class: "as-button", id: "new" }, t("new"))),
  h(
    "div",
    { class: "split", onkeydown: walk },
    h(
      "div",
      { class: "find" },
      h(
        "div",
        { class: "field", role: "search" },
        h("label", { for: "search" }, t("search")),
        h("p", { class: "hint", id: "search-hint" }, t("search_by")),
        search,
      ),
      results,
    ),
    detail,
  ),
);
main.removeAttribute("aria-busy");
found("");
staff.inbox.subscribe(() => search.value.trim().length < SHORTEST && found(""));
addEventListener("hashchange", async () => {
  if (location.hash === "#main") return;
  await open(wanted());
  document.getElementById("name")?.focus();
});
await open(wanted());
if (!wanted()) search.focus();
