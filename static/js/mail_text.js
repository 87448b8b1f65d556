// The letter beside its form, as one types. Without this file the buttons show it in a tab of its own.
(() => {
  const preview = document.getElementById("mail-preview");
  const form = preview && preview.closest("form");
  if (!form) return;
  const frame = preview.querySelector("iframe");
  let waiting, asked = 0;

  const show = async () => {
    const mine = ++asked;
    const answer = await fetch(preview.dataset.url, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    const html = await answer.text();
    if (mine === asked && answer.ok) frame.srcdoc = html;
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 400);
  });
})();
