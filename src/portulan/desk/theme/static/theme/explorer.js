/* Tip, zoom, search, a form that answers at once. The page works without. */
const one = (query, from = document) => from.querySelector(query);
const all = (query, from = document) => Array.from(from.querySelectorAll(query));
const make = (name, attributes, text = "") => {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.textContent = text;
  return element;
};
const listen = (target, names, act, options) => names.split(" ").forEach((name) => target.addEventListener(name, act, options));
const LINK = "a[aria-label]", labelOf = (link) => link.getAttribute("aria-label");
const folded = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/œ/g, "oe").replace(/’/g, "'").trim();
const picked = (e) => !e.inputType || e.inputType === "insertReplacementText"; // from a list, not typed
const live = make("p", { class: "p-unseen", "aria-live": "polite" });
const say = (text) => { live.textContent = text; };

function theMap(svg, bar) {
  const words = bar.dataset, sheet = svg.parentNode, box = svg.viewBox.baseVal, MOST = 16;
  const whole = { x: box.x, y: box.y, w: box.width, h: box.height };
  const links = all(LINK, svg), hatches = all("pattern", svg).map((hatch) => [hatch, hatch.getAttribute("patternTransform")]);
  const nameOf = (link) => labelOf(link).split(/\s*:\s/)[0];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let view = whole, moving = 0, from = null, dragged = false;
  const middle = (link) => {
    const at = link.getBBox();
    return [at.x + at.width / 2, at.y + at.height / 2, Math.max(at.width, at.height)];
  };
  const wide = (w) => Math.min(whole.w, Math.max(whole.w / MOST, w));
  const near = () => view.w < whole.w - 1;

  function show(to) {
    const w = wide(to.w), h = w * whole.h / whole.w;
    view = { w, h, x: Math.min(whole.x + whole.w - w, Math.max(whole.x, to.x)), y: Math.min(whole.y + whole.h - h, Math.max(whole.y, to.y)) };
    svg.setAttribute("viewBox", [view.x, view.y, w, h].map((n) => n.toFixed(1)).join(" "));
    hatches.forEach(([hatch, turned]) => hatch.setAttribute("patternTransform", `${turned} scale(${w / whole.w})`));
    svg.classList.toggle("is-zoomed", near());
    [out, home].forEach((button) => button.setAttribute("aria-disabled", !near()));
    into.setAttribute("aria-disabled", w <= whole.w / MOST + 1);
  }
  function go(to) {
    tip.hidden = true;
    cancelAnimationFrame(moving);
    if (still.matches) { show(to); return; }
    const was = view, start = performance.now();
    const step = (now) => {
      const part = Math.min(1, Math.max(0, now - start) / 180), at = (key) => was[key] + (to[key] - was[key]) * part;
      show({ x: at("x"), y: at("y"), w: at("w") });
      moving = part < 1 && requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  }
  // Around a point of the map, which stays where it is on the screen.
  function zoomed(factor, x = view.x + view.w / 2, y = view.y + view.h / 2) {
    const w = wide(view.w / factor), part = w / view.w;
    return { x: x - (x - view.x) * part, y: y - (y - view.y) * part, w };
  }
  function zoom(factor) {
    const to = zoomed(factor);
    go(to);
    say(words.xZoomed.replace("{n}", Math.round(10 * whole.w / to.w) / 10));
  }
  function reset() { go(whole); say(words.xReset); }

  const tools = make("div", { class: "x-tools", role: "group", "aria-label": words.xTools });
  const tool = (sign, label, act) => {
    const button = make("button", { type: "button", "aria-label": label, title: label }, sign);
    listen(button, "click", () => { if (button.getAttribute("aria-disabled") !== "true") act(); });
    tools.append(button);
    return button;
  };
  const into = tool("+", words.xIn, () => zoom(2)), out = tool("−", words.xOut, () => zoom(0.5));
  const home = tool("1:1", words.xReset, reset);
  const tip = make("div", { class: "x-tip", "aria-hidden": "true", hidden: "" });
  sheet.append(make("p", { class: "x-keys", id: "x-keys" }, words.xKeys), tools, tip);
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("aria-describedby", `${svg.getAttribute("aria-describedby")} x-keys`);

  // Search.
  const find = make("input", { id: "x-find", class: "x-input", type: "search", list: "x-names", autocomplete: "off" });
  const names = make("datalist", { id: "x-names" }), held = make("div", { class: "x-find" });
  [...new Set(links.map(nameOf))].sort((a, b) => a.localeCompare(b, document.documentElement.lang)).forEach((value) => names.append(make("option", { value })));
  held.append(make("label", { for: "x-find" }, words.xFind), find, names);
  bar.append(held);
  function seek(exact) {
    const sought = folded(find.value), ways = exact ? [] : ["startsWith", "includes"];
    const by = (test) => links.find((link) => test(folded(nameOf(link))));
    const found = sought && [by((name) => name === sought), ...ways.map((way) => by((name) => name[way](sought)))].find(Boolean);
    if (!found) { if (sought && !exact) say(words.xNone); return; }
    const [x, y, size] = middle(found), w = Math.min(whole.w / 3, Math.max(whole.w / 8, 4 * size));
    if (w < view.w) go({ x: x - w / 2, y: y - w * whole.h / whole.w / 2, w });
    found.focus({ preventScroll: true });
    sheet.scrollIntoView({ block: "nearest" });
  }
  listen(find, "keydown", (e) => { if (e.key === "Enter") { e.preventDefault(); seek(false); } });
  listen(find, "input", (e) => { if (picked(e)) seek(true); });

  // The tip says what a screen reader hears; the browser's own would be a second one.
  links.forEach((link) => one("title", link)?.remove());
  function point(link, x, y) {
    const frame = sheet.getBoundingClientRect();
    tip.textContent = labelOf(link);
    tip.hidden = false;
    const below = y - frame.top + 18, fits = below + tip.offsetHeight < frame.height;
    tip.style.left = `${Math.min(frame.width - tip.offsetWidth - 4, Math.max(4, x - frame.left + 14))}px`;
    tip.style.top = `${Math.max(4, fits ? below : y - frame.top - tip.offsetHeight - 10)}px`;
  }
  const hide = () => { tip.hidden = true; };
  listen(svg, "pointerleave focusout", hide);
  listen(svg, "focusin", (e) => {
    const link = e.target.closest(LINK);
    if (!link || !link.matches(":focus-visible")) return;
    const [x, y] = middle(link), dx = x - view.x - view.w / 2, dy = y - view.y - view.h / 2;
    if (!moving && (Math.abs(dx) > view.w / 2 || Math.abs(dy) > view.h / 2)) show({ x: view.x + dx, y: view.y + dy, w: view.w });
    setTimeout(() => {
      const on = link.getBoundingClientRect();
      if (document.activeElement === link) point(link, on.left + on.width / 2, on.top + on.height / 2);
    }, 220); // the view may still be moving
  });

  // Keys, wheel and hand.
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  listen(svg, "keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const way = arrows[e.key];
    if (e.key === "Escape") hide();
    else if (way && near()) go({ x: view.x + way[0] * view.w / 5, y: view.y + way[1] * view.h / 5, w: view.w });
    else if ("+=".includes(e.key)) zoom(2);
    else if ("-−".includes(e.key) && near()) zoom(0.5);
    else if (e.key === "0" && near()) reset();
    else return;
    e.preventDefault();
  });
  listen(svg, "wheel", (e) => {
    if (!e.ctrlKey && !e.metaKey) return; // the wheel alone scrolls the page
    e.preventDefault();
    const on = svg.getBoundingClientRect(), unit = view.w / on.width;
    show(zoomed(1.0025 ** -e.deltaY, view.x + (e.clientX - on.left) * unit, view.y + (e.clientY - on.top) * unit));
  }, { passive: false });
  listen(svg, "dragstart", (e) => e.preventDefault());
  listen(svg, "pointerdown", (e) => {
    if (e.button === 0 && near()) from = { left: e.clientX, top: e.clientY, view };
  });
  listen(svg, "pointermove", (e) => {
    const link = e.target.closest(LINK);
    if (!from) { if (link && e.pointerType !== "touch") point(link, e.clientX, e.clientY); else hide(); return; }
    const dx = e.clientX - from.left, dy = e.clientY - from.top, scale = view.w / svg.getBoundingClientRect().width;
    if (!dragged && Math.abs(dx) + Math.abs(dy) < 6) return;
    if (!dragged) { dragged = true; hide(); svg.setPointerCapture(e.pointerId); svg.classList.add("is-dragged"); }
    show({ x: from.view.x - dx * scale, y: from.view.y - dy * scale, w: view.w });
  });
  listen(svg, "pointerup pointercancel", () => {
    from = null;
    dragged = false;
    svg.classList.remove("is-dragged");
  });
  show(whole);
}

