// After a failed submit the error summary takes the focus; a form that is on its way is not sent twice.
// Everything here is a comfort: without this file the pages do the same, with a little less care.

function focusSummary(root) {
  root.querySelector(".errsum")?.focus();
}

function rest(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // A line of the summary led to a field and left its id in the address: there the browser would put the focus again.
  if (location.hash && document.querySelector(".errsum")) history.replaceState(history.state, "", location.pathname + location.search);
  // Forms that htmx sends are its own business; a form that answers with a file stays on the page (data-again).
  if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Not disabled: a disabled button would not send its own name and value.
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back out of the browser's memory was never left busy.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(rest);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("form")) event.target.querySelector("button:not([type=button])")?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches("form")) rest(event.target);
});
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));

focusSummary(document);

// On a narrow screen the tab of this page is not left out of view.
for (const here of document.querySelectorAll(".tabs [aria-current]")) here.parentElement.scrollLeft = here.offsetLeft - 16;
