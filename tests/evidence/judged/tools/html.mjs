// Reads documents by name, `{name: "<!doctype html>..."}`, and writes what html-validate finds in each.
import { text } from "node:stream/consumers";
import { HtmlValidate } from "html-validate";

const judge = new HtmlValidate({ extends: ["html-validate:standard", "html-validate:a11y"] });
const documents = JSON.parse(await text(process.stdin));
const found = {};
for (const [name, document] of Object.entries(documents)) {
  const { results } = await judge.validateString(document, name);
  found[name] = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector, line, column }) => ({ rule: ruleId, said: message, selector, line, column })),
  );
}
console.log(JSON.stringify(found));
