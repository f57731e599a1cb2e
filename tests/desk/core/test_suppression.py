"""What may be public of a table: an attacker who puts all of it together learns nothing exact of a small count.

The attacker does not know how the program thinks: they write every published count as a sum of unknown leaves, add the
rule, and ask a linear program for the smallest and the largest value of each count that was left out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from portulan.desk.core.suppression import ALL, LEAST, LEAST_WIDTH, Cell, Path, protect

Published = Mapping[Cell, int | None]
FLAT = [("a",), ("b",), ("c",)]
DEEP = [("a", "x"), ("a", "y"), ("a", "z"), ("b", "x"), ("b", "y")]


def truth(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """Return every total and part of a table, zeros too."""
    rows, leaves = sorted({row for row, _ in counts}), {path for _, path in counts}
    nodes = {leaf[:length] for leaf in leaves for length in range(len(leaf) + 1)}
    return {
        (row, node): sum(
            count for (of, leaf), count in counts.items() if row in (ALL, of) and leaf[: len(node)] == node
        )
        for row in (*rows, ALL)
        for node in nodes
    }


class Attacker:
    """Knows what is published, the rule, all rows and the whole tree of columns."""

    def __init__(self, counts: Mapping[Cell, int], published: Published) -> None:
        self.leaves = sorted(counts)
        known, at_least = [], []
        for cell in truth(counts):
            if cell in published:
                value = published[cell]
                (known if value is not None else at_least).append((self.sum_of(cell), 1 if value is None else value))
            elif not cell[1] or published.get((cell[0], cell[1][:-1])) is not None:
                known.append((self.sum_of(cell), 0))  # not there, and its total is: zero
        self.known, self.at_least = known, at_least

    def sum_of(self, cell: Cell) -> list[int]:
        row, node = cell
        return [int(row in (ALL, of) and leaf[: len(node)] == node) for of, leaf in self.leaves]

    def bounds(self, cell: Cell) -> tuple[float, float]:
        aim = np.array(self.sum_of(cell), dtype=float)
        found = []
        for sign in (1, -1):
            done = linprog(
                sign * aim,
                A_eq=[row for row, _ in self.known] or None,
                b_eq=[value for _, value in self.known] or None,
                A_ub=[[-part for part in row] for row, _ in self.at_least] or None,
                b_ub=[-value for _, value in self.at_least] or None,
            )
            assert done.status in (0, 3), done.message
            found.append(sign * done.fun if done.status == 0 else np.inf)
        return found[0], found[1]


def leaks(counts: Mapping[Cell, int], published: Published) -> dict[Cell, tuple[float, float]]:
    """Return the small counts that an attacker knows too well."""
    attacker = Attacker(counts, published)
    small = [cell for cell, value in truth(counts).items() if 0 < value < LEAST]
    found = {cell: attacker.bounds(cell) for cell in small}
    return {cell: known for cell, known in found.items() if known[1] - known[0] < LEAST_WIDTH - 1e-6}


def table(rows: int, leaves: list[Path], values: list[int]) -> dict[Cell, int]:
    cells = product([f"r{number}" for number in range(rows)], leaves)
    return dict(zip(cells, values, strict=True))


def tables(rows: int, leaves: list[Path], largest: int = 14) -> st.SearchStrategy[dict[Cell, int]]:
    values = st.lists(st.integers(0, largest), min_size=rows * len(leaves), max_size=rows * len(leaves))
    return values.map(lambda found: table(rows, leaves, found))


ANY = st.one_of(
    tables(1, FLAT), tables(3, FLAT), tables(3, FLAT, 6), tables(4, FLAT, 40), tables(2, DEEP), tables(3, DEEP, 6),
    tables(4, [()], 9),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_an_attacker_who_puts_everything_together_knows_no_small_count(counts: dict[Cell, int]) -> None:
    assert leaks(counts, protect(counts)) == {}


@settings(max_examples=100, deadline=None)
@given(ANY)
def test_what_is_shown_is_true_never_small_and_nothing_is_said_below_what_is_left_out(counts: dict[Cell, int]) -> None:
    published, true = protect(counts), truth(counts)
    for cell, value in published.items():
        assert value is None or (value == true[cell] and value >= LEAST)
        assert true[cell] > 0
    for (row, path), value in true.items():
        above = [published.get((row, path[:length])) for length in range(len(path))]
        if None not in above:
            assert value == 0 or (row, path) in published
        else:
            assert (row, path) not in published


@pytest.mark.full
@settings(max_examples=1500, deadline=None)
@given(ANY)
def test_the_same_for_many_more_tables(counts: dict[Cell, int]) -> None:
    assert leaks(counts, protect(counts)) == {}


def test_the_attacker_finds_what_the_small_counts_alone_would_leave() -> None:
    """The audit itself: with only the small counts left out, subtraction gives one back."""
    counts = table(2, FLAT[:2], [3, 20, 30, 40])
    naive: dict[Cell, int | None] = {
        cell: None if value < LEAST else value for cell, value in truth(counts).items() if value
    }
    assert leaks(counts, naive) == {("r0", ("a",)): (3, 3)}
    assert leaks(counts, protect(counts)) == {}


def test_a_table_without_small_counts_stays_whole() -> None:
    counts = table(2, FLAT, [5, 0, 9, 0, 12, 7])
    assert protect(counts) == {cell: value for cell, value in truth(counts).items() if value}
    assert protect({}) == {} and protect({("r", ("a",)): 0}) == {}


def test_two_small_counts_whose_total_gives_them_away_are_not_alone() -> None:
    """One and one under a total of nine with a seven: known to be at least one each, they would both be one."""
    counts = table(1, FLAT, [1, 1, 7])
    published = protect(counts)
    assert leaks(counts, published) == {} and published.get(("r0", ("c",))) is None


def test_as_little_is_left_out_as_need_be() -> None:
    """In a full table a small count costs three others, and no total."""
    counts = table(3, FLAT, [3, 20, 21, 22, 23, 24, 25, 26, 27])
    published = protect(counts)
    assert sum(value is None for value in published.values()) == 4
    assert all(published[row, ()] is not None for row in ("r0", "r1", "r2", ALL))


def test_what_is_wrong_is_refused() -> None:
    for wrong in ({("r", ("a",)): -1}, {(ALL, ("a",)): 1}, {("r", ("a",)): 1, ("r", ("a", "x")): 1}):
        with pytest.raises(ValueError, match="count"):
            protect(wrong)


@pytest.mark.slow
def test_a_table_of_thousands_of_counts_is_protected_in_seconds() -> None:
    chance = random.Random(7)
    leaves = [
        (outcome, f"s{s}", f"k{k}", f"t{t}") for outcome in "us" for s in range(12) for k in range(5) for t in range(8)
    ]
    counts = {(f"m{m}", chance.choice(leaves)): 0 for m in range(40) for _ in range(40)}
    for cell in counts:
        counts[cell] = 1 + (chance.random() < 0.2)
    published = protect(counts)
    assert published[ALL, ()] == sum(counts.values())
