"""Fitness: does a figure of goods or of services measure the sector it is named after?

The judgement and its reason stand in ``fitness.csv``, one line a subject (sector, group or ``all``) and flow. It is
ours, to be argued with; every answer of the atlas carries it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.figures import FLOWS, Fitness
from portulan.atlas.reference.baskets import ALL
from portulan.atlas.reference.crosswalk import HERE, HS_SCHEMES, crosswalk, read_rows, sector_ids

LEVELS: tuple[Fitness, ...] = get_args(Fitness)
_NOT: Fitness = "not a measure"

_ONLY_PROXIES = {
    "en": "Only a much wider code is published, of which the sector is a small part.",
    "fr": "Seul un code bien plus large est publié, dont le secteur est une petite part.",
}
_OTHER_GROUP = {
    "en": "Several sectors on the same codes: what each has in them is not known.",
    "fr": "Plusieurs secteurs sur les mêmes codes : la part de chacun n’est pas connue.",
}


@dataclass(frozen=True, slots=True)
class FitnessLine:
    """The judgement on one subject (sector, group or ``all``) in one flow, with its reason in both languages."""

    subject: str
    flow: str
    level: Fitness
    reason_en: str
    reason_fr: str
    source: str


def read_fitness(path: Path) -> tuple[FitnessLine, ...]:
    """Read and check a table of fitness.

    Raises:
        BadInputError: naming file, line and field, for an unknown flow or level, an empty reason or source.
    """
    found: list[FitnessLine] = []
    for number, row in read_rows(path, ("subject", "flow", "level", "reason_en", "reason_fr", "source")):

        def bad(field: str, todo: str, value: str, line: int = number) -> BadInputError:
            return BadInputError(f"{value!r} is not allowed here", todo=todo, file=path, line=line, field=field)

        if row["flow"] not in FLOWS:
            raise bad("flow", f"use one of {', '.join(FLOWS)}", row["flow"])
        if row["level"] not in LEVELS:
            raise bad("level", f"use one of {', '.join(LEVELS)}", row["level"])
        for field in ("subject", "reason_en", "reason_fr", "source"):
            if not row[field].strip():
                raise bad(field, "write it: no judgement goes without", row[field])
        judged = (row["subject"], row["flow"], row["level"], row["reason_en"], row["reason_fr"], row["source"])
        found.append(FitnessLine(*judged))
    return tuple(found)


@cache
def fitness_lines() -> tuple[FitnessLine, ...]:
    """Return every judgement: fourteen sectors and ``all`` in both flows, and each group of the crosswalk."""
    return read_fitness(HERE / "fitness.csv")


@cache
def _table() -> dict[tuple[str, str], FitnessLine]:
    return {(line.subject, line.flow): line for line in fitness_lines()}


def _check(subject: str, flow: str) -> None:
    if flow not in FLOWS:
        raise UnknownCodeError("flow", flow, todo=f"use one of {', '.join(FLOWS)}")
    if subject == ALL or subject in sector_ids():
        return
    members = subject.split("+")
    if len(members) < 2 or not set(members) <= set(sector_ids()):
        raise UnknownCodeError("sector", subject, todo=f"use a sector, a group or all: {', '.join(sector_ids())}")


@cache
def _roles(subject: str, flow: str) -> dict[str, bool]:
    """Code -> is it only a proxy for the subject (for every member of a group), over the schemes of the flow."""
    members = set(sector_ids()) if subject == ALL else set(subject.split("+"))
    only_proxy: dict[str, bool] = {}
    for line in crosswalk():
        if line.sector in members and (line.scheme in HS_SCHEMES) == (flow == "goods"):
            only_proxy[line.code] = only_proxy.get(line.code, True) and line.role == "proxy"
    return only_proxy


def _only_proxies(subject: str, flow: str, codes: Collection[str] | None) -> bool:
    if not codes:
        return False
    roles = _roles(subject, flow)
    return all(roles.get(code, False) for code in codes)


def fitness(subject: str, flow: str, codes: Collection[str] | None = None) -> Fitness:
    """Say whether a figure measures the sector it is named after.

    Args:
        subject: a sector, a group or ``all``.
        flow: ``goods`` or ``services``.
        codes: the codes that the figure is really made of, where known (``Basket.codes``). A figure made only of
            codes whose role is ``proxy`` is not a measure, whatever the sector: with a source that stops at SJ3,
            architecture is not measured though it would be with SJ311.

    Raises:
        UnknownCodeError: for a subject or a flow that is not ours.
    """
    _check(subject, flow)
    if _only_proxies(subject, flow, codes):
        return _NOT
    line = _table().get((subject, flow))
    return "partial" if line is None else line.level


def fitness_reason(subject: str, flow: str, lang: Literal["en", "fr"], codes: Collection[str] | None = None) -> str:
    """Return why, in English or French (same arguments as ``fitness``)."""
    _check(subject, flow)
    if lang not in ("en", "fr"):
        raise UnknownCodeError("language", lang, todo="use en or fr")
    line = _table().get((subject, flow))
    if line is None:
        return _ONLY_PROXIES[lang] if _only_proxies(subject, flow, codes) else _OTHER_GROUP[lang]
    if line.level != _NOT and _only_proxies(subject, flow, codes):
        return _ONLY_PROXIES[lang]
    return line.reason_en if lang == "en" else line.reason_fr
