/**
 * Messages: those that did not arrive, and sending them again; for admins also whether sending works, and a message to try it.
 *
 * @typedef {import("../../kit/wire").Schemas} Schemas
 * @typedef {Schemas["TroubleView"]} Trouble
 */
import { announce } from "../../kit/dialog.js";
import { h, redraw, whisper } from "../../kit/dom.js";
import { errorText } from "../../kit/flaws.js";
import { button, facts, fault, notice, present, selection } from "../../kit/pieces.js";
import { numberText, t } from "../../kit/texts.js";
import { start } from "../shell/start.js";
import { whyText } from "../shell/words.js";

const staff = await start("messages", { texts: "messages" });
const { api } = staff;
const main = document.getElementById("main");
const settings = await staff.settings();

const again = () =>
  h(
    "p",
    {},
    button(t("again"), () => location.reload(), { class: "quiet" }),
  );

// ------------------------------------------------------------------------------------------------- what did not arrive

const list = h("div", { id: "troubles", "aria-busy": "true" });
const heading = h("h2", { id: "troubles-heading", tabindex: "-1" }, t("troubles_heading"));
const trouble = h("div");

/** Whom a message is for and which appointment: a link to it. @param {Trouble} message */
function about({ appointment, to }) {
  const who = to === "branch" ? settings.branch.name : appointment?.name || t("nobody");
  if (!appointment) return who;
  return [
    h("a", { href: `index.html#${appointment.id}` }, who),
    h("span", { class: "small block" }, staff.moment(appointment.start)),
  ];
}

/** @param {Trouble} message */
function action(message) {
  if (message.again !== "may") return h("p", { class: "small" }, t(`again_${message.again}`));
  const name = t("send_again_named", { kind: t(`kind_${message.kind}`), who: message.appointment?.name ?? "" });
  return button(t("send_again"), () => send(message), { class: "quiet", "aria-label": name });
}

/** @param {Trouble} message */
const item = (message) =>
  h(
    "li",
    {},
    h("p", { class: "whom" }, about(message)),
    h(
      "p",
      {},
      t(`kind_${message.kind}`),
      h("span", { class: "small block" }, t("since", { channel: t(`tell_${message.channel}`), at: staff.moment(message.at) })),
    ),
    h(
      "p",
      {},
      h("strong", { class: "block" }, t(`message_${message.state}`)),
      message.failure && h("span", { class: "small" }, whyText(message.failure)),
    ),
    h("div", { class: "ends" }, action(message)),
  );

/** @param {Schemas["TroublesView"]} view */
function draw({ messages }) {
  redraw(
    list,
    messages.length === 0 ? h("p", { class: "small" }, t("none")) : h("ul", { class: "troubles" }, messages.map(item)),
  );
  list.removeAttribute("aria-busy");
}

/** @param {Trouble} message */
async function send(message) {
  list.setAttribute("aria-busy", "true");
  redraw(trouble);
  try {
    draw(await api.post(`/appointments/${message.appointment.id}/messages/${message.id}/again`));
    announce(t("sent_again"));
    staff.inbox.look();
    heading.focus();
  } catch (error) {
    await load();
    present(trouble, fault(error.code === "invalid" ? t("cannot_again") : errorText(error)));
  }
}

async function load() {
  try {
    const view = await api.get("/messages");
    draw(view);
    whisper(t("shown", { count: view.messages.length }));
  } catch (error) {
    redraw(list, fault(errorText(error)), again());
    list.removeAttribute("aria-busy");
  }
}

// -------------------------------------------------------------------------------------------------- whether sending works

const state = h("div", { id: "sender-state", "aria-busy": "true" });
const outcome = h("div");

async function loadSender() {
  try {
    drawSender(await api.get("/sender"));
  } catch (error) {
    redraw(state, fault(errorText(error)), again());
  }
  state.removeAttribute("aria-busy");
}

/** @param {Schemas["SenderView"]} view */
function drawSender(view) {
  const said = (value) => (value === null ? t("not_said") : t(value ? "yes" : "no"));
  const line = (problem) => h("li", {}, t(`sender_${problem}`));
  const share = view.bounces === null ? null : `${numberText(view.bounces * 100, 1)} %`;
  redraw(
    state,
    view.problems.length > 0
      ? h("div", { class: "notice fault" }, h("h3", {}, t("sender_trouble")), h("ul", {}, view.problems.map(line)))
      : notice(null, h("p", {}, t("sender_well"))),
    facts([
      [t("fact_address"), view.address],
      [t("fact_verified"), said(view.verified)],
      [t("fact_production"), said(view.production)],
      [
        t("fact_quota"),
        view.quota === null ? null : t("of_quota", { sent: numberText(view.sent ?? 0), quota: numberText(view.quota) }),
      ],
      [t("fact_bounces"), share],
    ]),
  );
}

/** The branch's own address first, then those of whoever works here. */
function addresses() {
  const known = [settings.branch.email, ...settings.employees.filter((each) => each.active).map((each) => each.email)];
  return [...new Set(known.filter(Boolean))];
}

function testForm() {
  const known = addresses();
  if (known.length === 0) return h("p", { class: "small" }, t("test_no_address"));
  const choice = selection(
    "test-to",
    t("test_to"),
    known.map((address) => [address, address]),
  );
  let busy = false;
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    redraw(outcome);
    try {
      const { to, failure } = await api.post("/sender/test", { to: choice.querySelector("select").value });
      const done = () => h("div", { class: "notice done", role: "status", tabindex: "-1" }, h("p", {}, t("test_sent", { to })));
      present(outcome, failure ? fault(t("test_failed", { why: whyText(failure) })) : done());
    } catch (error) {
      present(outcome, fault(errorText(error)));
    } finally {
      busy = false;
    }
  };
  return h(
    "form",
    { class: "adder", onsubmit: submit },
    choice,
    h("button", { type: "submit", class: "quiet", id: "test" }, t("test")),
  );
}

const sender = staff.admin && [
  h("section", { class: "list-part", id: "sender" }, h("h2", {}, t("sender_heading")), state),
  h(
    "section",
    { class: "list-part" },
    h("h2", {}, t("test_heading")),
    h("p", { class: "small" }, t("test_lead")),
    testForm(),
    outcome,
  ),
];

redraw(
  main,
  h("h1", {}, t("heading")),
  h("p", { class: "lead" }, t("lead")),
  h("section", { id: "undelivered" }, heading, trouble, list),
  sender,
);
main.removeAttribute("aria-busy");
await Promise.all([load(), staff.admin && loadSender()]);
if (location.hash === "#sender") document.getElementById("sender")?.scrollIntoView();
