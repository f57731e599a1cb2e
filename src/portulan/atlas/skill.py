"""The measured skill of an estimate, in two sentences: how far it was from importers that were left out on purpose."""

from __future__ import annotations

import math
from collections.abc import Mapping

Skill = Mapping[str, Mapping[str, float]]
_NEEDED = (
    "importers",
    "total_median_abs_log",
    "total_coverage",
    "total_spearman",
    "cell_rmse_log",
    "cell_spearman",
    "cell_coverage_from_10k",
)


def _factor(log_error: float, lang: str) -> str:
    """Return a log error as a factor: 0.69 is "a factor of 2.0"."""
    return _local(f"{math.exp(log_error):.1f}", lang)


def _local(text: str, lang: str) -> str:
    return text.replace(".", ",") if lang == "fr" else text


def sentence(skill: Skill, lang: str = "en") -> str:
    """Say what leaving importers out, in folds, showed of this basket; empty where nothing was measured.

    Two things are told apart: the size of a market, and one exporter's flow to it, of which far less is known.
    """
    folds = skill.get("importers_folds", {})
    if any(not math.isfinite(folds.get(name, math.nan)) for name in _NEEDED):
        return ""
    count = round(folds["importers"])
    size, size_held = _factor(folds["total_median_abs_log"], lang), round(100 * folds["total_coverage"])
    flow, flow_held = _factor(folds["cell_rmse_log"], lang), round(100 * folds["cell_coverage_from_10k"])
    sizes, flows = (_local(f"{folds[name]:.2f}", lang) for name in ("total_spearman", "cell_spearman"))
    if lang == "fr":
        return (
            f"Qualité mesurée en écartant tour à tour {count} importateurs "
            "qui déclarent. Taille d’un marché : la moitié des "
            f"estimations à moins d’un facteur {size} du déclaré, "
            f"l’intervalle à 90 % juste dans {size_held} % des cas, "
            f"corrélation de rang {sizes}. Flux d’un exportateur vers un marché, bien moins sûr : erreur typique d’un "
            f"facteur {flow}, intervalle juste dans {flow_held} % "
            f"des flux de 10 k$ et plus, corrélation de rang {flows}."
        )
    return (
        f"Skill measured by leaving out, in turn, {count} importers "
        "that do report. Size of a market: half of the estimates "
        f"within a factor of {size} of what was reported, the 90 % interval right in {size_held} % of cases, rank "
        f"correlation {sizes}. One exporter’s flow to a market, far less certain: typically off by a factor of {flow}, "
        f"interval right in {flow_held} % of flows of 10 k$ or more, rank correlation {flows}."
    )
