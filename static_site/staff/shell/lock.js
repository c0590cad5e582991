/** The lock that hides names when nobody has touched the page for a while. */
import { dialog } from "../../kit/dialog.js";
import { h } from "../../kit/dom.js";
import { field } from "../../kit/field.js";
import { t } from "../../kit/texts.js";
import { PRODUCT } from "./names.js";
import * as session from "./session.js";

/** Hides everything after `minutes` without a key or a touch, until the password was given again; also over a reload. */
export function lockAfter(minutes) {
  let locked = false;
  const touched = () => Number(sessionStorage.getItem(session.TOUCHED) ?? Date.now());
  const touch = () => locked || sessionStorage.setItem(session.TOUCHED, String(Date.now()));
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(kind, touch, { passive: true, capture: true });

  async function lock() {
    if (locked) return;
    locked = true;
    sessionStorage.setItem(session.LOCKED, "1");
    const title = document.title;
    document.title = PRODUCT;
    document.body.classList.add("locked");
    const covered = [...document.body.children].filter((each) => each.tagName !== "SCRIPT");
    covered.forEach((each) => each.toggleAttribute("inert", true));
    await unlocked();
    covered.forEach((each) => each.toggleAttribute("inert", false));
    document.body.classList.remove("locked");
    document.title = title;
    sessionStorage.removeItem(session.LOCKED);
    locked = false;
    touch();
  }

  const overdue = () => Date.now() - touched() >= minutes * 60_000;
  if (sessionStorage.getItem(session.LOCKED) || overdue()) lock();
  else touch();
  setInterval(() => overdue() && lock(), 5000);
  return lock;
}

/** Resolves once the password of who is signed in was given. */
async function unlocked() {
  const password = field({
    name: "password",
    label: t("password"),
    type: "password",
    autocomplete: "current-password",
    autofocus: true,
  });
  const open = async () => {
    const right = await session.passwordIsRight(password.value);
    password.value = "";
    password.fail(right ? "" : t("lock_wrong"));
    if (!right) password.control.focus();
    return right;
  };
  const leave = async () => {
    await session.signOut();
    return session.leaveToSignIn();
  };
  const shown = () =>
    dialog({
      title: t("lock_title"),
      kind: "lock",
      body: [h("p", {}, t("lock_text", { user: session.userName() })), password],
      actions: [
        { label: t("lock_open"), kind: "main", run: open },
        { label: t("sign_out"), kind: "quiet", run: leave },
      ],
      setup: (element) => element.addEventListener("cancel", (event) => event.preventDefault()),
    });
  while ((await shown()) !== true); // a browser may close a dialog that asked to stay
}
