// Courses ticked for comparing stay ticked when the list changes, for as long as the tab is open. Without this file
// the boxes on the page in view are what is compared. What is compared in the end stands in the address.

const MOST = 3;
const KEY = "compare";
const bar = document.getElementById("compare");
const status = bar?.querySelector("[role=status]");

function chosen() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((code) => typeof code === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function keep(codes) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(codes));
  } catch {
    // A browser that keeps nothing: the boxes in view still count.
  }
}

const boxes = () => [...document.querySelectorAll("input[type=checkbox][form=compare]")];

function draw() {
  const codes = chosen();
  const inView = new Set();
  for (const box of boxes()) {
    box.checked = codes.includes(box.value);
    inView.add(box.value);
  }
  bar.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
  for (const code of codes.filter((one) => !inView.has(one))) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: bar.dataset.param, value: code });
    bar.append(input);
  }
  bar.hidden = !codes.length;
  bar.querySelector("[type=reset]").hidden = !codes.length;
  status.textContent = codes.length === 1 ? bar.dataset.one : bar.dataset.many.replace("{count}", codes.length);
}

if (bar) {
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("input[type=checkbox][form=compare]")) return;
    const codes = chosen().filter((code) => code !== event.target.value);
    const full = event.target.checked && codes.length >= MOST;
    if (event.target.checked && !full) codes.push(event.target.value);
    keep(codes);
    draw();
    if (full) status.textContent = bar.dataset.full;
  });
  bar.addEventListener("reset", (event) => {
    event.preventDefault();
    keep([]);
    draw();
    document.getElementById("stand")?.focus();
  });
  document.addEventListener("htmx:afterSettle", draw);
  window.addEventListener("pageshow", draw);
  draw();
}

// The page of the comparison says what is compared now: one taken away there is no longer ticked here.
const compared = document.querySelector("[data-compared]");
if (compared) keep(compared.dataset.compared.split(" ").filter(Boolean).slice(0, MOST));
