// Reads policies by name, `{name: "default-src ..."}`, and writes what csp_evaluator finds in each.
import { text } from "node:stream/consumers";
import evaluator from "csp_evaluator/dist/evaluator.js";
import { Type } from "csp_evaluator/dist/finding.js";
import parser from "csp_evaluator/dist/parser.js";

const policies = JSON.parse(await text(process.stdin));
const found = Object.entries(policies).map(([name, policy]) => [
  name,
  new evaluator.CspEvaluator(new parser.CspParser(policy).csp)
    .evaluate()
    .map(({ type, directive, value, description }) => ({ rule: Type[type], directive, value: value ?? "", said: description })),
]);
console.log(JSON.stringify(Object.fromEntries(found)));
