/*
  The scores of the scan page, computed again while the reader moves the weights. The same sums in the same order as
  portulan/atlas/scoring.py, on the document the page names; without this script the button does all the work.
*/

const STEP = 1e9;

/** Return the ranked markets, best first, and those too little known, as scoring.py does. */
export function scoreMarkets(doc, weights) {
  const used = doc.criteria.filter((one) => weights[one.id] > 0);
  let total = 0;
  for (const one of used) total += weights[one.id];
  const ranked = [], apart = [];
  doc.markets.forEach((market, n) => {
    let known = 0;
    for (const one of used) if (one.places[n] !== null) known += weights[one.id];
    const enough = known > doc.enough * total;
    let score = 0;
    const parts = used.map((one) => {
      const scaled = one.places[n] === null ? null : one.places[n] / one.of;
      const points = enough && scaled !== null ? (weights[one.id] * scaled) / known : null;
      if (points !== null) score += points;
      return { criterion: one, scaled, points, n };
    });
    const made = { market, n, rank: null, score: enough ? score : null, known: total ? known / total : 0, parts };
    (enough ? ranked : apart).push(made);
  });
  const key = (one) => Math.floor(one.score * STEP + 0.5);
  const byCode = (a, b) => (a.market.id < b.market.id ? -1 : 1);
  ranked.sort((a, b) => key(b) - key(a) || byCode(a, b));
  apart.sort((a, b) => b.known - a.known || byCode(a, b));
  ranked.forEach((one, n) => {
    one.rank = n > 0 && key(ranked[n - 1]) === key(one) ? ranked[n - 1].rank : n + 1;
  });
  return { used, ranked, apart };
}

/** Return the weights that stand in the fields; what is not a whole number from 0 to `most` counts as nothing. */
export function weightsOf(fields, most) {
  const weights = {};
  for (const field of fields) {
    const value = /^\d{1,2}$/.test(field.value.trim()) ? Number(field.value) : 0;
    if (value > 0 && value <= most) weights[field.dataset.weight] = value;
  }
  return weights;
}

function element(tag, classes = "", text = "") {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text !== "") made.textContent = text;
  return made;
}

function drawn(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  return made;
}

function bar(parts) {
  const svg = drawn("svg", { class: "p-score", viewBox: "0 0 100 10", preserveAspectRatio: "none", width: 100, height: 10, "aria-hidden": "true", focusable: "false" });
  svg.append(drawn("rect", { class: "p-score__whole", width: 100, height: 10 }));
  let start = 0;
  for (const { points, criterion } of parts) {
    if (!points) continue;
    const width = Math.max(100 * points - 0.4, 0.2);
    svg.append(drawn("rect", { class: `p-slot--${criterion.slot}`, x: start.toFixed(2), width: width.toFixed(2), height: 10 }));
    start += 100 * points;
  }
  return svg;
}

function swatch(slot) {
  const svg = drawn("svg", { class: "p-swatch", viewBox: "0 0 10 10", width: 10, height: 10, "aria-hidden": "true", focusable: "false" });
  svg.append(drawn("rect", { class: `p-slot--${slot}`, width: 10, height: 10 }));
  return svg;
}

function partCell({ criterion, points, n }, doc, say) {
  const cell = element("td", "p-table__number");
  cell.append(element("span", "p-points", say.points(points)), " ");
  const said = criterion.said[n];
  if (typeof said === "number") {
    const gap = element("span", "p-figure p-figure--gap", doc.unknown);
    gap.append(element("span", "p-unseen", ` (${doc.reasons[said]})`));
    cell.append(gap);
    return cell;
  }
  const figure = element("span", "p-figure", said);
  const status = criterion.status[n];
  if (status !== "r") {
    const flag = element("abbr", `p-flag p-flag--${say.flags[status]}`, status);
    flag.title = doc.statuses[status];
    figure.append(flag);
  }
  cell.append(figure);
  if (Array.isArray(criterion.years) && criterion.years[n]) cell.append(` (${criterion.years[n]})`);
  if (criterion.intervals?.[n]) {
    const interval = element("span", "p-interval");
    interval.append(element("span", "p-unseen", `${doc.interval} `), criterion.intervals[n]);
    cell.append(interval);
  }
  return cell;
}

