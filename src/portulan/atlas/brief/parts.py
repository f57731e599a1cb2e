"""Parts that briefs share: the answer, the map, the ranked table, the suppliers, the codes, the country around."""

from __future__ import annotations

import math
from collections.abc import Sequence

from babel import Locale

from portulan.atlas import asking
from portulan.atlas.brief import drawings, words
from portulan.atlas.brief.document import Block, Cell, Column, Fact, Facts, Heading, Paragraph, Picture, Table
from portulan.atlas.brief.numbers import decimal, said
from portulan.atlas.brief.papers import named
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker, Value
from portulan.atlas.brief.words import counted, say
from portulan.atlas.charts.bars import bar_chart
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.lines import Line, lines
from portulan.atlas.market_context import market_context
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.suppliers import suppliers

NOT_A_MEASURE = "not a measure"
CHART = 820
APART = 6
FIRST_LANGUAGES, FIRST_CODES, FIRST_SUPPLIERS, CHARTED = 4, 10, 8, 6


def ranking_of(ask: Request, by: str | None = None) -> Ranking:
    """Return the markets of the exporter in this sector, by the indicator that leads there or by another."""
    return asking.rank(
        ask.release,
        exporter=ask.exporter,
        sector=ask.subject,
        perimeter=ask.perimeter,
        by=by,
        flow=ask.flow,
        year=ask.year,
    )


def not_ranked(ask: Request, ranking: Ranking) -> str:
    """Return the sentence on the markets whose imports are not in the source: the largest may be among them."""
    coverage = ranking.passport.coverage
    missing = set() if coverage is None or not ranking.rows else {*coverage.importers_missing}
    found = [row.market for row in ranking.apart if row.market in missing]
    if not found:
        return ""
    sizes = {market: float(row["value"]) for (market, name), row in ask.release.context.items() if name == "gdp"}
    found.sort(key=lambda market: -sizes.get(market, 0.0))
    return say("not ranked", ask.lang, names=named([ask.country(market) for market in found], ask.lang, APART))


def row_of(ranking: Ranking, market: str) -> RankRow | None:
    """Return the row of one market, ranked or apart."""
    return next((row for row in (*ranking.rows, *ranking.apart) if row.market == market), None)


def standing_table(ask: Request, ranking: Ranking, speak: Speaker, rows: Sequence[RankRow]) -> Table:
    """Return some rows of a ranking with their doubt, what is sold and what the market imports."""
    lang, axis = ask.lang, drawings.rank_axis(tuple(rows))
    columns = [Column(say("rank", lang), "right"), Column(say("market column", lang), share=2)]
    doubled = _doubled(ranking)
    name = speak.name(ranking.by)
    columns.append(Column(say("estimated column", lang, indicator=name) if doubled else name, "right", 1.3))
    if axis is not None:
        columns += [Column(say("rank interval", lang), "right", 1.1), Column("", share=1.4)]
    left_out = {ranking.by, "imports_from"} if doubled else {ranking.by}
    beside = [name for name in ("imports_from", "imports_world", "growth") if name not in left_out]
    held = [name for name in beside if any(isinstance(row.beside.get(name), Figure) for row in rows)]
    columns += [Column(speak.name(name), "right", 1.3) for name in held]
    made = []
    for row in rows:
        mine = row.market == ask.market
        cells = [Cell("" if row.rank is None else str(row.rank)), Cell(ask.country(row.market), strong=mine)]
        cells.append(speak.cell(row.figure, strong=mine))
        if axis is not None:
            cells += [Cell(_rank_span(row, lang)), Cell(svg=drawings.rank_interval(row, axis))]
        cells += [speak.cell(row.beside.get(name)) for name in held]
        made.append(tuple(cells))
    chosen = tuple(n for n, row in enumerate(rows) if row.market == ask.market)
    return Table(tuple(columns), tuple(made), highlighted=chosen)


def _doubled(ranking: Ranking) -> bool:
    """Whether sales and what ranks are one and the same estimate, row by row: one column says it."""
    return bool(ranking.rows) and all(_same(row.figure, row.beside.get("imports_from")) for row in ranking.rows)


def _same(one: Value, other: Value | None) -> bool:
    if not isinstance(one, Figure) or not isinstance(other, Figure) or one.indicator == other.indicator:
        return False
    return one.status == other.status == "estimated" and math.isclose(
        one.value, other.value, rel_tol=1e-6, abs_tol=0.01
    )


def _rank_span(row: RankRow, lang: str) -> str:
    if row.rank_low is None or row.rank_high is None:
        return ""
    low, high = (said(bound, "rank", lang) for bound in (row.rank_low, row.rank_high))
    return low if low == high else f"{low} {'à' if lang == 'fr' else 'to'}\u00a0{high}"


def chart(title: str, rows: Sequence[ChartRow], ask: Request, unit: str = "USD") -> Picture:
    """Return horizontal bars, the same drawing as on the page."""
    drawn = bar_chart(rows, title=title, unit=unit, lang=ask.lang, writer="print", width=CHART)
    return Picture(drawn.svg, f"{drawn.title}. {drawn.description}", drawn.title)


def chart_row(label: str, value: Value, speak: Speaker, highlight: bool = False) -> ChartRow:
    """Return a figure as a row of a chart; a gap is a row that says it is not known."""
    if isinstance(value, Gap):
        return ChartRow(label, None, highlight=highlight)
    low, high = value.low, value.high
    if low is None or high is None or not low <= value.value <= high:
        low = high = None
    return ChartRow(label, value.value, speak.text(value), low, high, value.status, highlight=highlight)


