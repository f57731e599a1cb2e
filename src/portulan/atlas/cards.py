"""The picture that other sites show beside a link to a page: the map of a ranking, or the first figures of the page."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.atlas import maps
from portulan.atlas.charts import mapsvg, raster
from portulan.atlas.charts.card import HEIGHT, WIDTH, CardTexts, card_svg, figures_svg
from portulan.atlas.charts.words import Lang, semicolon, word
from portulan.atlas.exports_papers import known_sources, said
from portulan.atlas.figures import Passport
from portulan.atlas.indicators import indicator
from portulan.atlas.map_files import what_line
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import countries, sectors


def ranking_card(ranking: Ranking, *, release: Release, lang: Lang = "en", scale: str | None = None) -> bytes:
    """Return a PNG of 1200 x 630: the map of a ranking under its title, with what it rests on.

    Raises `AtlasError` where the extra ``portulan[files]`` is not installed.
    """
    exporter = countries.country(ranking.exporter).name(lang)
    year = f", {ranking.year}" if ranking.year else ""
    title = f"{sectors.name(ranking.sector, lang)} — {exporter}{year}"
    return _mapped(ranking, title, _second(ranking, lang), release, lang, scale)


def page_card(
    title: str,
    sentence: str,
    *,
    release: Release,
    figures: Sequence[tuple[str, str]] = (),
    ranking: Ranking | None = None,
    passport: Passport | None = None,
    sources: Sequence[str] = (),
    source: str = "",
    lang: Lang = "en",
) -> bytes:
    """Return a PNG of 1200 x 630 for a page: its title and sentence, over the map of `ranking` or its first figures.

    ``figures`` are (text with its unit, what it is): four at most are shown, over what `passport` says of them all.
    ``sources`` names those of the figures, where they are not those of the passport; a map has its own. ``source``
    takes their place on a page that quotes. Raises `AtlasError` where the extra ``portulan[files]`` is not installed.
    """
    if ranking is not None and ranking.rows:
        # What the colours are comes first: a long sentence is cut at its end, never the year.
        return _mapped(ranking, title, f"{_shown(ranking, lang)}. {sentence}".strip(), release, lang)
    used = sources or (() if passport is None else passport.sources)
    told = source or (_source_line(used, release, lang) if used else "")
    papers = "" if passport is None else what_line(passport, lang)
    return raster.png(figures_svg(CardTexts(title, sentence, told, papers), figures), WIDTH, height=HEIGHT)


def _mapped(ranking: Ranking, title: str, second: str, release: Release, lang: Lang, scale: str | None = None) -> bytes:
    drawing = mapsvg.to_print_svg(maps.draw(ranking, lang=lang, scale=scale), furniture=False)
    texts = CardTexts(title, second or _second(ranking, lang), _source_line(ranking.sources, release, lang))
    return raster.png(card_svg(drawing, texts), WIDTH, height=HEIGHT)


def _second(ranking: Ranking, lang: Lang) -> str:
    return f"{indicator(ranking.by).name(lang)}, {_flow(ranking.flow, lang)}"


def _shown(ranking: Ranking, lang: Lang) -> str:
    """Say what the colours of a map are: a title does not always."""
    perimeter = sectors.perimeter(ranking.perimeter)
    named = perimeter.name_fr if lang == "fr" else perimeter.name_en
    other = "" if ranking.perimeter == "core" else named
    return ", ".join(part for part in (_second(ranking, lang), other, str(ranking.year or "")) if part)


def _flow(flow: str, lang: Lang) -> str:
    return {"goods": "biens", "services": "services"}[flow] if lang == "fr" else flow


def _source_line(sources: Sequence[str], release: Release, lang: Lang) -> str:
    """Return the sources by title; where all is estimated, the picture says it too: it travels alone."""
    papers = known_sources(release)
    colon = "\u00a0: " if lang == "fr" else ": "
    names = semicolon(lang).join(said(papers[name], "title", lang) for name in sources if name in papers)
    estimates = {str(source["name"]) for source in release.manifest["sources"]} if release.kind == "default" else set()
    all_estimated = bool(sources) and estimates.issuperset(sources)
    return f"Source{colon}{names}, {word('all estimated', lang)}" if all_estimated else f"Source{colon}{names}"
