import assert from "node:assert/strict";
import { test } from "node:test";
import { intended } from "../../../static_site/booking/advice.js";

const meant = (given) => Object.fromEntries(given.map((text) => [text, intended(text)]));

test("a slip in the name of a provider is mended", () => {
  assert.deepEqual(meant(["anna@gmial.com", "anna@gmx.ed", "anna@t-onlin.de", "anna@outlok.de"]), {
    "anna@gmial.com": "anna@gmail.com",
    "anna@gmx.ed": "anna@gmx.de",
    "anna@t-onlin.de": "anna@t-online.de",
    "anna@outlok.de": "anna@outlook.de",
  });
});

test("an address without its sign gets it", () => {
  assert.deepEqual(meant(["anna gmx.de", "anna.web.de", "annaqweb.de"]), {
    "anna gmx.de": "anna@gmx.de",
    "anna.web.de": "anna@web.de",
    "annaqweb.de": "anna@web.de",
  });
});

test("an address that may be what it says is left alone", () => {
  const alone = [
    "anna@gmx.de",
    "anna@webb.de",
    "anna@o2mail.de",
    "anna@gmx.fr",
    "anna@praxis-elbufer.de",
    "@gmx.de",
    "a@b@gmx.de",
    "",
  ];
  assert.deepEqual(alone.filter(intended), []);
});
