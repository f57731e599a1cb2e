"""Who sells a sector to the world: every exporter with its exports and its comparative advantage."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.atlas import answers
from portulan.atlas.figures import Figure, Flow, Passport, Status
from portulan.atlas.opened import Release, Row
from portulan.atlas.reference import countries


@dataclass(frozen=True, slots=True)
class Exporter:
    """One country that sells: its place among the exporters, its exports in US dollars, its share and its RCA.

    ``exports`` are what the reporting markets say they buy from it; ``share`` is its part of the exports of all
    (0 to 1); ``rca`` is the Balassa index. Both are None where the release has none, or where too few importers report
    for a total of all to be a world.
    """

    rank: int
    exporter: str
    exports: Figure
    share: float | None
    rca: float | None


def exporters(
    release: Release,
    *,
    sector: str,
    perimeter: str = "core",
    flow: Flow = "goods",
    year: int | None = None,
    top: int | None = 10,
    always: str = "",
) -> tuple[Exporter, ...]:
    """Return the largest exporters of a sector; the country `always` is added where it is not among them.

    Raises `UnknownCodeError` for a word the atlas does not know. Empty where the release holds no such flow or year.
    """
    at = answers.place(release, always or "FRA", sector, perimeter, flow, year)
    if at.year is None or at.canonical is None:
        return ()
    rows = release.exporter_rows(flow, at.year, at.canonical, sector)
    total = sum(float(row["exports"]) for row in rows)
    status = _status(at)
    wanted = countries.country(always).iso3 if always else ""
    papers = at.passport()
    a_world = at.estimated or not answers.few_importers(at)
    made = [
        Exporter(
            place,
            str(row["exporter"]),
            _exports(row, sector, status, papers),
            float(row["exports"]) / total if a_world else None,
            row["rca"] if a_world else None,
        )
        for place, row in enumerate(rows, start=1)
        if top is None or place <= top or row["exporter"] == wanted
    ]
    return tuple(made)


def _status(at: answers.Place) -> Status:
    """Exports to a world with holes are partial: what the missing markets buy is not in them."""
    if at.estimated:
        return "estimated"
    holes = at.coverage is not None and not at.coverage.complete
    return "partial" if holes and at.base_status == "reported" else at.base_status


def _exports(row: Row, sector: str, status: Status, papers: Passport) -> Figure:
    return Figure(
        exporter=str(row["exporter"]),
        market="",
        sector=sector,
        indicator="exports",
        value=float(row["exports"]),
        unit="USD",
        status=status,
        passport=papers,
    )
