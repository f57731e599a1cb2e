"""The measured skill of an estimate in a sentence: how far it was from importers that were left out on purpose."""

from __future__ import annotations

import math
from collections.abc import Mapping

Skill = Mapping[str, Mapping[str, float]]


def _factor(log_error: float, lang: str) -> str:
    """Return a log error as a factor: 0.69 is "a factor of 2.0"."""
    text = f"{math.exp(log_error):.1f}"
    return text.replace(".", ",") if lang == "fr" else text


def _number(value: float, lang: str) -> str:
    text = f"{value:.2f}"
    return text.replace(".", ",") if lang == "fr" else text


def sentence(skill: Skill, lang: str = "en") -> str:
    """Say what leaving importers out, in folds, showed of this basket; empty where nothing was measured."""
    folds = skill.get("importers_folds", {})
    needed = ("importers", "total_median_abs_log", "total_coverage", "total_spearman", "cell_spearman")
    if any(not math.isfinite(folds.get(name, math.nan)) for name in needed):
        return ""
    count, held = round(folds["importers"]), round(100 * folds["total_coverage"])
    factor = _factor(folds["total_median_abs_log"], lang)
    totals, cells = _number(folds["total_spearman"], lang), _number(folds["cell_spearman"], lang)
    if lang == "fr":
        return (
            f"Qualité mesurée en écartant tour à tour {count} importateurs "
            "qui déclarent : la moitié des tailles de marché "
            f"estimées sont à moins d’un facteur {factor} de la valeur "
            f"déclarée, l’intervalle à 90 % la contient dans {held} % des cas ; "
            f"corrélation de rang {totals} entre marchés, {cells} entre flux."
        )
    return (
        f"Skill measured by leaving out, in turn, {count} importers "
        "that do report: half of the estimated market sizes are "
        f"within a factor of {factor} of what was reported, and the 90 % interval holds it in {held} % of cases; "
        f"rank correlation {totals} between markets, {cells} between flows."
    )
