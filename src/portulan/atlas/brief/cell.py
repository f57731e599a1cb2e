"""The brief of one sector in one market: the facts behind one decision."""

from __future__ import annotations

from portulan.atlas import asking
from portulan.atlas.brief import drawings, orientation, papers, parts
from portulan.atlas.brief.document import Answer, Block, Cell, Column, Heading, Paragraph, Table, Tiles
from portulan.atlas.brief.numbers import ordinal, said, typeset
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker, Value
from portulan.atlas.brief.words import counted, say
from portulan.atlas.figures import Figure, Flow, Gap
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import fitness, sectors

FIRST, NEAR = 5, 1
LEAST_PART = 0.01
_PEOPLE = ("population", "gdp_per_head", "internet_users")


def blocks(ask: Request) -> list[Block]:
    """Return what the brief says, in order."""
    speak = Speaker(ask.lang)
    ranking = parts.ranking_of(ask)
    found = _figures(ask, ask.flow)
    quiet = ranking.fitness == parts.NOT_A_MEASURE
    made = _quiet(ask, ranking, found, speak) if quiet else _measured(ask, ranking, found, speak)
    return [
        *made,
        *parts.behind(ask, speak, quiet),
        *papers.notes(ask),
        *papers.papers(ask, ranking, speak),
    ]


def _figures(ask: Request, flow: Flow) -> dict[str, Value]:
    """Return every indicator of the cell by its id."""
    found = asking.show(
        ask.release,
        exporter=ask.exporter,
        sector=ask.subject,
        market=ask.market,
        perimeter=ask.perimeter,
        flow=flow,
        year=ask.year if flow == ask.flow else None,
    )
    return {value.indicator: value for value in found}


def _measured(ask: Request, ranking: Ranking, found: dict[str, Value], speak: Speaker) -> list[Block]:
    lang = ask.lang
    row = parts.row_of(ranking, ask.market or "")
    warning, reason = "", ""
    if ranking.fitness == "partial":
        warning = say("fit partial", lang)
        reason = typeset(ranking.fitness_reason_fr if lang == "fr" else ranking.fitness_reason_en, lang)
    share, rank = found["share"], found["supplier_rank"]
    place = "" if isinstance(rank, Gap) else say("nth supplier", lang, ordinal=ordinal(round(rank.value), lang))
    lead = found[ranking.lead]
    stands = "" if row is None or row.rank is None else _rank_text(row, ranking, lang)
    tiles = (
        speak.tile(found["imports_world"]),
        speak.tile(found["imports_from"]),
        speak.tile(share, below=place),
        speak.tile(lead, below=stands),
        speak.tile(found["unrealised_static"]),
        speak.tile(found["growth"]),
    )
    speak.note(rank)
    made: list[Block] = [Answer(answer(ask, ranking, found, row, speak), warning, reason), Tiles(tiles)]
    if any(isinstance(one.figure, Figure) for one in (*ranking.rows, *ranking.apart)):
        made.append(drawings.world(ask, ranking, speak))
    if ranking.rows:
        near = _around_row(ranking, row)
        made += [Heading(say("where it stands", lang)), parts.standing_table(ask, ranking, speak, near)]
    made += parts.who_sells(ask, speak)
    made += _left(ask, ranking, found, speak)
    return [*made, *parts.around(ask, speak)]


def _rank_text(row: RankRow, ranking: Ranking, lang: str) -> str:
    return counted("place", ranking.total, lang, ordinal=ordinal(row.rank or 0, lang), total=ranking.total)


def _around_row(ranking: Ranking, row: RankRow | None) -> list[RankRow]:
    """Return the first markets, then this one with its neighbours; this one last where it stands apart."""
    first = list(ranking.rows[:FIRST])
    if row is None or row in first:
        return list(ranking.rows[: FIRST + 2])
    if row.rank is None:
        return [*first, row]
    at = ranking.rows.index(row)
    return [*first, *(one for one in ranking.rows[at - NEAR : at + NEAR + 1] if one not in first)]


def answer(ask: Request, ranking: Ranking, found: dict[str, Value], row: RankRow | None, speak: Speaker) -> str:
    """Return the answer in two sentences: what is sold of what is bought; what could be, and how sure that is."""
    could = _could(ask, ranking, found[ranking.lead], row, found, speak)
    apart = parts.not_ranked(ask, ranking) if row is not None and row.rank is not None else ""
    return " ".join(filter(None, (_sold(ask, found, speak), could, apart)))


def _sold(ask: Request, found: dict[str, Value], speak: Speaker) -> str:
    lang, sold, world, share = ask.lang, found["imports_from"], found["imports_world"], found["share"]
    exporter = ask.country(ask.exporter)
    if isinstance(sold, Gap):
        return say("sold unknown", lang, exporter=exporter, year=ask.year or "", reason=speak.reason(sold))
    name = "sold estimated" if sold.status == "estimated" else "sold"
    text = say(name, lang, exporter=exporter, value=speak.rough(sold), year=speak.year(sold))
    if (span := speak.interval(sold)) and sold.status != "estimated":
        text += say("interval", lang, between=span)
    if isinstance(world, Figure) and isinstance(share, Figure):
        return text + say("of imports", lang, share=_part(share, speak), world=speak.rough(world))
    return text + "."


