/** The first steps of a branch, until a customer has come by its link. All of it is read from what is stored: nobody ticks anything. */
import { catalogue } from "../../kit/catalogue.js";
import { h } from "../../kit/dom.js";
import { t } from "../../kit/texts.js";
import { withoutHours } from "./begun.js";
import { standing } from "./links.js";

/**
 * What is known beside the settings; null where it could not be asked for.
 * @typedef {{accesses: Schemas["AccessSetting"][] | null, problems: string[] | null}} Around
 * @typedef {import("../../kit/wire").Schemas} Schemas
 * @typedef {import("./begun.js").Rules & Pick<Schemas["SettingsView"], "employees">} Settings
 * @typedef {"done" | "draft" | "open"} State
 */

/**
 * `home` is the page where it is set, `field` the input among the first steps. What is `optional` keeps no list open.
 * @typedef {{name: string, done: boolean, home: string, field?: string, optional?: boolean}} Step
 */

/** The branch's empty fields that a release asks for. @param {Pick<Settings, "branch">} settings @returns {string[]} */
export const beforeRelease = ({ branch }) => catalogue.before_release.filter((name) => !branch[name].trim());

/** The same with the address, which customers look for. @param {Pick<Settings, "branch">} settings */
export const contactLacking = (settings) => [
  ...(settings.branch.address.trim() ? [] : ["address"]),
  ...beforeRelease(settings),
];

/** The link for the homepage, the newest that opens something. @param {Settings} settings @param {Around} around */
export const linkOf = ({ employees }, { accesses }) =>
  accesses?.find((each) => each.kind === "alias" && standing(each, employees) === "active");

/** @param {Settings} settings @param {Around} around @returns {Step[]} */
export function stepsOf(settings, around) {
  const { branch, resources, templates, employees } = settings;
  const lacking = contactLacking(settings);
  const people = employees.filter((each) => each.account && each.active && !each.technical);
  const used = around.accesses?.some((each) => each.kind === "alias" && each.last_used);
  const done = resources.length > 0;
  return [
    { name: "contact", done: lacking.length === 0, home: "settings.html#branch", field: `branch.${lacking[0]}` },
    { name: "place", done, home: "settings.html#resources", field: "add-place" },
    { name: "hours", done: done && !withoutHours(settings).length, home: "settings.html#hours", field: "first-hours" },
    {
      name: "kind",
      done: templates.some((each) => each.shown === "online" && each.resources.length > 0),
      home: "settings.html#templates",
      field: "first-kind-0",
    },
    { name: "sending", done: around.problems?.length === 0, home: "messages.html#sender" },
    {
      name: "release",
      done: branch.online && resources.some(({ released }) => released),
      home: "settings.html#resources",
      field: "first-release",
    },
    { name: "link", done: Boolean(used), home: "accesses.html", field: "first-link" },
    { name: "staff", done: people.length > 1, home: "settings.html#people/add-employees", optional: true },
  ];
}

/** @param {Step[]} steps */
export const isOver = (steps) => steps.every((each) => each.done || each.optional);

/** Right to the input of what is open. @param {Step} step */
const addressOf = ({ done, home, field }) => (done || !field ? home : `settings.html#first/${field}`);

/**
 * The steps as a list; `draw` brings the states up to date.
 * @param {Step[]} steps
 * @param {{address?: (step: Step) => string, state?: (step: Step) => State, inside?: (step: Step) => any}} [more]
 */
export function stepList(steps, { address = addressOf, state = ({ done }) => (done ? "done" : "open"), inside } = {}) {
  const lines = steps.map((step) => {
    const sign = h("span", { class: "step-state" });
    const title = h("a", { href: address(step) }, t(`first_${step.name}`));
    const help = h("p", { class: "small" }, t(`first_${step.name}_help`));
    return { step, sign, element: h("li", {}, h("p", {}, title, " ", sign), help, inside?.(step)) };
  });
  const draw = () => {
    for (const { step, sign, element } of lines) {
      element.className = state(step);
      sign.textContent = t(`first_is_${state(step)}`);
    }
  };
  draw();
  return {
    element: h(
      "ol",
      { class: "first-steps" },
      lines.map(({ element }) => element),
    ),
    draw,
  };
}

/** @param {import("./start.js").Staff["api"]} api @returns {Promise<Around>} */
export async function lookAround(api) {
  const [{ problems }, { accesses }] = await Promise.all([
    api.get("/sender").catch(() => ({ problems: null })),
    api.get("/accesses").catch(() => ({ accesses: null })),
  ]);
  return { problems, accesses };
}
