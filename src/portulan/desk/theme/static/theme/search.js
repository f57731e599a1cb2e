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
        found[kind].forEach(function (row) { row.names = named([row[1]].concat(row[2].split("|").slice(1)), row[2].split("|")[0]); });
      });
      found.pages.forEach(function (row) { row.names = named([row[0]], ""); });
      index = found;
    }).catch(function () { index = null; });
  }
  function split(text) { return folded(text).replace(/[-'\u2019]/g, " ").split(/\s+/).filter(Boolean); }
  // Books is book, jeux is jeu: one letter is left out, never where it would leave a short word.
  function single(word) { return word.length > 3 ? word.replace(/[sx]$/, "") : word; }
  function named(names, code) {
    var parted = names.map(split), all = [];
    parted.forEach(function (words) { all = all.concat(words); });
    return {
      whole: parted.concat([split(code)]).map(function (words) { return words.map(single).join(" "); }),
      words: all, singles: all.map(single), code: code
    };
  }
  // 0: not that word. 1: a name has a word that begins so. 2: a name has the word, or the code is it.
  function held(names, word) {
    if (names.code === word || names.singles.indexOf(single(word)) >= 0) return 2;
    return names.words.some(function (one) { return one.indexOf(word) === 0; }) ? 1 : 0;
  }
  // Nothing, or how near: 3 a whole name or code, 2 whole words of one, 1 their beginnings, in either language.
  function near(names, typed) {
    if (names.whole.indexOf(typed.map(single).join(" ")) >= 0) return 3;
    return Math.min.apply(null, typed.map(function (word) { return held(names, word); }));
  }
  // Where one stands on a page of another exporter, the way goes on with it.
  function placed(address) { return address + (holder.dataset.query || ""); }
  function find(text) {
    var typed = split(text), rows = [];
    if (!typed.length) return rows;
    function add(kind) {
      index[kind].forEach(function (row) {
        var how = near(row.names, typed);
        if (how) rows.push({ text: row[1], href: placed(row[3]), near: how });
      });
    }
    add("sectors");
    add("markets");
    index.pages.forEach(function (row) {
      var how = near(row.names, typed);
      if (how) rows.push({ text: row[0], href: row[1] ? placed(row[2]) : row[2], near: how });
    });
    if (typed.length > 1) {
      index.sectors.forEach(function (sector) {
        index.markets.forEach(function (market) {
          var apart = [[], []];
          typed.forEach(function (word) {
            apart[held(sector.names, word) >= Math.max(held(market.names, word), 1) ? 0 : 1].push(word);
          });
          var how = apart[0].length && apart[1].length && Math.min(near(sector.names, apart[0]), near(market.names, apart[1]));
          if (how) {
            rows.push({ text: sector[1] + ", " + market[1], href: placed(index.cell.replace("MARKET", market[0]).replace("SECTOR", sector[0])), near: how });
          }
        });
      });
    }
    rows.forEach(function (row, n) { row.order = n; });
    rows.sort(function (a, b) { return b.near - a.near || a.order - b.order; });
    return rows.slice(0, 12);
  }
  // How many were found is seen in the list; that there is none must be written.
  function tell(text, seen) {
    said.className = seen ? "p-search__none" : "p-unseen";
    said.textContent = text;
  }
  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    if (said.className !== "p-unseen") tell("");
  }
  function show() {
    if (!index || !input.value.trim()) { close(); tell(""); return; }
    shown = find(input.value);
    active = -1;
    list.replaceChildren.apply(list, shown.map(function (row, n) {
      var item = make("li", { role: "presentation" });
      item.append(make("a", { role: "option", id: "search-" + n, "aria-selected": "false", href: row.href, tabindex: "-1" }, row.text));
      return item;
    }));
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    tell(shown.length ? holder.dataset.count.replace("{}", shown.length) : holder.dataset.none, !shown.length);
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
