/** The practice's colour, mended so that what is written on it and in it can be read. */

const WHITE = [255, 255, 255];

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

/** Any colour a practice may have: text on it and text in it keep 4.5:1, the latter by growing darker. */
export function paint(colour) {
  const accent = channels(colour);
  if (!accent) return;
  const tint = mix(accent, WHITE, 0.1);
  let ink = accent;
  while (contrast(ink, tint) < 5) ink = mix(ink, [0, 0, 0], 0.92);
  const on = contrast(accent, WHITE) >= 4.5 ? WHITE : contrast(accent, [20, 20, 20]) >= 4.5 ? [20, 20, 20] : [0, 0, 0];
  const style = document.documentElement.style;
  for (const [name, rgb] of Object.entries({ accent, tint, edge: mix(ink, tint, 0.2), ink, on }))
    style.setProperty(`--${name}`, `rgb(${rgb})`);
}
