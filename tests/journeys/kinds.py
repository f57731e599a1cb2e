"""Every kind of page of the portal, and a state of each that has much to show."""

from __future__ import annotations

KINDS = {
    "home": "/",
    "map": "/map/?sector=book",
    "map-sectors": "/map/?view=sectors",
    "markets": "/markets/",
    "market": "/markets/JPN/",
    "market-apart": "/markets/USA/",
    "market-sector": "/markets/JPN/book/",
    "market-sector-unmeasured": "/markets/JPN/games/",
    "sectors": "/sectors/",
    "sector": "/sectors/book/",
    "sector-unmeasured": "/sectors/games/",
    "compare": "/compare/?sector=book&market=JPN&market=CAN&market=ITA",
    "compare-all": "/compare/?market=JPN&market=CAN",
    "scan": "/scan/?sector=book",
    "orientation": "/scan/?sector=games",
    "evidence": "/evidence/",
    "method": "/method/",
    "crosswalk": "/method/crosswalk/EBOPS2010/",
    "sources": "/sources/",
    "releases": "/releases/",
    "accessibility": "/accessibility/",
    "legal": "/legal/",
    "network": "/network/?market=JPN",
    "network-post": "/network/posts/jpn/",
    "network-gaps": "/network/gaps/",
    "embed": "/embed/map/?sector=book",
    "misspelt": "/markets/JPM/",
    "lost": "/nowhere/",
}
ANSWERS = {"misspelt": 404, "lost": 404}
"""The status of a kind whose answer is not 200."""
