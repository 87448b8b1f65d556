/* A passkey that could not be used: say so on the page, where allauth only writes it to the console. */
document.addEventListener("allauth.error", (event) => {
  const trouble = document.getElementById("passkey-trouble");
  if (trouble) {
    event.preventDefault();
    trouble.hidden = false;
  }
});
