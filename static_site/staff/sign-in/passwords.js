/**
 * Which passwords are guessed first: common words with digits around them, keys in a row, a piece again and again, and one's
 * own name. Several words in a row, or what a password manager makes, are none of these.
 */

const ENDS = 6; // characters around a word that make it no better: a year, an exclamation mark
const FEW_WORDS = 2;
const WORDS = (
  "passwort password passwd kennwort geheim secret willkommen welcome hallo hello login anmelden admin administrator master " +
  "letmein iloveyou ichliebedich liebe schatz schatzi baby princess prinzessin sunshine sonnenschein monkey dragon football " +
  "fussball baseball superman batman starwars pokemon freedom trustno whatever computer internet test demo temp sommer summer " +
  "winter fruehling frühling herbst spring autumn januar februar maerz märz april juni juli august september oktober november " +
  "dezember january february march june july october december montag dienstag mittwoch donnerstag freitag samstag sonntag " +
  "berlin hamburg muenchen münchen koeln köln deutschland germany praxis termin termine terminwerk arzt doktor patient empfang " +
  "changeme ändermich bitteaendern user guest gast"
).split(" ");
const ROWS = [
  ..."1234567890 qwertzuiopü asdfghjklöä yxcvbnm qwertyuiop zxcvbnm abcdefghijklmnopqrstuvwxyz".split(" "),
  ..."1q2w3e4r5t6z7u8i9o0p 1q2w3e4r5t6y7u8i9o0p 1qay2wsx3edc4rfv5tgb 1qaz2wsx3edc4rfv5tgb qaywsxedcrfvtgb qazwsxedcrfvtgb".split(
    " ",
  ),
];
const RUNS = ROWS.flatMap((row) => [row + row, [...(row + row)].reverse().join("")]);
const LOOKS = { 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s", "!": "i" };

/** Without runs of keys of at least four, and how many these were. */
function withoutRuns(text) {
  let rest = "";
  let count = 0;
  for (let at = 0; at < text.length;) {
    let end = at + 4;
    if (end > text.length || !RUNS.some((run) => run.includes(text.slice(at, end)))) {
      rest += text[at++];
      continue;
    }
    while (end < text.length && RUNS.some((run) => run.includes(text.slice(at, end + 1)))) end += 1;
    count += 1;
    at = end;
  }
  return { rest, count };
}

function isBuiltFrom(words, text) {
  const plain = withoutRuns(text);
  let { rest } = plain;
  let found = 0;
  for (const word of words) {
    found += rest.split(word).length - 1;
    rest = rest.replaceAll(word, "");
  }
  return found + plain.count > 0 && found <= FEW_WORDS && rest.length <= ENDS;
}

/**
 * Whether a password is among those that are tried first.
 * @param {string[]} own what is known of its owner: the name to sign in with, the e-mail address
 */
export function isGuessable(password, own = []) {
  const text = password.toLowerCase();
  const names = own.flatMap((each) => each.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((each) => each.length > 3);
  const words = [...names, ...WORDS].sort((one, other) => other.length - one.length);
  const read = [...text].map((sign) => LOOKS[sign] ?? sign).join("");
  return (
    new Set(text).size < 5 ||
    !/\p{L}/u.test(text) ||
    /^(.{1,8}?)\1+.{0,3}$/u.test(text) ||
    [text, read].some((each) => isBuiltFrom(words, each))
  );
}
