"""The PDF for the signature: the same as the page, in both languages, for everybody."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest

from portulan.desk.core import passing_on
from portulan.desk.core.passing_on import Row
from portulan.desk.enquiries import promises
from portulan.desk.handover import content, paper, services
from portulan.desk.handover.content import Signed
from portulan.desk.handover.models import Handover
from portulan.desk.network import partners
from portulan.desk.network.partners import Contact
from portulan.desk.people.models import Person
from tests.desk.enquiries.conftest import Desk, ask, in_days
from tests.desk.handover.conftest import TODAY, SignIn, actor, leaves, reach


@pytest.fixture
def signed(desk: Desk) -> Handover:
    _, need = ask()
    promises.promise(desk.reach(desk.owner), need, "The list of fairs", in_days(3), "Owner Exemple")
    promises.promise(desk.reach(desk.owner), need, "A meeting for Paule", in_days(4), "Owner Exemple")
    partners.add_partner(actor(desk.owner), "jpn", Contact("Book Fair", "venue", "Hanae Muster"), TODAY)
    handover = leaves(desk)
    services.write_field(reach(desk.owner), handover, "market", "Growing.\nSlowly, *not* #much. 東京 is far.")
    services.write_field(reach(desk.owner), handover, "not_again", "A stand without an interpreter.")
    services.sign(reach(desk.owner), handover)
    handover.refresh_from_db()
    return handover


def read(data: bytes) -> tuple[pypdf.PdfReader, str]:
    found = pypdf.PdfReader(io.BytesIO(data))
    return found, " ".join(" ".join(page.extract_text() for page in found.pages).split())


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return [
            text for key, one in value.items() if key not in ("key", "switch_on", "frozen_at") for text in texts(one)
        ]
    return [text for one in value for text in texts(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_that_was_frozen_is_printed_and_on_the_page(
    signed: Handover, desk: Desk, signed_in_as: SignIn, language: str
) -> None:
    browser = signed_in_as(desk.owner)
    address = f"/{language}/desk/handovers/{signed.pk}/"
    answer = browser.get(f"{address}handover.pdf")
    assert answer["Content-Type"] == "application/pdf"
    _, printed = read(answer.content)
    page = browser.get(address).content.decode()
    wanted = texts(signed.frozen[language])
    assert len(wanted) > 20
    for text in wanted:
        for line in text.replace("東京", "[…]").splitlines():
            assert flat(line) in flat(printed), line
        for line in text.splitlines():
            assert line.replace("'", "&#39;") in page or line in page, line
    assert flat(signed.digest) in flat(printed) and signed.digest in page


def test_it_can_be_read_aloud_and_has_three_places_to_sign(signed: Handover) -> None:
    held = content.signed(signed, "fr")
    assert held is not None
    found, printed = read(paper.pdf(held, "fr"))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith("fr")
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8", "replace")
    assert paper.pdf(held, "fr") == paper.pdf(held, "fr")
    assert "Owner Exemple" in printed and found.metadata is not None and "jpn" in str(found.metadata.title)
    held = content.signed(signed, "en")
    assert held is not None
    _, printed = read(paper.pdf(held, "en"))
    assert printed.count("Day and signature") == 3 and "Head of the post" in printed


def test_what_is_signed_names_nobody_outside_the_desk(signed: Handover) -> None:
    frozen = str(signed.frozen)
    assert "Book Fair" in frozen and "The list of fairs" in frozen and "A meeting for [...]" in frozen
    assert "Paule" not in frozen and "Hanae" not in frozen


def test_a_section_is_absent_where_no_room_gives_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = leaves(desk)
    keys = [one["key"] for one in content.freeze(handover, handover.opened_at)[0]["en"]["sections"]]
    assert keys == ["partners", "questions", "promises"]
    monkeypatch.setattr(passing_on, "_sections", [])
    frozen, digest = content.freeze(handover, handover.opened_at)
    assert frozen["en"]["sections"] == []
    _, printed = read(paper.pdf(Signed(frozen["en"], digest), "en"))
    assert "Open questions" not in printed and "Live partners" not in printed


def test_a_new_room_is_read_where_it_registers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Calls:
        key = "calls"

        def heading(self, language: str) -> str:
            return "Running calls" if language == "en" else "Appels en cours"

        def rows(self, leaving: passing_on.Leaving, language: str) -> tuple[Row, ...]:
            return (Row(f"Call of {leaving.post}", due="3 May", late=True),)

        def version(self) -> str:
            return "1"

    monkeypatch.setattr(passing_on, "_sections", [])
    passing_on.register(Calls())
    handover = leaves(desk)
    frozen, digest = content.freeze(handover, handover.opened_at)
    _, printed = read(paper.pdf(Signed(frozen["fr"], digest), "fr"))
    assert "Appels en cours" in printed and "Call of jpn" in printed
    assert passing_on.version() == "1"


def test_a_long_handover_with_hostile_words_still_prints(desk: Desk, arriver: Person) -> None:
    ask()
    handover = leaves(desk)
    for key in ("market", "urgent", "money"):
        services.write_field(
            reach(desk.owner), handover, key, '#panic() $x$ <a> "\\ ' + "w" * 900 + " \u202e\x07\U0001f600"
        )
    services.sign(reach(desk.owner), handover)
    handover.refresh_from_db()
    held = content.signed(handover, "en")
    assert held is not None
    found, printed = read(paper.pdf(held, "en"))
    assert "#panic() $x$ <a>" in printed and len(found.pages) >= 2


def test_what_nobody_signed_says_so(desk: Desk) -> None:
    handover = services.open_suddenly(reach(desk.owner), desk.designations["owner"], TODAY - timedelta(days=1), TODAY)
    handover.refresh_from_db()
    held = content.signed(handover, "en")
    assert held is not None and content.digest(handover.frozen) == handover.digest
    _, printed = read(paper.pdf(held, "en"))
    assert "not by the one who leaves" in printed
