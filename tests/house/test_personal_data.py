"""Personal data: every model says what of it is personal, why it is held, how long, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

pytest.importorskip("django", reason="the desk is the extra portulan[desk]")

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from portulan.desk.core.retention import FATES, Fate, Rule, rules
from tests.house.tree import PACKAGE, fail_if

# Models without a rule, and why they need none.
WITHOUT_PERSONS = {
    "contenttypes.contenttype": "names of models",
    "core.territory": "countries",
    "core.sector": "sectors",
    "core.worker": "processes of this machine",
    "core.searchentry": "published texts, which name nobody: which they are",
    "core.searchtext": "published texts, which name nobody",
    "core.searchoccurrence": "words of published texts",
    "core.searchword": "words of published texts",
    "core.searchway": "words of published texts, misspelt",
    "core.searchseen": "numbers of acts",
    "core.searchturn": "whose turn it is to write",
    "auth.group": "names of groups",
    "auth.permission": "names of permissions",
    "enquiries.routingrule": "markets, sectors, posts and operators",
    "socialaccount.socialapp": "providers; none is kept there, the settings name it",
    "network.post": "offices",
    "network.coverage": "what an office covers",
    "network.missionlist": "names of lists",
    "network.membership": "offices on lists",
}
# Fates for which nobody need run anything.
BY_ITSELF = {Fate.FALLS, Fate.STAYS}


def unruled(found: Iterable[type[models.Model]], held: Iterable[Rule], free: Mapping[str, str]) -> Iterator[str]:
    """Yield each model without a rule or a reason, and each field of a ruled one that the rule does not speak of."""
    by_model = {rule.model: rule for rule in held}
    labels = set()
    for model in found:
        label = model._meta.label_lower
        labels.add(label)
        rule = by_model.get(label)
        if rule is None:
            if not free.get(label, "").strip():
                yield f"{label}: no rule, and no reason why it needs none"
            continue
        if label in free:
            yield f"{label}: has a rule, and is said to need none"
        fields = [*model._meta.concrete_fields, *model._meta.local_many_to_many]
        names = {field.name for field in fields if not field.primary_key}
        said = [*rule.personal, *rule.free]
        yield from (f"{label}.{name}: personal or not?" for name in sorted(names - set(said)))
        yield from (f"{label}.{name}: there is no such field" for name in sorted(set(said) - names))
        yield from (f"{label}.{name}: said twice" for name in sorted({name for name in said if said.count(name) > 1}))
    yield from (f"{label}: there is no such model" for label in sorted({*by_model, *free} - labels))


def unfinished(held: Iterable[Rule]) -> Iterator[str]:
    """Yield each rule that does not say why, how long or what then, or that nobody carries out."""
    for rule in held:
        if not str(rule.basis).strip() or not str(rule.keep).strip() or rule.fate not in FATES:
            yield f"{rule.model}: says not why, how long, or what then"
        if (rule.run is None) != (rule.fate in BY_ITSELF):
            yield (
                f"{rule.model}: {rule.fate} and nothing that does it"
                if rule.run is None
                else f"{rule.model}: does what {rule.fate} needs not"
            )


def test_every_model_says_what_it_holds_of_persons() -> None:
    fail_if(
        unruled(
            apps.get_models(),
            rules(),
            WITHOUT_PERSONS,
        ),
        "register a rule (desk/core/retention.py), or say here why none is needed",
    )


def test_every_rule_is_whole() -> None:
    assert len(rules()) >= 7
    fail_if(unfinished(rules()), "a rule says why, how long and what then")


def test_every_room_explains_what_it_holds() -> None:
    rooms = {
        rule.model.partition(".")[0] for rule in rules() if (PACKAGE / "desk" / rule.model.partition(".")[0]).is_dir()
    }
    missing = [
        room for room in rooms if "Personal data" not in (PACKAGE / "desk" / room / "README.md").read_text("utf-8")
    ]
    fail_if(missing, "the README of a room that holds personal data says which, and why")


@isolate_apps("portulan.desk.core")
def test_what_breaks_the_rule_is_seen() -> None:
    class Visitor(models.Model):
        name = models.CharField(max_length=10)
        seen = models.DateField()

        class Meta:
            app_label = "core"

    whole = Rule("core.visitor", ("name",), ("seen",), "why", "a year", Fate.ERASE, run=lambda now, dry: 0)
    assert not list(unruled([Visitor], [whole], {}))
    assert not list(unruled([Visitor], [], {"core.visitor": "fictions"}))
    assert list(unruled([Visitor], [], {})) == ["core.visitor: no rule, and no reason why it needs none"]
    assert list(unruled([Visitor], [], {"core.visitor": " "}))
    assert list(unruled([Visitor], [whole], {"core.visitor": "fictions"}))
    partial = Rule("core.visitor", ("name", "face"), (), "why", "a year", Fate.ERASE)
    assert list(unruled([Visitor], [partial], {})) == [
        "core.visitor.seen: personal or not?",
        "core.visitor.face: there is no such field",
    ]
    assert list(unruled([], [], {"core.gone": "gone"}))
    assert not list(unfinished([whole]))
    assert list(unfinished([partial]))
    assert list(unfinished([Rule("core.visitor", (), (), " ", "a year", Fate.STAYS)]))
