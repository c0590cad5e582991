/** QR codes. */
import { svg } from "./dom.js";

/** A QR code as a picture that can be printed at any size. */
export async function qrCode(text, label) {
  const { default: qrcode } = await import("qrcode-generator");
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const cells = [...Array(size * size).keys()].map((cell) => [cell % size, Math.floor(cell / size)]);
  const dark = cells.filter(([x, y]) => code.isDark(y, x)).map(([x, y]) => `M${x + 4} ${y + 4}h1v1h-1z`);
  const [paper, ink] = [svg("rect", { width: size + 8, height: size + 8, fill: "#fff" }), svg("path", { d: dark.join("") })];
  return svg("svg", { class: "qr", viewBox: `0 0 ${size + 8} ${size + 8}`, role: "img", "aria-label": label }, paper, ink);
}
