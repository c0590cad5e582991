/** The practice's colour, mended so that what is written on it and in it can be read. */

const WHITE = [255, 255, 255];
const SOFT = [20, 20, 20];
const BLACK = [0, 0, 0];

/**
 * The paper of each scheme, the ground nearest to the text's colour (`--shade` and `--surface` of tokens.css), how much of the
 * accent a tint takes, and how well the accent itself is seen. On light it stays as the practice chose it.
 */
const SCHEMES = {
  light: { paper: [255, 253, 249], ground: [248, 245, 239], towards: BLACK, least: 1, share: 0.1 },
  dark: { paper: [27, 25, 23], ground: [38, 35, 32], towards: WHITE, least: 3, share: 0.25 },
};

function channels(colour) {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(colour ?? "")?.[1];
  if (!digits) return null;
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g);
  return pairs.map((pair) => Number.parseInt(pair, 16));
}

/** WCAG 2.2, relative luminance. */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const mix = (rgb, other, share) => rgb.map((value, index) => Math.round(value * share + other[index] * (1 - share)));

/** Towards another colour, step by step, until it stands out from all of the grounds. */
function mended(rgb, towards, least, grounds) {
  let found = rgb;
  while (grounds.some((ground) => contrast(found, ground) < least)) found = mix(found, towards, 0.92);
  return found;
}

/** Text on the accent and text in it keep 4.5:1 (5, as eyes tire), the latter by growing darker on light and lighter on dark. */
function palette(colour, { paper, ground, towards, least, share }) {
  const accent = mended(colour, towards, least, [paper]);
  const tint = mix(accent, paper, share);
  const ink = mended(accent, towards, 5, [tint, ground]);
  const on = [WHITE, SOFT].find((rgb) => contrast(accent, rgb) >= 4.5) ?? BLACK;
  return { accent, on, ink, tint };
}

/** Both schemes at once: the style sheet chooses, also when the visitor changes the scheme while the page is open. */
export function paint(colour) {
  const rgb = channels(colour);
  if (!rgb) return;
  for (const [scheme, given] of Object.entries(SCHEMES))
    for (const [name, value] of Object.entries(palette(rgb, given)))
      document.documentElement.style.setProperty(`--${scheme}-${name}`, `rgb(${value})`);
}
