/*
  Before the first paint, the scheme that the design system will choose a moment later, so that nothing flashes; then
  our maps and charts follow it. Without scripts the design system is light, and so are they.
*/
(function () {
  "use strict";
  var root = document.documentElement, dark = window.matchMedia("(prefers-color-scheme: dark)"), kept = null;
  try { kept = window.localStorage.getItem("scheme"); } catch (error) { /* no store: the device decides */ }
  var chosen = kept === "light" || kept === "dark" ? kept : dark.matches ? "dark" : "light";
  function follow() { root.setAttribute("data-theme", root.getAttribute("data-fr-theme") || "light"); }
  root.setAttribute("data-fr-theme", chosen);
  follow();
  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-fr-theme"] });

  // Paper is light.
  var before = null;
  function wear(theme) { root.setAttribute("data-fr-theme", theme); follow(); }
  window.addEventListener("beforeprint", function () { before = root.getAttribute("data-fr-theme"); wear("light"); });
  window.addEventListener("afterprint", function () { if (before) wear(before); });
})();
