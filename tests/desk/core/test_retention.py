"""How long what is known of persons is kept: what is due goes, what is needed stays, and a dry run only counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from portulan.desk.core import reference, retention
from portulan.desk.core.models import Event, MailState, OutgoingMail
from portulan.desk.core.outbox import post_mail
from portulan.desk.core.retention import Fate, Rule
from portulan.desk.network import services as network
from portulan.desk.network.models import Absence, Designation
from portulan.desk.network.reading import MISSION_2020, PostRow
from portulan.desk.people.models import Consent, Person, Purpose
from portulan.desk.people.services import add_person, give_consent, withdraw_consent

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()


def days(number: int) -> date:
    return TODAY - timedelta(days=number)


def designated(name: str, until: date | None) -> Person:
    """Somebody whose acts were all done three years ago."""
    from portulan.desk.network.models import Post

    reference.keep([("JPN", "Japan", "Japon")], [])
    network.keep_posts([PostRow("jpn", "embassy", "JPN", "Tokyo", "Tokyo", "Embassy", "Ambassade", "")], MISSION_2020)
    person = add_person(name, "Exemple")
    made = network.designate_correspondent(person, Post.objects.get(), since=days(1200), until=until)
    network.record_absence(made, days(1000), days(990))
    network.record_absence(made, days(30), days(20))
    Event.objects.update(at=NOW - timedelta(days=1000))
    return person


def counted(done: list[retention.Outcome]) -> dict[str, int]:
    return {one.rule.model: one.count for one in done if one.count}


def test_who_left_long_ago_goes_and_who_answers_stays() -> None:
    gone, there, left = designated("Ada", days(366)), designated("Basile", None), designated("Camille", days(364))
    dry = counted(retention.apply(NOW, dry_run=True))
    assert dry["network.designation"] == 1 and dry["network.absence"] == 3
    assert Person.objects.count() == 3 and Designation.objects.count() == 3 and Absence.objects.count() == 6
    done = counted(retention.apply(NOW))
    assert done["people.person"] == 1
    assert set(Person.objects.all()) == {there, left} and Designation.objects.count() == 2
    assert not Absence.objects.filter(until__lt=days(365)).exists() and Absence.objects.count() == 2
    event = Event.objects.filter(verb=retention.APPLIED).get()
    assert event.said["people.person"] == 1 and "Ada" not in str(event.said)
    assert Event.objects.filter(verb="person erased", subject__endswith=str(gone.pk)).exists()
    assert not counted(retention.apply(NOW))


def test_a_person_of_whom_something_was_done_lately_stays() -> None:
    person = add_person("Ada", "Exemple")
    assert not counted(retention.apply(NOW))
    Event.objects.update(at=NOW - timedelta(days=366))
    assert counted(retention.apply(NOW, dry_run=True)) == {"people.person": 1}
    give_consent(person, Purpose.NAME, "in a test")
    assert not counted(retention.apply(NOW))


def test_a_consent_withdrawn_long_ago_goes() -> None:
    person = add_person("Ada", "Exemple")
    for purpose in (Purpose.NAME, Purpose.EMAIL, Purpose.PHONE):
        give_consent(person, purpose, "in a test")
    for purpose, ago in ((Purpose.NAME, 1100), (Purpose.EMAIL, 1000)):
        withdraw_consent(person, purpose)
        Consent.objects.filter(purpose=purpose).update(withdrawn_at=NOW - timedelta(days=ago))
    assert counted(retention.apply(NOW)) == {"people.consent": 1}
    assert set(Consent.objects.values_list("purpose", flat=True)) == {Purpose.EMAIL, Purpose.PHONE}


def test_old_mail_loses_its_text_and_address() -> None:
    mail = post_mail(to="ada@example.org", subject="A", text="A", kind="enquiry", language="en")
    OutgoingMail.objects.update(settled_at=NOW - timedelta(days=91))
    assert counted(retention.apply(NOW)) == {"core.outgoingmail": 1}
    mail.refresh_from_db()
    assert mail.recipient == "" and mail.state == MailState.KEPT


def test_the_rules_are_applied_once_a_day() -> None:
    assert retention.is_due(NOW)
    retention.apply(NOW)
    assert not retention.is_due(timezone.now())
    Event.objects.update(at=NOW - timedelta(hours=25))
    assert retention.is_due(timezone.now())


def test_one_model_has_one_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_registered", {})

    def run(now: datetime, dry_run: bool) -> int:
        return 0

    rule = Rule("a.b", ("name",), (), "basis", "a year", Fate.ERASE, run=run)
    retention.register([rule])
    retention.register([rule])
    assert retention.rules() == (rule,)
    with pytest.raises(ValueError, match=r"a\.b"):
        retention.register([Rule("a.b", (), (), "basis", "a day", Fate.ERASE)])


def test_the_command_says_what_it_would_do_and_does_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from portulan import cli
    from portulan.desk import cli as desk_cli

    monkeypatch.setattr(desk_cli, "_with_database", lambda: None)
    post_mail(to="ada@example.org", subject="A", text="A", kind="enquiry", language="en")
    OutgoingMail.objects.update(settled_at=NOW - timedelta(days=91))
    assert cli.main(["retention", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "core.outgoingmail" in said and "     1  made anonymous. 90 days" in said and "dry run" in said
    assert OutgoingMail.objects.get().recipient
    assert cli.main(["retention"]) == 0
    assert "1 records erased" in capsys.readouterr().out
    assert not OutgoingMail.objects.get().recipient
