// A mail is shown as tall as it is. No script runs inside the frame, so it is measured from here.
const frame = document.querySelector("iframe");

function fit() {
  frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 4}px`;
}

if (frame) {
  frame.addEventListener("load", fit);
  window.addEventListener("resize", fit);
  if (frame.contentDocument?.readyState === "complete") fit();
}
