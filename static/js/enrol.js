// How long a seat is still held, in whole minutes, and the turn of the page when the time is over.
// The server says how many seconds are left: the visitor's own clock may be wrong.

const held = document.querySelector("[data-held]");

if (held) {
  const left = held.querySelector("[data-left]");
  const lapsed = document.querySelector("[data-lapsed]");
  const end = Date.now() + Number(held.dataset.held) * 1000;

  const show = () => {
    const minutes = Math.ceil((end - Date.now()) / 60000);
    if (minutes <= 0) {
      held.hidden = true;
      lapsed.hidden = false;
      clearInterval(clock);
      return;
    }
    left.textContent = minutes === 1 ? left.dataset.one : left.dataset.many.replace("{number}", minutes);
  };
  const clock = setInterval(show, 1000);
  show();
}
