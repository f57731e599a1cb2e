"""The recomputed growth as lines and records, in English and French: what the command prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from portulan.atlas.evidence.growth import ALL_GOODS, SCOPES, ExportGrowth, GrowthRow
from portulan.atlas.figures import GAP_TEXTS
from portulan.atlas.reference import countries, sectors
from portulan.atlas.sources import passports

Record = dict[str, Any]
MANY: Final = 40
"""Names given in one line; the others are counted (JSON holds them all)."""

READING: Final = {
    "en": (
        "What this says of the claim: the claim does not state its own perimeter, nor whether it counts services. "
        "These are goods alone: they can neither confirm nor refute it."
    ),
    "fr": (
        "Ce que cela dit de l’affirmation : elle ne précise ni son propre périmètre, ni si elle compte les services. "
        "Ce sont ici des biens seuls : ils ne peuvent ni la confirmer ni l’infirmer."
    ),
}
"""What must be read beside any result."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": (
        "{country}, goods, {since} to {until}: exports of the cultural and creative industries beside all exports",
        "{country}, biens, {since} à {until} : exportations des industries culturelles et créatives et ensemble des "
        "exportations",
    ),
    "source": ("source: {title} ({scheme}). {citation}", "source : {title} ({scheme}). {citation}"),
    "all": (
        "{currency}, everything the source holds in each year",
        "{currency}, tout ce que la source contient chaque année",
    ),
    "common": (
        "{currency}, the {count} importers and the codes that the source holds both in {since} and in {until}",
        "{currency}, les {count} importateurs et les codes que la source contient en {since} comme en {until}",
    ),
    "USD": ("US dollars", "Dollars des États-Unis"),
    "EUR": ("Euros", "Euros"),
    "growth": ("growth", "croissance"),
    "a year": ("a year", "par an"),
    "times": ("times as fast", "fois plus vite"),
    "times a year": ("same, by year", "idem, par an"),
    ALL_GOODS: ("All goods", "Tous les biens"),
    "rate": (
        "rate {year}: 1 US dollar = {rate} euro ({source})",
        "taux {year} : 1 dollar des États-Unis = {rate} euro ({source})",
    ),
    "no euros": (
        "euros: not computed, for no exchange rate is given. Portulan ships none; give annual averages with {options}",
        "euros : non calculés, faute de taux de change. Portulan n’en fournit pas ; donnez des moyennes annuelles avec "
        "{options}",
    ),
    "flat": (
        "“times as fast” is left out where all goods did not grow: it would mislead",
        "« fois plus vite » est omis là où l’ensemble des biens n’a pas augmenté : il tromperait",
    ),
    "partial": (
        "p: partial, an importer or a code is missing at one end at least",
        "p : partiel, il manque un importateur ou un code à une extrémité au moins",
    ),
    "years": (
        "years of the window that the source lacks: {names}",
        "années de la période absentes de la source : {names}",
    ),
    "importers": (
        "importers in both years: {count}; in {since} only: {first}; in {until} only: {last}; never: {never}",
        "importateurs des deux années : {count} ; en {since} seulement : {first} ; en {until} seulement : {last} ; "
        "jamais : {never}",
    ),
    "codes": (
        "codes of the perimeters missing in both years: {missing}; in one of the two: {one}",
        "codes des périmètres absents des deux années : {missing} ; de l’une des deux : {one}",
    ),
    "aside": (
        "set aside: {count} rows, {reason} (such as {example})",
        "mis à l’écart : {count} lignes, {reason} ({example})",
    ),
    "none": ("none", "aucun"),
    "more": ("and {count} more", "et {count} autres"),
}


def _said(name: str, lang: str, **values: object) -> str:
    return _WORDS[name][1 if lang == "fr" else 0].format(**values)


def _local(text: str, lang: str) -> str:
    return text.translate({ord(","): "\u202f", ord("."): ","}) if lang == "fr" else text


def _names(names: Sequence[object], lang: str) -> str:
    listed = [str(name) for name in names[:MANY]]
    if len(names) > MANY:
        listed.append(_said("more", lang, count=len(names) - MANY))
    return ", ".join(listed) or _said("none", lang)


def perimeter_name(perimeter: str, lang: str) -> str:
    """Return the name of a perimeter, or of all goods, in English or French."""
    if perimeter == ALL_GOODS:
        return _said(ALL_GOODS, lang)
    found = sectors.perimeter(perimeter)
    return found.name_fr if lang == "fr" else found.name_en


def growth_lines(found: ExportGrowth, lang: str = "en") -> Iterator[str]:
    """Say a recomputed growth in lines: source, one table a currency and scope, what is missing, how to read it."""
    paper = passports.passport("baci")
    country = countries.country(found.exporter).name(lang)
    yield _said("title", lang, country=country, since=found.since, until=found.until)
    title = paper.title_fr if lang == "fr" else paper.title_en
    yield _said("source", lang, title=title, scheme=found.scheme, citation=paper.citation)
    for rate in found.rates:
        yield _said("rate", lang, year=rate.year, rate=_local(f"{rate.eur_per_usd:g}", lang), source=rate.source)
    currencies = list(dict.fromkeys(row.currency for row in found.rows))
    for currency in currencies:
        for scope in SCOPES:
            yield ""
            yield from _table(
                [row for row in found.rows if (row.currency, row.scope) == (currency, scope)], found, lang
            )
    yield ""
    if any(row.status == "partial" for row in found.rows):
        yield _said("partial", lang)
    if "EUR" not in currencies:
        options = " ".join(f"--eur-per-usd {year}=RATE" for year in (found.since, found.until))
        yield _said("no euros", lang, options=options)
    if any(row.growth is not None and row.times is None and row.perimeter != ALL_GOODS for row in found.rows):
        yield _said("flat", lang)
    yield from _missing(found, lang)
    yield READING["fr" if lang == "fr" else "en"]


