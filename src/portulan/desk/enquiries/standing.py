"""Where a question that was joined with another one stands, and rows that are held while something is done."""

from __future__ import annotations

from portulan.desk.enquiries.models import Need
from portulan.desk.enquiries.models_after import Joined
from portulan.desk.enquiries.rights import NotYoursError

_WITH = ("kept__enquiry", "kept__territory", "kept__sector")


def standing(need: Need) -> Need:
    """Return the need that stands for one: itself, or the one that it was joined with."""
    while joined := Joined.objects.filter(gone=need.pk).select_related(*_WITH).first():
        need = joined.kept
    return need


def hold(*needs: Need) -> list[Need]:
    """Read needs again, in the order given, held until the act is done where the database can hold rows.

    Raises `NotYoursError` where one is gone.
    """
    wanted = [need.pk for need in needs]
    # Always held in the order of their numbers, so that two acts never wait for one another; read afterwards, for
    # what is joined to a row that was waited for is as it stood before the wait.
    list(Need.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    found = Need.objects.select_related("enquiry", "territory", "sector").in_bulk(wanted)
    if len(found) < len(set(wanted)):
        raise NotYoursError
    return [found[pk] for pk in wanted]
