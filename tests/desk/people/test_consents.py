"""What a person agreed to: written down with its day, withdrawn once, never guessed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portulan.desk.core.models import Event
from portulan.desk.people.models import Consent, Purpose
from portulan.desk.people.selectors import public_cards
from portulan.desk.people.services import add_person, erase_person, give_consent, withdraw_consent

pytestmark = pytest.mark.django_db


def test_nothing_is_public_until_agreed_to() -> None:
    ada = add_person("Ada", "Exemple", email="ada@example.org", phone="+33 1", languages=["fr"])
    (card,) = public_cards([ada]).values()
    assert (card.name, card.email, card.phone) == ("", "", "") and card.languages == ("fr",)
    give_consent(ada, Purpose.NAME, "by letter")
    give_consent(ada, Purpose.PHONE, "by letter")
    (card,) = public_cards([ada]).values()
    assert (card.name, card.email, card.phone) == ("Ada Exemple", "", "+33 1")


def test_a_consent_is_one_row_with_its_beginning_and_its_end() -> None:
    ada = add_person("Ada", "Exemple")
    first = give_consent(ada, Purpose.NAME, "by letter")
    assert give_consent(ada, Purpose.NAME, "again") == first
    assert withdraw_consent(ada, Purpose.NAME) and not withdraw_consent(ada, Purpose.NAME)
    second = give_consent(ada, Purpose.NAME, "by mail")
    rows = list(Consent.objects.order_by("pk").values_list("how", "withdrawn_at"))
    assert rows[0][1] is not None and rows[1] == ("by mail", None) and second != first
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(person=ada, purpose=Purpose.NAME, given_at=timezone.now(), how="past the service")


def test_the_log_outlives_a_person_and_names_nobody() -> None:
    ada = add_person("Ada", "Exemple", email="ada@example.org", actor="desk")
    give_consent(ada, Purpose.NAME, "by letter from Ada")
    erase_person(ada, "desk")
    assert not Consent.objects.exists()
    said = str(list(Event.objects.values()))
    assert "consent given" in said and "person erased" in said and "Ada" not in said and "example.org" not in said
