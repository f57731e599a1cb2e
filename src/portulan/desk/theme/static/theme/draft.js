// What is being typed is kept as a draft on the site, a moment after the last key and when the page is left; where the line is
// cut it is tried again. Without this script the button of the form does the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-drafts]");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
  const pause = 1500;
  const again = 15000;
  let waiting = 0;
  let changed = false;
  let sent = false;

  // Files are not part of a draft: they would travel again with every pause.
  const typed = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    return data;
  };

  const later = (wait) => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, wait);
  };

  const keep = async () => {
    if (!changed || sent) return;
    changed = false;
    try {
      const answer = await fetch(form.dataset.drafts, { method: "POST", body: typed(), keepalive: true });
      if (answer.status === 429) state.textContent = state.dataset.tooMany;
      else if (!answer.ok) throw new Error(String(answer.status));
      else if (!changed) state.textContent = state.dataset.kept;
    } catch {
      changed = true;
      state.textContent = state.dataset.notKept;
      later(again);
    }
  };

  form.addEventListener("input", () => {
    changed = true;
    later(pause);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(waiting);
  });
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
})();