def who_sells(ask: Request, speak: Speaker) -> list[Block]:
    """Return the suppliers of the market in the sector: chart, table, concentration; or why they are not known."""
    lang = ask.lang
    if ask.market is None:
        return []
    found = suppliers(
        ask.release, market=ask.market, sector=ask.subject, perimeter=ask.perimeter, flow=ask.flow, year=ask.year
    )
    head = Heading(say("who sells", lang))
    if not found.rows:
        why = speak.reason(found.imports_world) or speak.reason(found.hhi)
        return [head, Paragraph(say("no suppliers", lang, reason=why) if why else say("no suppliers plain", lang))]
    shown = found.rows[:FIRST_SUPPLIERS]
    most = max(row.imports_from.value for row in shown)
    columns = (
        Column(say("rank", lang), "right"),
        Column(say("country", lang), share=1.6),
        Column(say("sold there", lang), "right", 1.2),
        Column("", share=1.6),
        Column(speak.name("share"), "right", 1.2),
    )
    rows = tuple(
        (
            Cell(str(row.rank)),
            Cell(ask.country(row.exporter), strong=row.exporter == ask.exporter),
            speak.cell(row.imports_from, strong=row.exporter == ask.exporter),
            Cell(svg=drawings.bar(row.imports_from.value, most, row.exporter == ask.exporter)),
            speak.cell(row.share),
        )
        for row in shown
    )
    mine = tuple(n for n, row in enumerate(shown) if row.exporter == ask.exporter)
    parts = []
    if isinstance(found.hhi, Figure):
        speak.note(found.hhi)
        parts.append(say("hhi", lang, value=said(found.hhi.value, found.hhi.unit, lang, found.hhi.indicator)))
    if found.count is not None:
        parts.append(counted("suppliers count", found.count, lang, count=decimal(found.count, lang)))
    return [head, Table(columns, rows, note=" ".join(parts), highlighted=mine)]


def around(ask: Request, speak: Speaker, without: Sequence[str] = (), title: bool = True) -> list[Block]:
    """Return the country around the market: people, means, distance, language, neighbours; `without` what is said."""
    if ask.market is None:
        return []
    lang = ask.lang
    found = market_context(ask.release, market=ask.market, exporter=ask.exporter)
    order = ("population", "gdp_per_head", "internet_users", "distance_km", "common_language", "ease")
    facts = [speak.fact(found.figures[name]) for name in order if name in found.figures and name not in without]
    capital = found.capital_fr if lang == "fr" else found.capital
    spoken = ((_tongue(code, lang), part) for code, part in found.languages)
    tongues = [f"{name} ({said(part, 'ratio', lang, 'share')})" for name, part in spoken if name]
    facts += [
        Fact(say("languages", lang), named(tongues, lang, FIRST_LANGUAGES) or say("not known", lang)),
        Fact(say("capital", lang), capital or say("none", lang)),
    ]
    neighbours = named([ask.country(code) for code in found.neighbours], lang, 6)
    if neighbours:
        facts.append(Fact(say("neighbours", lang), neighbours))
    head: list[Block] = [Heading(say("market", lang))] if title else []
    return [*head, Facts(tuple(facts))]


def _tongue(code: str, lang: str) -> str:
    names = Locale(lang).languages
    base = code.replace("-", "_")
    return str(names.get(base) or names.get(base.partition("_")[0]) or "")


def behind(ask: Request, speak: Speaker, quiet: bool) -> list[Block]:
    """Return the codes behind the figures, with their roles: those that weigh most in this market first."""
    lang = ask.lang
    if ask.market is None or ask.sector is None:
        return []
    found = lines(
        ask.release,
        exporter=ask.exporter,
        market=ask.market,
        sector=ask.sector,
        perimeter=ask.perimeter,
        flow=ask.flow,
        year=ask.year,
    )
    if not found:
        return []
    ordered = sorted(found, key=_weighs)
    shown = ordered[:FIRST_CODES]
    columns = [
        Column(say("code", lang)),
        Column(say("label", lang), share=3),
        Column(say("role", lang)),
    ]
    names = ["imports_from", "imports_world", *(() if quiet else ("potential_static",))]
    held = [name for name in names if any(isinstance(getattr(line, name), Figure) for line in found)]
    columns += [Column(speak.name(name), "right", 1.2) for name in held]
    rows = tuple(
        (
            Cell(f"{line.scheme}\u00a0{line.code}"),
            Cell(line.label_fr if lang == "fr" else line.label),
            Cell(_role(line, lang)),
            *(speak.cell(getattr(line, name)) for name in held),
        )
        for line in shown
    )
    more = len(ordered) - len(shown)
    said_ = [counted("lines more", more, lang, count=more)] if more else []
    said_ += [] if held else [say("lines unknown", lang, reason=speak.reason(found[0].imports_world))]
    note = " ".join(said_)
    return [Heading(say("behind", lang)), Table(tuple(columns), rows, note=note, small=True)]


def _role(line: Line, lang: str) -> str:
    weight = "" if line.weight in (None, 1.0) else f" × {decimal(line.weight or 0.0, lang, 2)}"
    return f"{words.role(line.role, lang)}{weight}"


def _weighs(line: Line) -> tuple[float, str]:
    value = line.imports_world
    return (-(value.value * (line.weight or 0.0)) if isinstance(value, Figure) else 0.0, line.code)
