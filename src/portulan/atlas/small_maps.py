"""Small maps side by side: one indicator, one map a sector (a year, an exporter), each the way to the whole one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portulan.atlas import maps
from portulan.atlas.charts import mapsvg, tinymaps, worldmap
from portulan.atlas.charts.drawn import DrawnMaps, LegendLine, SmallMap
from portulan.atlas.charts.words import Lang, colon, semicolon, word
from portulan.atlas.charts.writers import Writer
from portulan.atlas.errors import BadInputError
from portulan.atlas.figures import Figure
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import countries, sectors

MOST = 15


def small_maps(
    rankings: Sequence[Ranking],
    *,
    lang: str = "en",
    names: Sequence[str] = (),
    href: Callable[[Ranking], str] | None = None,
    same_classes: bool = True,
    scale: str | None = None,
    breaks: Sequence[float] | None = None,
    writer: Writer = "web",
) -> DrawnMaps:
    """Return one small map a ranking, all of the same indicator.

    ``names`` are the captions (the sectors unless given), ``href`` the page of each. With ``same_classes`` all share
    their limits, so that colours compare; without, each has its own legend. The first web map holds the shape of the
    land that the others refer to: print them on one page. Raises `BadInputError` for none, more than 15, or rankings
    by different indicators.
    """
    spoken: Lang = "fr" if lang == "fr" else "en"
    captions = _captions(rankings, names, spoken)
    unit = maps.unit_of(next((ranking for ranking in rankings if ranking.rows), rankings[0]))
    values = [maps.map_values(ranking, unit, spoken) for ranking in rankings]
    common = maps.scale_for([v.value for held in values for v in held.values()], unit, scale, breaks)
    labels = {country.iso3: country.name(spoken) for country in countries.countries()}
    made = []
    shared: tuple[LegendLine, ...] = ()
    for number, (ranking, caption, held) in enumerate(zip(rankings, captions, values, strict=True)):
        own = common if same_classes else maps.scale_for([v.value for v in held.values()], unit, scale, breaks)
        drawing = worldmap.draw_world(
            held,
            scale=own,
            title=caption,
            description=_description(ranking, labels, spoken),
            labels=labels,
            exporter=ranking.exporter,
            lang=spoken,
        )
        svg = tinymaps.to_web(drawing, first=number == 0) if writer == "web" else tinymaps.to_print(drawing)
        legend = _legend(drawing)
        shared = shared or tuple(LegendLine(line.swatch, line.text, 0) for line in legend)
        address = None if href is None else href(ranking)
        made.append(SmallMap(svg, caption, drawing.description, address, () if same_classes else legend))
    stated = word("same classes" if same_classes else "own classes", spoken)
    heading = f"{word(f'method {common.method}', spoken)}, {stated}{semicolon(spoken)}{word('grey', spoken)}"
    return DrawnMaps(tuple(made), shared if same_classes else (), heading, maps.draw_note(spoken))


def _captions(rankings: Sequence[Ranking], names: Sequence[str], lang: Lang) -> tuple[str, ...]:
    """Return the captions, once the maps can be drawn side by side."""
    if not 1 <= len(rankings) <= MOST or len({ranking.by for ranking in rankings}) > 1:
        raise BadInputError(f"{len(rankings)} maps", todo=f"give 1 to {MOST} rankings by the same indicator")
    captions = tuple(names) or tuple(sectors.name(ranking.sector, lang) for ranking in rankings)
    if len(captions) != len(rankings):
        raise BadInputError(f"{len(captions)} names for {len(rankings)} maps", todo="name each map")
    return captions


def _legend(drawing: worldmap.Drawing) -> tuple[LegendLine, ...]:
    """Return the classes and the exporter: the rest is too small to be seen."""
    return tuple(
        LegendLine(mapsvg.to_web_swatch(entry), entry.text, entry.count)
        for entry in drawing.legend
        if entry.low is not None or entry.fill == "home"
    )


def _description(ranking: Ranking, labels: dict[str, str], lang: Lang) -> str:
    first = [labels[row.market] for row in ranking.rows[: maps.NAMED] if isinstance(row.figure, Figure)]
    if not first:
        return f"{word('no figure', lang).capitalize()}."
    lead = ", ".join(first)
    return f"{word('first', lang)}{colon(lang)}{lead}."
