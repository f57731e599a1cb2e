"""The application of enquiries."""

from __future__ import annotations

from datetime import date, datetime, time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnquiriesConfig(AppConfig):
    """Holds enquiries, the needs in them, and who was asked to answer."""

    name = "portulan.desk.enquiries"
    label = "enquiries"

    def ready(self) -> None:
        """Take letters; say on pages of markets what was answered; say what is passed on, hand it on, remind."""
        from portulan.desk.core import daily, incoming, passing_on, retention, slots
        from portulan.desk.enquiries import handing, mine, passing
        from portulan.desk.enquiries.by_mail import ByMail
        from portulan.desk.enquiries.on_pages import Answers
        from portulan.desk.enquiries.retention import RULES
        from portulan.desk.people import held, leading

        retention.register(RULES)
        held.register("questions", mine.held_of)
        leading.register("enquiries:mine", _("My questions"), _("What I asked, and where it stands."))
        incoming.register(ByMail())
        slots.register("resources", Answers())
        passing_on.register(passing.OpenQuestions())
        passing_on.register(passing.Promises())
        passing_on.at_switch("questions", handing.hand_all, handing.bring_back)
        daily.register("reminders", _remind)
        daily.register("introductions", _end_introductions)
        daily.register("what came of it", _ask_what_came)
        daily.register("operators", _hand_on)


def _at(on: date) -> datetime:
    """Return the moment for which the work of a day is done: now, or the end of that day."""
    from django.utils import timezone

    now = timezone.now()
    return now if timezone.localdate(now) == on else timezone.make_aware(datetime.combine(on, time.max))


def _hand_on(on: date) -> str:
    """Ask others of what was asked of officers who act for an operator no more."""
    from portulan.desk.enquiries import operators

    return f"{operators.hand_on(on)} questions"


def _remind(on: date) -> str:
    """Remind those asked of what has waited for too long at the end of a day."""
    from portulan.desk.enquiries import services

    return f"{services.remind(_at(on))} letters"


def _end_introductions(on: date) -> str:
    """End the introductions that were not answered in time."""
    from portulan.desk.enquiries import introductions

    return f"{introductions.lapse(_at(on))} introductions ended"


def _ask_what_came(on: date) -> str:
    """Ask those who were helped some months ago what came of it."""
    from portulan.desk.enquiries import checks

    return f"{checks.ask_all(_at(on))} letters"
