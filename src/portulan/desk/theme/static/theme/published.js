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

function scan() {
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
  if (market.href) link.href = market.href; // what was not published has no page
  made.append(link);
  return made;
}

const subject = () => document.querySelector("h1").firstChild.textContent.trim();
const exporter = () => document.querySelector("h1 .p-title__second")?.textContent.trim();

/** Take the name of the sector, what its figures are fit for, and their papers, from the page of its scan. */
function dress(papers) {
  for (const place of ["h1", ".p-title .p-lead", "section[aria-labelledby=passport]"]) {
    const here = document.querySelector(`main ${place}`), there = papers.querySelector(`main ${place}`);
    if (here && there) here.replaceWith(document.importNode(there, true));
  }
  // The sources of the sector stand in its passport.
  if (document.querySelector("section[aria-labelledby=passport] .p-source")) {
    document.querySelector("main section[aria-labelledby=sources]")?.remove();
  }
  for (const row of document.querySelectorAll("main .p-row a")) {
    const to = new URL(row.href, location.href);
    if (to.pathname.includes("/scan/")) row.href = papers.address;
  }
}

function compared(doc, places) {
  const frame = element("div", "p-scroll"), table = element("table", "p-table"), top = element("tr"), body = element("tbody");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  const caption = element("caption", "", [subject(), exporter() || doc.exporter, doc.year].filter(Boolean).join(", "));
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

/** A market to add joins those that are chosen; the other language shows the same. */
function follow(state, chosen) {
  for (const link of document.querySelectorAll("[data-scripted] a[href]")) {
    const market = link.dataset.market ??= new URL(link.href).searchParams.get("market");
    link.hidden = chosen.includes(market) || chosen.length > 3;
    link.href = `?${state}&market=${market}`;
  }
  for (const link of document.querySelectorAll(".p-languages a[href]")) link.search = state;
}

function compare() {
  const inputs = [...form.querySelectorAll("[name=market]")], sector = form.querySelector("select[name=sector]");
  const result = element("div"), said = element("p", "p-small"), title = document.title;
  said.setAttribute("role", "status");
  result.setAttribute("aria-live", "polite");
  form.after(said, result);
  const asked = query.get("sector"), offered = [...sector.options].map((option) => option.value);
  let missing = asked !== null && !offered.includes(asked);
  const show = async () => {
    const scan = `${base.replace(/compare\/$/, "scan/")}${sector.value}/`;
    const read = (address) => fetch(address).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
    const [data, page] = await Promise.all([read(`${scan}data.json`), read(scan)]);
    if (!data || !page) {
      // No figure stands under the name of another sector.
      result.replaceChildren();
      said.textContent = form.dataset.failed;
      return;
    }
    const doc = JSON.parse(data), papers = new DOMParser().parseFromString(page, "text/html");
    papers.address = scan;
    dress(papers);
    const places = [], lost = [];
    for (const input of inputs) {
      const word = folded(input.value);
      input.removeAttribute("aria-invalid");
      if (!word) continue;
      const n = doc.markets.findIndex((one) => folded(one.id) === word || folded(one.name) === word);
      if (n < 0) {
        input.setAttribute("aria-invalid", "true");
        lost.push(input.value);
      } else {
        input.value = doc.markets[n].name;
        if (!places.includes(n)) places.push(n);
      }
    }
    const state = new URLSearchParams([["sector", sector.value], ...places.map((n) => ["market", doc.markets[n].id])]);
    history.replaceState(null, "", `?${state}`);
    said.textContent = [
      ...(missing ? [form.dataset.missing.replace("{}", subject())] : []),
      ...(lost.length ? [form.dataset.lost.replace("{}", lost.join(", "))] : []),
    ].join(". ");
    missing = false;
    document.title = [...places.map((n) => doc.markets[n].name), subject(), title].join(" · ");
    follow(state, places.map((n) => doc.markets[n].id));
    result.replaceChildren(...(places.length ? [compared(doc, places)] : []));
  };
  sector.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Nothing is sent: what was emptied for a short address is there again.
    setTimeout(() => inputs.forEach((input) => { input.disabled = false; }));
    show();
  });
  query.getAll("market").slice(0, inputs.length).forEach((market, n) => { inputs[n].value = market; });
  if (offered.includes(asked)) sector.value = asked;
  if (query.has("market") || query.has("sector")) show();
}

if (form) {
  form.hidden = false;
  document.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
  document.querySelectorAll("[data-alone]").forEach((line) => { line.hidden = true; });
  if (form.querySelector("[data-weight]")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    scan();
  } else compare();
}
