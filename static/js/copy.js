// Buttons that copy an address from the field they name (data-copies); what happened is said beside them.

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const said = button.closest("[data-copied]")?.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    const words = button.closest("[data-copied]").dataset;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = words.copied;
    } catch {
      said.textContent = words.selected; // not allowed to: the address stays selected, to be copied by hand
    }
  });
}
