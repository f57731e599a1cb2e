"""The words of the atlas in the reader's language: units, flows, judgements, roles, confidence, corrections."""

from __future__ import annotations

from django.utils.translation import gettext as _


def unit_text(unit: str) -> str:
    """Return a unit in words."""
    return {
        "USD": _("current US dollars"),
        "ratio": _("a ratio"),
        "rank": _("a rank, 1 is the largest"),
        "index": _("an index, without unit"),
        "km": _("kilometres"),
        "percent per year": _("percent per year"),
        "persons": _("persons"),
        "USD per head": _("current US dollars per head"),
        "percent of population": _("percent of the population"),
    }[unit]


def scope_text(scope: str) -> str:
    """Return what an indicator belongs to, in words."""
    return {
        "cell": _("exporter, market and sector"),
        "market": _("market and sector"),
        "exporter": _("exporter and sector"),
        "pair": _("exporter and market"),
        "context": _("market"),
    }[scope]


def flow_text(flow: str) -> str:
    """Return the name of a flow."""
    return {"goods": _("Goods"), "services": _("Services")}[flow]


def level_text(level: str) -> str:
    """Return a judgement of fitness in words."""
    return {
        "measures the sector": _("measures the sector"),
        "partial": _("partial measure"),
        "not a measure": _("not a measure"),
    }[level]


def role_text(role: str) -> str:
    """Return the role of a code in words."""
    return {
        "core": _("core"),
        "related": _("related"),
        "support": _("support"),
        "proxy": _("proxy"),
    }.get(role, role)


def confidence_text(confidence: str) -> str:
    """Return how sure a line of the crosswalk is, in words."""
    return {
        "reviewed": _("reviewed"),
        "converted": _("converted"),
        "assignment proposed": _("assignment proposed"),
        "low": _("low"),
    }.get(confidence, confidence)


def correction_text(name: str) -> str:
    """Return the name of a correction of the potential in words."""
    return {"balance": _("balance"), "projections": _("projections")}.get(name, name)