function theForm(form, bar) {
  const KEY = "portulan-explorer", words = bar.dataset, exporter = one("input[list]", form), was = exporter.value;
  const known = Array.from(exporter.list.options, (option) => option.value);
  let byKeys = null, waiting = null;
  const send = (field) => {
    try { sessionStorage.setItem(KEY, JSON.stringify([field.id, scrollY])); } catch { /* no store */ }
    say(words.xWait);
    form.requestSubmit();
  };
  bar.append(make("p", { class: "x-auto" }, words.xAuto));
  all("select", form).forEach((select) => {
    listen(select, "pointerdown", () => { byKeys = null; });
    listen(select, "keydown", (e) => {
      byKeys = select;
      if (e.key === "Enter" && waiting) { e.preventDefault(); send(select); }
    });
    // By keyboard each arrow is a choice: the map waits until the field is left, or Enter.
    listen(select, "change", () => { if (byKeys === select) waiting = select; else send(select); });
    listen(select, "blur", () => { if (waiting) send(select); });
  });
  // An empty field offers every name; what was there stays readable in it, and comes back.
  listen(exporter, "focus", () => { exporter.placeholder = was; exporter.value = ""; });
  listen(exporter, "blur", () => { exporter.value ||= was; });
  listen(form, "submit", () => { exporter.value ||= was; });
  listen(exporter, "input", (e) => {
    if (picked(e) && known.includes(exporter.value) && exporter.value !== was) send(exporter);
  });
  const year = one("select[name=year]", form);
  if (year && year.options.length > 2) slider(year, send);
  listen(window, "pageshow", () => { waiting = null; form.reset(); }); // what the page shows, not what was left in it
  try {
    const [id, top] = JSON.parse(sessionStorage.getItem(KEY) || "[]"), field = id && document.getElementById(id);
    sessionStorage.removeItem(KEY);
    if (!field) return;
    scrollTo({ top, behavior: "instant" });
    if (field !== exporter) field.focus({ preventScroll: true });
    setTimeout(() => say(`${words.xDone} ${document.title}`), 300);
  } catch { /* no store: the page starts at its top */ }
}

