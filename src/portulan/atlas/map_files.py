"""The map of a ranking as files to take away: GeoJSON for a geographer, one SVG that says everything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from portulan.atlas import maps
from portulan.atlas.charts import mapsvg
from portulan.atlas.charts.geometry.lonlat import Geometry, geometry_of
from portulan.atlas.charts.geometry.world import load_world, showing
from portulan.atlas.charts.words import Lang, semicolon, word
from portulan.atlas.figures import Figure, Gap, Passport
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import countries, sectors
from portulan.atlas.sources import passports

_VIEW = "portulan"
_COLUMNS = ("iso3", "name", "rank", "value", "unit", "low", "high", "year", "source")


def _lang(lang: str) -> Lang:
    return "fr" if lang == "fr" else "en"


def source_line(ranking: Ranking, lang: str = "en", release: Release | None = None) -> str:
    """Return the sources of a ranking with their producers and licences, in one line.

    What Portulan estimated itself has no passport among the sources: the ``release`` says it in its own words.
    """
    return sources_line(ranking.sources, lang, release)


def sources_line(names: Sequence[str], lang: str = "en", release: Release | None = None) -> str:
    """Return sources with their producers and licences, in one line."""
    known = {passport.name: passport for passport in passports.all_passports()}
    own = {} if release is None else {source["name"]: source for source in release.manifest["sources"]}
    french = lang == "fr"
    said = []
    for name in names:
        paper = known.get(name)
        if paper is None and name in own:
            title, licence = (str(own[name].get(f"{key}_{lang}") or own[name][key]) for key in ("title", "licence"))
            said.append(f"{title} ({licence})")
        elif paper is None:
            said.append(name)
        else:
            said.append(f"{paper.title_fr if french else paper.title_en} ({paper.producer}, {paper.licence})")
    return semicolon(lang).join(said)


def passport_line(ranking: Ranking, lang: str = "en") -> str:
    """Return in one line what must be known of the figures: flow, perimeter, year, fitness, how much was seen."""
    what = replace(
        ranking.passport,
        flow=ranking.flow,
        perimeter=ranking.perimeter,
        year=ranking.year,
        fitness=ranking.fitness,
    )
    return what_line(what, lang)


def what_line(passport: Passport, lang: str = "en") -> str:
    """Return in one line what a passport says of figures: flow, perimeter, year, fitness, how much was seen."""
    spoken = _lang(lang)
    perimeter = sectors.perimeter(passport.perimeter)
    name = perimeter.name_fr if spoken == "fr" else perimeter.name_en
    parts = [word(passport.flow, spoken), word("perimeter", spoken).format(name=name), str(passport.year or "")]
    if passport.fitness is not None:
        parts.append(word(f"fit {passport.fitness}", spoken))
    if passport.coverage is not None:
        seen = word("coverage", spoken)
        total = passport.coverage.importers_total
        parts.append(seen.format(present=passport.coverage.importers_present, total=total))
    return ", ".join(part for part in parts if part) + "."


def release_line(release: Release, lang: str = "en") -> str:
    """Return which release drew a file, by its identifier."""
    return f"Édition\u00a0: {release.id}" if lang == "fr" else f"Release: {release.id}"


def map_svg_file(
    ranking: Ranking, lang: str = "en", *, scale: str | None = None, release: Release | None = None
) -> str:
    """Return the map of a ranking as one self-contained SVG: title, legend, note on borders, passport and source.

    With the ``release``, its identifier is in it too.
    """
    spoken = _lang(lang)
    drawing = maps.draw(ranking, lang=spoken, scale=scale)
    colon = "\u00a0: " if spoken == "fr" else ": "
    source = f"{word('source', spoken)}{colon}{source_line(ranking, lang, release)}"
    made = () if release is None else (release_line(release, lang),)
    papers = (passport_line(ranking, lang), source, *made)
    return mapsvg.to_print_svg(drawing, papers=papers)


def map_geojson(ranking: Ranking, lang: str = "en", *, release: Release | None = None) -> str:
    """Return the map of a ranking as GeoJSON (RFC 7946): one feature a country, degrees to two decimals.

    A country too small to be drawn is a point, at its capital. A country without a figure is there with a null value
    and the reason; pieces shown without a figure because their status is disputed have neither code nor value.
    """
    rows = {row.market: row for row in (*ranking.rows, *ranking.apart)}
    names = {country.iso3: country.name(lang) for country in countries.countries()}
    common = {"indicator": ranking.by, "exporter": ranking.exporter, "sector": ranking.sector}
    papers = {
        **common,
        "flow": ranking.flow,
        "perimeter": ranking.perimeter,
        "year": ranking.year,
        "passport": passport_line(ranking, lang),
        "source": source_line(ranking, lang, release),
        "release": None if release is None else release.id,
        "note": maps.draw_note(lang),
    }

    def said(country: str) -> Mapping[str, Any]:
        return _properties(ranking, country, rows.get(country), names, lang)

    return collection(maps.title(ranking, _lang(lang)), papers, said, held=frozenset(rows), columns=_COLUMNS, lang=lang)


def collection(
    name: str,
    papers: Mapping[str, Any],
    said: Callable[[str], Mapping[str, Any]],
    *,
    held: frozenset[str],
    columns: Sequence[str],
    lang: str,
) -> str:
    """Return a map as GeoJSON: every country with what is `said` of it; ``held`` are those that have a row.

    A piece whose status is disputed has the properties ``columns`` empty, and its name.
    """
    disputed = {**dict.fromkeys(columns), "status": "disputed"}
    features = [
        {
            "type": "Feature",
            **({"id": country} if country else {}),
            "geometry": geometry,
            "properties": said(country) if country else {**disputed, "name": text},
        }
        for country, text, geometry in _shapes(held, lang)
    ]
    whole = {"type": "FeatureCollection", "name": name, "papers": papers, "features": features}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _properties(
    ranking: Ranking, country: str, row: RankRow | None, names: Mapping[str, str], lang: str
) -> Mapping[str, Any]:
    found: Figure | Gap | None = None if row is None else row.figure
    source = ", ".join(found.passport.sources if found is not None else ranking.passport.sources)
    made: dict[str, Any] = {
        "iso3": country,
        "name": names.get(country, country),
        "rank": None if row is None else row.rank,
        "value": None,
        "unit": None if found is None else found.unit,
        "status": "not known",
        "low": None,
        "high": None,
        "year": None if found is None else found.passport.year,
        "source": source,
    }
    if country == ranking.exporter:
        return {**made, "status": "exporter"}
    if isinstance(found, Figure):
        return {**made, "value": found.value, "status": found.status, "low": found.low, "high": found.high}
    return {**made, "reason": found.text(lang)} if isinstance(found, Gap) else made


def _shapes(held: frozenset[str], lang: str) -> Iterator[tuple[str, str, Geometry]]:
    """Yield (country, text, geometry), a disputed piece with a text and no country."""
    pieces: dict[str, list[str]] = {}
    for piece in load_world().pieces:
        how = showing(piece, _VIEW)
        if how.shown_as == "hatched":
            yield "", how.reason_fr if lang == "fr" else how.reason_en, geometry_of((piece,))
        else:
            pieces.setdefault(piece if piece in held else how.country, []).append(piece)
    for country in sorted(pieces):
        yield country, "", geometry_of(tuple(pieces[country]), of=country)
