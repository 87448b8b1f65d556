// A course's page: how its editions stand is looked up every 30 seconds while someone can see it, what changed is said
// aloud, the address is copied or shared, and on paper everything is open.
// Without this file the page shows how things stood when it was loaded, and a link looks again.

const PAUSE = 30_000;
const list = () => document.getElementById("edities");
const news = document.querySelector("[data-news]");

let asked = Date.now();

function ask() {
  if (document.hidden || !list()) return;
  asked = Date.now();
  htmx.trigger(list(), "look");
}

setInterval(ask, PAUSE);
document.addEventListener("visibilitychange", () => {
  if (Date.now() - asked >= PAUSE) ask();
});

const standing = () =>
  new Map([...list().querySelectorAll("tr[id]")].map((row) => [row.id, row.querySelector("[data-stands]").innerText.trim()]));

let before = new Map();
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target === list()) before = standing();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "edities" || !news) return;
  const changed = [...standing()].filter(([code, words]) => before.get(code) !== words);
  if (changed.length) news.textContent = changed.map(([code, words]) => `${code}: ${words}`).join(". ");
});

// Passing it on

const said = document.querySelector("[data-share-said]");
const address = document.querySelector("#share-address");

document.querySelector("[data-copy]")?.addEventListener("click", async () => {
  address.select();
  try {
    await navigator.clipboard.writeText(address.value);
    said.textContent = said.dataset.copied;
  } catch {
    said.textContent = said.dataset.selected; // not allowed to: the address stays selected, to be copied by hand
  }
});

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => navigator.share({ title: share.dataset.share, url: address.value }).catch(() => {}));
}

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

// On paper

window.addEventListener("beforeprint", () => {
  document.querySelectorAll("main details:not([open])").forEach((one) => {
    one.open = true;
    one.dataset.opened = "";
  });
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll("main details[data-opened]").forEach((one) => {
    one.open = false;
    delete one.dataset.opened;
  });
});
