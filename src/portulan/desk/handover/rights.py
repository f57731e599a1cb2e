"""Who may see and do what with a handover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portulan.desk.handover.models import Handover, State, Why
from portulan.desk.network.staff import posts_of
from portulan.desk.people.actors import Actor, Power


class NotYoursError(Exception):
    """The actor may not see this, and so must not learn that it is there."""


class Side(StrEnum):
    """On which side of a handover somebody stands; one may stand on several."""

    LEAVER = "leaver"
    ARRIVER = "arriver"
    TEAM = "team"
    DESK = "desk"


OVER = (State.SWITCHED, State.VACANT)
"""The day has come: the leaver answers for nothing any more."""

MAY: Mapping[str, frozenset[Side]] = {
    "write": frozenset({Side.LEAVER}),
    "ask": frozenset({Side.ARRIVER}),
    "reply": frozenset({Side.LEAVER, Side.TEAM}),
    "sign": frozenset({Side.LEAVER}),
    "accept": frozenset({Side.ARRIVER}),
    "contest": frozenset({Side.ARRIVER}),
    "name": frozenset({Side.DESK}),
    "take-back-name": frozenset({Side.DESK}),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Who acts, and the posts in which they are designated on a day."""

    actor: Actor
    posts: frozenset[str]

    @property
    def all_posts(self) -> bool:
        """Whether they see the handovers of every post."""
        return bool(self.actor.powers & {Power.COORDINATION, Power.ADMINISTRATION})

    def sides(self, handover: Handover) -> frozenset[Side]:
        """Return on which sides they stand."""
        me = self.actor.person
        found = {
            Side.LEAVER: me is not None and me == handover.leaver_id,
            Side.ARRIVER: me is not None and me == handover.arriver_id,
            Side.TEAM: handover.post_id in self.posts,
            Side.DESK: self.all_posts,
        }
        return frozenset(side for side, held in found.items() if held)

    def sees(self, handover: Handover) -> bool:
        """Return whether they may know of it."""
        return bool(self.sides(handover))

    def sees_live(self, handover: Handover) -> bool:
        """Return whether they may read what is there today: after the day, whoever only left reads what was signed."""
        sides = self.sides(handover)
        return bool(sides) and (handover.state not in OVER or sides != {Side.LEAVER})

    def sees_names(self, handover: Handover) -> bool:
        """Return whether they may read who the partners and askers are: those of the post, and whoever arrives."""
        sides = self.sides(handover)
        return self.sees_live(handover) and bool(sides & {Side.TEAM, Side.ARRIVER})

    def may(self, act: str, handover: Handover) -> bool:
        """Return whether they may do something with it, as it stands."""
        sides = self.sides(handover)
        allowed = MAY[act]
        # Who leaves from one day to the next may be gone: those who stay write for them.
        if act == "write" and handover.why == Why.SUDDEN:
            allowed = allowed | {Side.TEAM, Side.DESK}
        if act in ("write", "sign", "reply") and handover.state in OVER:
            sides = sides - {Side.LEAVER} if act == "reply" else frozenset()
        return bool(sides & allowed) and _stands(act, handover)


def _stands(act: str, handover: Handover) -> bool:
    """Return whether an act has its place in the state in which a handover is."""
    if act in ("write", "sign"):
        return handover.state in (State.OPEN, State.CONTESTED)
    if act in ("accept", "contest"):
        return handover.frozen is not None and handover.accepted_at is None
    if act == "name":
        return handover.arriver_id is None and handover.state != State.SWITCHED and handover.designation_id is not None
    if act == "take-back-name":
        return handover.arriver_id is not None and handover.state != State.SWITCHED
    return True


def reach_of(actor: Actor, on: date) -> Reach:
    """Return what an actor may do on a day: a designation that ended gives nothing."""
    return Reach(actor, posts_of(actor.person, on))
