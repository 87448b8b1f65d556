// The list as it changes in place: the boxes follow the address, the focus does not get lost, waiting and failing show.
// Without this file every link and every form loads the page anew, which comes to the same.

const WAIT = 250;
const results = () => document.getElementById("resultaten");
const form = document.getElementById("facets");
const failed = document.getElementById("failed");
const loading = document.getElementById("loading");
let timer, failedOn, leaving;

// The list changed by a link (a filter taken away, a search suggested): tick the boxes as the address now says.
function follow() {
  const asked = new URLSearchParams(location.search);
  for (const control of form.elements) {
    if (control.type === "checkbox") control.checked = asked.getAll(control.name).includes(control.value);
    else if (control.name === "q" && control !== document.activeElement) control.value = asked.get("q") ?? "";
    else if (control.name === "sort") control.value = asked.get("sort") ?? control.options[0].value;
  }
}

const ours = (event) => event.detail.target?.id === "resultaten";

function settle() {
  clearTimeout(timer);
  loading.hidden = true;
  results().hidden = false;
  results().removeAttribute("aria-busy");
}

document.addEventListener("htmx:pushedIntoHistory", follow);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!ours(event)) return;
  failed.hidden = true;
  // What was pressed is about to go: a chip, the number of a page.
  leaving = results().contains(document.activeElement);
  results().setAttribute("aria-busy", "true");
  clearTimeout(timer);
  timer = setTimeout(() => {
    loading.hidden = false;
    results().hidden = true;
  }, WAIT);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (ours(event)) settle();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "resultaten") return;
  if (leaving) document.getElementById("stand").focus({ preventScroll: true });
  leaving = false;
});

for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, (event) => {
    if (!ours(event)) return;
    settle();
    failedOn = event.detail.pathInfo?.finalRequestPath ?? event.detail.requestConfig?.path ?? location.href;
    failed.hidden = false;
  });
}

failed.querySelector("button").addEventListener("click", () => {
  window.htmx.ajax("GET", failedOn, { target: "#resultaten", swap: "outerHTML" }).then(() => {
    if (failed.hidden) document.getElementById("stand").focus();
  });
});
