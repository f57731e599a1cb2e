"""The last part of every brief: the papers of the figures, the sources, the method, the notes, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from portulan.atlas.brief import words
from portulan.atlas.brief.document import Block, Cell, Column, Fact, Facts, Heading, Note, Notes, Paragraph, Table
from portulan.atlas.brief.numbers import sorting, typeset
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.said import Speaker, Value
from portulan.atlas.brief.words import say
from portulan.atlas.figures import Coverage, Figure, Gap
from portulan.atlas.indicators import indicator
from portulan.atlas.rankings import DRAWN_FOR, Ranking
from portulan.atlas.reference import sectors
from portulan.atlas.remarks import DECLARED, remark
from portulan.atlas.sources import passports
from portulan.fonts import printable

NAMED, CODES = 12, 12
MOST_NOTES, MOST_LETTERS = 3, 600
_SHORT_ID = 16


def papers(ask: Request, ranking: Ranking, speak: Speaker, others: Iterable[Value] = ()) -> list[Block]:
    """Return the papers of everything that was printed, and of what only a table printed (`others`)."""
    printed = {value.indicator for value in speak.printed}
    tabled = [value for value in others if value.indicator not in printed]
    shown = (*speak.printed, *tabled)
    return [
        Heading(say("papers", ask.lang), apart=ranking.fitness == "not a measure"),
        _figures(ask, shown, speak, {value.indicator for value in tabled}),
        Facts(tuple(_facts(ask, ranking)), columns=1),
        Heading(say("sources", ask.lang)),
        *_sources(ask, shown),
        Heading(say("method", ask.lang)),
        Paragraph(_method(ask, ranking), small=True),
    ]


def _figures(ask: Request, shown: Sequence[Value], speak: Speaker, tabled: Collection[str]) -> Table:
    lang = ask.lang
    columns = (
        Column(say("figure", lang), share=2.6),
        Column(say("value", lang), "right", 1.8),
        Column(say("interval column", lang), share=1.6),
        Column(say("year", lang), share=0.9),
        Column(say("status", lang), share=1.1),
        Column(say("source", lang), share=1.7),
    )
    rows: list[tuple[Cell, ...]] = []
    seen: set[tuple[str, str]] = set()
    for value in shown:
        if (value.passport.flow, value.indicator) in seen or isinstance(value, Gap):
            continue
        seen.add((value.passport.flow, value.indicator))
        same = [one for one in shown if one.indicator == value.indicator and isinstance(one, Figure)]
        rows.append(_figure_row(ask, value, same if value.indicator in tabled else [], speak))
    for reason, names in _unknown(shown, speak).items():
        why = say("not known reason", lang, reason=reason)
        rows.append((Cell(", ".join(names)), Cell(why, quiet=True, span=len(columns) - 1)))
    return Table(columns, tuple(rows), small=True)


def _figure_row(ask: Request, value: Figure, tabled: Collection[Figure], speak: Speaker) -> tuple[Cell, ...]:
    """Return the papers of one figure; of several, where a table prints them (`tabled`), what they have in common."""
    lang, passport = ask.lang, value.passport
    name = speak.name(value.indicator)
    if passport.flow != ask.flow and passport.flow == "services":
        name += f" ({say('services', lang)})"
    if value.market not in ("", ask.market):
        name += f", {ask.country(value.market)}"
    statuses = dict.fromkeys(words.status(one.status, lang) for one in tabled or (value,))
    status = ", ".join(statuses)
    note = typeset(remark(passport.note, lang), lang) if passport.note and not passport.note[0].isdigit() else ""
    if passport.note == DECLARED:
        status, note = f"{status}, {note}", ""
    span = "" if tabled else speak.interval(value)
    source = ", ".join(passport.sources)
    shown = Cell(say("in the table", lang), quiet=True) if tabled else Cell(speak.text(value), speak.mark(value))
    return (
        Cell(name),
        shown,
        Cell(f"{span} ({note})" if note and span else span),
        Cell(speak.year(value)),
        Cell(status),
        Cell(f"{source} ({note})" if note and not span else source),
    )


def _unknown(shown: Iterable[Value], speak: Speaker) -> dict[str, list[str]]:
    """Return the names of the figures that are not known, by reason: each reason is said once."""
    found: dict[str, list[str]] = {}
    for value in shown:
        if isinstance(value, Gap):
            names = found.setdefault(speak.reason(value), [])
            if speak.name(value.indicator) not in names:
                names.append(speak.name(value.indicator))
    return found


def _facts(ask: Request, ranking: Ranking) -> Iterable[Fact]:
    lang, release = ask.lang, ask.release
    perimeter = sectors.perimeter(ask.perimeter)
    name = typeset(perimeter.name_fr if lang == "fr" else perimeter.name_en, lang)
    flow_year = f"{say(ask.flow, lang)}, {ask.year}" if ask.year else say(ask.flow, lang)
    yield Fact(say("perimeter", lang), name)
    yield Fact(say("flow", lang), flow_year)
    yield Fact(say("unit", lang), say("unit text", lang))
    reason = ranking.fitness_reason_fr if lang == "fr" else ranking.fitness_reason_en
    yield Fact(say("fitness", lang), f"{words.say('fit short ' + ranking.fitness, lang)}. {typeset(reason, lang)}")
    if ranking.passport.coverage is not None:
        yield Fact(say("coverage", lang), _coverage(ask, ranking.passport.coverage, release.kind == "default"))
    yield Fact(say("marks", lang), say("marks text", lang))
    if (skill := typeset(ranking.skill_text(lang), lang)) and ranking.fitness != "not a measure":
        yield Fact(say("skill", lang), skill)
    yield Fact(say("doubt", lang), doubt(ranking, lang))
    yield Fact(say("release row", lang), f"{release.id[:_SHORT_ID]}, {say(f'kind {release.kind}', lang)}")


def doubt(ranking: Ranking, lang: str) -> str:
    """Say what the intervals on these ranks hold, or why there is none."""
    return say(f"doubt {ranking.undrawn or 'some'}", lang, indicator=typeset(indicator(DRAWN_FOR).name(lang), lang))


def _coverage(ask: Request, coverage: Coverage, estimated: bool) -> str:
    lang = ask.lang
    counts = {"present": coverage.importers_present, "total": coverage.importers_total}
    text = say("coverage fitted" if estimated else "coverage world", lang, **counts)
    missing = sorted((ask.country(code) for code in coverage.importers_missing), key=sorting)
    if missing:
        text += say("coverage guessed" if estimated else "coverage missing", lang, names=named(missing, lang))
    if coverage.codes_missing:
        text += say("codes missing", lang, codes=named(list(coverage.codes_missing), lang, CODES))
    return text


def named(names: list[str], lang: str, most: int = NAMED) -> str:
    """Return names in a line; beyond `most` the others are counted."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return say("list more", lang, names=", ".join(names[:most]), count=len(names) - most)


