"""From a ranking to the map of it: values, scale, names, and the words for those who do not see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from portulan.atlas.charts import mapsvg, scales, worldmap
from portulan.atlas.charts.drawn import DrawnMap, LegendLine
from portulan.atlas.charts.rows import printed_unit
from portulan.atlas.charts.scales import Scale
from portulan.atlas.charts.words import Lang, colon, number_text, typeset, word
from portulan.atlas.charts.worldmap import Drawing, MapValue
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.figures import Figure
from portulan.atlas.indicators import indicator
from portulan.atlas.rankings import Ranking, RankRow
from portulan.atlas.reference import countries, sectors

NAMED = 3
"""How many markets the description names."""
DOUBT_RANKS = 5
"""A rank is in doubt where its 90 % interval spans more than one part in so many of the ranked markets."""
DOUBT_TIMES = 10.0
"""A value is in doubt where the upper end of its 90 % interval is at least so many times the lower one."""
MapScale = Literal["quantile", "log", "fixed"]
_SIGNED = ("percent per year",)
# Limits that stay the same from one sector and year to the next, by unit.
_FIXED: Mapping[str, tuple[float, ...]] = {
    "USD": (0, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10),
    "share": (0, 0.01, 0.02, 0.05, 0.1, 0.2, 1),
    "ratio": (0, 0.25, 0.5, 1, 2, 4, 8),
    "index": (0, 0.25, 0.5, 1, 2, 4, 8),
    "rank": (1, 2, 4, 6, 11, 51, 250),
    "km": (0, 1000, 2000, 4000, 8000, 12000, 20000),
    "persons": (0, 1e6, 5e6, 2e7, 5e7, 1e8, 1.5e9),
    "USD per head": (0, 2000, 5000, 10000, 20000, 40000, 200000),
    "percent of population": (0, 20, 40, 60, 80, 90, 100),
}


def draw(
    ranking: Ranking,
    *,
    lang: Lang,
    href: Callable[[str], str] | None = None,
    scale: str | None = None,
    breaks: Sequence[float] | None = None,
    doubt: bool = True,
) -> Drawing:
    """Return the drawing of a ranking, for any writer (page, brief, download).

    ``scale`` is quantile (the default), log or fixed; ``breaks`` are the limits of a fixed one, those of the unit
    unless given. What may shrink as well as grow has classes on either side of zero whatever the scale, unless
    ``breaks`` say otherwise. ``doubt`` dots the markets whose value or rank could be quite another.
    """
    unit = unit_of(ranking)
    values = map_values(ranking, unit, lang, doubt=doubt)
    names = {country.iso3: country.name(lang) for country in countries.countries()}
    return worldmap.draw_world(
        values,
        scale=scale_for([value.value for value in values.values()], unit, scale, breaks),
        title=title(ranking, lang),
        description=_description(ranking, lang, names, unit),
        labels=names,
        exporter=ranking.exporter,
        href=href,
        lang=lang,
    )


def unit_of(ranking: Ranking) -> str:
    """Return the unit in which the figures of a ranking are printed."""
    figures = (row.figure for row in (*ranking.rows, *ranking.apart) if isinstance(row.figure, Figure))
    first = next(figures, None)
    return indicator(ranking.by).unit if first is None else printed_unit(first)


def title(ranking: Ranking, lang: Lang) -> str:
    """Return the title of the map of a ranking: what, where from, when."""
    name, sector = indicator(ranking.by).name(lang), sectors.name(ranking.sector, lang)
    exporter = next((c.name(lang) for c in countries.countries() if c.iso3 == ranking.exporter), ranking.exporter)
    return typeset(f"{name}{colon(lang)}{sector}, {exporter}, {ranking.year or ''}".rstrip(", "), lang)


def map_values(ranking: Ranking, unit: str, lang: Lang, *, doubt: bool = True) -> dict[str, MapValue]:
    """Return what a map shows of each market: the ranked ones and those that stand apart with a figure."""
    return {
        row.market: MapValue(
            row.figure.value,
            row.figure.status,
            number_text(row.figure.value, unit, lang),
            doubt and _in_doubt(row, row.figure, ranking.total, unit),
        )
        for row in (*ranking.rows, *ranking.apart)
        if isinstance(row.figure, Figure)
    }


def _in_doubt(row: RankRow, figure: Figure, ranked: int, unit: str) -> bool:
    wide = row.rank_low is not None and row.rank_high is not None
    if wide and (row.rank_high or 0.0) - (row.rank_low or 0.0) > ranked / DOUBT_RANKS:
        return True
    if figure.low is None or figure.high is None or unit in _SIGNED or figure.high <= 0:
        return False
    return figure.low <= 0 or figure.high >= DOUBT_TIMES * figure.low


def scale_for(
    values: Sequence[float], unit: str, scale: str | None = None, breaks: Sequence[float] | None = None
) -> Scale:
    """Return the classes of a map: quantiles unless another scale is named, around zero for what has a sign.

    Raises `UnknownCodeError` for another scale, `BadInputError` for breaks with a scale that is not fixed, for breaks
    that do not ascend, and for a fixed scale of a unit that has no limits of its own.
    """
    if scale is not None and scale not in get_args(MapScale):
        raise UnknownCodeError("scale", scale, todo="use quantile, log or fixed")
    if breaks is not None:
        if scale not in (None, "fixed"):
            raise BadInputError(f"breaks with a {scale} scale", todo="use scale fixed, or leave the breaks out")
        return scales.fixed_scale(breaks, unit)
    if not values:
        return scales.fixed_scale((0.0, 1.0), unit)
    if unit in _SIGNED:
        return scales.diverging_scale(values, unit)
    if scale == "fixed":
        if unit not in _FIXED:
            raise BadInputError(f"no fixed classes for {unit}", todo="give the breaks")
        return _trimmed(scales.fixed_scale(_FIXED[unit], unit), values)
    # Quantiles: every class holds about as many countries, however skewed the values.
    return scales.log_scale(values, unit) if scale == "log" else scales.quantile_scale(values, unit)


def _trimmed(scale: Scale, values: Sequence[float]) -> Scale:
    """Leave out the classes above the largest value; those that stay keep their colours."""
    most = next((limit for limit in scale.bounds[1:] if limit > max(values)), math.inf)
    bounds = tuple(limit for limit in scale.bounds if limit <= most)
    fills = tuple(f"q{number}" for number in range(1, len(bounds)))
    return Scale("fixed", bounds, scale.unit, fills)


def _description(ranking: Ranking, lang: Lang, names: dict[str, str], unit: str) -> str:
    """Say in two sentences what the map shows, for a screen reader."""
    first = [
        f"{names[row.market]} ({number_text(row.figure.value, unit, lang)})"
        for row in ranking.rows[:NAMED]
        if isinstance(row.figure, Figure)
    ]
    count = len(ranking.rows)
    if lang == "fr":
        ranked = f"{count} marchés classés" if count > 1 else "un seul marché classé"
        head = f"Carte du monde, {ranked}." if first else "Carte du monde, aucun marché classé."
        return (
            f"{head} En tête\u00a0: {', '.join(first)}. Le tableau qui suit donne tous les chiffres." if first else head
        )
    ranked = f"{count} markets ranked" if count > 1 else "one market ranked"
    head = f"World map, {ranked}." if first else "World map, no market ranked."
    return f"{head} First: {', '.join(first)}. The table that follows gives every figure." if first else head


def world_map(
    ranking: Ranking,
    *,
    lang: str = "en",
    href: Callable[[str], str] | None = None,
    world_href: str = "/atlas/world.svg",
    scale: str | None = None,
    breaks: Sequence[float] | None = None,
    doubt: bool = True,
) -> DrawnMap:
    """Return the map of a ranking as SVG for a page, with its legend and the note to print beside it.

    `href` gives the address behind each country, `world_href` the address where the page's site serves `world_svg`.
    `scale` is quantile (the default), log or fixed, and `breaks` are the limits of a fixed one.
    """
    spoken: Lang = "fr" if lang == "fr" else "en"
    drawing = draw(ranking, lang=spoken, href=href, scale=scale, breaks=breaks, doubt=doubt)
    notes = {"en": draw_note("en"), "fr": draw_note("fr"), spoken: drawing.note}
    legend = tuple(LegendLine(mapsvg.to_web_swatch(entry), entry.text, entry.count) for entry in drawing.legend)
    return DrawnMap(
        mapsvg.to_web_svg(drawing, world_href),
        legend,
        drawing.legend_title,
        notes["en"],
        notes["fr"],
        drawing.off_map,
        drawing.description,
    )


def draw_note(lang: str) -> str:
    """Return the note on borders that goes with every map."""
    return word("note", "fr" if lang == "fr" else "en")
