"""Doubt: how far values and ranks of the static export potential may be from their truth (docs/method-doubt.md)."""

from __future__ import annotations

from portulan.atlas.doubt.arrays import FlowArrays, load_flows
from portulan.atlas.doubt.noise import NoiseModel, load_noise
from portulan.atlas.doubt.rank import rank_doubt, rank_doubt_many
from portulan.atlas.doubt.table import EXCLUDES_YEARS, INCLUDES_YEARS, DoubtTable

__all__ = [
    "EXCLUDES_YEARS",
    "INCLUDES_YEARS",
    "DoubtTable",
    "FlowArrays",
    "NoiseModel",
    "load_flows",
    "load_noise",
    "rank_doubt",
    "rank_doubt_many",
]
