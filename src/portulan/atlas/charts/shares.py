"""One bar cut into shares: who sells to a market, the others together, and what nobody knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portulan.atlas.charts.drawn import Drawn
from portulan.atlas.charts.rows import NAMED, ChartRow, checked, counted
from portulan.atlas.charts.scene import (
    BOLD,
    NARROW,
    Box,
    Item,
    Length,
    Row,
    Scene,
    Shape,
    Stroke,
    Words,
    text_width,
    wrapped,
)
from portulan.atlas.charts.words import Lang, colon, number_text, semicolon, word
from portulan.atlas.charts.writers import WIDTH, Writer, written
from portulan.atlas.errors import BadInputError

BAR = 1.9
MOST = 12
_NUMBERED = 1.7  # ems a share needs on a phone to hold its number
_LINE = 1.5


def share_bar(
    rows: Sequence[ChartRow],
    *,
    title: str,
    others: float | None = None,
    unknown: float | None = None,
    lang: Lang = "en",
    writer: Writer = "web",
    width: int = WIDTH,
    furniture: bool = False,
    note: str = "",
) -> Drawn:
    """Return one stacked bar of shares (0 to 1), numbered, with the names in text below.

    ``others`` is the share of all who are not named, ``unknown`` what no source attributes. A row whose share is not
    known is named below and takes no room. Raises `BadInputError` where a share is negative or all exceed the whole.
    """
    scene = share_scene(rows, title=title, others=others, unknown=unknown, lang=lang)
    return written(scene, writer, width=width, furniture=furniture, note=note)


@dataclass(frozen=True, slots=True)
class _Part:
    role: str
    share: float | None
    text: str
    label: str
    number: str = ""
    strong: bool = False
    href: str | None = None


def share_scene(
    rows: Sequence[ChartRow], *, title: str, others: float | None, unknown: float | None, lang: Lang
) -> Scene:
    """Return the drawing of the shares."""
    parts = _parts(checked(rows), others, unknown, lang)
    items: list[Item] = []
    at = 0.0
    for part in parts:
        if part.share is None or part.share == 0:
            continue
        items.append(Box(Length(at), Length(part.share), 0.1, BAR, part.role))
        if at:
            items.append(Stroke(Length(at), 0.1, Length(at), 0.1 + BAR, "seam"))
        if part.number and part.share * NARROW >= _NUMBERED:
            items.append(Words(Length(at + part.share / 2), 0.1 + BAR / 2 + 0.35, part.number, "on-part", "middle"))
        at += part.share
    column = max(text_width(part.text) for part in parts) + 3.0
    y = BAR + 0.8
    for part in parts:
        drawn, y = _line(part, y, column)
        items.append(Row(drawn, part.href))
    return Scene("shares", title, _description(parts, len(rows), lang), lang, tuple(items), y + 0.2)


def _parts(rows: Sequence[ChartRow], others: float | None, unknown: float | None, lang: Lang) -> list[_Part]:
    shares = [share for share in (*(row.value for row in rows), others, unknown) if share is not None]
    if len(rows) > MOST or any(not math.isfinite(share) or share < 0 for share in shares) or sum(shares) > 1.000001:
        problem = f"{len(rows)} shares that add up to {sum(shares):.3f}"
        raise BadInputError(problem, todo=f"give at most {MOST} shares, 0 to 1, of one whole")
    out = []
    plain = 0
    for number, row in enumerate(rows, start=1):
        role = "part-home" if row.highlight else f"part-{1 + plain % 2}"
        plain = plain + (not row.highlight)
        text = word("not known", lang) if row.value is None else row.text or number_text(row.value, "share", lang)
        label = f"{row.label}, {word(row.status, lang)}" if row.estimated and row.value is not None else row.label
        out.append(_Part(role, row.value, text, label, str(number), row.highlight, row.href))
    for name, role, share in (("others", "part-others", others), ("not known", "part-unknown", unknown)):
        if share:
            out.append(_Part(role, share, number_text(share, "share", lang), word(name, lang)))
    return out


def _line(part: _Part, top: float, column: float) -> tuple[tuple[Shape, ...], float]:
    """Return the text of one share: sample, number, share, name; and where the next one starts."""
    strong = "strong" if part.strong else "label"
    items: list[Shape] = []
    if part.share is not None:
        items.append(Box(Length(), Length(em=1.0), top + 0.2, 1.0, part.role))
    if part.number:
        items.append(Words(Length(em=0.5), top + 0.98, part.number, "on-part", "middle", small=True))
    items.append(
        Words(Length(em=column - 1.0), top + 1.0, part.text, strong if part.share is not None else "words", "end")
    )
    lines = wrapped(part.label, (NARROW - column) / (BOLD if part.strong else 1.0))
    items += [Words(Length(em=column - 0.4), top + 1.0 + 1.2 * at, line, strong) for at, line in enumerate(lines)]
    return tuple(items), top + _LINE + 1.2 * (len(lines) - 1)


def _description(parts: Sequence[_Part], count: int, lang: Lang) -> str:
    first = semicolon(lang).join(f"{part.label}, {part.text}" for part in parts[:NAMED])
    rest = semicolon(lang).join(f"{part.label}, {part.text}" for part in parts if not part.number)
    said = f"{word('shares', lang)}, {counted('row', count, lang)}. {word('first', lang)}{colon(lang)}{first}."
    ends = f" {rest[0].upper()}{rest[1:]}." if rest else ""
    return f"{said}{ends} {word('see table', lang)}"
