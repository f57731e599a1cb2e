/*
  The tools of a published site: no server answers a form there, so the weights and the comparison are worked out here,
  on the documents published beside the pages. Without this script the forms stay hidden: nothing on the page is dead.
*/
const form = document.querySelector("form[data-published]");
const base = form && form.dataset.published;
const query = new URLSearchParams(location.search);

function element(tag, classes = "", text = "") {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text !== "") made.textContent = text;
  return made;
}

/** Leave what the browser can answer: the sector, and the fields of the tool. */
function strip(keep) {
  form.querySelectorAll("select, input[type=hidden]").forEach((field) => {
    if (!keep.includes(field.name)) (field.closest(".p-field") || field).remove();
  });
}

function scan() {
  strip(["sector"]);
  form.querySelectorAll("button").forEach((button) => button.remove());
  const sector = form.querySelector("select[name=sector]");
  if (sector) sector.addEventListener("change", () => { location.href = `${base}${sector.value}/`; });
  const fields = [...form.querySelectorAll("[data-weight]")];
  const asked = fields.filter((field) => query.has(`w_${field.dataset.weight}`));
  if (!asked.length) return;
  for (const field of fields) field.value = query.get(`w_${field.dataset.weight}`) || "";
  asked[0].dispatchEvent(new Event("input"));
}

function cell(doc, criterion, n) {
  const made = element("td"), said = criterion.said[n], status = criterion.status[n];
  if (typeof said === "number") {
    const gap = element("span", "p-figure p-figure--gap", doc.unknown);
    gap.append(element("span", "p-unseen", ` (${doc.reasons[said]})`));
    made.append(gap);
    return made;
  }
  const figure = element("span", "p-figure", said);
  if (status !== "r") {
    const flag = element("abbr", "p-flag", status);
    flag.title = doc.statuses[status];
    figure.append(flag);
  }
  const year = Array.isArray(criterion.years) ? criterion.years[n] : criterion.years;
  made.append(figure, ...(year && year !== doc.year ? [" ", element("span", "p-aside", String(year))] : []));
  return made;
}

function head(market) {
  const made = element("th"), link = element("a", "", market.name);
  made.scope = "col";
  link.href = market.href;
  made.append(link);
  return made;
}

function compared(doc, places) {
  const frame = element("div", "p-scroll"), table = element("table", "p-table"), top = element("tr"), body = element("tbody");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  const caption = element("caption", "", `${document.querySelector("h1").firstChild.textContent.trim()}, ${doc.exporter}, ${doc.year ?? ""}`);
  caption.id = "compared-caption";
  frame.setAttribute("aria-labelledby", caption.id);
  top.append(element("td"), ...places.map((n) => head(doc.markets[n])));
  for (const criterion of doc.criteria) {
    const line = element("tr"), name = element("th", "", criterion.name);
    name.scope = "row";
    line.append(name, ...places.map((n) => cell(doc, criterion, n)));
    body.append(line);
  }
  const rows = element("thead");
  rows.append(top);
  table.append(caption, rows, body);
  frame.append(table);
  return frame;
}

const folded = (text) => text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/’/g, "'");

function compare() {
  strip(["sector", "market"]);
  const inputs = [...form.querySelectorAll("[name=market]")], sector = form.querySelector("select[name=sector]");
  const result = element("div");
  result.setAttribute("aria-live", "polite");
  form.after(result);
  document.querySelectorAll("#start").forEach((heading) => heading.closest("section").remove());
  const show = async () => {
    const answer = await fetch(`${base.replace(/compare\/$/, "scan/")}${sector.value}/data.json`).catch(() => null);
    if (!answer || !answer.ok) return;
    const doc = await answer.json();
    const places = [];
    for (const input of inputs) {
      const word = folded(input.value);
      if (!word) { input.removeAttribute("aria-invalid"); continue; }
      const n = doc.markets.findIndex((one) => folded(one.id) === word || folded(one.name) === word);
      if (n < 0) input.setAttribute("aria-invalid", "true");
      else {
        input.removeAttribute("aria-invalid");
        input.value = doc.markets[n].name;
        if (!places.includes(n)) places.push(n);
      }
    }
    const state = new URLSearchParams([["sector", sector.value], ...places.map((n) => ["market", doc.markets[n].id])]);
    history.replaceState(null, "", `?${state}`);
    result.replaceChildren(...(places.length ? [compared(doc, places)] : []));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Nothing is sent: what was emptied for a short address is there again.
    setTimeout(() => inputs.forEach((input) => { input.disabled = false; }));
    show();
  });
  query.getAll("market").slice(0, inputs.length).forEach((market, n) => { inputs[n].value = market; });
  if ([...sector.options].some((option) => option.value === query.get("sector"))) sector.value = query.get("sector");
  if (query.has("market")) show();
}

if (form) {
  form.hidden = false;
  if (form.querySelector("[data-weight]")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    scan();
  } else compare();
}
