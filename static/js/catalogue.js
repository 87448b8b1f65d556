// The list changed by a link (a filter taken away, a search suggested): tick the boxes as the address now says.
// Without this file every such link loads the page anew, which ticks them too.

function follow() {
  const form = document.getElementById("facets");
  if (!form) return;
  const asked = new URLSearchParams(location.search);
  for (const control of form.elements) {
    if (control.type === "checkbox") control.checked = asked.getAll(control.name).includes(control.value);
    else if (control.name === "q" && control !== document.activeElement) control.value = asked.get("q") ?? "";
    else if (control.name === "sort") control.value = asked.get("sort") ?? control.options[0].value;
  }
}

document.addEventListener("htmx:pushedIntoHistory", follow);
