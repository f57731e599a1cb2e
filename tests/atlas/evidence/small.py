"""A world small enough to add up by hand: two real markets, one that leaves, one that comes, one that never reports."""

from __future__ import annotations

from tests.atlas.worlds import Row

SOLD = {
    2013: {
        ("BEL", "490199"): 1_000_000,
        ("BEL", "490191"): 100_000,  # a code that 2016 does not have
        ("BEL", "970110"): 500_000,
        ("BEL", "852349"): 200_000,  # music, film and games on one code: counted once
        ("BEL", "711319"): 2_000_000,
        ("BEL", "420221"): 1_500_000,
        ("BEL", "950450"): 400_000,
        ("BEL", "870323"): 10_000_000,
        ("CHE", "490199"): 600_000,
        ("CHE", "870323"): 4_000_000,
        ("JPN", "490199"): 300_000,  # a market that 2016 does not have
    },
    2014: {("BEL", "490199"): 1_100_000, ("BEL", "870323"): 9_000_000},
    2016: {
        ("BEL", "490199"): 1_300_000,
        ("BEL", "970110"): 900_000,
        ("BEL", "852349"): 250_000,
        ("BEL", "711319"): 2_600_000,
        ("BEL", "420221"): 1_800_000,
        ("BEL", "950450"): 500_000,
        ("BEL", "870323"): 11_000_000,
        ("CHE", "490199"): 800_000,
        ("CHE", "870323"): 4_400_000,
        ("NOR", "490199"): 700_000,  # a market that 2013 does not have
    },
}
"""What France sells, in whole dollars: year -> (market, product) -> dollars."""

CORE = {"490199", "490191", "970110", "852349", "711319", "420221"}
BROAD = CORE | {"950450"}
DROWNING = {"711319", "420221"}
"""Jewellery and leather goods."""

# What others sell is none of France's exports; the United States sell and never report; France buys from Italy.
OTHERS = (
    ("ITA", "BEL", "490199", 5_000_000),
    ("USA", "CHE", "970110", 7_000_000),
    ("ITA", "FRA", "870323", 9_000_000),
)


def rows() -> list[Row]:
    """Return every flow of this world."""
    mine = [(year, "FRA", market, code, v) for year, held in SOLD.items() for (market, code), v in held.items()]
    return mine + [(year, *other) for year in SOLD for other in OTHERS]


def added_up(year: int, codes: set[str] | None, common: bool) -> int:
    """Return what France sells in a year, in plain Python: of these codes (None: all), to the common markets only."""
    return sum(
        value
        for (market, code), value in SOLD[year].items()
        if (codes is None or code in codes) and not (common and (market in ("JPN", "NOR") or code == "490191"))
    )
