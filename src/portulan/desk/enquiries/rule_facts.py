"""What rules are about, read once for a page: markets, sectors, posts and operators, and who is there today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from portulan.desk.core import reference
from portulan.desk.enquiries import rule_wording
from portulan.desk.enquiries.linting import World
from portulan.desk.enquiries.models import RoutingRule, Topic
from portulan.desk.enquiries.what_if import Staffed, staffed
from portulan.desk.network import staff
from portulan.desk.network.staff import Agent
from portulan.desk.people import selectors as people
from portulan.desk.people.selectors import Officer

SITE = ("fr", "en")


@dataclass(frozen=True)
class Facts:
    """The desk on a day."""

    on: date
    names: tuple[Mapping[str, str], Mapping[str, str]]
    agents: Sequence[Agent]
    officers: Sequence[Officer]
    covered: frozenset[str]
    rows: Sequence[RoutingRule]

    @cached_property
    def people(self) -> Staffed:
        """Everybody, as candidates."""
        return staffed(self.agents, self.officers)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site, and those that anybody speaks or a rule names."""
        spoken = {code for one in self.agents for code in one.languages}
        spoken |= {code for one in self.officers for code in one.languages}
        return tuple(sorted({*SITE, *spoken, *(code for row in self.rows for code in row.languages.split())}))

    def posts(self, language: str) -> dict[str, str]:
        """Return the posts in which somebody is designated today: only they can be asked."""
        return {one.post: one.body(language) for one in self.agents}

    @cached_property
    def operators(self) -> dict[str, str]:
        """Operators by name, those without anybody too; asked for where one is chosen."""
        return {str(key): name for key, name in people.operators().items()}

    def bodies(self, language: str) -> dict[str, str]:
        """Return the posts and operators that can be asked, or that a rule names, by name."""
        there = {str(one.organisation): one.organisation_name for one in self.officers}
        named = {str(row.post_id or row.organisation_id): rule_wording.asked(row, language) for row in self.rows}
        return {**named, **self.posts(language), **there}

    @cached_property
    def world(self) -> World:
        """The same, as the linter reads it."""
        every = frozenset(self.names[1])
        designated: dict[str, frozenset[str]] = {}
        posts: dict[str, frozenset[str]] = {}
        organisations: dict[str, frozenset[str]] = {}
        for agent in self.agents:
            mine = agent.sectors or every
            posts[agent.post] = posts.get(agent.post, frozenset()) | mine
            for territory in agent.territories:
                designated[territory] = designated.get(territory, frozenset()) | mine
        for officer in self.officers:
            code = str(officer.organisation)
            organisations[code] = organisations.get(code, frozenset()) | (officer.sectors or every)
        return World(
            territories=tuple(self.names[0]),
            sectors=tuple(self.names[1]),
            topics=tuple(Topic.values),
            languages=self.languages,
            designated=designated,
            posts=posts,
            organisations=organisations,
            covered=self.covered,
        )


def facts(on: date, rows: Sequence[RoutingRule], language: str) -> Facts:
    """Return the desk on a day, in five queries whatever its size."""
    return Facts(
        on=on,
        names=reference.names(language),
        agents=staff.agents(on),
        officers=people.officers(on),
        covered=staff.covered_on(on),
        rows=rows,
    )
