"""From a question to the whole brief as plain values: which of the three kinds it is, and the frame around it."""

from __future__ import annotations

from portulan.atlas.brief import cell, drawings, market, sector, words
from portulan.atlas.brief.document import Back, Block, Document
from portulan.atlas.brief.numbers import typeset
from portulan.atlas.brief.request import Request
from portulan.atlas.brief.words import say
from portulan.atlas.reference import sectors

_SHORT_ID = 12


def content(ask: Request) -> Document:
    """Return everything the brief prints."""
    lang = ask.lang
    title, about, blocks = _kind(ask)
    perimeter = sectors.perimeter(ask.perimeter)
    named = typeset(perimeter.name_fr if lang == "fr" else perimeter.name_en, lang)
    seen = say("seen from", lang, name=ask.country(ask.exporter))
    year = "" if ask.year is None else f" {ask.year}"
    dated = say("made on", lang, day=words.day(ask.dated, lang))
    return Document(
        lang=lang,
        eyebrow=f"{seen} · {named} · {say(ask.flow, lang)}{year}",
        title=title,
        subtitle=about,
        dated=dated,
        day=ask.dated,
        release=ask.release.id,
        back=_back(ask),
        blocks=tuple(blocks),
        words={
            "brief": say("brief", lang),
            "short": f"{title}, {about}",
            "release": say("release", lang, id=ask.release.id[:_SHORT_ID]),
            "page": say("page", lang),
            "of": say("of", lang),
            "unknown": say("not known", lang),
            "description": say("description", lang),
        },
    )


def _kind(ask: Request) -> tuple[str, str, list[Block]]:
    """Return title, subtitle and blocks."""
    if ask.market is None:
        return ask.sector_name(ask.subject), say("all markets", ask.lang), sector.blocks(ask)
    if ask.sector is None:
        return ask.country(ask.market), say("all sectors", ask.lang), market.blocks(ask)
    return ask.country(ask.market), ask.sector_name(ask.sector), cell.blocks(ask)


def _back(ask: Request) -> Back | None:
    """Return the way back to the page, or nothing where no address was given."""
    if ask.link is None:
        return None
    alt = say("qr alt", ask.lang, link=ask.link)
    return Back(say("back", ask.lang), say("back text", ask.lang), ask.link, drawings.square_code(ask.link), alt)
