/* Small helps; the page does all its work without them. */
(function () {
  "use strict";

  // The same market lights up in the map, whose links carry it in their address, and in the table.
  function marketOf(target) {
    if (!target.closest) return "";
    var place = target.closest("[data-market]");
    if (place) return place.getAttribute("data-market");
    var link = target.closest(".p-map a");
    var found = link && /[?&]market=([A-Z]{3})/.exec(link.getAttribute("href"));
    return found ? found[1] : "";
  }
  function light(market, on) {
    if (!market) return;
    document.querySelectorAll('[data-market="' + market + '"], .p-map a[href*="market=' + market + '"]').forEach(
      function (element) { element.classList.toggle("is-lit", on); }
    );
  }
  [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]].forEach(function (pair) {
    document.addEventListener(pair[0], function (event) { light(marketOf(event.target), pair[1]); });
  });

  // A link to a closed explanation opens it.
  function open() {
    var id = decodeURIComponent(location.hash.slice(1));
    var target = id && document.getElementById(id);
    if (target && target.tagName === "DETAILS") target.open = true;
  }
  window.addEventListener("hashchange", open);
  open();

  // On paper what is folded away is open; browsers that know ::details-content do it without this.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll(".p-details--paper:not([open])"));
    opened.forEach(function (block) { block.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (block) { block.open = false; });
  });

  // A form that asks sends only what was chosen, so that addresses stay short; one that writes sends all.
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "get") return;
    event.target.querySelectorAll("select, input").forEach(function (field) {
      if (!field.value) field.disabled = true;
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form :disabled").forEach(function (field) { field.disabled = false; });
  });
})();
