"""The noise of trade data: how far a reported flow may be from its expected value, by size, and what flows share."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError

_FIELDS = ("cap", "half_usd", "slope", "floor", "ceiling", "tau_exporter", "tau_market", "log_error")


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """Log-normal noise of mean one on every flow (docs/method-doubt.md, equations 1 to 3).

    A reported flow is ``v = true * A_i * B_j * C_ij * E_ijk`` where ``true`` is the value the flow has on average and
    the four factors are independent, log-normal and of mean one, with log standard deviations ``tau_exporter``,
    ``tau_market``, ``pair_sd`` and ``sd(v) = cap / (1 + (v / half_usd) ** slope)``, kept between ``floor`` and
    ``ceiling``: the extremes that were measured, never extrapolated beyond.
    ``log_error`` is the log standard deviation of our uncertainty on all these numbers together: each draw multiplies
    them by ``exp(log_error * z)``. ``version`` names the estimate, for the manifest.
    """

    cap: float
    half_usd: float
    slope: float
    floor: float
    ceiling: float
    tau_exporter: float
    tau_market: float
    log_error: float
    version: str = ""

    def __post_init__(self) -> None:
        for name in _FIELDS:
            value = getattr(self, name)
            if not math.isfinite(value) or value < 0:
                raise BadInputError(
                    f"noise parameter is {value}", todo="give a finite number that is not negative", field=name
                )
        if self.half_usd == 0:
            raise BadInputError("half_usd is zero", todo="give a size in US dollars", field="half_usd")
        if self.ceiling < self.floor:
            raise BadInputError("the ceiling is under the floor", todo="give ceiling >= floor", field="ceiling")

    def sd(self, value: NDArray[Any]) -> NDArray[np.float64]:
        """Return the log standard deviation of flows of these sizes (US dollars)."""
        size = np.maximum(np.asarray(value, dtype=np.float64), 1.0) / self.half_usd
        return np.clip(self.cap / (1.0 + size**self.slope), self.floor, self.ceiling)

    def relative_variance(self, value: NDArray[Any]) -> NDArray[np.float64]:
        """Return the variance of the factor E, that is ``exp(sd(v)^2) - 1``."""
        return np.expm1(self.sd(value) ** 2)

    def pair_sd(self, total: NDArray[Any], own_variance: NDArray[Any]) -> NDArray[np.float64]:
        """Return the log sd of the factor C that the products of one pair share (equation 3).

        ``total`` is the sum of the pair's flows (USD) and ``own_variance`` the sum of ``relative_variance(v) * v**2``.
        The law of size was measured on such totals; were products independent, totals would be far more exact than
        measured. What is missing is what products of one pair have in common.
        """
        total = np.asarray(total, dtype=np.float64)
        positive = total > 0
        square = np.where(positive, total, 1.0) ** 2
        wanted = self.relative_variance(np.where(positive, total, 1.0))
        ratio = (1.0 + wanted) / (1.0 + np.asarray(own_variance, dtype=np.float64) / square)
        return np.where(positive, np.sqrt(np.log(np.maximum(ratio, 1.0))), 0.0)


def load_noise() -> NoiseModel:
    """Return the committed estimate (parameters.toml beside this module: from what, when, and its limits)."""
    text = files("portulan.atlas.doubt").joinpath("parameters.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return NoiseModel(**{name: float(table["noise"][name]) for name in _FIELDS}, version=str(table["version"]))
