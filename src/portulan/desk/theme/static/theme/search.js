/* A search field in the head of the page, made here: without this script there is none, and the menus lead everywhere. */
(function () {
  "use strict";
  var holder = document.querySelector("[data-search]");
  if (!holder) return;
  var index = null, shown = [], active = -1;

  function make(tag, attributes, text) {
    var made = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    if (text) made.textContent = text;
    return made;
  }
  function folded(text) {
    return text.toLowerCase().replace(/œ/g, "oe").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/’/g, "'");
  }

  var label = make("label", { for: "search", class: "p-unseen" }, holder.dataset.label);
  var input = make("input", {
    id: "search", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: holder.dataset.label,
    "aria-expanded": "false", "aria-controls": "search-found", "aria-autocomplete": "list"
  });
  var list = make("ul", { id: "search-found", role: "listbox", "aria-label": holder.dataset.label, hidden: "" });
  var said = make("p", { class: "p-unseen", role: "status" });
  holder.append(label, input, list, said);

  function load() {
    if (index) return Promise.resolve();
    return fetch(holder.dataset.search).then(function (answer) { return answer.json(); }).then(function (found) {
      ["markets", "sectors"].forEach(function (kind) {
        found[kind].forEach(function (row) { row.words = folded(row[1]) + " " + row[2]; });
      });
      index = found;
    }).catch(function () { index = null; });
  }
  // Every word typed must begin a word of the name, in either language.
  function holds(words, typed) {
    return typed.every(function (word) { return (" " + words.replace(/[-']/g, " ")).indexOf(" " + word) >= 0; });
  }
  function find(text) {
    var typed = folded(text).replace(/[-']/g, " ").split(/\s+/).filter(Boolean), rows = [];
    if (!typed.length) return rows;
    function add(kind) {
      index[kind].forEach(function (row) { if (holds(row.words, typed)) rows.push({ text: row[1], href: row[3] }); });
    }
    add("sectors");
    add("markets");
    index.pages.forEach(function (row) { if (holds(folded(row[0]), typed)) rows.push({ text: row[0], href: row[1] }); });
    if (typed.length > 1) {
      index.sectors.forEach(function (sector) {
        index.markets.forEach(function (market) {
          var apart = [[], []];
          var all = typed.every(function (word) {
            if (holds(sector.words, [word])) return apart[0].push(word);
            return holds(market.words, [word]) && apart[1].push(word);
          });
          if (all && apart[0].length && apart[1].length) {
            rows.push({ text: sector[1] + ", " + market[1], href: index.cell.replace("MARKET", market[0]).replace("SECTOR", sector[0]) });
          }
        });
      });
    }
    return rows.slice(0, 12);
  }
  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function show() {
    if (!index || !input.value.trim()) { close(); said.textContent = ""; return; }
    shown = find(input.value);
    active = -1;
    list.replaceChildren.apply(list, shown.map(function (row, n) {
      var item = make("li", { role: "presentation" });
      item.append(make("a", { role: "option", id: "search-" + n, "aria-selected": "false", href: row.href, tabindex: "-1" }, row.text));
      return item;
    }));
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    said.textContent = shown.length ? holder.dataset.count.replace("{}", shown.length) : holder.dataset.none;
  }
  function move(step) {
    if (!shown.length || list.hidden) return;
    active = (active + step + shown.length) % shown.length;
    Array.prototype.forEach.call(list.children, function (item, n) {
      item.firstChild.setAttribute("aria-selected", String(n === active));
    });
    input.setAttribute("aria-activedescendant", "search-" + active);
    list.children[active].scrollIntoView({ block: "nearest" });
  }
  input.addEventListener("focus", load);
  input.addEventListener("input", function () { load().then(show); });
  input.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "Enter" && shown.length) { event.preventDefault(); location.href = shown[Math.max(active, 0)].href; }
  });
  document.addEventListener("click", function (event) { if (!holder.contains(event.target)) close(); });
})();
