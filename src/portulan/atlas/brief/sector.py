"""The brief of one sector: the markets of the world for one exporter, with their doubt."""

from __future__ import annotations

from portulan.atlas import asking
from portulan.atlas.brief import drawings, orientation, papers, parts
from portulan.atlas.brief.document import Answer, Block, Cell, Column, Heading, Paragraph, Table, Tiles
from portulan.atlas.brief.numbers import said, sorting, typeset
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker
from portulan.atlas.brief.words import counted, say
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import fitness

FIRST, CHARTED, LEFT, MOVING = 15, 10, 8, 8
NAMED = 3


def blocks(ask: Request) -> list[Block]:
    """Return what the brief says, in order."""
    speak = Speaker(ask.lang)
    ranking = parts.ranking_of(ask)
    quiet = ranking.fitness == parts.NOT_A_MEASURE
    if quiet:
        # No order of markets by what does not measure the sector: the record only, and by size of sales.
        ranking = parts.ranking_of(ask, "imports_from")
    made = _quiet(ask, ranking, speak) if quiet else _measured(ask, ranking, speak)
    return [*made, *papers.notes(ask), *papers.papers(ask, ranking, speak)]


def _reason(ask: Request, ranking: Ranking) -> str:
    return typeset(ranking.fitness_reason_fr if ask.lang == "fr" else ranking.fitness_reason_en, ask.lang)


def _own(ask: Request, speak: Speaker) -> Tiles:
    """Return what the exporter does in the sector, all markets together."""
    found = asking.show(
        ask.release, exporter=ask.exporter, sector=ask.subject, perimeter=ask.perimeter, flow=ask.flow, year=ask.year
    )
    held = {value.indicator: value for value in found}
    return Tiles(tuple(speak.tile(held[name]) for name in ("rca",) if name in held))


def _measured(ask: Request, ranking: Ranking, speak: Speaker) -> list[Block]:
    lang = ask.lang
    partial = ranking.fitness == "partial"
    warning, reason = (say("fit partial", lang), _reason(ask, ranking)) if partial else ("", "")
    answer = " ".join(filter(None, (_answer(ask, ranking, speak), parts.not_ranked(ask, ranking))))
    made: list[Block] = [Answer(answer, warning, reason)]
    if ranking.rows:
        speak.note(ranking.rows[0].figure)
        for value in ranking.rows[0].beside.values():
            if value.indicator in ("imports_from", "imports_world", "growth"):
                speak.note(value)
        made.append(drawings.world(ask, ranking, speak))
        made += [Heading(say("top markets", lang)), _chart(ask, ranking, speak)]
        made.append(parts.standing_table(ask, ranking, speak, ranking.rows[:FIRST]))
    made += _left(ask, speak)
    made += _movers(ask, speak)
    return [*made, Heading(say("own", lang)), _own(ask, speak)]


def _answer(ask: Request, ranking: Ranking, speak: Speaker) -> str:
    lang = ask.lang
    if not ranking.rows:
        reasons = [row.figure.text(lang) for row in ranking.apart if isinstance(row.figure, Gap)]
        why = typeset(reasons[0], lang) if reasons else say("not known", lang)
        return say("sector unknown", lang, reason=why)
    first = ", ".join(_first(ask, row, speak) for row in ranking.rows[:NAMED])
    total, by = ranking.total, speak.name(ranking.by)
    text = counted("sector first", total, lang, indicator=by, names=first, total=total, year=ask.year or "")
    if all(row.rank_median is None for row in ranking.rows):
        return f"{text} {papers.doubt(ranking, lang)} {say('sector no doubt', lang)}"
    near = sum(1 for row in ranking.rows if row.p_top10 is not None and row.p_top10 >= 0.9)
    return f"{text} {say('sector sure', lang, count=near)}"


def _first(ask: Request, row: RankRow, speak: Speaker) -> str:
    text = f"{ask.country(row.market)} ({speak.rough(row.figure)}"
    if row.rank_low is not None and row.rank_high is not None:
        low, high = (said(bound, "rank", ask.lang) for bound in (row.rank_low, row.rank_high))
        span = low if low == high else say("from to", ask.lang, low=low, high=high)
        text += say("first rank", ask.lang, span=span)
    return f"{text})"


