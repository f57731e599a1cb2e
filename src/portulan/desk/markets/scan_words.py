"""What a scan says in words: its name and limits, points, and whether other weights would say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.wording import probability

OFTEN = 0.9
_DASH = "–"


@dataclass(frozen=True, slots=True)
class Moved:
    """What leaving a criterion out, and counting it double, does to the first ten."""

    criterion: str
    weight: str
    without: str
    without_names: str
    doubled: str
    doubled_names: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Whether the first markets survive other weights, in sentences and criterion by criterion."""

    sentences: tuple[str, ...]
    rows: tuple[Moved, ...]


def what_text(naming: str) -> str:
    """Say in one sentence what the page is, and in one what it is not."""
    if naming == "orientation":
        return _(
            "An orientation puts markets in order by the conditions you say matter to you. It is no measure of the "
            "sector, and does not say what could be sold there."
        )
    return _(
        "A scan puts markets in order by what you say matters to you, and shows each score as its parts. It says where "
        "to look first; it is not a forecast, and weights are opinions."
    )


def preset_names() -> dict[str, str]:
    """Return the name of each ready set of weights."""
    return {
        "balanced": _("Balanced"),
        "first_export": _("First export"),
        "digital_reach": _("Digital reach"),
    }


def points(value: float | None, language: str) -> str:
    """Return a score or a part of one, of 0 to 1, as points of 100; a dash where there is none."""
    if value is None:
        return _DASH
    return api.decimal_text(100 * value, language, 1)


def share(value: float, language: str) -> str:
    """Return the share of the weight that is known."""
    return probability(value, language)


def sensitivity(found: api.Scan, asked: api.ScanCriteria, language: str) -> Sensitivity:
    """Put what other weights would change into words."""
    by: dict[str, dict[str, api.Change]] = {}
    for change in found.changes:
        by.setdefault(change.criterion, {})[change.how] = change
    rows = tuple(
        Moved(
            criterion=asked.by_id[name].name(language),
            weight=f"{found.weights[name]:g}",
            without=_stay(ways["without"]),
            without_names=_names(ways["without"], language),
            doubled=_stay(ways["doubled"]),
            doubled_names=_names(ways["doubled"], language),
        )
        for name, ways in by.items()
    )
    return Sensitivity(tuple(_sentences(found, asked, language)), rows)


def _stay(change: api.Change) -> str:
    if not change.of:
        return _("nothing left to score by")
    words = {"stay": change.stay, "of": change.of}
    return ngettext("%(stay)d of %(of)d stays", "%(stay)d of %(of)d stay", change.stay) % words


def _names(change: api.Change, language: str) -> str:
    if not change.of or not change.entering:
        return ""
    return _("enter: %(names)s") % {"names": _listed(change.entering, language)}


def _listed(markets: Sequence[str], language: str) -> str:
    return ", ".join(selectors.country_name(market, language) for market in markets)


def _least(least: api.Change, first: int, asked: api.ScanCriteria, language: str) -> str:
    """Say how many of the first stay under the change of weights that moves them most."""
    name = asked.by_id[least.criterion].name(language)
    if least.stay == first:
        text = ngettext(
            "The first stays the same whichever criterion is left out or counts double.",
            "The first %(first)d stay the same whichever criterion is left out or counts double.",
            first,
        )
    elif least.how == "without":
        text = ngettext(
            "Of the first %(first)d, at least %(stay)d stays whichever criterion is left out or counts double; fewest "
            "without “%(name)s”.",
            "Of the first %(first)d, at least %(stay)d stay whichever criterion is left out or counts double; fewest "
            "without “%(name)s”.",
            least.stay,
        )
    else:
        text = ngettext(
            "Of the first %(first)d, at least %(stay)d stays whichever criterion is left out or counts double; fewest "
            "if “%(name)s” counts double.",
            "Of the first %(first)d, at least %(stay)d stay whichever criterion is left out or counts double; fewest "
            "if “%(name)s” counts double.",
            least.stay,
        )
    return text % {"first": first, "stay": least.stay, "name": name}


def _sentences(found: api.Scan, asked: api.ScanCriteria, language: str) -> list[str]:
    first = min(10, len(found.rows))
    if len(found.weights) == 1:
        return [_("One criterion alone has a weight: no other weight of it would change the order.")]
    told = [change for change in found.changes if change.of]
    sentences = []
    if told:
        sentences.append(_least(min(told, key=lambda change: change.stay), first, asked, language))
    sure = sum(row.drawn is not None and row.drawn.p_top10 >= OFTEN for row in found.rows)
    if len(found.rows) > first:
        sentences.append(
            ngettext(
                "In 500 sets of weights drawn around these, %(num)d market is among the first ten at least nine "
                "times in ten.",
                "In 500 sets of weights drawn around these, %(num)d markets are among the first ten at least nine "
                "times in ten.",
                sure,
            )
            % {"num": sure}
        )
    return sentences
