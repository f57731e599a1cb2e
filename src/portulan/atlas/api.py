"""The one door of the atlas: what a page, a notebook or another program may ask.

>>> from portulan.atlas import api
>>> release = api.open_release("r2024")                                        # doctest: +SKIP
>>> api.rank(release, exporter="FRA", sector="book", by="imports_from").rows[0].market  # doctest: +SKIP
'BEL'

Everything handed out is frozen. Values come as `Figure` (with its papers) or `Gap` (with its reason), never bare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portulan.atlas import checks, default_release, inputs, verification
from portulan.atlas import indicators as _indicators
from portulan.atlas import release as _release
from portulan.atlas.asking import open_release, rank, show
from portulan.atlas.charts.drawn import DrawnMap
from portulan.atlas.errors import AtlasError, BadInputError, UnknownCodeError
from portulan.atlas.figures import Coverage, Figure, Gap, Passport
from portulan.atlas.indicators.base import Indicator
from portulan.atlas.opened import Release
from portulan.atlas.pipeline import Corrections
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import countries as _countries
from portulan.atlas.reference import sectors as _sectors
from portulan.atlas.reference.countries import Country
from portulan.atlas.reference.sectors import Perimeter
from portulan.atlas.release import BuildOptions
from portulan.atlas.sources import passports
from portulan.atlas.sources.passports import SourcePassport

__all__ = [
    "AtlasError",
    "BadInputError",
    "BuildOptions",
    "Corrections",
    "Country",
    "Coverage",
    "DrawnMap",
    "Figure",
    "Gap",
    "Indicator",
    "Passport",
    "Perimeter",
    "RankRow",
    "Ranking",
    "Release",
    "SectorChoice",
    "SourcePassport",
    "UnknownCodeError",
    "build",
    "build_default_release",
    "countries",
    "crosswalk",
    "default_release_path",
    "indicator",
    "indicators",
    "map_css",
    "open_release",
    "perimeters",
    "rank",
    "sectors",
    "show",
    "sources",
    "verify",
    "world_map",
    "world_svg",
]


@dataclass(frozen=True, slots=True)
class SectorChoice:
    """A sector, a group of sectors that no code separates, or all sectors together."""

    id: str
    name_en: str
    name_fr: str
    description_en: str
    description_fr: str
    kind: str

    def name(self, lang: str = "en") -> str:
        """Return the name in English or French."""
        return self.name_fr if lang == "fr" else self.name_en


def build(
    out: str | Path,
    given: Sequence[str],
    options: BuildOptions | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> str:
    """Build a release in `out` from sources written ``NAME=PATH``; return its identifier.

    `progress` is called with a sentence and the part done (0 to 1). Nothing is left behind on failure.
    """
    arguments = [inputs.parse_source(text) for text in given]
    return _release.build(Path(out), arguments, options, progress or (lambda step, done: None))


def default_release_path() -> Path:
    """Return where the release shipped with Portulan is, or will be, built on this machine."""
    return default_release.path()


def build_default_release(path: Path | None = None, progress: Callable[[str, float], None] | None = None) -> Path:
    """Build the shipped release (estimates everywhere, no download) unless it is there already; return its folder."""
    return default_release.build(path or default_release.path(), progress or (lambda step, done: None))


def verify(path: str | Path) -> tuple[checks.Check, ...]:
    """Recompute every hash, count and identity of a release, and return each with its outcome."""
    return verification.verify(Path(path))


def sectors() -> tuple[SectorChoice, ...]:
    """Return the fourteen sectors, then the groups of inseparable ones, then all together."""
    single = [
        SectorChoice(s.id, s.name_en, s.name_fr, s.description_en, s.description_fr, "sector")
        for s in _sectors.sectors()
    ]
    groups = [
        SectorChoice(ident, _sectors.group_name(ident, "en"), _sectors.group_name(ident, "fr"), "", "", "group")
        for ident in _sectors.groups()
    ]
    total = SectorChoice(
        _sectors.ALL, _sectors.name(_sectors.ALL, "en"), _sectors.name(_sectors.ALL, "fr"), "", "", "all"
    )
    return (*single, *groups, total)


def countries() -> tuple[Country, ...]:
    """Return the countries and territories of today, by ISO3."""
    return tuple(country for country in _countries.countries() if country.dissolved is None)


def perimeters() -> tuple[Perimeter, ...]:
    """Return the perimeters: which roles of codes count, and what is left out."""
    return _sectors.perimeters()


def indicators() -> tuple[Indicator, ...]:
    """Return every indicator with its names, unit, definition, equation, source and SQL."""
    return _indicators.INDICATORS


def indicator(ident: str) -> Indicator:
    """Return one indicator; raise `UnknownCodeError` naming those that exist."""
    return _indicators.indicator(ident)


def world_map(
    ranking: Ranking,
    *,
    lang: str = "en",
    href: Callable[[str], str] | None = None,
    world_href: str = "/atlas/world.svg",
) -> DrawnMap:
    """Return the map of a ranking as SVG for a page, with its legend and the note to print beside it.

    `href` gives the address behind each country, `world_href` the address where the page's site serves `world_svg`.
    """
    # Imported here: drawing needs the texts of Babel, which a question on the command line does not wait for.
    from portulan.atlas import maps

    return maps.world_map(ranking, lang="fr" if lang == "fr" else "en", href=href, world_href=world_href)


def world_svg() -> str:
    """Return the shapes of the world, the same for every map and year: serve it once, cacheable."""
    from portulan.atlas.charts import mapsvg

    return mapsvg.world_svg()


def map_css() -> str:
    """Return the stylesheet of the maps."""
    from portulan.atlas.charts import mapsvg

    return mapsvg.worldmap_css()


def sources(release: Release | None = None) -> tuple[SourcePassport, ...]:
    """Return the papers of every source that can be read, or of those a release was built from."""
    known = passports.all_passports()
    if release is None:
        return known
    used = {source["name"] for source in release.manifest["sources"]}
    return tuple(passport for passport in known if passport.name in used)


def crosswalk(scheme: str | None = None) -> list[dict[str, Any]]:
    """Return the crosswalk in force: one dictionary a sector and code, with its role and weight."""
    return [
        {
            "sector": line.sector,
            "scheme": line.scheme,
            "code": line.code,
            "role": line.role,
            "weight": line.weight,
            "separable": line.separable,
            "label": line.label,
            "traits": sorted(line.traits),
            "confidence": line.confidence,
            "source": line.source,
            "note": line.note,
        }
        for line in _sectors.crosswalk(scheme)
    ]
