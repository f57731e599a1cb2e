"""The map of who leads in each market of a sector: colours without order, one an exporter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from portulan.atlas import maps
from portulan.atlas.charts import mapsvg, worldmap
from portulan.atlas.charts.drawn import DrawnMap, LegendLine
from portulan.atlas.charts.palettes import NAMED, OTHERS
from portulan.atlas.charts.words import Lang, colon, number_text, semicolon, typeset, word
from portulan.atlas.charts.worldmap import Drawing, MapValue, Named
from portulan.atlas.figures import Figure
from portulan.atlas.leading import Leader, Leaders
from portulan.atlas.reference import countries, sectors

PREFIX = "leaders"
"""Keeps the identifiers of this map apart from those of the ranking, on the same page."""
_HOME = "home"
_ALMOST = 0.99


def draw(found: Leaders, *, exporter: str, lang: Lang, href: Callable[[str], str] | None = None) -> Drawing:
    """Return the drawing of who leads in each market: the five that lead most often, `exporter`, and all others.

    `exporter` has a colour of its own whether it leads anywhere or not, and its own market is outlined.
    """
    names = {country.iso3: country.name(lang) for country in countries.countries()}
    fills = _fills(found, exporter)
    return worldmap.draw_world(
        {row.market: _value(row, fills, names, lang) for row in found.rows},
        scale=Named(_classes(found, fills, names, lang), word("leads", lang), word("leader unknown", lang)),
        title=typeset(
            f"{word('leader', lang)}{colon(lang)}{sectors.name(found.sector, lang)}, {found.year or ''}", lang
        ),
        description=_description(found, fills, names, lang),
        labels=names,
        outlined=exporter,
        href=href,
        lang=lang,
    )


def leaders_map(
    found: Leaders,
    *,
    exporter: str,
    lang: str = "en",
    href: Callable[[str], str] | None = None,
    world_href: str = "/atlas/world.svg",
) -> DrawnMap:
    """Return the map of who leads in each market as SVG for a page that serves the shapes of the world there."""
    drawing = draw(found, exporter=exporter, lang="fr" if lang == "fr" else "en", href=href)
    legend = tuple(LegendLine(mapsvg.to_web_swatch(entry, PREFIX), entry.text, entry.count) for entry in drawing.legend)
    return DrawnMap(
        mapsvg.to_web_svg(drawing, world_href, PREFIX),
        legend,
        drawing.legend_title,
        maps.draw_note("en"),
        maps.draw_note("fr"),
        drawing.off_map,
        drawing.description,
    )


def _fills(found: Leaders, exporter: str) -> dict[str, str]:
    """Return the palette name of each exporter that has one, in the order of the legend."""
    rivals = [one for one in found.alone if one != exporter][: len(NAMED)]
    shown = [one for one in found.alone if one in rivals or one == exporter]
    shown += [] if exporter in shown else [exporter]
    colours = dict(zip(rivals, NAMED, strict=False))
    return {one: colours.get(one, _HOME) for one in shown}


def _classes(
    found: Leaders, fills: Mapping[str, str], names: Mapping[str, str], lang: Lang
) -> tuple[tuple[str, str], ...]:
    some = any(row.equals or row.first.exporter not in fills for row in found.rows)
    classes = tuple((fill, names.get(one, one)) for one, fill in fills.items())
    return (*classes, (OTHERS, word("another", lang))) if some else classes


def _value(row: Leader, fills: Mapping[str, str], names: Mapping[str, str], lang: Lang) -> MapValue:
    """Return who leads in a market, in colour and in words; the order of reading is by the size of the market."""
    size = row.imports_world.value if isinstance(row.imports_world, Figure) else 0.0
    said = ", ".join(names.get(one, one) for one in (row.first.exporter, *row.equals))
    if row.equals:
        said = f"{said} ({word('equal', lang)})"
    if isinstance(row.first.share, Figure):
        said = f"{said}, {_percent(row.first.share.value, lang)}"
    fill = OTHERS if row.equals else fills.get(row.first.exporter, OTHERS)
    return MapValue(size, row.first.imports_from.status, said, fill=fill)


def _percent(part: float, lang: Lang) -> str:
    """Return a part in whole percent, never all of it where it is only near."""
    if _ALMOST < part < 1:
        return f">\u00a0{_whole_percent(99, lang)}"
    return _whole_percent(round(100 * part), lang)


@lru_cache(maxsize=256)
def _whole_percent(percent: int, lang: Lang) -> str:
    return number_text(percent / 100, "share", lang)


def _description(found: Leaders, fills: Mapping[str, str], names: Mapping[str, str], lang: Lang) -> str:
    """Say what the map shows, for those who do not see it."""
    counts = semicolon(lang).join(f"{names.get(one, one)}{colon(lang)}{found.alone.get(one, 0)}" for one in fills)
    if lang == "fr":
        return typeset(
            f"Carte du monde du premier fournisseur de chaque marché. Nombre de marchés où chacun est premier : "
            f"{counts}. Le tableau qui suit donne tous les marchés.",
            lang,
        )
    return (
        f"World map of the first supplier of each market. Number of markets where each comes first: {counts}. "
        "The table that follows gives every market."
    )
