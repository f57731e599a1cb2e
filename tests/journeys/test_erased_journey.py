"""Somebody who asked takes all of it back: what is counted stays as it was, and they are nowhere any more."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.desk_site import Site, ask, reference_of, sent, serve_desk, sign_in_as, stands, today, unfold
from tests.journeys.letterbox import text_of
from tests.journeys.window import window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]
WAYS = (
    Way("en", WIDE, True, "light"),
    pytest.param(Way("fr", PHONE, False, "dark"), marks=pytest.mark.full),
)
ABOUT = "market=JPN&sector=games&topic=partners"
COUNTED = (
    "SELECT territory_id, sector_id, topic, status, closing, satisfied, date(opened_at), date(first_answer_at),"
    " date(closed_at), count(*) FROM enquiries_need GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1, 2, 3, 4, 5, 6, 7"
)


@pytest.fixture(scope="module")
def site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve_desk(tmp_path_factory.mktemp("erased"), two_years)


class Asker:
    """Somebody with words that nobody else writes."""

    def __init__(self, way: Way) -> None:
        self.given, self.family = f"Quillon{way.language}", f"Zephyrine{way.language}"
        self.name, self.email = (
            f"{self.given} {self.family}",
            f"{self.given.lower()}@zarathoustra-{way.language}.example",
        )
        self.first, self.again = f"brumaire{way.language}", f"ventose{way.language}"

    @property
    def marks(self) -> tuple[str, ...]:
        """What would betray them."""
        return (self.given, self.family, self.email.split("@")[1], self.first, self.again)


def held_in(site: Site, marks: tuple[str, ...]) -> list[str]:
    """Return where a word still stands: in any text of any table, in any file beside."""
    found = []
    with sqlite3.connect(site.home / "portulan.sqlite3", timeout=10) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                said = " ".join(
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row
                )
                found += [f"{table}: {mark}" for mark in marks if mark.lower() in said.lower()]
    for path in site.home.rglob("*"):
        if path.is_file() and not path.name.startswith("portulan.sqlite3"):
            said = path.read_bytes().decode("utf-8", "replace").lower()
            found += [f"{path.name}: {mark}" for mark in marks if mark.lower() in said]
    return found


def told(page: Page, site: Site, way: Way, path: str) -> str:
    """Return what a page says, but for how long ago things were."""
    answer = page.goto(f"{site.address}/{way.language}{path}")
    assert answer is not None and answer.ok, path
    return page.locator("main").inner_text()


def counts(page: Page, site: Site, way: Way) -> list[str]:
    """Return all that pages count, as coordination reads them."""
    sign_in_as(page, site, way, "coordination@example.org")
    seen = []
    for view in ("post", "all", "late", "aside", "closed"):
        told(page, site, way, f"/desk/?view={view}&market=JPN&sector=games")
        seen.append(" | ".join(page.locator("nav a, .p-tabs a").all_inner_texts()))
        seen.append(f"{view}: {page.locator('#questions tbody tr').count()}")
        caption = page.locator("#questions caption")
        seen.append(caption.inner_text() if caption.count() else "")
    told(page, site, way, "/desk/answers/")
    seen.append(str(page.locator("main a[href*='/desk/answers/']").count()))
    page.context.clear_cookies()
    told(page, site, way, f"/ask/?{ABOUT}")
    seen.append(str(page.locator("main a[href*='/answers/']").count()))
    return [*seen, told(page, site, way, "/markets/JPN/games/")]


def answered(page: Page, site: Site, way: Way, own: str, asker: Asker) -> None:
    """Answer, by hand and by letter, with all that a colleague may write of somebody; close, and make a card."""
    reference = reference_of(own)
    colleague = site.colleague(reference)
    letter = next(one for one in reversed(site.letters.all(colleague)) if reference in str(one["Subject"]))
    site.receive(colleague, str(letter["Reply-To"]), f"Dear {asker.name}, three houses do.\n\n> {asker.first}")
    theirs = next(one for one in reversed(site.letters.all(asker.email)))
    site.receive(asker.email, str(theirs["Reply-To"]), f"Thank you! {asker.again}")
    sign_in_as(page, site, way, colleague)
    page.goto(f"{site.address}/{way.language}/desk/?view=mine")
    page.locator("#questions tbody th", has_text=reference).locator("a").click()
    expect(page.locator("main")).to_contain_text(asker.again)
    need = page.url
    unfold(page, "to-note")
    page.locator("#field-note").fill(f"{asker.given} called.")
    sent(page, "#field-note")
    unfold(page, "to-promise")
    page.locator("#field-what").fill(f"Send {asker.given} the addresses")
    page.locator("#field-due").fill(f"{today():%Y-%m-%d}")
    sent(page, "#field-what")
    page.locator("button[name=how][value=kept]").click()
    page.goto(need)
    page.locator("#field-answer").fill("And a fourth.")
    sent(page, "#field-answer")
    unfold(page, "to-close")
    page.locator("input[name=closing][value=helped]").check()
    sent(page, "input[name=closing]")
    stands(page, way)
    page.locator("a[href*='/desk/answers/new/']").click()
    assert asker.given not in page.locator("#field-answer").input_value()
    page.locator("#field-question").fill(f"Who publishes foreign games in Japan, {way.language}?")
    page.locator("#field-answer").fill("Four houses do; write to them in autumn.")
    page.locator("form:has(#field-question) button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/desk/answers/\d+/$"))
    card = page.url
    stands(page, way)
    sign_in_as(page, site, way, "coordination@example.org")
    page.goto(card)
    page.locator("button[name=act][value=publish]").click()
    expect(page.locator("button[name=act][value=publish]")).to_have_count(0)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_whoever_asked_is_erased_and_the_counts_stay(browser: Browser, site: Site, way: Way) -> None:
    asker = Asker(way)
    with window(browser, way) as (page, complaints):
        own = ask(page, site, way, ABOUT, asker.name, asker.email, f"Who would publish our game? {asker.first}")
        answered(page, site, way, own, asker)
        page.context.clear_cookies()
        page.goto(own)
        expect(page.locator("main")).to_contain_text(asker.first)
        page.locator("button[name=rating][value='3']").click()
        expect(page).to_have_url(re.compile("done=rated"))
        with page.expect_download() as taken:
            page.locator("a[href$='/data.json']").click()
        assert asker.first in taken.value.path().read_text(encoding="utf-8")
        before, rows = counts(page, site, way), site.rows(COUNTED)
        assert held_in(site, asker.marks)

        # They are asked first, and may think again.
        page.goto(own)
        page.locator("a[href$='/withdraw/']").click()
        stands(page, way)
        page.locator("main a.p-button, main a", has_text=re.compile("Keep it|garder", re.IGNORECASE)).first.click()
        expect(page.locator("main")).to_contain_text(asker.first)
        page.locator("a[href$='/withdraw/']").click()
        page.locator("form[action$='/withdraw/'] button[type=submit]").click()
        expect(page.locator("main")).to_contain_text(reference_of(own))
        stands(page, way)

        assert held_in(site, asker.marks) == []
        assert site.rows(COUNTED) == rows
        after = counts(page, site, way)
        assert after == before
        gone = page.goto(own)
        assert gone is not None and gone.status == 404
        assert not [mark for mark in asker.marks if mark in page.content()]
        # The card stays, for it names nobody; so does the place of the question among those that are closed.
        assert f"Who publishes foreign games in Japan, {way.language}?" in told(page, site, way, f"/ask/?{ABOUT}")
        sign_in_as(page, site, way, "coordination@example.org")
        listed = told(page, site, way, "/desk/?view=closed&market=JPN&sector=games")
        assert reference_of(own) in listed and not [mark for mark in asker.marks if mark in listed]
        page.locator("#questions tbody th", has_text=reference_of(own)).locator("a").click()
        stands(page, way)
        assert not [mark for mark in asker.marks if mark in page.content()]
        with pytest.raises(StopIteration):
            next(text_of(one) for one in site.letters.all(asker.email))
        assert [one for one in complaints if "404" not in one] == []
