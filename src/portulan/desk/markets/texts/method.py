"""The page of the method: what the atlas says of itself, put in order and in words. Nothing is retyped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import status_text
from portulan.desk.markets.texts.words import (
    confidence_text,
    correction_text,
    level_text,
    role_text,
    scope_text,
    unit_text,
)
from portulan.desk.markets.wording import typeset

_BASE, _SERVICES = "HS2017", "EBOPS2010"
_LETTERS = re.compile(r"_\{([^}]*)\}|_([A-Za-z]+(?:,t(?:−n)?)?)|\^\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Described:
    """One indicator: what it is, how it is computed, and what it cannot say."""

    id: str
    name: str
    definition: str
    equation: tuple[tuple[str, str], ...]
    spoken: str
    unit: str
    of: str
    source: str
    world: bool
    limits: str
    sql: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the atlas and what it means."""

    id: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements on one sector or group; None in a flow where no code makes such a group."""

    sector: str
    goods: Word | None
    services: Word | None


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another part of the page."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line of the crosswalk."""

    scheme: str
    code: str
    label: str
    role: str
    weight: str
    confidence: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class SectorCodes:
    """The codes of one sector."""

    id: str
    name: str
    description: str
    lines: tuple[CodeLine, ...]

    @property
    def origins(self) -> list[str]:
        """Where its codes come from, each origin once."""
        return list(dict.fromkeys(line.source for line in self.lines))


@dataclass(frozen=True, slots=True)
class MethodPage:
    """Everything the page of the method prints."""

    indicators: tuple[Described, ...]
    statuses: tuple[Word, ...]
    gaps: tuple[Word, ...]
    levels: tuple[Word, ...]
    judgements: tuple[Judged, ...]
    perimeters: tuple[Word, ...]
    roles: tuple[Word, ...]
    confidences: tuple[Word, ...]
    sectors: tuple[SectorCodes, ...]
    schemes: tuple[str, ...]
    all_schemes: tuple[tuple[str, str], ...]
    least_importers: int
    corrections: tuple[str, ...]
    doubt: tuple[str, ...]
    draws: int
    has_release: bool

    @property
    def indicator_links(self) -> list[Link]:
        """The way to each indicator."""
        return [Link(f"#{indicator.id}", indicator.name) for indicator in self.indicators]


@dataclass(frozen=True, slots=True)
class CrosswalkPage:
    """The crosswalk in one scheme."""

    scheme: str
    sectors: tuple[SectorCodes, ...]
    count: int
    all_schemes: tuple[tuple[str, str], ...]

    @property
    def links(self) -> list[tuple[str, str]]:
        """The way down the page: anchor and name of each sector."""
        return [(sector.id, sector.name) for sector in self.sectors]


def set_out(equation: str) -> tuple[tuple[str, str], ...]:
    """Cut an equation into what stands on the line, below it and above it."""
    parts: list[tuple[str, str]] = []
    last = 0
    for found in _LETTERS.finditer(equation):
        if found.start() > last:
            parts.append(("text", equation[last : found.start()]))
        above = found[3]
        parts.append(("sup", above) if above is not None else ("sub", found[1] or found[2]))
        last = found.end()
    if last < len(equation):
        parts.append(("text", equation[last:]))
    return tuple(parts)


def described(language: str) -> Iterator[Described]:
    """Yield every indicator of the atlas in words."""
    french = language == "fr"
    for i in api.indicators():
        yield Described(
            id=i.id,
            name=typeset(i.name(language), language),
            definition=typeset(i.definition_fr if french else i.definition_en, language),
            equation=set_out(i.equation),
            spoken=typeset(i.spoken_fr if french else i.spoken_en, language),
            unit=unit_text(i.unit),
            of=scope_text(i.scope),
            source=i.source,
            world=i.world_denominator,
            limits=typeset(i.limits_fr if french else i.limits_en, language),
            sql=i.sql,
        )


def _statuses() -> tuple[Word, ...]:
    meanings = {
        "reported": _("A source published it, or it is plain arithmetic on what a source published."),
        "partial": _(
            "The same, but a product code of the perimeter is missing from the source, or the figure divides by a "
            "world total from which an importer is missing."
        ),
        "estimated": _("Nobody reported it: a model stands in its place, with its interval and its measured skill."),
        "modelled": _("A model applied to reported values, such as a potential: an expectation, not an observation."),
    }
    return tuple(Word(status, status_text(status), meaning) for status, meaning in meanings.items())


def _levels() -> tuple[Word, ...]:
    return (
        Word("measures", level_text("measures the sector"), _("What crosses the border is what the sector makes.")),
        Word("partial", level_text("partial"), _("A part of the sector is in the figures, and a part is not.")),
        Word(
            "not",
            level_text("not a measure"),
            _("The codes show something else, or far more: no potential is shown, and no market is promised."),
        ),
    )


