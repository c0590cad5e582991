/**
 * Signing in, one question at a time: name and password, then, where Cognito asks for it, a new password, the code of the
 * authenticator app or setting that app up. Then back to the page that somebody wanted.
 */
import { errorSummary } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { REQUIRED, errorText, flawText } from "../../kit/flaws.js";
import { t } from "../../kit/texts.js";
import { codeField, secretShown } from "../shell/factor.js";
import { languageButtons, speak } from "../shell/language.js";
import { PRODUCT } from "../shell/names.js";
import { isGuessable } from "./passwords.js";
import * as session from "../shell/session.js";

const SHORTEST = 12; // characters; the pool's policy (infra/templates/data.py)
const main = document.getElementById("main");

/** Shows one step. `run` is asked with the fields' values; what it throws is shown and the step stays. */
function ask({ heading, lead = "", before = [], fields, label, run, others = [] }) {
  const summary = errorSummary();
  const button = h("button", { type: "submit", class: "main" }, label);
  const send = async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    const empty = fields.filter((each) => !each.value.trim());
    fields.forEach((each) => each.fail(empty.includes(each) ? flawText(REQUIRED) : ""));
    if (empty.length) return empty[0].control.focus();
    button.setAttribute("aria-busy", "true");
    summary.clear();
    try {
      await run(Object.fromEntries(fields.map((each) => [each.name, each.value])), fields);
    } catch (error) {
      summary.show(errorText(error));
    }
    button.removeAttribute("aria-busy");
  };
  const title = h("h1", { tabindex: "-1" }, heading);
  main.replaceChildren(
    h("header", {}, h("p", { class: "product" }, PRODUCT), h("div", {}, languageButtons())),
    title,
    ...(lead ? [h("p", { class: "lead" }, lead)] : []),
    h("form", { novalidate: true, onsubmit: send }, summary, before, fields, h("div", { class: "actions" }, button, others)),
  );
  main.removeAttribute("aria-busy");
  document.title = `${heading} – ${PRODUCT}`;
  (fields[0]?.control ?? title).focus();
}

const plain = (key, onclick) => h("button", { type: "button", class: "plain", onclick }, t(key));
const newPassword = () =>
  field({
    name: "password",
    label: t("new_password"),
    hint: t("new_password_hint", { count: SHORTEST }),
    type: "password",
    autocomplete: "new-password",
  });
const checked = (password, ...own) => {
  if (password.length < SHORTEST) throw new session.SignInError("sign_password_weak");
  if (isGuessable(password, own)) throw new session.SignInError("sign_password_guessed");
  return password;
};
const digits = (code) => code.replace(/\s/g, "");

/** @param {session.Step} step */
async function follow(step) {
  if (step.next === "done") location.replace(session.wayBack());
  else await { password: askPassword, code: askCode, setup: askSetup }[step.next](step);
}

function askName(lead = "") {
  ask({
    heading: t("sign_in"),
    lead,
    fields: [
      field({ name: "user", label: t("user_name"), autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
      field({ name: "password", label: t("password"), type: "password", autocomplete: "current-password" }),
    ],
    label: t("sign_in"),
    others: [plain("forgot", askWhoForgot)],
    run: async ({ user, password }) => {
      try {
        await follow(await session.signIn(user.trim(), password));
      } catch (error) {
        if (error.key !== "sign_reset_required") throw error;
        askReset(user.trim(), t("sign_reset_required"));
      }
    },
  });
}

function askPassword(step) {
  ask({
    heading: t("first_password"),
    lead: t("first_password_text"),
    fields: [newPassword()],
    label: t("save"),
    run: async ({ password }) => follow(await session.choosePassword(step, checked(password, step.user, step.email))),
  });
}

/** A code that was wrong may have used up the challenge: then it is asked for from the start. */
async function orAnew(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.kind !== "NotAuthorizedException") throw error;
    askName(t("sign_again"));
    return null;
  }
}

function askCode(step) {
  ask({
    heading: t("factor"),
    lead: t("factor_code_text"),
    fields: [codeField()],
    label: t("sign_in"),
    others: [plain("back", () => askName())],
    run: async ({ code }) => {
      const next = await orAnew(session.giveCode(step, digits(code)));
      if (next) await follow(next);
    },
  });
}

async function askSetup(step) {
  ask({
    heading: t("factor_setup"),
    lead: t("factor_setup_text"),
    before: await secretShown(step.user, step.secret),
    fields: [codeField()],
    label: t("factor_use"),
    run: async ({ code }) => {
      const next = await orAnew(session.finishSetup(step, digits(code)));
      if (next) await follow(next);
    },
  });
}

function askWhoForgot() {
  ask({
    heading: t("forgot"),
    lead: t("forgot_text"),
    fields: [field({ name: "user", label: t("user_name"), autocomplete: "username", autocapitalize: "none" })],
    label: t("forgot_send"),
    others: [plain("back", () => askName())],
    run: async ({ user }) => {
      await session.forgotPassword(user.trim());
      askReset(user.trim(), t("forgot_sent"));
    },
  });
}

function askReset(user, lead) {
  ask({
    heading: t("reset"),
    lead,
    fields: [
      field({ name: "code", label: t("reset_code"), inputmode: "numeric", autocomplete: "one-time-code" }),
      newPassword(),
    ],
    label: t("save"),
    others: [plain("back", () => askName())],
    run: async ({ code, password }) => {
      await session.resetPassword(user, digits(code), checked(password, user));
      askName(t("reset_done"));
    },
  });
}

await speak();
const why = new URLSearchParams(location.search).get("why");
askName({ over: t("why_over"), out: t("why_out") }[why]);