// A row of years is a slider.
function slider(select, send) {
  const years = Array.from(select.options, (option) => option.value).reverse(), last = years.length - 1;
  const held = make("div", { class: "x-range" }), output = make("output", { for: "x-year" });
  const range = make("input", { id: "x-year", type: "range", min: 0, max: last, value: years.indexOf(select.value) });
  let timer;
  const tell = () => { output.textContent = select.value; range.setAttribute("aria-valuetext", select.value); };
  listen(range, "input", () => { clearTimeout(timer); select.value = years[range.value]; tell(); });
  listen(range, "change", () => { clearTimeout(timer); timer = setTimeout(() => send(range), 500); });
  held.append(range, output);
  select.hidden = true;
  select.after(held);
  one("label", select.parentNode).htmlFor = "x-year";
  tell();
}

function copying(source) {
  const status = one("[data-x-copied]"), button = make("button", { type: "button", class: "x-copy" }, source.dataset.xCopy);
  listen(button, "click", () => {
    getSelection().selectAllChildren(source);
    source.select?.();
    if (document.execCommand("copy")) status.textContent = status.dataset.xCopied;
  });
  source.after(button);
}

document.body.append(live);
const bar = one("[data-x-auto]"), svg = one(".x-stage svg.pt-map"), exporter = one("form input[name=exporter][list]");
if (bar && exporter) theForm(exporter.form, bar);
if (bar && svg) theMap(svg, bar);
all("[data-x-copy]").forEach(copying);
