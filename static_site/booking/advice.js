/**
 * Which address a mistyped one probably means. A module of its own: only the form needs it.
 *
 * Wrong advice is worse than none: one press on it sends the mail to a stranger. So a known provider under another ending that
 * exists is no slip, and of a short name only a swap of neighbours or a letter too many is one.
 */
const DOMAINS = (
  "gmail.com googlemail.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de arcor.de vodafone.de " +
  "online.de outlook.com outlook.de hotmail.com hotmail.de live.de live.com yahoo.de yahoo.com ymail.com icloud.com me.com " +
  "mac.com aol.com aol.de mail.de mail.com email.de posteo.de mailbox.org proton.me bluewin.ch"
).split(" ");

/** Near to one of these, and none of their slips. */
const OTHERS = "o2mail.de cloud.com poster.de accor.de freinet.de inline.de bluefin.ch webb.de amc.com".split(" ");
/** Endings that exist, beside those of countries, one letter away from one of a provider's, or given by providers too. */
const ENDINGS = "com net org eu info biz dev cam pet bet vet new next nec cat art eat ong med men ceo".split(" ");
/** Endings of countries that none of the providers uses, and many a finger does instead of `com`. */
const CUT_COM = ["co", "cm", "om"];
const ONE_ENDING = ["gmail", "googlemail"];

/** @returns {[string, string]} what stands before the first dot, and the rest */
const parts = (domain) => [domain.split(".")[0], domain.split(".").slice(1).join(".")];
const PROVIDERS = new Map();
for (const [name, ending] of DOMAINS.map(parts)) PROVIDERS.set(name, [...(PROVIDERS.get(name) ?? []), ending]);

/** Edits from one word to the other, a swap of neighbours counted as one. */
function distance(one, other) {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.length][other.length];
}

/** Whether a name with nothing but doubled letters, or letters in another order, is the known one. */
const isJumbled = (name, known) =>
  name.replace(/(.)\1/g, "$1") === known || [...name].sort().join() === [...known].sort().join();

/** How far a name is from a known one; Infinity where it may as well be somebody else's. */
function far(name, known) {
  const edits = distance(name, known);
  if (edits === 0) return 0;
  if (known.length < 5) return edits === 1 && isJumbled(name, known) ? 1 : Infinity;
  return edits <= (known.length < 7 ? 1 : 2) ? edits : Infinity;
}

function isCountry(ending) {
  if (ending === "uk") return true;
  try {
    return Boolean(new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(ending.toUpperCase()));
  } catch {
    return true; // an old browser does not know
  }
}

/** Whether there are addresses that end like this. */
function exists(ending) {
  const last = ending.split(".").pop();
  return ENDINGS.includes(last) || (last.length === 2 && isCountry(last));
}

/** The provider's own ending that another one probably means; undefined where it may be what it says. */
function meantEnding(name, ending) {
  const own = PROVIDERS.get(name);
  if (own.includes(ending) || !ending) return ending || own[0];
  if (ONE_ENDING.includes(name)) return own[0];
  if (own.includes("com") && CUT_COM.includes(ending)) return "com";
  if (exists(ending)) return undefined;
  const [edits, near] = own.map((known) => [distance(ending, known), known]).sort((a, b) => a[0] - b[0])[0];
  return edits <= (near.length > 2 ? 2 : 1) ? near : undefined;
}

/** The known domain that another one probably means; the same where it is known, undefined where nothing is. */
function meantDomain(domain) {
  if (OTHERS.includes(domain)) return undefined;
  const [name, ending] = parts(domain);
  const joined = DOMAINS.find((known) => known.replace(".", "") === domain);
  if (joined) return joined;
  const names = [...PROVIDERS.keys()].map((known) => [far(name, known), known]).sort((a, b) => a[0] - b[0]);
  const [edits, known] = names[0];
  if (edits === Infinity || (edits > 0 && !ending)) return undefined;
  const meant = meantEnding(known, ending);
  return meant && `${known}.${meant}`;
}

/** "anna gmx.de", "anna.web.de", "annaqweb.de" (the @ without its other key) */
function withoutAt(text) {
  const end = DOMAINS.filter((known) => text.toLowerCase().endsWith(known)).sort((a, b) => b.length - a.length)[0];
  const name = end && text.slice(0, -end.length).replace(/[\s.,;(]+((at|ät)[\s)]+)?$|q$/i, "");
  return name && !/\s/.test(name) ? `${name}@${end}` : null;
}

/**
 * @param {string} text what was typed as an e-mail address
 * @returns {string | null} the address that it probably means, where that is another one
 */
export function intended(text) {
  const typed = text.trim();
  const [name, domain, ...more] = typed.split("@");
  if (more.length > 0 || !name) return null;
  if (domain === undefined) return withoutAt(typed);
  const said = domain.trim().toLowerCase().replaceAll(",", ".");
  const meant = said && meantDomain(said.replace(/\.+$/, ""));
  return meant && meant !== domain.toLowerCase() ? `${name.trim()}@${meant}` : null;
}
