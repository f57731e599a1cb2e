"""Where goods do not measure a sector: a scan of the context, its weights shown; an orientation, never a potential."""

from __future__ import annotations

from portulan.atlas.brief.document import Block, Cell, Column, Heading, Paragraph, Table
from portulan.atlas.brief.numbers import decimal, ordinal, parted, said
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker, Value
from portulan.atlas.brief.words import counted, say
from portulan.atlas.figures import Flow, Gap
from portulan.atlas.opened import Release
from portulan.atlas.scan import Scan, ScanRow, scan

FIRST = 12


def _scan(release: Release, exporter: str, sector: str, perimeter: str, flow: Flow, year: int | None) -> Scan:
    return scan(release, exporter=exporter, sector=sector, perimeter=perimeter, flow=flow, year=year)


def _found(ask: Request) -> Scan:
    # Kept by the release: one scan serves every market of a sector.
    found: Scan = ask.release.derived(_scan, ask.exporter, ask.subject, ask.perimeter, ask.flow, ask.year)
    return found


def _weights(found: Scan, speak: Speaker) -> str:
    whole = sum(found.weights.values()) or 1.0
    return ", ".join(
        f"{speak.name(name)} {said(weight / whole, 'ratio', speak.lang, 'share')}"
        for name, weight in sorted(found.weights.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def place(ask: Request, speak: Speaker) -> list[Block]:
    """Return where the market of the brief stands in the scan, in a sentence; or that it has too little known."""
    found, lang = _found(ask), ask.lang
    if not found.rows:
        return []
    row = next((one for one in found.rows if one.market == ask.market), None)
    if row is None or row.rank is None:
        return [Paragraph(say("scan apart", lang, weights=_weights(found, speak)))]
    text = say(
        "scan place",
        lang,
        weights=_weights(found, speak),
        ordinal=ordinal(row.rank, lang),
        total=decimal(len(found.rows), lang),
    )
    if row.drawn is not None:
        low, high = (said(bound, "rank", lang) for bound in (row.drawn.rank_low, row.drawn.rank_high))
        text += say("scan span", lang, low=low, high=high)
    return [Paragraph(f"{text}.")]


def table(ask: Request, speak: Speaker) -> list[Block]:
    """Return the first markets of the scan with every criterion, or nothing where no criterion is known."""
    found, lang = _found(ask), ask.lang
    if not found.rows:
        return []
    names = [name for name in found.rows[0].values if name in found.weights]
    columns = (
        Column(say("rank", lang), "right"),
        Column(say("market column", lang), share=1.6),
        *(Column(_head(found.rows[0].values[name], speak), "right", 1.2) for name in names),
        Column(say("other weights", lang), "right", 1.2),
    )
    rows = tuple(_row(ask, row, names, speak) for row in found.rows[:FIRST])
    for value in found.rows[0].values.values():
        speak.note(value)
    count = len(found.rows)
    note = counted("scan note", count, lang, weights=_weights(found, speak), total=decimal(count, lang))
    return [Heading(say("orientation heading", lang)), Table(columns, rows, note=note, small=True)]


def _row(ask: Request, row: ScanRow, names: list[str], speak: Speaker) -> tuple[Cell, ...]:
    span = ""
    if row.drawn is not None:
        low, high = (said(bound, "rank", ask.lang) for bound in (row.drawn.rank_low, row.drawn.rank_high))
        span = say("from to", ask.lang, low=low, high=high)
    return (
        Cell("" if row.rank is None else str(row.rank)),
        Cell(ask.country(row.market)),
        *(_cell(row.values.get(name), speak) for name in names),
        Cell(span),
    )


def _head(value: Value, speak: Speaker) -> str:
    """Return the heading of a criterion, with its unit: the cells below hold numbers only."""
    if isinstance(value, Gap):
        return speak.name(value.indicator)
    unit = parted(value.value, value.unit, speak.lang, value.indicator)[1]
    return f"{speak.name(value.indicator)} ({unit})" if unit else speak.name(value.indicator)


def _cell(value: Value | None, speak: Speaker) -> Cell:
    if value is None or isinstance(value, Gap):
        return speak.cell(value)
    return Cell(parted(value.value, value.unit, speak.lang, value.indicator)[0], speak.mark(value))
