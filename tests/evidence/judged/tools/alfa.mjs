// Reads states of pages, one a line, and writes what Alfa finds in each: `{name, scheme, width, height, document}` in,
// `{name, rules, found}` out. The document is as Alfa's own script reads it in the browser.
import { createInterface } from "node:readline";
import { Audit, Outcome } from "@siteimprove/alfa-act";
import { Device, Preference, Viewport } from "@siteimprove/alfa-device";
import { Element, Node } from "@siteimprove/alfa-dom";
import { Request, Response } from "@siteimprove/alfa-http";
import { Rules } from "@siteimprove/alfa-rules";
import { Conformance, Criterion } from "@siteimprove/alfa-wcag";
import { Page } from "@siteimprove/alfa-web";

/** All but those that only level AAA of WCAG asks for: good practice and whatever belongs to A or AA. */
const RULES = [...Rules.values()].filter(({ requirements }) => {
  const criteria = [...requirements].filter(Criterion.isCriterion);
  return criteria.length === 0 || criteria.some(Conformance.isAA());
});

const deviceOf = ({ scheme, width, height }) =>
  Device.of(Device.Type.Screen, Viewport.of(width, height), Device.standard().display, Device.standard().scripting, [
    Preference.of("prefers-color-scheme", scheme),
  ]);

/** The target as a reader finds it in the sources: its tag with id and classes. */
function placeOf(target) {
  const element = [target].flat().find(Element.isElement) ?? target.parent?.().getOr(undefined);
  if (!element || !Element.isElement(element)) return "document";
  const id = element.id.map((id) => `#${id}`).getOr("");
  return element.name + id + element.classes.map((each) => `.${each}`).join("");
}

async function judged(state) {
  const device = deviceOf(state);
  const document = Node.from(state.document, device);
  const page = Page.of(Request.empty(), Response.empty(), document, device);
  const outcomes = [...(await Audit.of(page, RULES).evaluate())];
  return outcomes.filter(Outcome.isFailed).map((outcome) => ({
    rule: outcome.rule.uri.split("/").at(-1),
    where: placeOf(outcome.target),
    said: outcome
      .toJSON()
      .expectations.map(([, { error }]) => error?.message ?? "")
      .join(" "),
  }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const state = JSON.parse(line);
  console.log(JSON.stringify({ name: state.name, rules: RULES.length, found: await judged(state) }));
}
