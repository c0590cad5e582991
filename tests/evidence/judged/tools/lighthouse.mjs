// Reads pages by name, `{chrome, pages: {name: {url, categories}}}`, and writes what Lighthouse says of each: its scores, and
// the audits that are not passed in full. Of performance it writes the score alone.
import { text } from "node:stream/consumers";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const FLAGS = ["--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const { chrome, pages } = JSON.parse(await text(process.stdin));
const browser = await launch({ chromePath: chrome, chromeFlags: FLAGS, logLevel: "silent" });
const found = {};
try {
  for (const [name, { url, categories }] of Object.entries(pages)) {
    const options = { port: browser.port, logLevel: "silent", onlyCategories: [...categories, "performance"] };
    const { lhr } = await lighthouse(url, options);
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    const asked = Object.values(lhr.categories).filter(({ id }) => id !== "performance");
    const audits = asked.flatMap(({ auditRefs }) => auditRefs.map(({ id }) => lhr.audits[id]));
    found[name] = {
      scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, score])),
      failed: audits.filter(({ score }) => score !== null && score < 1).map(({ id, title }) => ({ id, title })),
    };
  }
} finally {
  await browser.kill();
}
console.log(JSON.stringify(found));
