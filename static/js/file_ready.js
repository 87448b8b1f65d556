// A file that was being made is ready: take it at once. Without this file one presses the button that is there then.

document.addEventListener("file-ready", () => document.getElementById("take")?.click());
