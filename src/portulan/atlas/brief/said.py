"""Figures and gaps as a brief prints them, and the list of those it printed: each one gets its papers at the end."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.atlas.brief import words
from portulan.atlas.brief.document import Cell, Fact, Tile
from portulan.atlas.brief.numbers import between, parted, rough, said, typeset
from portulan.atlas.brief.words import say
from portulan.atlas.figures import Figure, Gap
from portulan.atlas.indicators import indicator

Value = Figure | Gap
Values = Mapping[str, Value]


class Speaker:
    """Says values in one language and remembers them, in order, for the papers."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._printed: dict[tuple[str, str, str], Value] = {}

    @property
    def printed(self) -> tuple[Value, ...]:
        """What was printed with a place of its own, once each."""
        return tuple(self._printed.values())

    def note(self, value: Value) -> None:
        """Remember a value that a sentence or a chart prints."""
        self._printed.setdefault((value.passport.flow, value.sector, value.indicator), value)

    def name(self, ident: str) -> str:
        """Return what an indicator is called."""
        return typeset(indicator(ident).name(self.lang), self.lang)

    def text(self, value: Value) -> str:
        """Return the value with its unit, or nothing for a gap."""
        return "" if isinstance(value, Gap) else said(value.value, value.unit, self.lang, value.indicator)

    def rough(self, value: Value) -> str:
        """Return the value as a sentence says it: an estimate with two digits and its interval, any other as it is."""
        if isinstance(value, Gap) or value.status != "estimated" or value.unit != "USD":
            return self.text(value)
        if value.low is None or value.high is None:
            return rough(value.value, self.lang)
        span = say("from to", self.lang, low=rough(value.low, self.lang), high=rough(value.high, self.lang))
        return f"{rough(value.value, self.lang)}{say('interval', self.lang, between=span)}"

    def interval(self, value: Value) -> str:
        """Return its 90 % interval in words, or nothing."""
        if isinstance(value, Gap) or value.low is None or value.high is None:
            return ""
        return between(value.low, value.high, value.unit, self.lang, value.indicator)

    def reason(self, value: Value) -> str:
        """Return why there is no value."""
        return typeset(value.text(self.lang), self.lang) if isinstance(value, Gap) else ""

    def mark(self, value: Value) -> str:
        """Return the letter of its status."""
        return "" if isinstance(value, Gap) else words.MARKS[value.status]

    def year(self, value: Value) -> str:
        """Return its year, or the years between which it is counted."""
        note = "" if isinstance(value, Gap) else value.passport.note
        if note[:4].isdigit():
            return note.replace("-", "–")
        return "" if value.passport.year is None else str(value.passport.year)

    def tile(self, value: Value, label: str = "", below: str = "") -> Tile:
        """Return a key figure: its interval and what else belongs below it."""
        self.note(value)
        label = label or self.name(value.indicator)
        if isinstance(value, Gap):
            return Tile(label, "", "", self.reason(value), self.year(value))
        span = self.interval(value)
        span = say("interval", self.lang, between=span).strip(" ()") if span else ""
        text, unit = parted(value.value, value.unit, self.lang, value.indicator)
        below = "\n".join(filter(None, (span, below)))
        return Tile(label, text, self.mark(value), below, self.year(value), unit)

    def fact(self, value: Value) -> Fact:
        """Return a value as a term and its text, with its year."""
        self.note(value)
        label = f"{self.name(value.indicator)}"
        if isinstance(value, Gap):
            return Fact(label, say("not known reason", self.lang, reason=self.reason(value)))
        return Fact(label, self.text(value), self.mark(value), self.year(value))

    def cell(self, value: Value | None, strong: bool = False) -> Cell:
        """Return a value as a cell of a table; a gap says so, never a zero."""
        if value is None or isinstance(value, Gap):
            return Cell(say("not known", self.lang), quiet=True)
        return Cell(self.text(value), self.mark(value), strong=strong)
