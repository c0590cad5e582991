/** The second factor. */
import { announce, dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { errorText } from "../../kit/flaws.js";
import { qrCode } from "../../kit/qr.js";
import { t } from "../../kit/texts.js";
import * as session from "./session.js";

/** Switches one's own second factor on or off. */
export async function secondFactor() {
  let on;
  try {
    on = await session.hasSecondFactor();
  } catch (error) {
    announce(errorText(error));
    return;
  }
  const changed = on ? await factorOff() : await factorOn();
  if (changed) announce(t(on ? "factor_is_off" : "factor_is_on"));
}

const factorOff = () =>
  dialog({
    title: t("factor"),
    body: t("factor_on_text"),
    actions: [{ label: t("factor_drop"), kind: "danger", run: () => session.dropSecondFactor() }],
  });

async function factorOn() {
  const secret = await session.newSecret();
  const code = codeField();
  const run = async () => {
    await session.useSecondFactor(code.value.replace(/\s/g, ""));
  };
  return dialog({
    title: t("factor"),
    body: [...(await secretShown(session.userName(), secret)), code],
    actions: [{ label: t("factor_use"), kind: "main", run }],
  });
}

/** How an authenticator app gets to know a secret. */
export async function secretShown(user, secret) {
  return [
    h("p", {}, t("factor_text")),
    await qrCode(session.authenticatorUrl(user, secret), t("factor_qr")),
    h("p", {}, t("factor_secret"), " ", h("code", { class: "secret" }, secret.replace(/(.{4})(?=.)/g, "$1 "))),
  ];
}

export const codeField = () =>
  field({ name: "code", label: t("factor_code"), inputmode: "numeric", autocomplete: "one-time-code", maxlength: 8 });
