"""The papers of what a page shows: passport, sources and methods, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import status_text
from portulan.desk.markets.place import Place
from portulan.desk.markets.wording import folded, typeset

YEARS_OF_DOUBT = 3
"""With fewer years loaded, what is drawn behind the intervals on ranks is one year's noise."""
_GRAVITY = "potential_gravity"
_OVER_GRAVITY = {"imports_from": (), "imports_world": ("M_jS = Σ_i P_ijS",), "share": ("share_ijS = P_ijS / M_jS",)}
"""What stands for the equation over flows where the gravity is all there is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a passport."""

    term: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """How one figure is computed."""

    id: str
    name: str
    definition: str
    equation: str
    source: str
    sql: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of the release, with what must be said of it."""

    name: str
    title: str
    citation: str
    licence: str
    licence_url: str
    homepage: str
    vintage: str
    faults: tuple[str, ...]


def fitness_text(fitness: str) -> str:
    """Return the first sentence of the page: what these figures are good for."""
    return {
        "measures the sector": _("These figures measure the sector."),
        "partial": _("These figures show only part of the sector."),
        "not a measure": _("These figures do not measure the sector: do not read a market’s promise into them."),
    }[fitness]


def release_title(release: api.Release) -> str:
    """Return what a release is made of, in a few words."""
    if release.kind == "default":
        return _("estimates shipped with Portulan")
    return _("built from published data")


def passport(ranking: api.Ranking, language: str) -> tuple[Fact, ...]:
    """Return the passport of a ranking, line by line."""
    release, choices = selectors.release(), selectors.choices(language)
    counts: dict[str, int] = {}
    for row in ranking.rows:
        if isinstance(row.figure, api.Figure):
            counts[row.figure.status] = counts.get(row.figure.status, 0) + 1
    status = ", ".join(f"{status_text(name)} ({count})" for name, count in sorted(counts.items()))
    facts = [
        Fact(_("Flow"), dict(choices.flows)[ranking.flow]),
        Fact(_("Perimeter"), typeset(dict(choices.perimeters)[ranking.perimeter], language)),
        Fact(_("Unit"), _("current US dollars")),
        Fact(_("Year"), str(ranking.year)),
        Fact(_("Fitness"), fitness_text(ranking.fitness)),
        Fact(_("Status of the ranked figures"), status or _("none is ranked")),
    ]
    if ranking.passport.coverage is not None:
        facts += _coverage(ranking.passport.coverage, language, release.kind == "default")
    if counts.get("estimated") or any(isinstance(row.figure, api.Figure) for row in ranking.apart):
        facts.append(
            Fact(
                _("Skill of the estimates"),
                typeset(ranking.skill_text(language), language) or _("not measured for this sector"),
            )
        )
    facts.append(Fact(_("Intervals on ranks"), doubt_text(ranking)))
    facts.append(Fact(_("Release"), release_title(release), release.id[:16]))
    return tuple(facts)


def passport_of(found: api.Passport, place: Place, language: str) -> tuple[Fact, ...]:
    """Return the passport that the figures of a page share, line by line."""
    release = selectors.release()
    choices = selectors.choices(language)
    facts = [
        Fact(_("Exporter"), selectors.country_name(place.exporter, language)),
        Fact(_("Flow"), dict(choices.flows).get(found.flow, found.flow)),
        Fact(_("Perimeter"), typeset(dict(choices.perimeters)[found.perimeter], language)),
        Fact(_("Unit"), _("current US dollars")),
        Fact(_("Year"), str(found.year) if found.year else _("not in this release")),
    ]
    if found.fitness is not None:
        facts.append(Fact(_("Fitness"), fitness_text(found.fitness)))
    if found.coverage is not None:
        facts += _coverage(found.coverage, language, release.kind == "default")
    facts.append(Fact(_("Release"), release_title(release), release.id[:16]))
    return tuple(facts)


def doubt_text(ranking: api.Ranking) -> str:
    """Return what the intervals on ranks hold, or why there is none."""
    release = selectors.release()
    if all(row.rank_median is None for row in ranking.rows):
        return _without_doubt(ranking, release.kind == "default")
    years = [year for flow, year in release.slices if flow == ranking.flow]
    if len(years) < YEARS_OF_DOUBT:
        return _("They include the noise of the declarations; they exclude year-to-year change.")
    return _(
        "They include the noise of the declarations and, where they were drawn over three years or more, year-to-year "
        "change."
    )


def _without_doubt(ranking: api.Ranking, default: bool) -> str:
    language = get_language() or "en"
    said = {
        "exporter": selectors.country_name(ranking.exporter, language),
        "indicator": selectors.indicator_names(language)[api.DRAWN_FOR],
    }
    texts = {
        "not a measure": _("No interval on ranks: these figures do not measure the sector."),
        "indicator": _("No interval on ranks by this indicator: they are drawn for “%(indicator)s” only."),
        "exporter": _("No interval on ranks: this release draws none for %(exporter)s."),
        "here": _("No interval on ranks was drawn for this ranking: too little is known."),
    }
    if (text := texts.get(ranking.undrawn)) is not None:
        return text % said
    if default:
        text = _("No interval on ranks: this site holds estimates only.")
    else:
        text = _("No interval on ranks: this release draws none.")
    return text % said


def _coverage(coverage: api.Coverage, language: str, estimated: bool) -> list[Fact]:
    counts = {"present": coverage.importers_present, "total": coverage.importers_total}
    missing = sorted((selectors.country_name(c, language) for c in coverage.importers_missing), key=folded)
    if estimated:
        text = _("fitted on %(present)d of %(total)d importers") % counts
        detail = _("The others are estimated: %(names)s.") % {"names": ", ".join(missing)} if missing else ""
    else:
        text = _("world = %(present)d of %(total)d importers") % counts
        detail = _("Missing: %(names)s.") % {"names": ", ".join(missing)} if missing else ""
    facts = [Fact(_("Coverage"), text, detail)]
    if coverage.codes_missing:
        count = len(coverage.codes_missing)
        codes = ngettext("%(n)d product code is missing", "%(n)d product codes are missing", count) % {"n": count}
        facts.append(Fact(_("Products"), codes, ", ".join(coverage.codes_missing)))
    return facts


def methods(ids: tuple[str, ...], language: str) -> tuple[Method, ...]:
    """Return how each of these indicators is computed, in this order.

    Where all is estimated no flow was read: what would be summed over flows comes from the gravity, and its equation is
    shown in place of a statement that did not run.
    """
    known, french = selectors.indicators(), language == "fr"
    gravity, estimated = known[_GRAVITY], selectors.only_estimates()
    made = []
    for i in (known[name] for name in ids):
        by_gravity = estimated and bool(i.sql)
        definition = typeset(i.definition_fr if french else i.definition_en, language)
        equation, source, sql, note = i.equation, i.source, i.sql, ""
        if by_gravity:
            source, sql, note = gravity.source, "", _estimated_note(i.id)
            equation = "\n".join((*_OVER_GRAVITY.get(i.id, (i.equation,)), gravity.equation))
        name = typeset(i.name_fr if french else i.name_en, language)
        made.append(Method(i.id, name, definition, equation, source, sql, note))
    return tuple(made)


@lru_cache(maxsize=256)
def how_written(methods: tuple[Method, ...], language: str) -> SafeString:
    """Return how figures are computed, as a page prints it: the same on hundreds of pages, written once a language."""
    return render_to_string("markets/how.html", {"methods": methods})


def _estimated_note(indicator: str) -> str:
    if indicator == "imports_world":
        return _(
            "In this release it is not read from flows. For a market that reports it is the size that the gravity "
            "model was fitted on; for one that does not, it is estimated from its GDP and population."
        )
    return _(
        "In this release it is not read from flows: each one is what the gravity model expects, from language, shared "
        "history, border and distance."
    )


def sources(
    language: str, flow: str = "", values: Iterable[api.Figure | api.Gap] = (), also: Iterable[str] = ()
) -> tuple[Source, ...]:
    """Return every source of the release, or of one flow of it, with its licence, citation and known faults.

    After them come the sources of the ``values`` that a page prints, and ``also`` those of what is no figure. What
    Portulan estimated itself has no passport among the sources: then the release's own words are taken.
    """
    told = selectors.release().manifest["sources"]
    # A page of services owes nothing to a source of goods; what tells no flow surrounds every market.
    mine = [
        said
        for said in told
        if not flow or not said.get("loaded") or flow in {entry["flow"] for entry in said["loaded"]}
    ]
    named = [name for value in values if isinstance(value, api.Figure) for name in value.passport.sources]
    held = {str(said["name"]): said for said in told}
    names = dict.fromkeys((*(str(said["name"]) for said in mine or told), *named, *also))
    return _papers_of([held.get(name, {"name": name, "title": name}) for name in names], language)


def sources_behind(rankings: Iterable[api.Ranking], language: str) -> tuple[Source, ...]:
    """Return the papers of the sources of these figures: of the trade, or of what surrounds a market."""
    held = {str(said["name"]): said for said in selectors.release().manifest["sources"]}
    names = dict.fromkeys(name for ranking in rankings for name in ranking.sources)
    return _papers_of([held.get(name, {"name": name, "title": name}) for name in names], language)


def titled(text: str, language: str) -> str:
    """Return a text of ours that names a source by its English title, with the title in the reader's language."""
    if language != "fr":
        return text
    for source in selectors.every_source():
        text = text.replace(source.title_en, source.title_fr)
    return text


def _papers_of(told: Sequence[Mapping[str, Any]], language: str) -> tuple[Source, ...]:
    french = language == "fr"
    papers = {source.name: source for source in selectors.every_source()}
    found = []
    for said in told:
        if (source := papers.get(said["name"])) is None:
            title, citation, licence = (
                typeset(titled(str(said.get(f"{key}_{language}") or said.get(key, "")), language), language)
                for key in ("title", "citation", "licence")
            )
            found.append(Source(said["name"], title, citation, licence, "", "", "", ()))
            continue
        found.append(
            Source(
                source.name,
                typeset(source.title_fr if french else source.title_en, language),
                source.citation,
                source.licence,
                source.licence_url,
                source.homepage,
                source.vintage,
                tuple(
                    typeset(text, language) for text in (source.known_faults_fr if french else source.known_faults_en)
                ),
            )
        )
    return tuple(found)
