// Reads mails by name, `{html: {name: "<html>..."}, clients: [...]}`, and writes what doiuse-email finds in each.
import { text } from "node:stream/consumers";
import { doIUseEmail } from "@jsx-email/doiuse-email";

const { html, clients } = JSON.parse(await text(process.stdin));
const found = Object.entries(html).map(([name, mail]) => {
  const { errors = [], warnings } = doIUseEmail(mail, { emailClients: clients });
  return [name, { errors, warnings }];
});
console.log(JSON.stringify(Object.fromEntries(found)));
