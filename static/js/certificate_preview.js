// The certificate beside its form, as one types. Without this file the buttons show it.
// A form of its own is sent to the frame: sending the page's form would tell Wagtail that everything is saved.
(() => {
  const preview = document.getElementById("certificate-preview");
  const form = preview && preview.closest("form");
  if (!form) return;
  const sender = document.createElement("form");
  Object.assign(sender, { method: "post", enctype: "multipart/form-data", action: preview.dataset.url, target: "certificate-preview", hidden: true });
  document.body.append(sender);

  const show = () => {
    const fields = [];
    for (const [name, value] of new FormData(form)) {
      const field = document.createElement("input");
      field.name = name;
      if (value instanceof File) {
        if (!value.size) continue;
        const chosen = new DataTransfer();
        chosen.items.add(value);
        field.type = "file";
        field.files = chosen.files;
      } else {
        field.type = "hidden";
        field.value = value;
      }
      fields.push(field);
    }
    sender.replaceChildren(...fields);
    sender.submit();
  };
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 600);
  });
})();
