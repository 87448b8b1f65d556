// The register: what is not saved stays visible and is sent again with the next change; the whole form travels each
// time, so nothing that failed is ever forgotten. Without this file the buttons of the form do the same.

const list = document.querySelector("#list");
const saved = document.querySelector("#saved");

const rowOf = (element) => element.closest("li[id^=row-]");
const rows = () => [...list.querySelectorAll("li[id^=row-]")].filter((row) => row.querySelector(".tri"));
const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "";
const minutes = (row) => row.querySelector(".reg__minutes input");
const lacksMinutes = (row) => chosen(row) === "partial" && !minutes(row).value.trim();

function isUnsaved(row) {
  const was = row.querySelector("input[name$='-was']").value;
  return `${chosen(row)}:${chosen(row) === "partial" ? minutes(row).value.trim() : ""}` !== was;
}

function place(row, template) {
  row.querySelectorAll(".reg__unsaved, .reg__ask").forEach((old) => old.remove());
  if (template) row.querySelector(".reg__note").after(document.querySelector(template).content.cloneNode(true));
}

function sayUnsaved() {
  rows().forEach((row) => place(row, isUnsaved(row) ? "#unsaved" : null));
  saved.textContent = saved.dataset.unsaved;
}

function send() {
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

if (list) {
  // Partly present is complete with its minutes only: first ask for them, then save.
  list.addEventListener(
    "change",
    (event) => {
      const row = event.target.closest && event.target !== list ? rowOf(event.target) : null;
      if (!row) return;
      place(row, null);
      if (lacksMinutes(row)) {
        event.stopImmediatePropagation();
        place(row, "#ask-minutes");
        minutes(row).focus();
      }
    },
    true,
  );

  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".reg__minutes input")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-retry]")) send();
  });

  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    list.addEventListener(failure, sayUnsaved);
  }

  // What was saved loses its mark; what was refused says so on the field itself.
  document.addEventListener("htmx:afterSettle", () => {
    rows().forEach((row) => {
      if (!isUnsaved(row)) place(row, null);
      const refused = row.querySelector(".reg__note .err") && chosen(row) === "partial";
      minutes(row).toggleAttribute("aria-invalid", Boolean(refused));
      if (refused) minutes(row).setAttribute("aria-invalid", "true");
    });
  });

  window.addEventListener("online", () => {
    if (rows().some(isUnsaved)) send();
  });

  let leaving = false;
  list.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && rows().some((row) => isUnsaved(row))) event.preventDefault();
  });
}

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