def _judgements(language: str) -> tuple[Judged, ...]:
    """Return what is judged of each sector, then each group, then all of them."""
    found: dict[str, dict[str, Word]] = {}
    for line in api.judgements():
        reason = typeset(line.reason_fr if language == "fr" else line.reason_en, language)
        found.setdefault(line.subject, {})[line.flow] = Word(line.level, _capital(level_text(line.level)), reason)
    order = {sector: place for place, sector in enumerate(selectors.sector_kinds())}
    return tuple(
        Judged(
            typeset(selectors.sector_name(subject, language), language),
            found[subject].get("goods"),
            found[subject].get("services"),
        )
        for subject in sorted(found, key=lambda subject: order.get(subject, len(order)))
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _roles() -> tuple[Word, ...]:
    return (
        Word("core", role_text("core"), _("the sector’s own product")),
        Word("related", role_text("related"), _("the sector’s product among neighbouring ones")),
        Word("support", role_text("support"), _("equipment and material to make, play or perform")),
        Word("proxy", role_text("proxy"), _("a much wider code of which the sector is a small part")),
    )


def _confidences() -> tuple[Word, ...]:
    return (
        Word("reviewed", confidence_text("reviewed"), _("read line by line, in the revision of 2017")),
        Word("converted", confidence_text("converted"), _("carried to another revision of the nomenclature")),
        Word("proposed", confidence_text("assignment proposed"), _("services, to be confirmed")),
        Word("low", confidence_text("low"), _("the first to argue with")),
    )


def _perimeters(language: str) -> tuple[Word, ...]:
    traits = {"jewellery": _("jewellery"), "leather_goods": _("leather goods")}
    order = [word.id for word in _roles()]
    found = []
    for one in api.perimeters():
        roles = ", ".join(role_text(role) for role in sorted(one.roles, key=order.index))
        text = _("roles: %(roles)s") % {"roles": roles}
        if one.without:
            without = ", ".join(traits.get(trait, trait) for trait in sorted(one.without))
            text = _("%(text)s; without %(without)s") % {"text": text, "without": without}
        name = one.name_fr if language == "fr" else one.name_en
        found.append(Word(one.id, typeset(name, language), typeset(text, language)))
    return tuple(found)


def _weight(value: float | None, language: str) -> str:
    if value is None:
        return _("shared, not separable")
    return api.decimal_text(value, language, most=3)


def _codes(schemes: tuple[str, ...], language: str) -> tuple[SectorCodes, ...]:
    """Return the crosswalk in these schemes, sector by sector; a sector without a code has none to show."""
    lines: dict[str, list[CodeLine]] = {}
    french = language == "fr"
    label, source, note = ("label_fr", "source_fr", "note_fr") if french else ("label", "source", "note")
    for scheme in schemes:
        for line in api.crosswalk(scheme):
            lines.setdefault(line["sector"], []).append(
                CodeLine(
                    scheme,
                    line["code"],
                    typeset(line[label], language),
                    role_text(line["role"]),
                    _weight(line["weight"], language),
                    confidence_text(line["confidence"]),
                    typeset(line[source], language),
                    typeset(line[note], language),
                )
            )
    return tuple(
        SectorCodes(
            sector.id,
            typeset(sector.name(language), language),
            typeset(sector.description_fr if french else sector.description_en, language),
            tuple(lines.get(sector.id, ())),
        )
        for sector in api.sectors()
        if sector.kind == "sector"
    )


def all_schemes() -> tuple[tuple[str, str], ...]:
    """Return every scheme of the crosswalk, and the address of its page."""
    return tuple((scheme, reverse("markets:crosswalk", args=[scheme])) for scheme in api.schemes())


def _served() -> api.Release | None:
    """Return the release served, or None: the method can be read where no figure can."""
    try:
        return selectors.release()
    except (selectors.ReleaseMissingError, selectors.AtlasError):
        return None


def _schemes_of(release: api.Release | None) -> tuple[str, ...]:
    """Return the schemes this release was built in, the newest of goods first; services are always shown."""
    loaded = {
        str(entry["scheme"])
        for source in (release.manifest["sources"] if release else ())
        for entry in source.get("loaded", ())
    }
    goods = sorted((scheme for scheme in loaded if scheme in api.schemes() and scheme != _SERVICES), reverse=True)
    return (*(goods or [_BASE]), _SERVICES)


def method_page(language: str) -> MethodPage:
    """Put in words all that the atlas says of its method."""
    release = _served()
    own = release.manifest.get("portulan", {}) if release else {}
    parameters = own.get("parameters", {})
    doubt = parameters.get("doubt", {})
    french = language == "fr"
    schemes = _schemes_of(release)
    return MethodPage(
        indicators=tuple(described(language)),
        statuses=_statuses(),
        gaps=tuple(
            Word(gap.id, typeset(gap.text_fr if french else gap.text_en, language)) for gap in api.gap_reasons()
        ),
        levels=_levels(),
        judgements=_judgements(language),
        perimeters=_perimeters(language),
        roles=_roles(),
        confidences=_confidences(),
        sectors=_codes(schemes, language),
        schemes=schemes,
        all_schemes=all_schemes(),
        least_importers=api.LEAST_IMPORTERS,
        corrections=tuple(correction_text(name) for name in parameters.get("corrections", ())),
        doubt=tuple(selectors.country_name(code, language) for code in doubt.get("exporters", ())),
        draws=int(doubt.get("draws", 0)),
        has_release=release is not None,
    )


def crosswalk_page(scheme: str, language: str) -> CrosswalkPage:
    """Return the crosswalk in one scheme; raise `UnknownCodeError` for another word."""
    codes = tuple(sector for sector in _codes((scheme,), language) if sector.lines)
    return CrosswalkPage(scheme, codes, sum(len(sector.lines) for sector in codes), all_schemes())
