"""From a ranking to the picture that other sites show beside a link to its page."""

from __future__ import annotations

from portulan.atlas import maps
from portulan.atlas.charts import mapsvg, raster
from portulan.atlas.charts.card import HEIGHT, WIDTH, CardTexts, card_svg
from portulan.atlas.charts.words import Lang, semicolon, word
from portulan.atlas.exports_papers import known_sources, said
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import countries, sectors


def ranking_card(ranking: Ranking, *, release: Release, lang: Lang = "en", scale: str | None = None) -> bytes:
    """Return a PNG of 1200 x 630: the map of a ranking under its title, with what it rests on.

    Raises `AtlasError` where the extra ``portulan[files]`` is not installed.
    """
    drawing = maps.draw(ranking, lang=lang, scale=scale)
    colon = "\u00a0: " if lang == "fr" else ": "
    exporter = countries.country(ranking.exporter).name(lang)
    year = f", {ranking.year}" if ranking.year else ""
    texts = CardTexts(
        title=f"{sectors.name(ranking.sector, lang)} — {exporter}{year}",
        second=f"{indicator(ranking.by).name(lang)}, {_flow(ranking.flow, lang)}",
        source=f"Source{colon}{_sources(ranking, release, lang)}",
    )
    svg = card_svg(mapsvg.to_print_svg(drawing, furniture=False), texts)
    return raster.png(svg, WIDTH, height=HEIGHT)


def _flow(flow: str, lang: Lang) -> str:
    return {"goods": "biens", "services": "services"}[flow] if lang == "fr" else flow


def _sources(ranking: Ranking, release: Release, lang: Lang) -> str:
    """Return the sources by title; where all is estimated, the picture says it too: it travels alone."""
    papers = known_sources(release)
    names = semicolon(lang).join(said(papers[name], "title", lang) for name in ranking.sources if name in papers)
    return f"{names}, {word('all estimated', lang)}" if release.kind == "default" else names
