/**
 * Proof of work by ALTCHA's protocol, version 1: find the number with SHA-256(salt + number) = challenge.
 *
 * Fetched by the booking page while a customer types, and by its own worker. Plain JavaScript: for messages this short it is
 * quicker than `crypto.subtle`, which answers each hash with a promise and does not exist on plain http.
 *
 * @typedef {import("../kit/wire").Schemas["ChallengeView"]} Challenge
 * @typedef {Pick<Challenge, "challenge" | "salt" | "maxnumber">} Puzzle
 */

const SLICE = 12; // milliseconds of work before the page may draw and listen again
const LOOK = 64; // numbers between two looks at the clock
const MARGIN = 5 * 60_000; // milliseconds before a challenge expires from which on it is renewed
const LASTS = 60 * 60_000; // milliseconds that a challenge is trusted for where it does not say

// ----------------------------------------------------------------------------------------------------------------- SHA-256

const PRIMES = Array.from({ length: 310 }, (_, index) => index + 2).filter((number) => {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
});

/** The first 32 bits of a root's fraction (FIPS 180-4, 4.2.2 and 5.3.3). None lies nearer than 2^-10 to the next. */
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
const ROUNDS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

const schedule = new Int32Array(64);

/** One block of 64 bytes. @param {Int32Array} state eight words, changed  @param {DataView} view  @param {number} at */
function compress(state, view, at) {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  const words = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] += words[i];
}

// ------------------------------------------------------------------------------------------------------------------ search

/** The search for a challenge's number. Whole blocks of the salt are hashed once, so that a number costs one block mostly. */
export class Search {
  /** @param {Puzzle} puzzle */
  constructor({ salt, challenge, maxnumber }) {
    const bytes = new TextEncoder().encode(salt);
    this.before = bytes.length - (bytes.length % 64);
    this.tail = bytes.length % 64;
    this.salted = START.slice();
    const whole = new DataView(bytes.buffer);
    for (let at = 0; at < this.before; at += 64) compress(this.salted, whole, at);
    this.bytes = new Uint8Array(128); // rest of the salt, number, padding: one block or two
    this.bytes.set(bytes.subarray(this.before));
    this.view = new DataView(this.bytes.buffer);
    this.state = new Int32Array(8);
    this.wanted = Int32Array.from(challenge.match(/.{8}/g), (word) => Number.parseInt(word, 16));
    this.last = maxnumber;
    this.next = 0;
  }

  /** @param {string} text ASCII, up to 50 characters  @returns {Int32Array} SHA-256 of salt and text; overwritten by the next */
  hash(text) {
    const end = this.tail + text.length;
    for (let i = 0; i < text.length; i++) this.bytes[this.tail + i] = text.charCodeAt(i);
    this.bytes[end] = 0x80;
    this.bytes.fill(0, end + 1);
    const size = end < 56 ? 64 : 128;
    this.view.setUint32(size - 4, (this.before + end) * 8);
    this.state.set(this.salted);
    for (let at = 0; at < size; at += 64) compress(this.state, this.view, at);
    return this.state;
  }

  /**
   * @param {number} [until] by `performance.now()`
   * @returns {number | undefined} undefined where the time was over first; -1 where no number fits
   */
  run(until = Infinity) {
    while (this.next <= this.last) {
      const number = this.next++;
      const found = this.hash(String(number));
      if (found[0] === this.wanted[0] && found.every((word, index) => word === this.wanted[index])) return number;
      if (number % LOOK === 0 && performance.now() > until) return undefined;
    }
    return -1;
  }
}

/** @param {Puzzle} challenge */
function inWorker(challenge) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("proof-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault(); // the slices do it instead
      worker.terminate();
      reject(new Error("no worker"));
    };
    worker.postMessage(challenge);
  });
}

/** On the page's own thread, which draws and listens in between. @param {Puzzle} challenge */
async function inSlices(challenge) {
  const search = new Search(challenge);
  for (;;) {
    const number = search.run(performance.now() + SLICE);
    if (number !== undefined) return number;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** @param {Challenge} challenge  @returns {Promise<string>} what the API takes as `proof` */
async function solve({ algorithm, challenge, salt, maxnumber, signature }) {
  if (algorithm !== "SHA-256") throw new Error("unknown algorithm");
  const asked = { challenge, salt, maxnumber };
  const number = await inWorker(asked).catch(() => inSlices(asked));
  if (number < 0) throw new Error("no number fits");
  return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
}

// ------------------------------------------------------------------------------------------------------------------- prover

/** Keeps one proof ready. */
export class Prover {
  /** @param {() => Promise<{challenge: Challenge, now: number}>} fetchChallenge `now`: the server's clock, ms; NaN if untold */
  constructor(fetchChallenge) {
    this.fetchChallenge = fetchChallenge;
    this.until = 0;
  }

  /** The proof that is ready or under way; a new one where there is none or it is about to expire. Rejects if it cannot be made. */
  proof() {
    if (!this.made || Date.now() >= this.until) {
      this.until = Infinity;
      this.made = this.make();
      this.made.catch(() => this.drop()); // whoever asks next begins anew
    }
    return this.made;
  }

  /** The proof was used, or refused. */
  drop() {
    this.made = null;
  }

  async make() {
    const { challenge, now } = await this.fetchChallenge();
    const expires = Number(/[?&]expires=(\d+)/.exec(challenge.salt)?.[1]) * 1000;
    this.until = Date.now() + (expires - now || LASTS) - MARGIN; // counted from now on: this device's clock may be wrong
    return solve(challenge);
  }
}
