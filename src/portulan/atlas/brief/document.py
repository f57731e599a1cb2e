"""A brief as plain values, ready to be set: blocks in order, every text final, nothing of Typst or of the atlas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: a text, the letter of its status, or a small drawing that repeats a figure beside it."""

    text: str = ""
    mark: str = ""
    svg: str = ""
    strong: bool = False
    quiet: bool = False
    span: int = 1
    kind: str = field(default="cell", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its side, and its share of the width (0: what it needs)."""

    title: str
    align: Align = "left"
    share: float = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer, first thing on the first page; ``warning`` comes before it where there is something to warn of."""

    text: str
    warning: str = ""
    reason: str = ""
    kind: str = field(default="answer", init=False)


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure, a long unit apart from it. ``value`` is empty where it is not known; ``below`` then says why."""

    label: str
    value: str
    mark: str
    below: str
    year: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """The key figures."""

    tiles: tuple[Tile, ...]
    kind: str = field(default="tiles", init=False)


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of a map's legend; ``hatch`` is the colour of lines, or dots, drawn over ``fill``."""

    fill: str
    text: str
    hatch: str = ""
    dashed: bool = False
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A map or chart: the drawing, its words for those who do not see it, caption and legend; ``width`` in percent."""

    svg: str
    alt: str
    caption: str = ""
    legend: tuple[LegendLine, ...] = ()
    note: str = ""
    width: int = 100
    kind: str = field(default="picture", init=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the second level; ``apart`` starts a new page."""

    text: str
    apart: bool = False
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``small`` for what explains; ``lead`` is a word before it that other places refer to."""

    text: str
    small: bool = False
    lead: str = ""
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its headings; ``highlighted`` is the number of the row that the brief is about."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    small: bool = False
    highlighted: tuple[int, ...] = ()
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is said of it."""

    term: str
    text: str
    mark: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and texts, in one or two columns."""

    facts: tuple[Fact, ...]
    columns: int = 2
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Note:
    """One note of local knowledge, cleaned: ``paragraphs`` of plain text."""

    title: str
    paragraphs: tuple[str, ...]
    signed: str
    link: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """The slot of local knowledge."""

    notes: tuple[Note, ...]
    kind: str = field(default="notes", init=False)


@dataclass(frozen=True, slots=True)
class Back:
    """The way back to the page: the square code and the address it holds."""

    title: str
    text: str
    link: str
    svg: str
    alt: str


Block = Answer | Tiles | Picture | Heading | Paragraph | Table | Facts | Notes


@dataclass(frozen=True, slots=True)
class Document:
    """A whole brief. ``words`` are the few texts of the frame: header, footer, page numbers."""

    lang: str
    eyebrow: str
    title: str
    subtitle: str
    dated: str
    day: tuple[int, int, int]
    release: str
    back: Back | None
    blocks: tuple[Block, ...]
    words: Mapping[str, str]
