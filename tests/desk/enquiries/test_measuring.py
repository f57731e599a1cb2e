"""The measures of a desk: what is counted of what happened, by whom it is seen, and that erasing changes nothing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portulan.desk.enquiries import forgetting, joining, measures, measuring, services
from portulan.desk.enquiries.measures import Load, Period, Reason
from portulan.desk.enquiries.measuring import Scope
from portulan.desk.enquiries.models import Closing, Enquiry, Match, Need
from portulan.desk.enquiries.rights import Reach
from portulan.desk.people.actors import Power
from portulan.desk.people.models import Organisation, OrganisationKind, Role
from tests.desk.enquiries.conftest import As, Desk, asked, text_of

NOW = timezone.now()
HERE = "/en/desk/measures/"


def days_ago(count: float) -> Any:
    return NOW - timedelta(days=count)


def asked_ago(days: float, *, invented: bool = False, **more: str) -> Need:
    return services.ask(asked(**more), "fr", at=days_ago(days), invented=invented).needs.get()


def scope(reach: Reach, **more: Any) -> Scope:
    today = timezone.localdate()
    return Scope(reach, Period(today - timedelta(days=364), today), **{"now": NOW, **more})


def by_person(view: Scope) -> list[Load]:
    return measuring.load_by_person(view, timezone.localdate())


def measured(view: Scope) -> dict[str, Any]:
    """Return everything that is measured of a view."""
    load = measuring.load_by_post(view) if view.posts is None else by_person(view)
    return {
        "first": measures.first_answer(measuring.waits(view)),
        "demand": measuring.demand(view),
        "ages": measuring.ages(view),
        "load": load,
    }


@pytest.fixture
def past(desk: Desk) -> dict[str, Need]:
    """What happened in Japan: one of each kind, asked 60 days ago; and one in Estonia, where nobody speaks for it."""
    owner = desk.reach(desk.owner)
    found = {
        name: asked_ago(60, sector="games") for name in ("helped", "no_help", "unreachable", "elsewhere", "open", "new")
    }
    services.answer(owner, found["helped"], "Here.", "Owner", at=days_ago(58))
    services.close(owner, found["helped"], Closing.HELPED, "", at=days_ago(50))
    services.close(owner, found["no_help"], Closing.NO_HELP, "", at=days_ago(55))
    services.close(owner, found["unreachable"], Closing.UNREACHABLE, "", at=days_ago(55))
    services.close(owner, found["elsewhere"], Closing.NOT_FOR_US, "The fund", at=days_ago(56))
    Need.objects.filter(pk=found["new"].pk).update(opened_at=days_ago(3))
    found["nobody"] = services.ask(asked(market="JPN", sector="book"), "ja", at=days_ago(9)).needs.get()
    return found


def by_reason(view: Scope) -> dict[str, int]:
    return {str(reason): sum(dict(one.reasons)[reason] for one in measuring.demand(view)) for reason in Reason}


def test_each_question_counts_once_with_the_reason_that_holds(desk: Desk, past: dict[str, Need]) -> None:
    everywhere = scope(desk.reach(None, Power.COORDINATION))
    assert by_reason(everywhere) == {"no_help": 1, "unreachable": 1, "no_candidate": 1, "waiting": 1}
    rows = {(one.market, one.sector, one.asking): (one.asked, one.unmet) for one in measuring.demand(everywhere)}
    assert rows == {("JPN", "games", "company"): (6, 3), ("JPN", "book", "company"): (1, 1)}
    first = measures.first_answer(measuring.waits(everywhere))
    assert (first.needs, first.answered) == (7, 2)
    assert first.quartiles == (pytest.approx(4, abs=0.01), None, None)
    old = measuring.ages(everywhere)
    assert (old.waiting, old.answered, old.open) == ((1, 1, 0, 0, 1), (0, 0, 0, 0, 0), 3)


def test_a_post_counts_what_it_has_now(desk: Desk, past: dict[str, Need]) -> None:
    """Passed on, a question is the new one's; split, each part counts from its own day."""
    owner, stranger = desk.reach(desk.owner), desk.reach(desk.stranger)
    services.pass_on(owner, past["open"], desk.designations["stranger"].pk, "Theirs")
    assert by_reason(scope(stranger)) == {"no_help": 0, "unreachable": 0, "no_candidate": 0, "waiting": 1}
    assert by_reason(scope(owner))["waiting"] == 0
    part = services.add_need(owner, past["new"], "JPN", "music", "market")
    whole, parts = scope(owner, now=timezone.now()), scope(owner, sector="music", now=timezone.now())
    assert len(measuring.waits(whole)) == 6 and len(measuring.waits(parts)) == 1
    assert measuring.waits(parts)[0].seconds < 3600 and part.opened_at > past["new"].opened_at
    # Nobody learns of a post that is not theirs by naming it.
    elsewhere = scope(owner, post="sgp")
    assert measuring.waits(elsewhere) == [] and by_person(elsewhere) == []


def test_the_load_names_all_who_are_designated_and_who_left(desk: Desk, past: dict[str, Need]) -> None:
    owner = desk.reach(desk.owner)
    services.take(owner, past["open"], "Owner Exemple")
    today = timezone.localdate()
    found = {one.name: (one.asked, one.taken, one.answered, one.designated) for one in by_person(scope(owner))}
    assert found == {
        "Owner Exemple": (1, 1, 0, True), "Mate Exemple": (0, 0, 0, True), "Deputy Exemple": (0, 0, 0, True),
    }  # fmt: skip
    desk.designations["owner"].until = today - timedelta(days=1)
    desk.designations["owner"].save()
    left = by_person(scope(desk.reach(desk.mate)))
    assert [one.designated for one in left if one.name == "Owner Exemple"] == [False]
    posts = measuring.load_by_post(scope(desk.reach(None, Power.COORDINATION)))
    assert [(one.post, one.open) for one in posts] == [("jpn", 2), ("", 1)]
    with pytest.raises(ValueError, match="posts that were chosen"):
        by_person(scope(desk.reach(None, Power.COORDINATION)))