def _part(share: Figure, speak: Speaker) -> str:
    """Return a share as a sentence says it: of an estimate, whole percent only."""
    if share.status != "estimated" or share.value < LEAST_PART:
        return speak.text(share)
    return said(share.value, "ratio", speak.lang, "common_language")


def _could(
    ask: Request, ranking: Ranking, lead: Value, row: RankRow | None, found: dict[str, Value], speak: Speaker
) -> str:
    lang, sold = ask.lang, found["imports_from"]
    if isinstance(lead, Gap):
        return say("potential unknown", lang, reason=speak.reason(lead))
    ranked = row is not None and row.rank is not None
    if ranked and row is not None and _same(sold, lead):
        return counted("potential same", ranking.total, lang, ordinal=ordinal(row.rank or 0, lang), total=ranking.total)
    span = speak.interval(lead)
    span = say("interval", lang, between=span) if span else ""
    text = say("potential is", lang, value=speak.text(lead), interval=span)
    if not ranked or row is None:
        return text + say("potential unranked", lang)
    text += counted("potential ranked", ranking.total, lang, ordinal=ordinal(row.rank or 0, lang), total=ranking.total)
    if row.rank_low is None or row.rank_high is None:
        return f"{text}. {papers.doubt(ranking, lang)}"
    low, high = (said(bound, "rank", lang) for bound in (row.rank_low, row.rank_high))
    certain = say("rank certain", lang) if low == high else say("rank between", lang, low=low, high=high)
    return f"{text}{certain}."


def _same(sold: Value, lead: Value) -> bool:
    """Whether sales and potential are one estimate said twice: a model's sum and a rounding may tell them apart."""
    return (
        isinstance(sold, Figure)
        and isinstance(lead, Figure)
        and sold.status == lead.status == "estimated"
        and (abs(sold.value - lead.value) <= 0.01 * abs(lead.value))
    )


def _left(ask: Request, ranking: Ranking, found: dict[str, Value], speak: Speaker) -> list[Block]:
    """Return what is sold, what could be, and what is left, as bars; or why they are not known."""
    lang = ask.lang
    names = ["imports_from", "potential_static", "unrealised_static"]
    if ranking.lead not in names:
        names.append(ranking.lead)
    head = Heading(say("what is left", lang))
    for name in names:
        speak.note(found[name])
    if isinstance(found["potential_static"], Gap):
        return [head, Paragraph(say("left unknown", lang, reason=speak.reason(found["potential_static"])))]
    rows = [parts.chart_row(speak.name(name), found[name], speak, name == "imports_from") for name in names]
    made: list[Block] = [head, parts.chart(say("left title", lang, year=ask.year or ""), rows, ask)]
    realised = found["realised_share"]
    if isinstance(realised, Figure):
        speak.note(realised)
        made.append(Paragraph(say(verdict(found, realised.value), lang, share=speak.text(realised))))
    return made


def verdict(found: dict[str, Value], realised: float) -> str:
    """Return what may be said of sales and potential: nothing, where the interval of the one holds the other."""
    sold, potential = found["imports_from"], found["potential_static"]
    if isinstance(sold, Figure) and isinstance(potential, Figure):
        low, high = potential.low, potential.high
        if low is not None and high is not None and low <= sold.value <= high:
            return "realised unclear"
    return "realised above" if realised > 1 else "realised"


def _quiet(ask: Request, ranking: Ranking, found: dict[str, Value], speak: Speaker) -> list[Block]:
    """Return the brief where the figures are no measure: services if they are, the country, then the record."""
    lang = ask.lang
    reason = typeset(ranking.fitness_reason_fr if lang == "fr" else ranking.fitness_reason_en, lang)
    made: list[Block] = [Answer(say("orientation", lang), say("fit not a measure", lang), reason)]
    if ask.flow == "goods" and "services" in ask.release.flows and _serves(ask.subject):
        other = _figures(ask, "services")
        sold = Tiles(tuple(speak.tile(other[name]) for name in ("imports_world", "imports_from", "share")))
        made += [Heading(say("by services", lang)), sold]
    first = Tiles(tuple(speak.tile(found[name]) for name in _PEOPLE))
    made += [Heading(say("orientation heading", lang)), first, *orientation.place(ask, speak)]
    made += parts.around(ask, speak, _PEOPLE, title=False)
    return [*made, Heading(say("recorded", lang)), _recorded(ask, found, speak)]


def _serves(sector: str) -> bool:
    """Whether services measure the sector, at least in part; a group of shared goods codes has none of its own."""
    return sector not in sectors.groups() and fitness.fitness(sector, "services") != parts.NOT_A_MEASURE


def _recorded(ask: Request, found: dict[str, Value], speak: Speaker) -> Block:
    """Return what is recorded all the same, without any rank; or why nothing is."""
    lang = ask.lang
    values = [found[name] for name in ("imports_world", "imports_from", "share")]
    for value in values:
        speak.note(value)
    reasons = {speak.reason(value) for value in values}
    if all(isinstance(value, Gap) for value in values) and len(reasons) == 1:
        return Paragraph(say("nothing recorded", lang, reason=reasons.pop()))
    columns = (
        Column(say("figure", lang), share=2),
        Column(say("value", lang), "right", 1),
        Column(say("year", lang)),
        Column("", share=2),
    )
    rows = tuple(
        (Cell(speak.name(v.indicator)), speak.cell(v), Cell(speak.year(v)), Cell(speak.reason(v), quiet=True))
        for v in values
    )
    return Table(columns, rows)
