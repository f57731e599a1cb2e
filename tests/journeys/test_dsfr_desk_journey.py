"""The desk in the look of the State (`PORTULAN_THEME=dsfr`): what correspondents open, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.crossing import PAIRWISE, Way
from tests.journeys.desk_site import Site, ask, serve_desk, sign_in_as, stands
from tests.journeys.window import window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.full, pytest.mark.xdist_group("desk")]
OPEN = ("/account/sign-in/", "/network/?market=JPN", "/network/posts/jpn/", "/network/gaps/", "/answers/")
DESK = (
    "/account/", "/desk/?view=all", "/desk/?view=closed", "/desk/answers/", "/desk/handovers/",
    "/desk/handovers/leaving/", "/desk/who-answers/?market=JPN&sector=games&topic=partners&language=fr",
)  # fmt: skip
LEADS = (("/desk/?view=all", "#questions tbody th a"), ("/desk/handovers/", "#handovers tbody th a"))


@pytest.fixture(scope="module")
def state_desk(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    pytest.importorskip("dsfr", reason="the theme is the extra portulan[dsfr]")
    yield from serve_desk(tmp_path_factory.mktemp("state-desk"), two_years, PORTULAN_THEME="dsfr")


@pytest.mark.parametrize("way", PAIRWISE[:4], ids=str)
def test_every_page_of_the_desk_stands_in_the_look_of_the_state(browser: Browser, state_desk: Site, way: Way) -> None:
    here = f"{state_desk.address}/{way.language}"
    with window(browser, way) as (page, complaints):

        def seen(address: str) -> None:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, address
            page.wait_for_load_state("networkidle")
            stands(page, way)
            assert "Marianne" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
            expect(page.locator(".fr-header")).to_be_visible()

        for path in OPEN:
            seen(here + path)
        about = "market=JPN&sector=games&topic=partners"
        seen(ask(page, state_desk, way, about, "Paule Lorme", "paule@studio.example", "Who publishes games there?"))
        sign_in_as(page, state_desk, way, "coordination@example.org")
        for path in DESK:
            seen(here + path)
        for path, link in LEADS:
            page.goto(here + path)
            seen(str(page.locator(link).first.evaluate("link => link.href")))
            # What is folded is seen too: its forms are most of the page.
            page.locator("main details").evaluate_all("folds => folds.forEach(fold => { fold.open = true })")
            stands(page, way)
        ((email,),) = state_desk.rows(
            "SELECT p.email FROM network_designation d JOIN people_person p ON p.id = d.person_id"
            " WHERE d.post_id = 'ken' LIMIT 1"
        )
        sign_in_as(page, state_desk, way, str(email))
        for path in ("/desk/partners/", "/desk/?view=mine"):
            seen(here + path)
        assert complaints == []
