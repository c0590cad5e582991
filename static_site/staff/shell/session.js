/**
 * Who is signed in: passwords and codes go to Cognito and become tokens; nothing of ours sees a password.
 *
 * The tokens stand in memory and in this tab's session storage, so they end with the tab. The ID token opens our API for 15
 * minutes; the refresh token, good for a working day, gets the next one.
 *
 * @typedef {{id: string, access: string, refresh: string, until?: number}} Tokens until: milliseconds since 1970
 * @typedef {{next: "password" | "code" | "setup", user: string, session: string, secret?: string, email?: string}} Asked
 * @typedef {{next: "done"} | Asked} Step
 */
import { within } from "../../kit/values.js";
import { PRODUCT } from "./names.js";

const KEPT = "terminwerk-session";
const BACK = "terminwerk-back";
const HOME = "/staff/index.html";
/** What the lock of the pages remembers; signing in opens it. */
export const [LOCKED, TOUCHED] = ["terminwerk-locked", "terminwerk-touched"];
const EARLY = 60_000; // milliseconds before its end that a token is renewed
const ANSWER_WITHIN = 30_000;

/** Cognito's refusals by the text that says them; what is not named here is `sign_fault`. */
const SAID = {
  NotAuthorizedException: "sign_wrong",
  UserNotFoundException: "sign_wrong",
  PasswordResetRequiredException: "sign_reset_required",
  CodeMismatchException: "sign_code_wrong",
  EnableSoftwareTokenMFAException: "sign_code_wrong",
  ExpiredCodeException: "sign_code_old",
  InvalidPasswordException: "sign_password_weak",
  InvalidParameterException: "sign_wrong",
  LimitExceededException: "sign_too_often",
  TooManyRequestsException: "sign_too_often",
  TooManyFailedAttemptsException: "sign_too_often",
};

/** `key` names the text that tells what went wrong. */
export class SignInError extends Error {
  constructor(key, kind = "") {
    super(kind || key);
    this.key = key;
    this.kind = kind;
  }
}

let place; // Cognito's address and our client, asked for once
/** @type {Tokens | null} */
let tokens = read();
let renewing = null;

function read() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT));
    return found?.id ? found : null;
  } catch {
    return null;
  }
}

/** @param {Tokens | null} fresh */
function keep(fresh) {
  tokens = fresh;
  if (fresh) sessionStorage.setItem(KEPT, JSON.stringify(fresh));
  else sessionStorage.removeItem(KEPT);
}