def _sources(ask: Request, shown: Iterable[Value]) -> Iterable[Paragraph]:
    """Return each source of a printed figure, with its citation and licence, under the name that the table gives it."""
    lang = ask.lang
    used = dict.fromkeys(source for value in shown if isinstance(value, Figure) for source in value.passport.sources)
    held = {str(source["name"]): source for source in ask.release.manifest["sources"]}
    known = {one.name: one for one in passports.all_passports()}
    # A source of goods that no figure of services rests on is none of theirs; what tells no flow serves every one.
    ours = [name for name, source in held.items() if name in used or ask.flow in _flows(source, ask.flow)]
    for name in (*ours, *(name for name in used if name not in held)):
        if (paper := known.get(name)) is not None:
            title = typeset(paper.title_fr if lang == "fr" else paper.title_en, lang)
            licence = say("licence", lang, licence=f"{paper.licence} ({paper.licence_url})")
            vintage = say("vintage", lang, vintage=paper.vintage)
            yield Paragraph(f"{title}. {_ended(paper.citation)} {licence}. {vintage}.", small=True, lead=name)
        elif name in held:
            said = {key: _said(held[name], key, lang) for key in ("title", "citation", "licence")}
            licence = say("licence", lang, licence=said["licence"])
            yield Paragraph(f"{said['title']}. {_ended(said['citation'])} {licence}.", small=True, lead=name)


def _flows(source: Mapping[str, Any], otherwise: str) -> set[str]:
    return {str(entry["flow"]) for entry in source.get("loaded", ())} or {otherwise}


def _said(source: Mapping[str, Any], key: str, lang: str) -> str:
    return typeset(str(source.get(f"{key}_{lang}") or source.get(key, "")), lang)


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _method(ask: Request, ranking: Ranking) -> str:
    default = ask.release.kind == "default"
    trade = "method trade default" if default else "method trade"
    quiet = ranking.fitness == "not a measure"
    kind = " default" if default else " gravity" if ranking.lead == "potential_gravity" else ""
    middle = "method quiet" if quiet else f"method potential{kind}"
    return " ".join(say(one, ask.lang) for one in (trade, middle, "method doubt", "method missing"))


def notes(ask: Request) -> list[Block]:
    """Return the slot of local knowledge, or nothing where none was given."""
    made = [_note(ask, one.title, one.text, one.author, one.dated, one.link) for one in ask.notes[:MOST_NOTES]]
    return [Heading(say("notes", ask.lang)), Notes(tuple(made))] if made else []


def _note(ask: Request, title: str, text: str, author: str, dated: str, link: str) -> Note:
    clean, lost = printable(text.strip())
    if len(clean) > MOST_LETTERS:
        clean = clean[:MOST_LETTERS].rsplit(" ", 1)[0].rstrip() + "\u00a0…"
    head, lost_head = printable(title.strip().replace("\n", " "))
    signed, lost_sign = printable(", ".join(filter(None, (author.strip(), dated.strip()))).replace("\n", " "))
    paragraphs = tuple(" ".join(part.split("\n")) for part in clean.split("\n\n") if part.strip())
    web = link if link.startswith(("https://", "http://")) and link.isprintable() else ""
    gone = say("notes lost", ask.lang) if lost or lost_head or lost_sign else ""
    return Note(head[:200] or say("notes", ask.lang), paragraphs, signed[:200], web, gone)
