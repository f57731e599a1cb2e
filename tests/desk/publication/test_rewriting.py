"""A published page stands alone: links lead to what is published, to the portal, or are taken out."""

from __future__ import annotations

import pytest

from portulan.desk.publication.rewriting import Site, stand_alone


def site(live: str = "") -> Site:
    return Site(
        paths=frozenset({"/en/", "/en/markets/JPN/", "/en/markets/JPN/book/", "/en/map/book/share/", "/en/scan/"}),
        states={
            ("/en/map/", (("by", "share"), ("sector", "book"))): "/en/map/book/share/",
            ("/en/scan/", (("sector", "book"),)): "/en/scan/book/",
        },
        ignored=frozenset({("exporter", "KEN")}),
        tools=frozenset({"/en/scan/"}),
        live=live,
    )


@pytest.mark.parametrize(
    ("address", "alone", "with_live"),
    [
        ("/en/markets/JPN/", "/en/markets/JPN/", "/en/markets/JPN/"),
        ("/en/markets/JPN/?exporter=KEN#codes", "/en/markets/JPN/#codes", "/en/markets/JPN/#codes"),
        ("/en/markets/JPN/?exporter=FRA", None, "https://live.example/en/markets/JPN/?exporter=FRA"),
        ("/en/map/?sector=book&by=share&exporter=KEN", "/en/map/book/share/", "/en/map/book/share/"),
        ("/en/map/?sector=book&by=share&rows=all", None, "https://live.example/en/map/?sector=book&by=share&rows=all"),
        (
            "/en/map/?sector=book&by=share&exporter=KEN&market=JPN#market",
            "/en/markets/JPN/book/",
            "/en/markets/JPN/book/",
        ),
        (
            "/en/map/?sector=book&year=2023&market=JPN",
            None,
            "https://live.example/en/map/?sector=book&year=2023&market=JPN",
        ),
        ("/en/scan/?sector=book&w_ease=3", "/en/scan/book/?w_ease=3", "/en/scan/book/?w_ease=3"),
        ("/en/scan/?w_ease=3#ranking", "/en/scan/?w_ease=3#ranking", "/en/scan/?w_ease=3#ranking"),
        ("/static/theme/portulan.css?v=1", "/static/theme/portulan.css?v=1", "/static/theme/portulan.css?v=1"),
        ("#content", "#content", "#content"),
        ("https://elsewhere.example/", "https://elsewhere.example/", "https://elsewhere.example/"),
        ("/en/briefs/JPN.pdf", None, "https://live.example/en/briefs/JPN.pdf"),
    ],
)
def test_a_link_leads_somewhere_or_nowhere(address: str, alone: str | None, with_live: str) -> None:
    assert site().target(address) == alone
    assert site("https://live.example").target(address) == with_live


def test_a_link_without_an_answer_is_text_and_a_button_is_gone() -> None:
    page = (
        '<p>See <a class="x" href="/en/markets/JPN/?exporter=FRA&amp;year=2023">Japan</a>.</p>'
        '<nav class="p-actions"><a class="p-button p-button--quiet"\n       href="/en/briefs/JPN.pdf">Brief</a></nav>'
    )
    assert stand_alone(page, site()) == '<p>See <a class="x">Japan</a>.</p>'
    told = stand_alone(page, site("https://live.example"))
    assert 'href="https://live.example/en/markets/JPN/?exporter=FRA&amp;year=2023"' in told
    assert 'href="https://live.example/en/briefs/JPN.pdf"' in told


def test_the_links_of_a_map_are_seen_too() -> None:
    drawn = (
        '<a href="/en/markets/JPN/?exporter=KEN" aria-label="Japan: 3 M$"><use href="/atlas/world.svg?v=1#JPN"/></a>'
    )
    assert stand_alone(drawn, site()) == drawn.replace("?exporter=KEN", "")


def test_a_place_that_leads_nowhere_keeps_its_name() -> None:
    drawn = '<a href="/en/map/?market=USA" aria-label="United States: 3 M$"><use href="/atlas/world.svg#USA"/></a>'
    assert stand_alone(drawn, site()).startswith('<a aria-label="United States: 3 M$" role="img">')


def test_what_only_the_portal_can_share_is_there_with_the_portal() -> None:
    page = (
        '<a href="#share">Files</a><section class="p"\n aria-labelledby="share">'
        '<a href="https://live.example/en/files/markets/JPN.csv" download>CSV</a></section><p>After</p>'
    )
    assert stand_alone(page, site()) == "<p>After</p>"
    assert stand_alone(page, site("https://live.example")) == page
    # The method has a part of this name too, on the share of a market.
    method = '<a href="#share">Market share</a><section aria-labelledby="share"><p>Equation</p></section>'
    assert stand_alone(method, site()) == method


def test_a_picture_that_only_the_portal_makes_is_there_with_the_portal() -> None:
    words = '<meta property="og:title" content="Japan">'
    page = (
        f'{words}<meta property="og:image"\n content="https://live.example/en/og/markets/JPN.png">'
        '<meta property="og:image:alt" content="Japan"><meta name="twitter:card" content="summary_large_image">'
        '<link rel="alternate"\n type="application/json+oembed" href="https://live.example/atlas/oembed?url=x">'
    )
    assert stand_alone(page, site()) == words
    assert stand_alone(page, site("https://live.example")) == page


def test_a_form_works_is_sent_to_the_portal_or_is_absent() -> None:
    form = '<form class="p-form"\n action="/en/map/"\n method="get"><select name="by"></select></form>'
    assert stand_alone(f"a{form}b", site()) == "ab"
    assert 'action="https://live.example/en/map/"' in stand_alone(form, site("https://live.example"))
    tool = form.replace("/en/map/", "/en/scan/")
    assert stand_alone(tool, site()) == tool.replace("<form", '<form hidden data-published="/en/scan/"')
    page = stand_alone(f"<head></head>{tool}", site())
    assert '<script src="/static/theme/published.js" type="module"></script></head>' in page


def test_links_in_the_head_follow() -> None:
    head = (
        '<link rel="canonical"\n href="/en/map/?sector=book&amp;by=share"><link rel="alternate" href="/fr/other/?a=b">'
    )
    assert stand_alone(head, site()) == '<link rel="canonical"\n href="/en/map/book/share/">'
