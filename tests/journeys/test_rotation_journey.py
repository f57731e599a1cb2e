"""A place from one pair of hands to another, with nobody in it between: written, signed, vacant, filled, accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.crossing import PHONE, WIDE, Way
from tests.journeys.desk_site import (
    Site,
    ask,
    reference_of,
    sent,
    serve_desk,
    sign_in_as,
    sign_in_by_code,
    stands,
    today,
    unfold,
)
from tests.journeys.letterbox import text_of
from tests.journeys.window import window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("desk")]
WAYS = (
    Way("en", WIDE, True, "light"),
    pytest.param(Way("fr", PHONE, False, "dark"), marks=pytest.mark.full),
)
# Two of the invented posts whose designations end within 90 days: their handovers are open when the site starts.
MARKET = {"en": "KEN", "fr": "ITA"}
TRUTH = {
    "en": ("has left that post", "Nobody is designated for this at present", "What was promised to you stands"),
    "fr": ("a quitté ce poste", "Personne n’est désigné", "Ce qui vous a été promis tient"),
}
PROMISED = "Send the three addresses"
EIGHT = ("market", "urgent", "decides", "obstacles", "unfinished", "money", "worked", "not_again")
CONTACTS = (
    ("Book Fair of the Coast", "institutional", "fair@partner.example"),
    ("A friend of mine", "personal", "friend@partner.example"),
    ("Told in confidence", "do_not_transfer", "silent@partner.example"),
)


@pytest.fixture(scope="module")
def site(two_years: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve_desk(tmp_path_factory.mktemp("rotation"), two_years)


def open_handover(page: Page, site: Site, way: Way, leaver: str) -> str:
    """Go to the handover of somebody by the list, and return its address."""
    page.goto(f"{site.address}/{way.language}/desk/handovers/")
    stands(page, way)
    page.locator("#handovers tbody tr", has_text=leaver).locator("th a").click()
    expect(page).to_have_url(re.compile(r"/desk/handovers/[0-9]+/$"))
    stands(page, way)
    return page.url


def keep_contacts(page: Page, site: Site, way: Way) -> None:
    """Write down three contacts, one for each fate."""
    for body, tag, email in CONTACTS:
        page.goto(f"{site.address}/{way.language}/desk/partners/")
        page.locator("#field-body").fill(body)
        page.locator("#field-kind").select_option(index=1)
        page.locator("#field-contact_email").fill(email)
        page.locator(f"input[name=tag][value={tag}]").check()
        sent(page, "#field-body")
    stands(page, way)


def write_and_sign(page: Page, way: Way) -> None:
    """Fill the eight fields, save them together, sign, and take the PDF."""
    for key in EIGHT:
        page.locator(f"#field-{key}").fill(f"What I know of {key}, {way}.")
    sent(page, "#field-market")
    for key in EIGHT:
        expect(page.locator(f"#field-{key}")).to_have_value(f"What I know of {key}, {way}.")
    page.locator("#field-sure").check()
    sent(page, "#field-sure")
    stands(page, way)
    # A browser shows the PDF in its own way: what it is given is what counts.
    address = str(page.locator("a[href$='/handover.pdf']").evaluate("link => link.href"))
    paper = page.context.request.get(address)
    assert paper.headers["content-type"] == "application/pdf" and paper.body().startswith(b"%PDF-")


def leaves_at_once(page: Page, site: Site, way: Way, leaver: str) -> None:
    """Have coordination say that somebody left yesterday."""
    sign_in_as(page, site, way, "coordination@example.org")
    page.goto(f"{site.address}/{way.language}/desk/handovers/leaving/")
    stands(page, way)
    who = page.locator("#field-designation option", has_text=leaver).first
    page.locator("#field-designation").select_option(who.get_attribute("value"))
    page.locator("#field-last_day").fill(f"{today() - timedelta(days=1):%Y-%m-%d}")
    page.locator("#field-sure").check()
    sent(page, "#field-designation")
    stands(page, way)


def name_arriver(page: Page, handover: str, email: str, since: date) -> None:
    """Designate somebody new in the place, as coordination."""
    page.goto(handover)
    unfold(page, "to-name")
    page.locator("#field-given_name").fill("Ondine")
    page.locator("#field-family_name").fill("Venue-Demain")
    page.locator("#field-email").fill(email)
    for code in ("fr", "en"):
        page.locator(f"input[name=languages][value={code}]").check()
    page.locator("#field-since").fill(f"{since:%Y-%m-%d}")
    sent(page, "#field-email")


def take_over(page: Page, way: Way, handover: str) -> None:
    """Read, ask, contest one thing, accept; as the one who arrives."""
    page.goto(handover)
    expect(page.get_by_text(f"What I know of not_again, {way}.")).to_be_visible()
    page.locator("#field-question").fill("Who pays the stand in May?")
    sent(page, "#field-question")
    page.locator("#field-reason").fill("The contract of the fair is missing.")
    sent(page, "#field-reason")
    expect(page.get_by_text("The contract of the fair is missing.")).to_be_visible()
    stands(page, way)
    page.locator("form[action$='/accept/'] button").click()
    expect(page).to_have_url(re.compile("done=accepted"))
    expect(page.locator("form[action$='/accept/']")).to_have_count(0)
    stands(page, way)


def listed(page: Page, site: Site, way: Way, view: str) -> str:
    """Return what a view of the inbox says."""
    page.goto(f"{site.address}/{way.language}/desk/?view={view}")
    return page.locator("main").inner_text()


def promises(page: Page, site: Site, way: Way, reference: str) -> str:
    """Promise something about a question that one has in hand; return its address."""
    page.goto(f"{site.address}/{way.language}/desk/?view=mine")
    page.locator("#questions tbody th", has_text=reference).locator("a").click()
    need = page.url
    unfold(page, "to-promise")
    page.locator("#field-what").fill(PROMISED)
    page.locator("#field-due").fill(f"{today() + timedelta(days=9):%Y-%m-%d}")
    sent(page, "#field-what")
    return need


def shut_out(page: Page, site: Site, way: Way, leaver: str, handover: str, need: str) -> None:
    """See that whoever left reaches nothing but what was signed, and has their own contacts by letter."""
    sign_in_as(page, site, way, leaver)
    for shut in (f"{site.address}/{way.language}/desk/", f"{site.address}/{way.language}/desk/partners/", need):
        answer = page.goto(shut)
        assert answer is not None and answer.status in (403, 404), shut
    page.goto(handover)
    expect(page.locator("main")).to_contain_text(f"What I know of money, {way}.")
    taken = next(text_of(one) for one in reversed(site.letters.all(leaver)) if CONTACTS[1][2] in text_of(one))
    assert CONTACTS[0][2] not in taken and CONTACTS[2][2] not in taken


def has_it_all(page: Page, site: Site, way: Way, questions: tuple[str, ...]) -> None:
    """See that whoever arrived has what waited, and of the contacts those of the post."""
    mine = listed(page, site, way, "mine")
    stands(page, way)
    assert all(reference in mine for reference in questions) and PROMISED in mine
    page.goto(f"{site.address}/{way.language}/desk/partners/")
    expect(page.locator("main")).to_contain_text(CONTACTS[0][2])
    for _, _, email in CONTACTS[1:]:
        expect(page.locator("main")).not_to_contain_text(email)
    assert not site.rows("SELECT 1 FROM network_partner WHERE contact_email <> ?", CONTACTS[0][2])


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_place_is_vacant_and_then_taken_over(browser: Browser, site: Site, way: Way) -> None:
    left, nobody, stays = TRUTH[way.language]
    about = f"market={MARKET[way.language]}&sector=games&topic=partners"
    first, second = f"first.{way.language}@studio.example", f"second.{way.language}@studio.example"
    arriver = f"ondine.{way.language}@example.org"
    with window(browser, way) as (page, complaints):
        own = ask(page, site, way, about, "Paule Dupuis-Lorme", first, "Who publishes foreign games there?")
        leaver = site.colleague(reference_of(own))
        ((name,),) = site.rows("SELECT given_name || ' ' || family_name FROM people_person WHERE email = ?", leaver)

        # The one who leaves promises, says what becomes of their contacts, writes and signs.
        sign_in_as(page, site, way, leaver)
        need = promises(page, site, way, reference_of(own))
        keep_contacts(page, site, way)
        handover = open_handover(page, site, way, str(name))
        for said in (reference_of(own), PROMISED, CONTACTS[0][0]):
            expect(page.locator("main")).to_contain_text(said)
        for _, _, email in CONTACTS[1:]:
            expect(page.locator("main")).not_to_contain_text(email)
        write_and_sign(page, way)

        # The day has come, and nobody is there: those who asked are told, and so is whoever asks now.
        letters = len(site.letters.all(first))
        leaves_at_once(page, site, way, str(name))
        truth = text_of(site.letters.last(first, beyond=letters))
        assert left in truth and nobody in truth and stays in truth and PROMISED in truth
        assert site.colleague(reference_of(own)) == ""
        late = ask(page, site, way, about, "Ivo Late", second, "Is there a fair in spring?")
        assert nobody in text_of(site.letters.last(second))
        expect(page.locator("main")).to_contain_text(nobody)
        shut_out(page, site, way, leaver, handover, need)

        # Somebody comes, is let in, and finds what waited for them.
        sign_in_as(page, site, way, "coordination@example.org")
        name_arriver(page, handover, arriver, today())
        (told,) = re.findall(r"http://\S+", text_of(site.letters.all(arriver)[0]))
        sign_in_by_code(page, site, way, arriver)
        has_it_all(page, site, way, (reference_of(own), reference_of(late)))
        assert site.colleague(reference_of(late)) == arriver
        take_over(page, way, told)
        assert [one for one in complaints if "403" not in one and "404" not in one] == []