function claims(token) {
  const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** By our own clock where Cognito said how long; a clock that is wrong must not end every session at once. */
const endOf = (/** @type {Tokens} */ { until, id }) => until ?? claims(id).exp * 1000;

async function answerOf(url, options) {
  try {
    return await fetch(url, { credentials: "omit", cache: "no-store", signal: within(ANSWER_WITHIN), ...options });
  } catch {
    throw new SignInError("sign_network");
  }
}

async function whereToAsk() {
  if (!place) {
    const answer = await answerOf("/api/v1/sign-in");
    if (!answer.ok) throw new SignInError("sign_fault");
    place = await answer.json();
  }
  return place;
}

/** One action of Cognito's, without a library: JSON 1.1. */
async function cognito(action, given) {
  const { endpoint } = await whereToAsk();
  const answer = await answerOf(endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify(given),
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  const kind = String(body.__type ?? "")
    .split("#")
    .pop();
  throw new SignInError(SAID[kind] ?? "sign_fault", kind);
}

async function withClient(action, given) {
  const { client } = await whereToAsk();
  return cognito(action, { ClientId: client, ...given });
}

/** What an answer of Cognito's asks next. @returns {Promise<Step>} */
async function step(answer, user) {
  const result = answer.AuthenticationResult;
  if (result) {
    accept(result);
    [LOCKED, TOUCHED].forEach((name) => sessionStorage.removeItem(name));
    return { next: "done" };
  }
  const known = { user: answer.ChallengeParameters?.USER_ID_FOR_SRP ?? user, session: answer.Session };
  switch (answer.ChallengeName) {
    case "NEW_PASSWORD_REQUIRED":
      return { next: "password", ...known, email: JSON.parse(answer.ChallengeParameters?.userAttributes ?? "{}").email ?? "" };
    case "SOFTWARE_TOKEN_MFA":
      return { next: "code", ...known };
    case "MFA_SETUP": {
      const { SecretCode, Session } = await cognito("AssociateSoftwareToken", { Session: known.session });
      return { next: "setup", ...known, session: Session, secret: SecretCode };
    }
    default:
      throw new SignInError("sign_fault", answer.ChallengeName);
  }
}

function accept(result) {
  const refresh = result.RefreshToken ?? tokens?.refresh ?? "";
  const until = Date.now() + (result.ExpiresIn ?? 900) * 1000;
  keep({ id: result.IdToken, access: result.AccessToken, refresh, until });
}

const respond = (name, /** @type {Asked} */ { user, session }, responses) =>
  withClient("RespondToAuthChallenge", {
    ChallengeName: name,
    Session: session,
    ChallengeResponses: { USERNAME: user, ...responses },
  });

const byPassword = (user, password) =>
  withClient("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: user, PASSWORD: password },
  });

// ----------------------------------------------------------------------------------------------------------------- signing in

/** @returns {Promise<Step>} */
export async function signIn(user, password) {
  return step(await byPassword(user, password), user);
}

/** Answers the first-password challenge. @param {Asked} asked @returns {Promise<Step>} */
export async function choosePassword(asked, password) {
  return step(await respond("NEW_PASSWORD_REQUIRED", asked, { NEW_PASSWORD: password }), asked.user);
}

/** Answers the second factor's challenge. @param {Asked} asked @returns {Promise<Step>} */
export async function giveCode(asked, code) {
  return step(await respond("SOFTWARE_TOKEN_MFA", asked, { SOFTWARE_TOKEN_MFA_CODE: code }), asked.user);
}

/** Ends the compulsory set-up with the first code of the app. @param {Asked} asked @returns {Promise<Step>} */
export async function finishSetup(asked, code) {
  const { Session, Status } = await cognito("VerifySoftwareToken", { Session: asked.session, UserCode: code });
  if (Status !== "SUCCESS") throw new SignInError("sign_code_wrong");
  return step(await respond("MFA_SETUP", { ...asked, session: Session }, {}), asked.user);
}

export const forgotPassword = (user) => withClient("ForgotPassword", { Username: user });

export const resetPassword = (user, code, password) =>
  withClient("ConfirmForgotPassword", { Username: user, ConfirmationCode: code, Password: password });

/** The address that an authenticator app reads from a QR code. */
export function authenticatorUrl(user, secret) {
  return `otpauth://totp/${PRODUCT}:${encodeURIComponent(user)}?secret=${secret}&issuer=${PRODUCT}`;
}

// ------------------------------------------------------------------------------------------------------------- being signed in

export const signedIn = () => tokens !== null;

/** The name that was signed in with. */
export const userName = () => String(claims(tokens.id)["cognito:username"] ?? "");

/** An ID token that is good for at least a minute. Throws SignInError where there is none any more. */
export async function idToken() {
  if (!tokens) throw new SignInError("sign_over");
  if (Date.now() > endOf(tokens) - EARLY) await renew();
  return tokens.id;
}

export async function accessToken() {
  await idToken();
  return tokens.access;
}

/** Gets new tokens; whoever asks meanwhile waits for the same ones. */
export function renew() {
  renewing ??= renewOnce().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renewOnce() {
  const given = { AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: tokens?.refresh ?? "" } };
  try {
    accept((await withClient("InitiateAuth", given)).AuthenticationResult);
  } catch (error) {
    if (error.key === "sign_wrong") {
      keep(null);
      throw new SignInError("sign_over");
    }
    throw error;
  }
}

/** Whether it is the password of who is signed in. A second factor is not asked for again: the session was opened with it. */
export async function passwordIsRight(password) {
  try {
    const answer = await byPassword(userName(), password);
    const { RefreshToken } = answer.AuthenticationResult ?? {};
    if (RefreshToken) await withClient("RevokeToken", { Token: RefreshToken }).catch(() => {}); // only the answer was wanted
    return Boolean(RefreshToken) || answer.ChallengeName === "SOFTWARE_TOKEN_MFA";
  } catch (error) {
    if (error.key === "sign_wrong") return false;
    throw error;
  }
}

/** Ends this session, here and at Cognito. */
export async function signOut() {
  const refresh = tokens?.refresh;
  keep(null);
  if (refresh) await withClient("RevokeToken", { Token: refresh }).catch(() => {}); // it ends by itself
  await forget();
}

/** Has the browser forget what these pages keep, also what "Back" would show. */
const forget = () =>
  fetch("/api/v1/sign-out", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => {});

/** Ends all sessions of this user, on every device. */
export async function signOutEverywhere() {
  await cognito("GlobalSignOut", { AccessToken: await accessToken() });
  keep(null);
  await forget();
}

// --------------------------------------------------------------------------------------------------------- one's second factor

const FACTOR = "SOFTWARE_TOKEN_MFA";

export async function hasSecondFactor() {
  const { UserMFASettingList } = await cognito("GetUser", { AccessToken: await accessToken() });
  return Boolean(UserMFASettingList?.includes(FACTOR));
}

/** A new secret for the authenticator app; it counts once a code was given. */
export async function newSecret() {
  const { SecretCode } = await cognito("AssociateSoftwareToken", { AccessToken: await accessToken() });
  return SecretCode;
}

export async function useSecondFactor(code) {
  const AccessToken = await accessToken();
  const { Status } = await cognito("VerifySoftwareToken", { AccessToken, UserCode: code });
  if (Status !== "SUCCESS") throw new SignInError("sign_code_wrong");
  await prefer(AccessToken, true);
}

export async function dropSecondFactor() {
  await prefer(await accessToken(), false);
}

const prefer = (AccessToken, on) =>
  cognito("SetUserMFAPreference", { AccessToken, SoftwareTokenMfaSettings: { Enabled: on, PreferredMfa: on } });

// ----------------------------------------------------------------------------------------------------------------- the way back

/** To the sign-in page, remembering this one with its fragment. Never resolves: the page is left. */
export function leaveToSignIn({ back = true, why = "" } = {}) {
  if (back) sessionStorage.setItem(BACK, location.pathname + location.search + location.hash);
  location.replace(`/staff/sign-in.html${why ? `?why=${why}` : ""}`);
  return new Promise(() => {});
}

/** Where somebody wanted to go who had to sign in first; only ever one of these pages. */
export function wayBack() {
  const back = sessionStorage.getItem(BACK) ?? "";
  sessionStorage.removeItem(BACK);
  return /^\/staff\/(?!sign-in)[\w-]*(\.html)?([?#]|$)/.test(back) ? back : HOME;
}
