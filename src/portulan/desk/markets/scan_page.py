"""The scan page, ready to print: scores as their parts, and what other weights would say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import passport as papers
from portulan.desk.markets import scan_questions, selectors
from portulan.desk.markets.cells import Printed, marks, printed
from portulan.desk.markets.compare_state import CompareState, compare_address
from portulan.desk.markets.place import addresses
from portulan.desk.markets.scan_form import ScanForm
from portulan.desk.markets.scan_state import PREFIX, ScanState, data_address, scan_address
from portulan.desk.markets.scan_words import (
    Sensitivity,
    points,
    preset_names,
    sensitivity,
    share,
    what_text,
)
from portulan.desk.markets.selectors import Choices
from portulan.desk.markets.state import TOP
from portulan.desk.markets.wording import between, folded, ordinal, typeset
from portulan.desk.markets.wording import chance as chance_text

COMPARED = 4
NAMED = 6
"""How many markets without a rank are named at once."""


@dataclass(frozen=True, slots=True)
class WeightField:
    """One weight of the form: ``slot`` is the colour its part has in the bars."""

    name: str
    criterion: str
    label: str
    why: str
    value: str
    error: str
    slot: int


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """Weights that belong together: those ``chosen``, which are shown, and the ``others``, one click away."""

    legend: str
    chosen: tuple[WeightField, ...]
    others: tuple[WeightField, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready set of weights."""

    name: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A criterion that counts; ``year`` is that of all its values, empty where they differ."""

    criterion: str
    name: str
    weight: str
    slot: int
    year: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar of 100: where it starts, how long it is, its colour."""

    start: float
    length: float
    slot: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What one criterion brings: points, the value, and its ``year`` where those of the column differ."""

    criterion: str
    points: str
    value: Printed
    year: str


@dataclass(frozen=True, slots=True)
class Row:
    """One market as the table prints it; ``exact`` is its score, unrounded."""

    market: str
    name: str
    href: str
    rank: str
    score: str
    exact: float | None
    known: str
    missing: str
    bar: tuple[Segment, ...]
    cells: tuple[Cell, ...]
    interval: str
    chance: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Markets of which the same is missing."""

    known: str
    missing: str
    markets: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """Criteria that no market has a value for, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScanPage:
    """Everything the template prints."""

    state: ScanState
    orientation: bool
    sector: str
    exporter: str
    year: int | None
    year_asked: str
    flow: str
    estimated_only: bool
    fitness_text: str
    fitness_reason: str
    what: str
    presets: tuple[Preset, ...]
    groups: tuple[WeightGroup, ...]
    weighted: bool
    foreign: tuple[str, ...]
    blanks: tuple[Blank, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    apart: tuple[Apart, ...]
    apart_first: tuple[Row, ...]
    caption: str
    first: str
    compare: str
    sensitivity: Sensitivity | None
    flags: tuple[tuple[str, str], ...]
    share: str
    data: str
    passport: tuple[papers.Fact, ...]
    sources: tuple[papers.Source, ...]
    release_title: str
    release_id: str


def scan_page(state: ScanState, form: ScanForm, choices: Choices, language: str) -> ScanPage:
    """Ask the atlas, score, and put the answer into words."""
    asked = scan_questions.criteria(state.place, state.sector, bool(state.estimates))
    preset = scan_questions.used_preset(asked, state)
    chosen = state.chosen
    weights = asked.presets[preset] if chosen is None else chosen
    found = scan_questions.scored(asked, state)
    release, slots = selectors.release(), slots_of(asked)
    shown = found.rows if state.rows else found.rows[:TOP]
    make = _RowMaker(asked, state, slots, language)
    rows = tuple(make(row) for row in shown)
    apart = [make(row) for row in found.apart]
    flow = dict(choices.flows).get(asked.flow, asked.flow)
    used = None if chosen is not None else preset
    return ScanPage(
        state=state,
        orientation=asked.naming == "orientation",
        sector=typeset(selectors.sector_name(state.sector, language), language),
        exporter=selectors.country_name(state.place.exporter, language),
        year=asked.year,
        year_asked="" if state.place.year in ("", str(asked.year)) else state.place.year,
        flow=flow,
        estimated_only=release.kind == "default",
        fitness_text=papers.fitness_text(asked.fitness),
        fitness_reason=typeset(asked.fitness_reason_fr if language == "fr" else asked.fitness_reason_en, language),
        what=what_text(asked.naming),
        presets=_presets(asked, state, weights),
        groups=groups(asked, form, _typed(weights), language),
        weighted=bool(found.weights),
        foreign=tuple(form.names[name] for name in found.idle if name not in asked.by_id),
        blanks=_blanks(asked, language),
        columns=_columns(asked, found, slots, language),
        rows=rows,
        total=len(found.rows),
        apart=_apart(apart),
        apart_first=tuple(_largest(apart)[:NAMED]),
        caption=_caption(asked, flow),
        first=", ".join(row.name for row in rows[:3]),
        compare=_compare(state, found) if len(found.rows) > 1 else "",
        sensitivity=sensitivity(found, asked, language) if found.rows else None,
        flags=marks(sign for row in rows for cell in row.cells for sign in cell.value.signs),
        share=scan_address(state.change(preset=used if used != asked.preset else "", rows="")),
        data=data_address(state),
        passport=papers.passport_of(asked.passport, state.place, language),
        sources=papers.sources(
            language, state.place.flow, (row.values[column] for row in shown for column in found.weights)
        ),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def _columns(asked: api.ScanCriteria, found: api.Scan, slots: Mapping[str, int], language: str) -> tuple[Column, ...]:
    return tuple(
        Column(name, asked.by_id[name].name(language), f"{weight:g}", slots[name], one_year(asked, name))
        for name, weight in found.weights.items()
    )


def one_year(asked: api.ScanCriteria, name: str) -> str:
    """Return the year of every known value of a criterion, or nothing where they have several."""
    values = (asked.value(name, market) for market in asked.markets)
    years = {value.passport.year for value in values if isinstance(value, api.Figure)}
    return str(next(iter(years)) or "") if len(years) == 1 else ""


def slots_of(asked: api.ScanCriteria) -> dict[str, int]:
    """Return the colour of each criterion, the same whatever the weights."""
    order = [one.id for one in api.all_criteria() if not one.services]
    # Services stand in only where goods say nothing: they take the colour of what they replace.
    return {one.id: order.index(one.indicator) + 1 for one in asked.criteria}


def _presets(asked: api.ScanCriteria, state: ScanState, weights: object) -> tuple[Preset, ...]:
    names = preset_names()
    return tuple(
        Preset(
            names[name],
            scan_address(state.change(preset="" if name == asked.preset else name, weights=None)),
            dict(asked.presets[name]) == weights,
        )
        for name in asked.presets
        if asked.presets[name]
    )


def groups(
    asked: api.ScanCriteria, form: ScanForm, values: Mapping[str, str], language: str
) -> tuple[WeightGroup, ...]:
    """Return the weights that can be chosen, with what stands in each field."""
    slots = slots_of(asked)
    legends = {"trade": _("What the sector’s trade says"), "context": _("What surrounds the market")}
    found = []
    for kind, legend in legends.items():
        fields = tuple(
            WeightField(
                PREFIX + one.id,
                one.id,
                one.name(language),
                typeset(one.why(language), language),
                values.get(one.id, ""),
                form.error_of(PREFIX + one.id),
                slots[one.id],
            )
            for one in asked.criteria
            if one.kind == kind and (one.id in asked.scales or form.error_of(PREFIX + one.id))
        )
        chosen = tuple(field for field in fields if field.value or field.error)
        others = tuple(field for field in fields if field not in chosen)
        if fields:
            found.append(WeightGroup(legend, chosen, others))
    if any(group.chosen for group in found):
        return tuple(found)
    return tuple(WeightGroup(group.legend, group.others, ()) for group in found)


def groups_as_sent(form: ScanForm, language: str) -> tuple[WeightGroup, ...]:
    """Return the weights of a form that cannot be answered: as typed, each with what is wrong."""
    state = form.state
    asked = scan_questions.criteria(state.place, state.sector, bool(state.estimates))
    if form.weighted:
        return groups(asked, form, {one.id: form.sent(PREFIX + one.id) for one in asked.criteria}, language)
    return groups(asked, form, _typed(asked.presets[asked.preset]), language)


def _typed(weights: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{weight:g}" for name, weight in weights.items() if weight}


def _blanks(asked: api.ScanCriteria, language: str) -> tuple[Blank, ...]:
    reasons: dict[str, list[str]] = {}
    for one in asked.criteria:
        if one.id not in asked.scales:
            reasons.setdefault(typeset(asked.reason(one.id, language), language), []).append(one.name(language))
    return tuple(Blank(", ".join(names), reason) for reason, names in reasons.items())


class _RowMaker:
    """Makes one market after another ready to print."""

    def __init__(self, asked: api.ScanCriteria, state: ScanState, slots: dict[str, int], language: str) -> None:
        self._slots, self._language, self._asked = slots, language, asked
        self._years: dict[str, str] = {}
        self._href = addresses("cell", state.place, sector=state.sector)

    def __call__(self, row: api.ScanRow) -> Row:
        language = self._language
        segments, start = [], 0.0
        for part in row.parts:
            length = 100 * (part.points or 0.0)
            if length:
                segments.append(Segment(round(start, 2), round(length, 2), self._slots[part.criterion]))
            start += length
        missing = [self._asked.by_id[part.criterion].name(language) for part in row.parts if part.scaled is None]
        interval = chance = ""
        if row.drawn is not None:
            low, high = row.drawn.rank_low, row.drawn.rank_high
            interval = ordinal(low, language) if low == high else between(low, high, "rank", language)
            chance = chance_text(row.drawn.p_top10, language)
        return Row(
            market=row.market,
            name=selectors.country_name(row.market, language),
            href=self._href(row.market),
            rank="" if row.rank is None else str(row.rank),
            score=points(row.score, language),
            exact=row.score,
            known=share(row.known, language),
            missing=", ".join(missing),
            bar=tuple(segments),
            cells=tuple(
                self._cell(part.criterion, points(part.points, language), row.values[part.criterion])
                for part in row.parts
            ),
            interval=interval,
            chance=chance,
        )

    def _cell(self, criterion: str, brings: str, value: api.Figure | api.Gap) -> Cell:
        year = value.passport.year if isinstance(value, api.Figure) else None
        one = self._years.setdefault(criterion, one_year(self._asked, criterion))
        return Cell(criterion, brings, printed(value, self._language), "" if one or not year else str(year))


def _largest(rows: list[Row]) -> list[Row]:
    """Put the largest economies first: little else is known of those without a rank."""
    weights = selectors.weights()
    return sorted(rows, key=lambda row: -weights.get(row.market, 0.0))


def _apart(rows: list[Row]) -> tuple[Apart, ...]:
    """Put the markets together of which the same is missing, the best known first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.known, row.missing), []).append(row)
    return tuple(
        Apart(known, missing, tuple(sorted(same, key=lambda row: folded(row.name))))
        for (known, missing), same in groups.items()
    )


def _compare(state: ScanState, found: api.Scan) -> str:
    markets = tuple(row.market for row in found.rows[:COMPARED])
    return compare_address(CompareState(state.place, state.sector, markets))


def _caption(asked: api.ScanCriteria, flow: str) -> str:
    if asked.naming == "orientation":
        return _("Orientation by the weights chosen")
    return _("%(flow)s, %(year)s, by the weights chosen") % {"flow": flow, "year": asked.year or ""}
