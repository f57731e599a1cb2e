"""From a ranking to the map of it: values, scale, names, and the words for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portulan.atlas.charts import mapsvg, scales, worldmap
from portulan.atlas.charts.drawn import DrawnMap, LegendLine
from portulan.atlas.charts.scales import Scale
from portulan.atlas.charts.words import Lang, number_text, word
from portulan.atlas.charts.worldmap import Drawing, MapValue
from portulan.atlas.figures import Figure
from portulan.atlas.indicators import indicator
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import countries, sectors

NAMED = 3
"""How many markets the description names."""


def draw(ranking: Ranking, *, lang: Lang, href: Callable[[str], str] | None = None) -> Drawing:
    """Return the drawing of a ranking, for any writer (page, brief, download)."""
    sought = indicator(ranking.by)
    unit = "share" if ranking.by in ("share", "realised_share") else sought.unit
    values = {
        row.market: MapValue(row.figure.value, row.figure.status, number_text(row.figure.value, unit, lang))
        for row in (*ranking.rows, *ranking.apart)
        if isinstance(row.figure, Figure)
    }
    names = {country.iso3: country.name(lang) for country in countries.countries()}
    name, sector = sought.name(lang), sectors.name(ranking.sector, lang)
    title = f"{name}{' : ' if lang == 'fr' else ': '}{sector}, {names[ranking.exporter]}, {ranking.year or ''}".rstrip(
        ", "
    )
    return worldmap.draw_world(
        values,
        scale=_scale([value.value for value in values.values()], unit),
        title=title,
        description=_description(ranking, lang, names, unit),
        labels=names,
        exporter=ranking.exporter,
        href=href,
        lang=lang,
    )


def _scale(values: Sequence[float], unit: str) -> Scale:
    """Quantiles: every class holds about as many countries, however skewed the values."""
    if values:
        return scales.quantile_scale(values, unit)
    return scales.fixed_scale((0.0, 1.0), unit)


def _description(ranking: Ranking, lang: Lang, names: dict[str, str], unit: str) -> str:
    """Say in two sentences what the map shows, for a screen reader."""
    first = [
        f"{names[row.market]} ({number_text(row.figure.value, unit, lang)})"
        for row in ranking.rows[:NAMED]
        if isinstance(row.figure, Figure)
    ]
    count = len(ranking.rows)
    if lang == "fr":
        head = f"Carte du monde, {count} marchés classés." if first else "Carte du monde, aucun marché classé."
        return f"{head} En tête : {', '.join(first)}. Le tableau qui suit donne tous les chiffres." if first else head
    head = f"World map, {count} markets ranked." if first else "World map, no market ranked."
    return f"{head} First: {', '.join(first)}. The table that follows gives every figure." if first else head


def world_map(ranking: Ranking, *, lang: Lang, href: Callable[[str], str] | None, world_href: str) -> DrawnMap:
    """Return the map of a ranking for a page that serves the shapes of the world at `world_href`."""
    drawing = draw(ranking, lang=lang, href=href)
    notes = {each: draw_note(each) for each in ("en", "fr")}
    legend = tuple(LegendLine(mapsvg.to_web_swatch(entry), entry.text, entry.count) for entry in drawing.legend)
    return DrawnMap(
        mapsvg.to_web_svg(drawing, world_href), legend, drawing.legend_title, notes["en"], notes["fr"], drawing.off_map
    )


def draw_note(lang: str) -> str:
    """Return the note on borders that goes with every map."""
    return word("note", "fr" if lang == "fr" else "en")
