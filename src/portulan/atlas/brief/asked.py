"""The way in: one question, one PDF."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.atlas.brief.notes import BriefNote
from portulan.atlas.opened import Release


def brief(
    release: Release,
    *,
    market: str | None = None,
    sector: str | None = None,
    exporter: str = "FRA",
    perimeter: str = "core",
    flow: str = "goods",
    year: int | None = None,
    lang: str = "en",
    dated: date,
    link: str | None = None,
    notes: Iterable[BriefNote] = (),
) -> bytes:
    """Return the brief of a market x sector, of a market, or of a sector, as a tagged PDF of two to four pages.

    ``dated`` is printed as it is given: the atlas looks at no clock. ``link`` is the address of the page, printed with
    its square code; ``notes`` is local knowledge, printed in its own slot. The same question gives the same bytes.

    Raises `UnknownCodeError` for a word that does not exist, `BadInputError` for a question without an answer,
    `AtlasError` where the extra ``portulan[files]`` is not installed.
    """
    # Imported here: drawing and setting a brief is slower to load than any other question.
    from portulan.atlas.brief import content, request, writer

    ask = request.checked(
        release,
        market=market,
        sector=sector,
        exporter=exporter,
        perimeter=perimeter,
        flow=flow,
        year=year,
        lang=lang,
        dated=(dated.year, dated.month, dated.day),
        link=link,
        notes=notes,
    )
    return writer.write_pdf(content.content(ask))
