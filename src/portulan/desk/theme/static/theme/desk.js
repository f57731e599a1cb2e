// The desk by keyboard: in the list of questions, j and k go down and up while the list has the focus. What was typed and not
// sent yet is kept in this browser until it is sent.
"use strict";

(() => {
  const table = document.getElementById("questions");
  if (table) {
    const links = [...table.querySelectorAll("tbody th a")];
    table.addEventListener("keydown", (event) => {
      const step = { j: 1, k: -1 }[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      const here = links.indexOf(document.activeElement);
      const next = links[Math.min(links.length - 1, Math.max(0, here + step))];
      if (next) {
        next.focus();
        event.preventDefault();
      }
    });
  }

  const wrong = document.getElementById("mistakes");
  if (wrong) {
    wrong.focus();
    for (const field of document.querySelectorAll("[aria-invalid]")) {
      for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    }
  }

  for (const field of document.querySelectorAll("textarea")) {
    const place = `draft:${location.pathname}:${field.name}`;
    const kept = sessionStorage.getItem(place);
    if (kept && !field.value.trim()) field.value = kept;
    field.addEventListener("input", () => sessionStorage.setItem(place, field.value));
    field.form.addEventListener("submit", () => sessionStorage.removeItem(place));
  }
})();
