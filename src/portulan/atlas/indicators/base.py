"""What an indicator is: a name, a unit, an equation, a source, and the SQL that computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["cell", "market", "exporter", "pair", "context"]
Unit = Literal[
    "USD", "ratio", "rank", "index", "km", "percent per year", "persons", "USD per head", "percent of population"
]


@dataclass(frozen=True, slots=True)
class Statement:
    """One documented SELECT; the engine keeps its result under `name`.

    Statements use only SQL that DuckDB and Spark both know, so that one text serves both (docs/adr/0004).
    Sums of whole dollars are exact in any order; sums of anything else go through DECIMAL for the same reason.
    """

    name: str
    doc: str
    select: str
    kept: bool = True
    """False: only named (a view), because its rows are those of a table that is there already."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number of the atlas.

    ``scope`` says what it belongs to: a cell (exporter x market x sector), a market (x sector), an exporter
    (x sector), a pair of countries, or a market's context. ``world_denominator`` is true where the value rests on
    a world total, so that it is `partial` as soon as one importer or one code is missing. ``spoken`` is the equation in
    words, for who listens to a page and for who reads no sums; ``limits`` is what the number cannot say.
    """

    id: str
    unit: Unit
    scope: Scope
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str
    equation: str
    source: str
    statements: tuple[Statement, ...] = ()
    world_denominator: bool = False
    rankable: bool = False
    higher_is_more: bool = True
    spoken_en: str = ""
    spoken_fr: str = ""
    limits_en: str = ""
    limits_fr: str = ""

    def name(self, lang: str = "en") -> str:
        """Return the name in English or French."""
        return self.name_fr if lang == "fr" else self.name_en

    @property
    def promises(self) -> bool:
        """True of what speaks of sales that could be: there is none where the figures do not measure the sector."""
        return self.id.startswith(("potential", "unrealised", "realised"))

    @property
    def sql(self) -> str:
        """The statements that compute it, in order, each under its name and what it says; empty for a context."""
        return "\n\n".join(f"-- {made.name}: {made.doc}\n{made.select.strip()}" for made in self.statements)
