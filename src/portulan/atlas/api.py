"""The one door of the atlas: what a page, a notebook or another program may ask.

>>> from portulan.atlas import api
>>> release = api.open_release("r2024")                                        # doctest: +SKIP
>>> api.rank(release, exporter="FRA", sector="book", by="imports_from").rows[0].market  # doctest: +SKIP
'BEL'

Everything handed out is frozen. Values come as `Figure` (with its papers) or `Gap` (with its reason), never bare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from portulan.atlas import checks, default_release, inputs, verification
from portulan.atlas import indicators as _indicators
from portulan.atlas import release as _release
from portulan.atlas.asking import figure, open_release, rank, show
from portulan.atlas.brief.asked import brief
from portulan.atlas.brief.notes import BriefNote
from portulan.atlas.charts.drawn import Drawn, DrawnMap, DrawnMaps, SmallMap
from portulan.atlas.decimals import decimal_text
from portulan.atlas.errors import AtlasError, BadInputError, UnknownCodeError
from portulan.atlas.evidence import claims as _claims
from portulan.atlas.evidence import growth as _growth
from portulan.atlas.evidence import rates as _rates
from portulan.atlas.evidence.claims import Claim
from portulan.atlas.evidence.growth import ExportGrowth
from portulan.atlas.exporters import Exporter, exporters
from portulan.atlas.figures import Coverage, Figure, Gap, Passport
from portulan.atlas.indicators.base import Indicator
from portulan.atlas.leading import Leader, Leaders, leaders
from portulan.atlas.lines import Line, lines
from portulan.atlas.market_context import MarketContext, market_context
from portulan.atlas.opened import Release
from portulan.atlas.pipeline import Corrections
from portulan.atlas.printing import figure_record, rank_record
from portulan.atlas.profiles import Profile, ProfileRow, profile
from portulan.atlas.rankings import DRAWN_FOR, Ranking, RankRow
from portulan.atlas.reference import countries as _countries
from portulan.atlas.reference import groups as _groups
from portulan.atlas.reference import sectors as _sectors
from portulan.atlas.reference.countries import Country
from portulan.atlas.reference.sectors import Perimeter
from portulan.atlas.references import (
    LEAST_IMPORTERS,
    Difference,
    FigureChange,
    FitnessLine,
    GapReason,
    crosswalk,
    difference,
    gap_reasons,
    judgements,
    other_names,
    schemes,
)
from portulan.atlas.release import BuildOptions
from portulan.atlas.remarks import SKEWED, remark
from portulan.atlas.scan import Scan, ScanCriteria, ScanRow, scan, scan_criteria
from portulan.atlas.scan_criteria import Criterion, all_criteria
from portulan.atlas.scoring import Part
from portulan.atlas.sensitivity import Change
from portulan.atlas.sources import passports
from portulan.atlas.sources.passports import SourcePassport
from portulan.atlas.suppliers import Supplier, Suppliers, suppliers
from portulan.atlas.usage import Use, uses

if TYPE_CHECKING:
    from portulan.atlas.cards import page_card, ranking_card
    from portulan.atlas.chart_files import chart_file
    from portulan.atlas.charts.bars import bar_chart
    from portulan.atlas.charts.dots import interval_chart
    from portulan.atlas.charts.groups import ChartGroup, group_chart
    from portulan.atlas.charts.lines import Series, YearPoint, line_chart, one_year_text
    from portulan.atlas.charts.raster import png
    from portulan.atlas.charts.rows import ChartRow, chart_row
    from portulan.atlas.charts.shares import share_bar
    from portulan.atlas.charts.writers import charts_css
    from portulan.atlas.exports import export_ranking
    from portulan.atlas.exports_papers import Column
    from portulan.atlas.exports_scan import export_scan
    from portulan.atlas.exports_tables import export_records
    from portulan.atlas.exports_views import export_cell, export_comparison, export_profile
    from portulan.atlas.leading_files import export_leaders, leaders_geojson, leaders_svg_file
    from portulan.atlas.leading_maps import leaders_map
    from portulan.atlas.map_files import map_geojson, map_svg_file
    from portulan.atlas.maps import world_map
    from portulan.atlas.small_maps import small_maps
else:
    # Drawing needs the texts of Babel, which a question on the command line does not wait for.
    _LATER = {
        "bar_chart": "charts.bars",
        "interval_chart": "charts.dots",
        **dict.fromkeys(("ChartGroup", "group_chart"), "charts.groups"),
        **dict.fromkeys(("Series", "YearPoint", "line_chart", "one_year_text"), "charts.lines"),
        "png": "charts.raster",
        **dict.fromkeys(("ChartRow", "chart_row"), "charts.rows"),
        "share_bar": "charts.shares",
        "charts_css": "charts.writers",
        "leaders_map": "leading_maps",
        **dict.fromkeys(("export_leaders", "leaders_geojson", "leaders_svg_file"), "leading_files"),
        **dict.fromkeys(("map_geojson", "map_svg_file"), "map_files"),
        "small_maps": "small_maps",
        "world_map": "maps",
        **dict.fromkeys(("page_card", "ranking_card"), "cards"),
        "chart_file": "chart_files",
        "export_ranking": "exports",
        "Column": "exports_papers",
        "export_scan": "exports_scan",
        "export_records": "exports_tables",
        **dict.fromkeys(("export_cell", "export_comparison", "export_profile"), "exports_views"),
    }

    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"portulan.atlas.{_LATER[name]}"), name)


__all__ = [
    "DRAWN_FOR",
    "LEAST_IMPORTERS",
    "SKEWED",
    "AtlasError",
    "BadInputError",
    "BriefNote",
    "BuildOptions",
    "Change",
    "ChartGroup",
    "ChartRow",
    "Claim",
    "Column",
    "Corrections",
    "Country",
    "Coverage",
    "Criterion",
    "Difference",
    "Drawn",
    "DrawnMap",
    "DrawnMaps",
    "ExportGrowth",
    "Exporter",
    "Figure",
    "FigureChange",
    "FitnessLine",
    "Gap",
    "GapReason",
    "Indicator",
    "Leader",
    "Leaders",
    "Line",
    "MarketContext",
    "Part",
    "Passport",
    "Perimeter",
    "Profile",
    "ProfileRow",
    "RankRow",
    "Ranking",
    "Release",
    "Scan",
    "ScanCriteria",
    "ScanRow",
    "SectorChoice",
    "Series",
    "SmallMap",
    "SourcePassport",
    "Supplier",
    "Suppliers",
    "UnknownCodeError",
    "Use",
    "YearPoint",
    "all_criteria",
    "bar_chart",
    "brief",
    "build",
    "build_default_release",
    "chart_file",
    "chart_row",
    "charts_css",
    "check_texts",
    "countries",
    "crosswalk",
    "decimal_text",
    "default_release_is_outdated",
    "default_release_path",
    "difference",
    "evidence",
    "evidence_growth",
    "export_cell",
    "export_comparison",
    "export_leaders",
    "export_profile",
    "export_ranking",
    "export_records",
    "export_scan",
    "exporters",
    "figure",
    "figure_record",
    "gap_reasons",
    "group_chart",
    "group_name",
    "indicator",
    "indicators",
    "interval_chart",
    "judgements",
    "leaders",
    "leaders_geojson",
    "leaders_map",
    "leaders_svg_file",
    "line_chart",
    "lines",
    "map_css",
    "map_geojson",
    "map_svg_file",
    "market_context",
    "one_year_text",
    "open_release",
    "other_names",
    "page_card",
    "perimeters",
    "png",
    "profile",
    "rank",
    "rank_record",
    "ranking_card",
    "remark",
    "scan",
    "scan_criteria",
    "schemes",
    "sectors",
    "share_bar",
    "show",
    "small_maps",
    "sources",
    "suppliers",
    "uses",
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


def default_release_is_outdated(path: Path) -> bool:
    """Whether another version of Portulan made this default release; `build_default_release` then makes it again."""
    return default_release.is_outdated(path)


def build_default_release(path: Path | None = None, progress: Callable[[str, float], None] | None = None) -> Path:
    """Build the shipped release (estimates, no download) unless it is there as made today; return its folder."""
    return default_release.build(path or default_release.path(), progress or (lambda step, done: None))


def check_texts(name: str, detail: str, lang: str = "en") -> tuple[str, str]:
    """Return the name and the outcome of a check of a manifest, in English or French."""
    return checks.check_texts(name, detail, lang)


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


def group_name(ident: str, lang: str = "en") -> str:
    """Return the name of a group of countries (``EU``, ``M49_030`` ...), or the word itself where it is none."""
    return _groups.GROUPS.get(ident, (ident, ident))[1 if lang == "fr" else 0]


def perimeters() -> tuple[Perimeter, ...]:
    """Return the perimeters: which roles of codes count, and what is left out."""
    return _sectors.perimeters()


def indicators() -> tuple[Indicator, ...]:
    """Return every indicator with its names, unit, definition, equation, source and SQL."""
    return _indicators.INDICATORS


def indicator(ident: str) -> Indicator:
    """Return one indicator; raise `UnknownCodeError` naming those that exist."""
    return _indicators.indicator(ident)


def world_svg() -> str:
    """Return the shapes of the world, the same for every map and year: serve it once, cacheable."""
    from portulan.atlas.charts import mapsvg

    return mapsvg.world_svg()


def map_css() -> str:
    """Return the stylesheet of the maps."""
    from portulan.atlas.charts import mapsvg

    return mapsvg.worldmap_css()


def evidence() -> tuple[Claim, ...]:
    """Return the official totals quoted of the sector, each with its papers; what nobody states reads `not stated`."""
    return _claims.claims()


def evidence_growth(
    source: str,
    *,
    exporter: str = "FRA",
    since: int = 2013,
    until: int = 2016,
    eur_per_usd: Mapping[int, float] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> ExportGrowth:
    """Compare the growth of cultural exports with that of all exports, in goods, from BACI as published.

    `source` is written ``baci=PATH``. `eur_per_usd` gives the euros for one US dollar on average over a year, both
    ends at least; without it there are no euros, for Portulan ships no rate. Raises `BadInputError` where a year is
    missing. Goods alone can neither confirm nor refute the claim, whose own perimeter is not stated.
    """
    return _growth.export_growth(
        inputs.parse_source(source),
        exporter=exporter,
        since=since,
        until=until,
        rates=_rates.of_caller(eur_per_usd or {}),
        progress=progress or (lambda step, done: None),
    )


def sources(release: Release | None = None) -> tuple[SourcePassport, ...]:
    """Return the papers of every source that can be read, or of those a release was built from."""
    known = passports.shipped_passports()
    if release is None:
        return known
    used = {source["name"] for source in release.manifest["sources"]}
    return tuple(passport for passport in known if passport.name in used)
