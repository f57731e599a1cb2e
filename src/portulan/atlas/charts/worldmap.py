"""The world map of one indicator, as a drawing that knows nothing of SVG: who is shown, how, and in what order.

`draw_world` decides; the writers of `portulan.atlas.charts.mapsvg` only write. So page, brief and download show the
same countries in the same classes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from portulan.atlas.charts.geometry.topology import read_specials
from portulan.atlas.charts.geometry.world import Showing, load_world, showing
from portulan.atlas.charts.palettes import class_names
from portulan.atlas.charts.scales import Scale
from portulan.atlas.charts.words import Lang, colon, number_text, span_text, word
from portulan.atlas.figures import Status

Kind = Literal["value", "missing", "disputed", "home"]
_STRIPED = ("estimated", "modelled")
FOCUSABLE = 20  # 200 tab stops help nobody: the others are reached from the table that follows the map


@dataclass(frozen=True, slots=True)
class MapValue:
    """What is known of one market. ``text`` replaces the short form of ``value`` where the caller has a better one."""

    value: float
    status: Status = "reported"
    text: str = ""
    doubtful: bool = False
    """True where the value, or the rank, could be quite another."""
    fill: str = ""
    """Palette name of its class, on a map of named classes."""


@dataclass(frozen=True, slots=True)
class Named:
    """Classes with a name and no order, as (palette name, text), instead of a scale; ``title`` heads the legend."""

    classes: tuple[tuple[str, str], ...]
    title: str
    missing: str
    """What is said of a country without a value."""

    @property
    def fills(self) -> tuple[str, ...]:
        """Palette names of the classes."""
        return tuple(fill for fill, _ in self.classes)


@dataclass(frozen=True, slots=True)
class Mark:
    """One country (or disputed piece) as drawn.

    ``pieces`` are identifiers of the boundary file, ``dashed`` those of them whose outline is dashed; ``fill`` is the
    palette name of its class (``q1`` ...), or its kind where it has no class; ``striped`` marks what nobody reported,
    where other values on the map were reported; ``doubtful`` what could be quite another, where others could not.
    """

    country: str
    pieces: tuple[str, ...]
    dashed: tuple[str, ...]
    kind: Kind
    fill: str
    striped: bool
    label: str
    href: str | None
    focusable: bool
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend: a class with its limits, or a kind without any. ``count`` is a number of countries."""

    fill: str
    low: float | None
    high: float | None
    count: int
    text: str
    striped: bool = False
    dashed: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map ready to be written. ``off_map`` holds the codes with a value that the map has no piece for."""

    title: str
    description: str
    lang: Lang
    marks: tuple[Mark, ...]
    legend: tuple[LegendEntry, ...]
    legend_title: str
    note: str
    off_map: tuple[str, ...]
    outlined: tuple[str, ...] = ()
    """Pieces drawn once more as an outline over all others: the country one looks from, where it is a market too."""


@dataclass(frozen=True, slots=True)
class _Hand:
    """What every mark needs to know."""

    values: Mapping[str, MapValue]
    scale: Scale | Named
    fills: tuple[str, ...]
    labels: Mapping[str, str]
    exporter: str | None
    href: Callable[[str], str | None] | None
    lang: Lang
    focusable: frozenset[str]
    striped: bool
    dotted: bool


def draw_world(
    values: Mapping[str, MapValue],
    *,
    scale: Scale | Named,
    title: str,
    description: str,
    labels: Mapping[str, str],
    exporter: str | None = None,
    outlined: str | None = None,
    href: Callable[[str], str | None] | None = None,
    view: str = "portulan",
    lang: Lang = "en",
) -> Drawing:
    """Return the map of ``values`` (ISO3 -> value): a country without one is drawn as missing, never as zero.

    ``labels`` names the countries, ``href`` gives the page of each, ``view`` is a point of view of
    ``points_of_view.csv``. ``exporter`` is drawn as itself, without a value; ``outlined`` is a market like the others,
    with an outline. Raises `UnknownCodeError` for an unknown view or language, `BadInputError` for NaN.
    """
    ranked = sorted(values, key=lambda country: (-values[country].value, country))
    first = frozenset([country for country in ranked if country != exporter][:FOCUSABLE])
    some = not _all_striped(values, lang)
    fills = scale.fills if isinstance(scale, Named) else scale.fills or class_names(scale.classes)
    dotted = bool(values) and not all(value.doubtful for value in values.values())
    hand = _Hand(values, scale, fills, labels, exporter, href, lang, first, some, dotted)
    marks, shown = _marks(hand, view)
    place = {country: at for at, country in enumerate(ranked)}
    pieces = load_world().pieces

    def order(mark: Mark) -> tuple[bool, int, str]:
        # Dots come last, or a shape would cover them; within each, the reading order is the ranking.
        return all(pieces[piece].dot for piece in mark.pieces), place.get(mark.country, len(place)), mark.label

    ordered = tuple(sorted(marks, key=order))
    around = tuple(
        piece for mark in ordered if mark.country == outlined for piece in mark.pieces if not pieces[piece].dot
    )
    legend = (*_legend(ordered, hand), *_outline_entry(outlined if around else None, hand))
    doubt = word("all doubtful", lang) if values and not dotted else ""
    heading = ", ".join(filter(None, (_method(scale, lang), _all_striped(values, lang), doubt)))
    # What a dot in the legend would explain is said in the note, where every market would have one.
    note = f"{word('uncertain', lang)} {word('note', lang)}" if doubt else word("note", lang)
    off_map = tuple(sorted(set(values) - shown))
    return Drawing(title, description, lang, ordered, legend, heading, note, off_map, around)


def _method(scale: Scale | Named, lang: Lang) -> str:
    return scale.title if isinstance(scale, Named) else word(f"method {scale.method}", lang)


def _outline_entry(outlined: str | None, hand: _Hand) -> tuple[LegendEntry, ...]:
    if outlined is None:
        return ()
    return (LegendEntry("own", None, None, 1, word("outlined", hand.lang).format(name=_name(hand, outlined))),)


def _all_striped(values: Mapping[str, MapValue], lang: Lang) -> str:
    """Return what the legend says where every value would be striped: stripes everywhere drown the colours."""
    found = {value.status for value in values.values()}
    if not found or not found <= {*_STRIPED}:
        return ""
    return word(f"all {found.pop()}" if len(found) == 1 else "all striped", lang)


def _marks(hand: _Hand, view: str) -> tuple[list[Mark], set[str]]:
    """Return one mark a country or disputed piece, and the codes that found a place."""
    pieces = load_world().pieces
    together: dict[tuple[str, str], list[Showing]] = defaultdict(list)
    marks = []
    for piece in pieces:
        how = showing(piece, view)
        if how.shown_as == "hatched":
            reason = how.reason_en if hand.lang == "en" else how.reason_fr
            marks.append(Mark("", (piece,), (piece,), "disputed", "disputed", False, reason, None, False))
            continue
        own = piece in hand.values or piece == hand.exporter
        country = piece if own else how.country
        # A dot far from the country whose figure it shows (Réunion, France) is a mark of its own, with its own name.
        apart = piece if pieces[piece].dot and country != piece else ""
        together[country, apart].append(how)
    marks += [_mark(hand, country, apart, ways) for (country, apart), ways in together.items()]
    return marks, {country for country, _ in together}


def _mark(hand: _Hand, country: str, apart: str, ways: list[Showing]) -> Mark:
    drawn = tuple(how.piece for how in ways)
    dashed = tuple(how.piece for how in ways if how.shown_as == "dashed")
    name = _name(hand, country) if not apart else f"{_name(hand, apart)} ({_name(hand, country)})"
    href = (hand.href(country) or None) if hand.href is not None else None
    value = hand.values.get(country)
    kind: Kind
    fill, striped, doubtful = "", False, False
    if country == hand.exporter:
        kind, text = "home", word("home", hand.lang)
    elif value is None:
        kind, text = "missing", _missing(hand)
    else:
        kind = "value"
        fill, number = _class_of(hand, value)
        text = f"{number}, {word(value.status, hand.lang)}"
        striped = hand.striped and value.status in _STRIPED
        doubtful = hand.dotted and value.doubtful
    label = f"{name}{colon(hand.lang)}{text}"
    focusable = country in hand.focusable and not apart and href is not None
    return Mark(country, drawn, dashed, kind, fill or kind, striped, label, href, focusable, doubtful)


def _class_of(hand: _Hand, value: MapValue) -> tuple[str, str]:
    """Return the class of a value and the value in words."""
    if isinstance(hand.scale, Named):
        return value.fill, value.text
    number = value.text or number_text(value.value, hand.scale.unit, hand.lang)
    return hand.fills[hand.scale.class_of(value.value)], number


def _missing(hand: _Hand) -> str:
    return hand.scale.missing if isinstance(hand.scale, Named) else word("no figure", hand.lang)


def _name(hand: _Hand, country: str) -> str:
    return hand.labels.get(country) or _special_names(hand.lang).get(country, country)


@cache
def _special_names(lang: Lang) -> Mapping[str, str]:
    return {row.piece: row.name_en if lang == "en" else row.name_fr for row in read_specials()}


def _legend(marks: tuple[Mark, ...], hand: _Hand) -> tuple[LegendEntry, ...]:
    """Return the classes with their limits as numbers, then the kinds that this map really shows."""
    shown = {mark.country or mark.pieces[0]: mark for mark in marks}.values()  # a country counts once
    counts = Counter(mark.fill for mark in shown)
    entries = _classes(hand, counts)
    striped = sum(mark.striped for mark in shown)
    if striped:
        entries.append(LegendEntry(hand.fills[0], None, None, striped, word("striped", hand.lang), striped=True))
    doubtful = sum(mark.doubtful for mark in shown)
    if doubtful:
        entries.append(LegendEntry(hand.fills[0], None, None, doubtful, word("doubtful", hand.lang), doubtful=True))
    kinds = {"missing": _missing(hand), "home": word("home", hand.lang), "disputed": word("disputed", hand.lang)}
    for kind, text in kinds.items():
        if counts[kind] and kind not in hand.fills:
            entries.append(LegendEntry(kind, None, None, counts[kind], text))
    dashed = sum(bool(mark.dashed) for mark in shown if mark.kind != "disputed")
    if dashed:
        entries.append(LegendEntry("dashed", None, None, dashed, word("dashed", hand.lang), dashed=True))
    return tuple(entries)


def _classes(hand: _Hand, counts: Mapping[str, int]) -> list[LegendEntry]:
    scale = hand.scale
    if isinstance(scale, Named):
        return [LegendEntry(fill, None, None, counts[fill], text) for fill, text in scale.classes]
    return [
        LegendEntry(fill, low, high, counts[fill], _limits(hand, scale, number))
        for number, (fill, low, high) in enumerate(zip(hand.fills, scale.bounds, scale.bounds[1:], strict=False))
    ]


def _limits(hand: _Hand, scale: Scale, number: int) -> str:
    """Return ``1.2 to 5 M$``, with an open end where values lie beyond a fixed limit."""
    bounds, unit, lang = scale.bounds, scale.unit, hand.lang
    low, high = (number_text(bounds[at], unit, lang) for at in (number, number + 1))
    if scale.method == "diverging":
        fill = hand.fills[number]
        return f"<\u00a0{high}" if fill == "n3" else f"≥\u00a0{low}" if fill == "p3" else _span(scale, number, lang)
    held = [value.value for country, value in hand.values.items() if country != hand.exporter]
    if number == 0 and scale.method == "quantile" and scale.classes > 1 and _tiny(bounds[0], bounds[1], unit):
        return f"{word('less than', lang)} {high}"
    if number == 0 and held and min(held) < bounds[0]:
        return f"< {high}"
    if number == scale.classes - 1 and held and max(held) > bounds[-1]:
        return f"≥ {low}"
    return _span(scale, number, lang)


def _span(scale: Scale, number: int, lang: Lang) -> str:
    bounds = scale.bounds
    return span_text(bounds[number], bounds[number + 1], scale.unit, lang)


def _tiny(low: float, high: float, unit: str) -> bool:
    """True of a first limit that says nothing: next to nothing, when the next one is a hundred times as much."""
    return unit in ("USD", "share") and 0 <= low <= high / 100