def test_invented_questions_are_never_counted_with_others(desk: Desk, past: dict[str, Need]) -> None:
    everywhere = desk.reach(None, Power.COORDINATION)
    before = measured(scope(everywhere))
    asked_ago(60, invented=True)
    assert measured(scope(everywhere)) == before
    invented = measured(scope(everywhere, invented=True))
    assert (invented["first"].needs, invented["ages"].open) == (1, 1)
    assert measuring.kinds_held() == {True, False}


@pytest.mark.parametrize("later", [0, 400])
def test_erasing_those_whose_questions_are_closed_changes_no_measure(
    desk: Desk, past: dict[str, Need], later: int
) -> None:
    for need in (past["open"], past["new"], past["nobody"]):
        services.close(desk.reach(None, Power.COORDINATION), need, Closing.HELPED, "", at=days_ago(1))
    views = [
        scope(reach, now=NOW + timedelta(days=later))
        for reach in (desk.reach(None, Power.COORDINATION), desk.reach(desk.owner))
    ]
    before = [measured(view) for view in views]
    for enquiry in Enquiry.objects.all():
        forgetting.erase_asker(enquiry)
    forgetting.forget_matches(timezone.now() + timedelta(days=1))
    assert not Enquiry.objects.filter(erased_at=None).exists() and not Match.objects.exclude(name="").exists()
    assert [measured(view) for view in views] == before


def test_erasing_somebody_who_waits_changes_no_measure_of_what_was_asked(desk: Desk, past: dict[str, Need]) -> None:
    """They wait no longer: of what is open now they are no part, as with any question that is closed."""
    everywhere = desk.reach(None, Power.COORDINATION)
    before = measured(scope(everywhere))
    for name in ("open", "new", "nobody"):
        forgetting.erase_asker(Enquiry.objects.get(needs=past[name]))
    after = measured(scope(everywhere))
    assert (after["first"], after["demand"]) == (before["first"], before["demand"])
    assert (before["ages"].open, after["ages"].open) == (3, 0) and after["load"] == []


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_page_shows_each_measure_with_its_papers_and_the_file_holds_them_all(
    at: As,
    desk: Desk,
    past: dict[str, Need],
) -> None:
    mine = at(desk.owner)
    said = text_of(mine.get(HERE))
    for part in (
        "Time to the first answer",
        "not reached yet",
        "Load by person",
        "Owner Exemple",
        "Provisional",
        "Waited over 45 days",
        "Japan, Video games: a company",
        "without invented questions",
    ):
        assert part in said, part
    assert "Coordination desk" not in said
    rows = rows_of(mine.get(f"{HERE}measures.csv?period=last-90-days"))
    value = {(row["measure"], row["figure"]): row["value"] for row in rows if row["measure"] == "first answer"}
    assert value["first answer", "asked"] == "6" and value["first answer", "75% answered after"] == ""
    assert {row["invented"] for row in rows} == {"no"} and {row["of_post"] for row in rows} == {"jpn"}
    whole = at(None, Role.COORDINATION)
    said = text_of(whole.get(HERE))
    assert "Load by post" in said and "Owner Exemple" not in said and "Coordination desk" in said
    assert "Owner Exemple" in text_of(whole.get(f"{HERE}?post=jpn"))
    french = text_of(whole.get("/fr/desk/measures/?period=last-90-days&market=EST"))
    assert "Estonie" in french


def test_without_a_question_nothing_is_zero(at: As, desk: Desk) -> None:
    said = text_of(at(desk.owner).get(f"{HERE}?post=sgp&market=XXX&period=1066"))
    assert "Nothing was asked here" in said and "No question was asked in this period" in said
    assert " 0 days" not in said and " 0%" not in said


def test_invented_figures_are_said_to_be_invented_and_shown_apart(at: As, desk: Desk) -> None:
    asked_ago(5, invented=True)
    mine = at(desk.owner)
    assert "they measure nothing" in text_of(mine.get(HERE))
    asked_ago(5, sector="book")
    assert "they measure nothing" not in text_of(mine.get(HERE))
    assert "they measure nothing" in text_of(mine.get(f"{HERE}?rows=invented"))


def test_a_question_asked_twice_counts_once(desk: Desk) -> None:
    kept, gone = asked_ago(20), asked_ago(10)
    joining.join(desk.reach(desk.owner), kept, gone, "Owner Exemple")
    view = scope(desk.reach(desk.owner))
    assert len(measuring.waits(view)) == 1 and sum(one.asked for one in measuring.demand(view)) == 1


def test_what_an_operator_has_in_hand_is_not_the_coordinations(desk: Desk) -> None:
    need = asked_ago(50, market="EST", sector="games")
    operator = Organisation.objects.create(name="Centre des jeux", kind=OrganisationKind.OPERATOR)
    Match.objects.filter(need=need).update(organisation=operator, person=desk.mate, name="Mate Exemple")
    everyone = scope(desk.reach(None, Power.COORDINATION))
    assert [(one.operator, one.open) for one in measuring.load_by_post(everyone)] == [("Centre des jeux", 1)]
    [asked_for] = measuring.demand(everyone)
    assert dict(asked_for.reasons)[Reason.WAITING] == 1 and dict(asked_for.reasons)[Reason.NO_CANDIDATE] == 0
