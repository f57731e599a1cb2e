"""The papers of what a page shows: passport, sources and methods, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import status_text
from portulan.desk.markets.wording import folded


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


def passport(ranking: api.Ranking, flow: str, perimeter: str, language: str) -> tuple[Fact, ...]:
    """Return the passport of a ranking, line by line."""
    release = selectors.release()
    counts: dict[str, int] = {}
    for row in ranking.rows:
        if isinstance(row.figure, api.Figure):
            counts[row.figure.status] = counts.get(row.figure.status, 0) + 1
    status = ", ".join(f"{status_text(name)} ({count})" for name, count in sorted(counts.items()))
    facts = [
        Fact(_("Flow"), flow),
        Fact(_("Perimeter"), perimeter),
        Fact(_("Year"), str(ranking.year)),
        Fact(_("Fitness"), fitness_text(ranking.fitness)),
        Fact(_("Status of the ranked figures"), status or _("none is ranked")),
    ]
    if ranking.passport.coverage is not None:
        facts += _coverage(ranking.passport.coverage, language)
    if counts.get("estimated") or any(isinstance(row.figure, api.Figure) for row in ranking.apart):
        facts.append(
            Fact(_("Skill of the estimates"), ranking.skill_text(language) or _("not measured for this sector"))
        )
    facts.append(Fact(_("Release"), release_title(release), release.id[:16]))
    return tuple(facts)


def _coverage(coverage: api.Coverage, language: str) -> list[Fact]:
    text = _("world = %(present)d of %(total)d importers") % {
        "present": coverage.importers_present,
        "total": coverage.importers_total,
    }
    missing = sorted((selectors.country_name(c, language) for c in coverage.importers_missing), key=folded)
    detail = _("Missing: %(names)s.") % {"names": ", ".join(missing)} if missing else ""
    facts = [Fact(_("Coverage"), text, detail)]
    if coverage.codes_missing:
        count = len(coverage.codes_missing)
        codes = ngettext("%(n)d product code is missing", "%(n)d product codes are missing", count) % {"n": count}
        facts.append(Fact(_("Products"), codes, ", ".join(coverage.codes_missing)))
    return facts


def methods(ids: tuple[str, ...], language: str) -> tuple[Method, ...]:
    """Return how each of these indicators is computed, in this order."""
    known, french = selectors.indicators(), language == "fr"
    return tuple(
        Method(
            i.id,
            i.name_fr if french else i.name_en,
            i.definition_fr if french else i.definition_en,
            i.equation,
            i.source,
            i.sql,
        )
        for i in (known[name] for name in ids)
    )


def sources(language: str) -> tuple[Source, ...]:
    """Return every source of the release with its licence, citation and known faults.

    What Portulan estimated itself has no passport among the sources: then the release's own words are taken.
    """
    french = language == "fr"
    papers = {source.name: source for source in selectors.sources()}
    found = []
    for said in selectors.release().manifest["sources"]:
        if (source := papers.get(said["name"])) is None:
            found.append(Source(said["name"], said["title"], said["citation"], said["licence"], "", "", "", ()))
            continue
        found.append(
            Source(
                source.name,
                source.title_fr if french else source.title_en,
                source.citation,
                source.licence,
                source.licence_url,
                source.homepage,
                source.vintage,
                source.known_faults_fr if french else source.known_faults_en,
            )
        )
    return tuple(found)
