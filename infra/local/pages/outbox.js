// Puts new mails on top without touching what is there, so that focus and selection stay where they are.
const EVERY = 2000;
const list = document.querySelector("#mails");

async function fetchList() {
  const answer = await fetch(location.href, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("#mails");
}

function update(fresh) {
  const kept = new Set([...fresh.children].map((item) => item.id));
  for (const item of [...list.children]) if (!kept.has(item.id)) item.remove();
  for (const item of [...fresh.children].reverse()) if (!document.getElementById(item.id)) list.prepend(item);
}

async function look() {
  try {
    if (!document.hidden) update(await fetchList());
  } catch {
    // The local run has ended; what is shown stays, and it may come back.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
