// A box that offers something while one types: courses, subjects, labs and skills, or employers. The combobox with a list
// of the ARIA practices. What is chosen is gone to, or fills fields of the same form (data-fills). Without this file the
// box is a plain one: the form it belongs to finds the same, or takes what is typed.

const WAIT = 180;

function combobox(template) {
  const box = template.parentElement;
  const input = box.querySelector("input[type=search], input[type=text]");
  const say = template.dataset;
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let timer, asking, active = -1;

  list.id = `${input.id}-suggestions`;
  list.className = "suggest__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say.label);
  list.hidden = true;
  status.className = "vh";
  status.setAttribute("role", "status");
  box.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const options = [...list.children];
    active = options.length ? (place + options.length) % options.length : -1;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    options[active]?.scrollIntoView({ block: "nearest" });
    if (active >= 0) input.setAttribute("aria-activedescendant", options[active].id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(({ label, kind, url, values }, number) => {
      const option = document.createElement("li");
      const name = document.createElement("span");
      const what = document.createElement("span");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      if (url) option.dataset.url = url;
      if (values) option.dataset.values = JSON.stringify(values);
      name.textContent = label;
      what.textContent = kind;
      what.className = "suggest__kind";
      option.append(name, what);
      return option;
    }));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = !suggestions.length ? say.none : suggestions.length === 1 ? say.one : say.many.replace("{count}", suggestions.length);
  }

  function choose(option) {
    if (!say.fills) return location.assign(option.dataset.url);
    const values = JSON.parse(option.dataset.values);
    say.fills.split(" ").forEach((name, number) => {
      const field = input.form.elements[name];
      field.value = values[number];
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    close();
  }

  async function ask() {
    const question = input.value.trim();
    asking?.abort();
    if (question.length < 2) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`${say.suggest}?q=${encodeURIComponent(question)}`, { signal: asking.signal, credentials: "omit" });
      if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
    } catch {
      // Gone on typing, or no connection: the form still searches.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(list.children[active]);
    } else if (event.key === "Enter" || event.key === "Tab") {
      close();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // a first time it closes the list, a second time it empties the box
      close();
    }
  });
  input.addEventListener("blur", close);
  // Before the box loses the focus, and with it the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

document.querySelectorAll("template[data-suggest]").forEach(combobox);
