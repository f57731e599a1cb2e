"""From the rows of a source to the tables that the indicators read: product flows, baskets, switches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from portulan.atlas.engine import Engine
from portulan.atlas.reference import sectors

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One code of one basket. `canonical` names the first perimeter that holds the very same codes for this sector."""

    perimeter: str
    canonical: str
    sector: str
    kind: str
    code: str
    weight: Fraction


def basket_lines(scheme: str, published: Collection[str] | None = None) -> tuple[BasketLine, ...]:
    """Return every code of every sector, group and total in every perimeter of a scheme.

    Sectors whose basket is the same in two perimeters are computed once: `canonical` says under which.
    """
    lines: list[BasketLine] = []
    first: dict[tuple[str, tuple[tuple[str, Fraction], ...]], str] = {}
    for perimeter in sectors.perimeters():
        baskets = [
            *sectors.baskets(scheme, perimeter.id, published),
            sectors.all_basket(scheme, perimeter.id, published),
        ]
        for basket in baskets:
            content = tuple(sorted((code, Fraction(weight)) for code, weight in basket.codes.items()))
            if not content:
                continue
            canonical = first.setdefault((basket.sector, content), perimeter.id)
            lines += [
                BasketLine(perimeter.id, canonical, basket.sector, basket.kind, code, weight)
                for code, weight in content
            ]
    return tuple(lines)


def missing_lines(scheme: str, published: Collection[str]) -> tuple[BasketLine, ...]:
    """Return the codes that belong to a basket and that a source does not publish, nor any part or whole of them.

    They count for nothing (weight 0, kind ``missing``): they are there for the coverage to name.
    """
    held = {(line.perimeter, line.sector): line.canonical for line in basket_lines(scheme, published)}
    return tuple(
        BasketLine(line.perimeter, held[line.perimeter, line.sector], line.sector, MISSING, line.code, Fraction(0))
        for line in basket_lines(scheme)
        if (line.perimeter, line.sector) in held
        and not any(line.code == code or _inside(line.code, code) or _inside(code, line.code) for code in published)
    )


def load_baskets(engine: Engine, lines: Iterable[BasketLine]) -> None:
    """Create ``basket_code`` (perimeter, sector, code, weight, weight_double), ``culture_code`` (code) and ``basket``.

    ``basket`` says which perimeter holds the figures of each perimeter and sector; ``basket_code`` holds canonical
    baskets only. A weight is kept in millionths, as a DECIMAL, so that weighted sums are exact.
    """
    lines = tuple(lines)
    kept = [line for line in lines if line.perimeter == line.canonical and line.kind != MISSING]
    names = sorted({(line.perimeter, line.canonical, line.sector) for line in lines})
    engine.insert(
        "basket",
        {
            name: np.array([row[place] for row in names], dtype=object)
            for place, name in enumerate(("perimeter", "canonical", "sector"))
        },
    )
    engine.insert(
        "basket_incoming",
        {
            "perimeter": np.array([line.perimeter for line in kept], dtype=object),
            "sector": np.array([line.sector for line in kept], dtype=object),
            "code": np.array([line.code for line in kept], dtype=object),
            "millionths": np.array([round(line.weight * 1_000_000) for line in kept], dtype=np.int64),
        },
    )
    engine.materialise(
        "basket_code",
        f"SELECT perimeter, sector, CAST(code AS {engine.code_type('product')}) AS code, CAST(millionths AS "
        "DECIMAL(18, 0)) * CAST(0.000001 AS DECIMAL(9, 6)) AS weight, "
        "millionths / 1000000 AS weight_double FROM basket_incoming",
    )
    engine.materialise("culture_code", "SELECT DISTINCT code FROM basket_code")
    engine.drop("basket_incoming")


def load_factors(engine: Engine, table: str, key: str, factors: Mapping[str, float]) -> None:
    """Create a correction table (key, factor)."""
    names = sorted(factors)
    engine.insert(
        table,
        {key: np.array(names, dtype=object), "factor": np.array([factors[name] for name in names], dtype=np.float64)},
    )


def finest(scheme: str, codes: Collection[str]) -> frozenset[str]:
    """Return the codes that cut the whole without overlap, so that summing them counts nothing twice.

    HS codes are all of one level. EBOPS spells a part by lengthening its whole (SK1 is in SK, SK11 in SK1): finer
    heads are kept, but where the baskets count a wide head because its parts are not all published.
    """
    if scheme.startswith("HS"):
        return frozenset(codes)
    kept = {code for code in codes if not any(_inside(other, code) for other in codes)}
    counted = {code for perimeter in sectors.perimeters() for code in sectors.cut(scheme, perimeter.id, codes).codes}
    for wide in sorted(counted - kept, key=len):
        kept = {code for code in kept if not _inside(code, wide)} | {wide}
    return frozenset(kept)


def _inside(code: str, wide: str) -> bool:
    return code != wide and code.startswith(wide)