def _table(rows: Sequence[GrowthRow], found: ExportGrowth, lang: str) -> Iterator[str]:
    currency, scope = rows[0].currency, rows[0].scope
    values = {"count": len(found.importers), "since": found.since, "until": found.until}
    yield _said(scope, lang, currency=_said(currency, lang), **values)
    years = [year for year in found.years if any(year in row.values for row in rows)]
    heads = [
        *(str(year) for year in years),
        *(_said(word, lang) for word in ("growth", "a year", "times", "times a year")),
    ]
    yield f"  {'':<46}" + "".join(f"{head:>16}" for head in heads)
    for row in rows:
        cells = [_money(row.values.get(year), currency, lang) for year in years]
        cells += [_percent(row.growth, lang), _percent(row.growth_per_year, lang)]
        cells += ["" if row.perimeter == ALL_GOODS else _times(one, lang) for one in (row.times, row.times_per_year)]
        flag = " p" if row.status == "partial" else ""
        gap = f"  {GAP_TEXTS[row.gap][1 if lang == 'fr' else 0]}" if row.gap else ""
        yield f"  {perimeter_name(row.perimeter, lang) + flag:<46}" + "".join(f"{cell:>16}" for cell in cells) + gap


def _money(value: float | None, currency: str, lang: str) -> str:
    if value is None:
        return "?"
    sign = "$" if currency == "USD" else "€"
    for step, name in ((1e9, "Md" if lang == "fr" else "bn"), (1e6, "M"), (1e3, "k")):
        if value >= step:
            return _local(f"{value / step:,.1f} {name}{sign}", lang)
    return _local(f"{value:,.0f} {sign}", lang)


def _percent(value: float | None, lang: str) -> str:
    return "?" if value is None else _local(f"{100 * value:+,.1f} %", lang)


def _times(value: float | None, lang: str) -> str:
    return "?" if value is None else _local(f"{value:,.2f} x", lang)


def _missing(found: ExportGrowth, lang: str) -> Iterator[str]:
    if found.years_missing:
        yield _said("years", lang, names=_names(found.years_missing, lang))
    yield _said(
        "importers",
        lang,
        count=len(found.importers),
        since=found.since,
        until=found.until,
        first=_names(found.importers_since, lang),
        last=_names(found.importers_until, lang),
        never=_names(found.importers_never, lang),
    )
    yield _said("codes", lang, missing=_names(found.codes_missing, lang), one=_names(found.codes_one_end, lang))
    for entry in found.quarantined:
        yield _said("aside", lang, count=entry.count, reason=entry.reason, example=entry.example)


def growth_record(found: ExportGrowth, lang: str = "en") -> Record:
    """Return a recomputed growth as plain values, with all its papers."""
    paper = passports.passport("baci")
    return {
        "claim": "growth",
        "exporter": found.exporter,
        "flow": "goods",
        "since": found.since,
        "until": found.until,
        "years": list(found.years),
        "years_missing": list(found.years_missing),
        "source": paper.name,
        "scheme": found.scheme,
        "citation": paper.citation,
        "licence": paper.licence,
        "rates": [asdict(rate) for rate in found.rates],
        "importers": list(found.importers),
        "importers_first_year_only": list(found.importers_since),
        "importers_last_year_only": list(found.importers_until),
        "importers_never": list(found.importers_never),
        "codes_missing": list(found.codes_missing),
        "codes_one_end": list(found.codes_one_end),
        "set_aside": [asdict(entry) for entry in found.quarantined],
        "reading": READING["fr" if lang == "fr" else "en"],
        "rows": growth_records(found, lang),
    }


def growth_records(found: ExportGrowth, lang: str = "en") -> list[Record]:
    """Return one flat record a row and year, each with its papers: what a spreadsheet reads."""
    reading = READING["fr" if lang == "fr" else "en"]
    return [
        {
            "exporter": found.exporter,
            "flow": row.passport.flow,
            "perimeter": row.perimeter,
            "perimeter_name": perimeter_name(row.perimeter, lang),
            "scope": row.scope,
            "unit": row.currency,
            "since": found.since,
            "until": found.until,
            **{str(year): row.values.get(year) for year in found.years},
            "growth": row.growth,
            "growth_per_year": row.growth_per_year,
            "times": row.times,
            "times_per_year": row.times_per_year,
            "gap": GAP_TEXTS[row.gap][1 if lang == "fr" else 0] if row.gap else "",
            "status": row.status,
            "fitness": row.passport.fitness,
            "coverage": None if row.passport.coverage is None else asdict(row.passport.coverage),
            "sources": list(row.passport.sources),
            "scheme": found.scheme,
            "note": row.passport.note,
            "reading": reading,
        }
        for row in found.rows
    ]