function row(made, doc, say) {
  const line = element("tr");
  line.id = `row-${made.market.id}`;
  line.dataset.market = made.market.id;
  line.dataset.score = made.score;
  const name = element("th"), link = element("a", "", made.market.name);
  name.scope = "row";
  if (made.market.href) link.href = made.market.href; // what was not published has no page
  name.append(link);
  const shape = element("td");
  shape.append(bar(made.parts));
  const score = element("td", "p-table__number");
  score.append(element("span", "p-points", say.points(made.score)), " ", element("span", "p-aside", say.known(made.known)));
  line.append(
    element("td", "", String(made.rank)), name, score, shape, element("td", "", "–"),
    ...made.parts.map((part) => partCell(part, doc, say)),
  );
  return line;
}

function words(language, known) {
  const one = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(language, { style: "percent" });
  return {
    points: (value) => (value === null ? "–" : one.format(100 * value)),
    known: (share) => known.replace("{}", whole.format(share)),
    flags: { p: "partial", e: "estimated", m: "modelled" },
  };
}

/** Write the scores into the table, and the weights into the address, so that the link shares what one sees. */
function show(box, doc, weights, length) {
  const say = words(doc.language, box.dataset.known), found = scoreMarkets(doc, weights);
  const head = box.querySelector("thead tr"), body = box.querySelector("tbody");
  head.querySelectorAll("[data-criterion]").forEach((cell) => cell.remove());
  for (const one of found.used) {
    const cell = element("th", "p-table__number");
    cell.scope = "col";
    cell.dataset.criterion = one.id;
    const year = typeof one.years === "number" ? `, ${one.years}` : "";
    cell.append(swatch(one.slot), ` ${one.name}${year} `, element("span", "p-count", box.dataset.times.replace("{}", weights[one.id])));
    head.append(cell);
  }
  body.replaceChildren(...found.ranked.slice(0, length).map((made) => row(made, doc, say)));
  document.querySelectorAll("[data-moved]").forEach((note) => { note.hidden = false; });
  document.querySelectorAll("[data-until-moved]").forEach((part) => { part.hidden = true; });
  return found;
}

function address(weights, order) {
  const query = new URLSearchParams(location.search);
  for (const name of [...query.keys()]) if (name.startsWith("w_") || name === "preset") query.delete(name);
  const kept = [...query.entries()].filter(([name]) => name !== "rows" && name !== "estimates");
  const after = [...query.entries()].filter(([name]) => name === "rows" || name === "estimates");
  const chosen = order.filter((one) => weights[one.id]).map((one) => [`w_${one.id}`, String(weights[one.id])]);
  return `?${new URLSearchParams([...kept, ...(chosen.length ? chosen : [["preset", "none"]]), ...after])}`;
}

/** Keep the links of the page in step with the weights: the other language, all rows, the comparison. */
function follow(query, found) {
  document.querySelectorAll("[data-follows] a, .p-languages a").forEach((link) => {
    const to = new URL(link.href);
    if (to.pathname.endsWith("/compare/")) {
      to.searchParams.delete("market");
      found.ranked.slice(0, 4).forEach((one) => to.searchParams.append("market", one.market.id));
    } else {
      const rows = to.searchParams.get("rows"), now = new URLSearchParams(query);
      now.delete("rows");
      if (rows) now.set("rows", rows);
      to.search = now;
    }
    link.href = to;
  });
  document.querySelectorAll("main a[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
}

function start(box) {
  const fields = [...document.querySelectorAll("[data-weight]")];
  const length = Math.max(box.querySelectorAll("tbody tr").length, 1);
  let asked = null;
  const document_ = () => (asked ??= fetch(box.dataset.scan).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
  const update = async () => {
    const doc = await document_();
    if (!doc) return; // the button still works
    const weights = weightsOf(fields, doc.most);
    const query = address(weights, doc.criteria);
    follow(query, show(box, doc, weights, length));
    history.replaceState(null, "", query);
  };
  for (const field of fields) {
    const slider = element("input");
    Object.assign(slider, { type: "range", min: 0, max: field.max, step: 1, value: field.value || 0, tabIndex: -1 });
    slider.setAttribute("aria-hidden", "true"); // the number beside it says the same to keyboards and readers
    slider.addEventListener("input", () => { field.value = slider.value === "0" ? "" : slider.value; update(); });
    field.addEventListener("input", () => { slider.value = field.value || 0; update(); });
    field.before(slider);
  }
  if (fields.some((field) => field.value !== field.defaultValue)) update(); // what the browser remembered
}

if (typeof document !== "undefined") document.querySelectorAll("[data-scan]").forEach(start);