def _chart(ask: Request, ranking: Ranking, speak: Speaker) -> Block:
    rows = [parts.chart_row(ask.country(row.market), row.figure, speak) for row in ranking.rows[:CHARTED]]
    title = f"{speak.name(ranking.by)}, {ask.year or ''}".rstrip(", ")
    return parts.chart(title, rows, ask)


def _left(ask: Request, speak: Speaker) -> list[Block]:
    """Return the markets where most is left to sell, or why that is not known."""
    found = parts.ranking_of(ask, "unrealised_static")
    head = Heading(say("left by market", ask.lang))
    if not found.rows:
        gap = next((row.figure for row in found.apart if isinstance(row.figure, Gap)), None)
        why = say("not known", ask.lang) if gap is None else speak.reason(gap)
        return [head, Paragraph(say("left unknown", ask.lang, reason=why))]
    speak.note(found.rows[0].figure)
    return [head, parts.standing_table(ask, found, speak, found.rows[:LEFT])]


def _movers(ask: Request, speak: Speaker) -> list[Block]:
    """Return the markets whose demand grows fastest among those that count, or why that is not known."""
    lang = ask.lang
    large = parts.ranking_of(ask, "imports_world")
    growing = parts.ranking_of(ask, "demand_growth")
    head = Heading(say("movers", lang))
    if not growing.rows:
        gap = next((row.figure for row in growing.apart if isinstance(row.figure, Gap)), None)
        return [] if gap is None else [head, Paragraph(say("movers unknown", lang, reason=speak.reason(gap)))]
    counted = {row.market for row in large.rows[: max(len(large.rows) // 4, MOVING)]}
    rows = [row for row in growing.rows if row.market in counted and _grows(row)][:MOVING]
    if not rows:
        return []
    speak.note(rows[0].figure)
    return [head, Paragraph(say("movers note", lang), small=True), parts.standing_table(ask, growing, speak, rows)]


def _grows(row: RankRow) -> bool:
    return isinstance(row.figure, Figure) and row.figure.value > 0


def _quiet(ask: Request, ranking: Ranking, speak: Speaker) -> list[Block]:
    """Return the brief of a sector that the figures do not measure: the warning, what is recorded, where to look."""
    lang = ask.lang
    warning = say("fit not a measure", lang)
    made: list[Block] = [Answer(say("sector orientation", lang), warning, _reason(ask, ranking))]
    if groups := _groups(ask):
        made += [Heading(say("groups", lang)), Paragraph(say("groups text", lang, names=groups))]
    made += orientation.table(ask, speak)
    made += [Heading(say("recorded", lang)), Paragraph(say("recorded text", lang), small=True)]
    rows = [row for row in ranking.rows[:FIRST] if isinstance(row.figure, Figure)]
    if not rows:
        gap = next((row.figure for row in ranking.apart if isinstance(row.figure, Gap)), None)
        why = say("not known", lang) if gap is None else say("not known reason", lang, reason=speak.reason(gap))
        return [*made, Paragraph(why)]
    speak.note(rows[0].figure)
    speak.note(rows[0].beside["imports_world"])
    columns = (
        Column(say("market column", lang), share=2),
        Column(speak.name("imports_from"), "right", 1.4),
        Column(speak.name("imports_world"), "right", 1.4),
    )
    ordered = sorted(rows, key=lambda row: sorting(ask.country(row.market)))
    cells = tuple(
        (Cell(ask.country(row.market)), speak.cell(row.figure), speak.cell(row.beside["imports_world"]))
        for row in ordered
    )
    return [*made, Table(columns, cells)]


def _groups(ask: Request) -> str:
    """Return the groups that hold this sector, that the release knows and that it measures at least in part."""
    held = {(flow, sector) for flow, _year, perimeter, sector in ask.release.basket_of if perimeter == ask.perimeter}
    named = [
        f"{ask.sector_name(line.subject)} ({say(line.flow, ask.lang)})"
        for line in fitness.fitness_lines()
        if line.level != parts.NOT_A_MEASURE
        and line.subject != ask.subject
        and ask.subject in line.subject.split("+")
        and (line.flow, line.subject) in held
    ]
    return ", ".join(named)
