"""Identities that every release must satisfy: run on the tables while building, and on the files by `atlas verify`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portulan.atlas.engine import Engine

TOLERANCE = 1e-9
KINDS = ("estimated", "trade", "potential")


@dataclass(frozen=True, slots=True)
class Check:
    """One identity, whether it holds, and by how much it fails at worst."""

    name: str
    passed: bool
    detail: str


# Each query returns the worst relative error of an identity over all rows. "potential" identities need product flows;
# "trade" ones need reported flows (each basket is estimated on its own); "estimated" ones hold of estimates too.
IDENTITIES: tuple[tuple[str, str, str], ...] = (
    (
        "trade",
        "sectors and groups sum to the total, for every exporter and market",
        """
SELECT MAX(ABS(parts - total) / total) FROM (
  SELECT
    SUM(CASE WHEN cell.sector <> 'all' THEN cell.imports_from ELSE 0 END) AS parts,
    MAX(CASE WHEN cell.sector = 'all' THEN cell.imports_from END) AS total
  FROM basket
  JOIN cell ON cell.perimeter = basket.canonical AND cell.sector = basket.sector
  WHERE cell.imports_from IS NOT NULL
  GROUP BY basket.perimeter, cell.exporter, cell.market
) AS sums WHERE total > 0 OR parts > 0""",
    ),
    (
        "estimated",
        "imports from every exporter sum to imports from the world",
        """
SELECT MAX(ABS(sums.parts - market.imports_world) / market.imports_world) FROM (
  SELECT perimeter, sector, market, SUM(imports_from) AS parts FROM cell GROUP BY perimeter, sector, market
) AS sums
JOIN market ON market.perimeter = sums.perimeter AND market.sector = sums.sector AND market.market = sums.market
WHERE market.imports_world > 0""",
    ),
    (
        "estimated",
        "shares of a market sum to one",
        """
SELECT MAX(ABS(total - 1)) FROM (
  SELECT SUM(share) AS total FROM cell WHERE share IS NOT NULL GROUP BY perimeter, sector, market
) AS sums""",
    ),
    (
        "estimated",
        "concentration lies between one over the number of suppliers and one",
        """
SELECT MAX(GREATEST(supplier_hhi - 1, 1.0 / suppliers - supplier_hhi, 0)) FROM market WHERE imports_world > 0""",
    ),
    (
        "potential",
        "unrealised potential is never negative and never above the potential",
        """
SELECT MAX(GREATEST(-unrealised_static, unrealised_static - potential_static, 0) / potential_static)
FROM cell WHERE potential_static > 0""",
    ),
    (
        "potential",
        "ease times hypothetical trade is actual trade",
        "SELECT MAX(ABS(ease * hypothetical_usd - trade_usd) / trade_usd) FROM pairs WHERE trade_usd > 0",
    ),
)


FRENCH: Final = {
    "sectors and groups sum to the total, for every exporter and market": (
        "secteurs et groupes s’additionnent au total, pour chaque exportateur et marché"
    ),
    "imports from every exporter sum to imports from the world": (
        "les importations depuis chaque exportateur s’additionnent aux importations depuis le monde"
    ),
    "shares of a market sum to one": "les parts d’un marché s’additionnent à un",
    "concentration lies between one over the number of suppliers and one": (
        "la concentration est comprise entre un sur le nombre de fournisseurs et un"
    ),
    "unrealised potential is never negative and never above the potential": (
        "le potentiel non réalisé n’est jamais négatif ni supérieur au potentiel"
    ),
    "ease times hypothetical trade is actual trade": (
        "la facilité multipliée par l’échange hypothétique donne l’échange réel"
    ),
    "nothing to compare": "rien à comparer",
    f"within {TOLERANCE:g}": f"à {TOLERANCE:g} près",
}
"""Names and outcomes of checks, in French."""
_FLOWS: Final = {"goods": "biens", "services": "services"}


def check_texts(name: str, detail: str, lang: str) -> tuple[str, str]:
    """Return the name and outcome of a check, as a manifest keeps them, in English or French.

    What is not known here (another version wrote it) stays in English.
    """
    where, colon, identity = name.partition(": ")
    flow, _, year = where.partition(" ")
    if lang != "fr" or identity not in FRENCH or flow not in _FLOWS:
        return name, detail
    said = FRENCH.get(detail) or detail.replace("off by ", "écart de ")
    return f"{_FLOWS[flow]} {year}\u00a0{colon}{FRENCH[identity]}", said


def run(engine: Engine, where: str, kinds: tuple[str, ...] = KINDS) -> list[Check]:
    """Run the identities of these kinds on the tables ``cell``, ``market``, ``pairs`` and ``basket`` of `engine`."""
    found: list[Check] = []
    for kind, name, query in IDENTITIES:
        if kind not in kinds:
            continue
        [(worst,)] = engine.execute(query)
        # NULL means that there was nothing to compare: an empty table must not be taken for a proof.
        passed = worst is not None and float(worst) <= TOLERANCE
        detail = (
            "nothing to compare"
            if worst is None
            else f"within {TOLERANCE:g}"
            if passed
            else f"off by {float(worst):.3g}"
        )
        found.append(Check(f"{where}: {name}", passed, detail))
    return found


def prepare(engine: Engine, kinds: tuple[str, ...] = KINDS) -> None:
    """Name the tables of a build as the identities call them (``cell`` and ``basket`` have their name already)."""
    engine.view("market", "SELECT perimeter, sector, market, imports_world, suppliers, supplier_hhi FROM market_sector")
    if "potential" in kinds:
        engine.view("pairs", "SELECT trade_usd, hypothetical_usd, ease FROM pair")
