"""The brief of one market: every sector, the country around it, and where the exporter stands."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.atlas.brief import drawings, papers, parts
from portulan.atlas.brief.document import Answer, Block, Cell, Column, Heading, Picture, Table, Tiles
from portulan.atlas.brief.numbers import decimal, said
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker, Value
from portulan.atlas.brief.words import say
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.profiles import Profile, ProfileRow, profile
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import sectors


def blocks(ask: Request) -> list[Block]:
    """Return what the brief says, in order."""
    speak = Speaker(ask.lang)
    found = profile(
        ask.release,
        exporter=ask.exporter,
        market=ask.market or "",
        perimeter=ask.perimeter,
        flow=ask.flow,
        year=ask.year,
    )
    whole = next(row for row in found.rows if row.sector == sectors.ALL)
    ranking = parts.ranking_of(ask)
    singles = [row for row in found.rows if row.kind == "sector"]
    answer = _answer(ask, whole, singles, ranking, speak)
    made: list[Block] = [Answer(answer, say("fit market title", ask.lang), say("fit market", ask.lang))]
    made.append(Tiles(tuple(speak.tile(whole.figures[name]) for name in ("imports_world", "imports_from", "share"))))
    made += [*_sectors(ask, found, singles, speak), *parts.around(ask, speak), *papers.notes(ask)]
    others = [value for row in singles for value in _shown(row) if isinstance(value, Figure)]
    made += _standing(ask, ranking, speak)
    return [*made, *papers.papers(ask, ranking, speak, others)]


def _standing(ask: Request, ranking: Ranking, speak: Speaker) -> list[Block]:
    """Return the map of the exporter's markets, all sectors together, with a ring on this one."""
    if not any(isinstance(row.figure, Figure) for row in (*ranking.rows, *ranking.apart)):
        return []
    return [Heading(say("where it stands", ask.lang)), drawings.world(ask, ranking, speak)]


def _quiet(row: ProfileRow) -> bool:
    return row.fitness == parts.NOT_A_MEASURE


def _shown(row: ProfileRow) -> list[Value]:
    """Return what the table prints of a sector: nothing that promises, where the figures are no measure."""
    names = ["imports_world", "imports_from", "share"]
    return [row.figures[name] for name in (names if _quiet(row) else [*names, row.lead])]


def _answer(ask: Request, whole: ProfileRow, singles: Sequence[ProfileRow], ranking: Ranking, speak: Speaker) -> str:
    """Return what is bought and sold in all, and the measured sectors where this market stands best."""
    lang = ask.lang
    sold, world = whole.figures["imports_from"], whole.figures["imports_world"]
    text = ""
    if isinstance(sold, Figure) and isinstance(world, Figure):
        name = "market sold estimated" if sold.status == "estimated" else "market sold"
        text = say(
            name,
            lang,
            exporter=ask.country(ask.exporter),
            value=speak.rough(sold),
            world=speak.rough(world),
            year=speak.year(sold),
        )
    else:
        gap = sold if isinstance(sold, Gap) else world
        text = say("market unknown", lang, reason=speak.reason(gap))
    best = sorted((row for row in singles if row.rank and not _quiet(row)), key=lambda row: (row.rank or 0, row.sector))
    if best:
        named = ", ".join(
            say(
                "best one",
                lang,
                sector=ask.sector_name(row.sector),
                rank=row.rank,
                total=row.ranked,
                span=_span(row, lang),
            )
            for row in best[:3]
        )
        apart = parts.not_ranked(ask, ranking)
        text = " ".join(filter(None, (text, say("best", lang, names=named), apart)))
    return text


def _span(row: ProfileRow, lang: str) -> str:
    """Return the 90 % interval of a rank, to stand behind it; nothing where none was drawn."""
    if row.rank_low is None or row.rank_high is None:
        return ""
    low, high = (said(bound, "rank", lang) for bound in (row.rank_low, row.rank_high))
    return say("first rank", lang, span=low if low == high else say("from to", lang, low=low, high=high))


def _sectors(ask: Request, found: Profile, singles: Sequence[ProfileRow], speak: Speaker) -> list[Block]:
    lang = ask.lang
    ordered = sorted(singles, key=lambda row: (_quiet(row), -_size(row.figures["imports_world"]), row.sector))
    measured = [row for row in ordered if not _quiet(row)]
    made: list[Block] = [Heading(say("sectors", lang))]
    if any(isinstance(row.figures["imports_world"], Figure) for row in measured):
        made.append(_chart(ask, measured, speak))
    columns = (
        Column(say("sector column", lang), share=1.6),
        Column(speak.name("imports_world"), "right", 1.1),
        Column(speak.name("imports_from"), "right", 1.1),
        Column(speak.name("share"), "right", 0.75),
        Column(say("potential column", lang), "right", 1.1),
        Column(say("rank", lang), "right", 1.6),
        Column(say("first supplier", lang), share=1.2),
    )
    rows = tuple(_row(ask, row, speak) for row in ordered)
    return [*made, Table(columns, rows, note=_note(ask, ordered, speak), small=True)]


def _note(ask: Request, ordered: Sequence[ProfileRow], speak: Speaker) -> str:
    """Say below the table which sectors have no potential, and why some figures are not known."""
    lang = ask.lang
    names = [ask.sector_name(row.sector) for row in ordered if _quiet(row)]
    said_ = [say("quiet sectors", lang, names=", ".join(names))] if names else []
    reasons: dict[str, list[str]] = {}
    for row in ordered:
        if isinstance(row.figures["imports_world"], Gap):
            reasons.setdefault(speak.reason(row.figures["imports_world"]), []).append(ask.sector_name(row.sector))
    said_ += [say("gap sectors", lang, reason=reason, names=", ".join(which)) for reason, which in reasons.items()]
    return " ".join(said_)


def _size(value: Value) -> float:
    return value.value if isinstance(value, Figure) else -1.0


def _chart(ask: Request, measured: Sequence[ProfileRow], speak: Speaker) -> Picture:
    rows = [parts.chart_row(ask.sector_name(row.sector), row.figures["imports_from"], speak) for row in measured]
    title = say("sectors title", ask.lang, exporter=ask.country(ask.exporter), year=ask.year or "")
    return parts.chart(title, rows, ask)


def _row(ask: Request, row: ProfileRow, speak: Speaker) -> tuple[Cell, ...]:
    lang, quiet = ask.lang, _quiet(row)
    rank = "" if quiet or row.rank is None else say("rank of", lang, rank=row.rank, total=decimal(row.ranked, lang))
    if rank and row.rank_low is not None and row.rank_high is not None:
        joint = "à" if lang == "fr" else "to"
        rank += f"\u00a0({said(row.rank_low, 'rank', lang)}\u00a0{joint}\u00a0{said(row.rank_high, 'rank', lang)})"
    first = ", ".join(ask.country(one.exporter) for one in row.first_suppliers[:1])
    return (
        Cell(ask.sector_name(row.sector), quiet=quiet),
        *(speak.cell(row.figures[name]) for name in ("imports_world", "imports_from", "share")),
        Cell(say("no measure", lang), quiet=True) if quiet else speak.cell(row.figures[row.lead]),
        Cell(rank),
        Cell(first) if first else Cell(say("not known", lang), quiet=True),
    )
