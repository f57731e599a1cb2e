"""The page of the release: what this site serves, down to the hash of each file, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import Printed, marks, printed, status_text
from portulan.desk.markets.passport import release_title, titled
from portulan.desk.markets.state import MapState
from portulan.desk.markets.table import address
from portulan.desk.markets.texts.words import correction_text, flow_text
from portulan.desk.markets.wording import money, typeset

PERIMETER: Final = "core"
SHOWN: Final = 25
"""How many changes the page prints; the command `portulan atlas diff` prints as many as one wants."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded of one source, flow and year."""

    source: str
    flow: str
    year: int
    scheme: str
    rows: str
    value: str
    status: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of the release."""

    path: str
    rows: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows that could not be used, for one reason (in English, as the reader of the source gives it)."""

    reason: str
    count: str
    example: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure that is not what it was."""

    market: str
    href: str
    sector: str
    indicator: str
    flow: str
    year: int
    old: Printed
    new: Printed
    words: str


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the former release. ``problem`` says why it cannot be told; nothing else is then set."""

    problem: str = ""
    detail: str = ""
    old: str = ""
    exporter: str = ""
    perimeter: str = ""
    reasons: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    total: str = "0"
    shared: str = "0"
    by_sector: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """One check of the release and what came out; ``lang`` is the language that it is said in."""

    name: str
    passed: bool
    detail: str
    lang: str


@dataclass(frozen=True, slots=True)
class ReleasesPage:
    """Everything the page of the release prints."""

    title: str
    id: str
    kind: str
    software: str
    engine: str
    years: tuple[tuple[str, str], ...]
    corrections: tuple[str, ...]
    doubt: tuple[str, ...]
    draws: str
    fits: tuple[str, ...]
    loaded: tuple[Loaded, ...]
    checks: tuple[Tested, ...]
    passed: int
    aside: tuple[Aside, ...]
    files: tuple[File, ...]
    size: str
    news: News
    exporter: str
    exporters: tuple[tuple[str, str], ...]


def _count(value: float, language: str) -> str:
    return api.decimal_text(value, language)


def _bytes(value: int, language: str) -> str:
    names = ("o", "ko", "Mo", "Go") if language == "fr" else ("B", "kB", "MB", "GB")
    size, place = float(value), 0
    while size >= 1000 and place < len(names) - 1:
        size, place = size / 1000, place + 1
    return f"{api.decimal_text(size, language, most=1 if place else 0)}\u00a0{names[place]}"


def _loaded(manifest: Mapping[str, Any], language: str) -> tuple[Loaded, ...]:
    titles = {s.name: s.title_fr if language == "fr" else s.title_en for s in api.sources()}
    found = []
    for source in manifest["sources"]:
        title = titles.get(source["name"]) or str(source.get(f"title_{language}") or source["title"])
        for entry in source.get("loaded", ()):
            # Estimates of our own have no rows of a source behind them: none is said, rather than zero.
            rows = entry["rows"]
            found.append(
                Loaded(
                    typeset(title, language),
                    flow_text(entry["flow"]),
                    entry["year"],
                    entry["scheme"],
                    _count(rows, language) if rows else _("none: estimates"),
                    money(entry["value_usd"], language) if rows else _("none: estimates"),
                    status_text(entry.get("status", "reported") if rows else "estimated"),
                )
            )
    return tuple(found)


def _check(check: Mapping[str, Any], language: str) -> Tested:
    """Return a check in the reader's language; what Portulan has no words for stays in English, and is marked so."""
    name, detail = api.check_texts(check["name"], check["detail"], language)
    return Tested(name, bool(check["passed"]), detail, "en" if (name, language) == (check["name"], "fr") else language)


def _fits(own: Mapping[str, Any], language: str) -> tuple[str, ...]:
    return tuple(
        _("%(place)s: fitted on %(source)s, %(year)s")
        % {
            "place": place,
            "source": typeset(titled(papers["fit"]["source"], language), language),
            "year": papers["fit"]["year"],
        }
        for place, papers in own.get("gravity", {}).items()
        if "fit" in papers
    )


def releases_page(exporter: str, language: str) -> ReleasesPage:
    """Put in words what the manifest of the release tells."""
    release = selectors.release()
    own: Mapping[str, Any] = release.manifest.get("portulan", {})
    parameters = own.get("parameters", {})
    resources = release.manifest.get("resources", ())
    doubt = parameters.get("doubt", {})
    checks = tuple(_check(check, language) for check in own.get("checks", ()))
    return ReleasesPage(
        title=release_title(release),
        id=release.id,
        kind=release.kind,
        software=own.get("software", ""),
        engine=own.get("engine", ""),
        years=_years(release),
        corrections=tuple(correction_text(name) for name in parameters.get("corrections", ())),
        doubt=tuple(selectors.country_name(code, language) for code in doubt.get("exporters", ())),
        draws=_count(doubt.get("draws", 0), language),
        fits=_fits(own, language),
        loaded=_loaded(release.manifest, language),
        checks=checks,
        passed=sum(check.passed for check in checks),
        aside=tuple(
            Aside(entry["reason"], _count(entry["count"], language), str(entry.get("example", "")))
            for entry in own.get("quarantined", ())
        ),
        files=tuple(
            File(
                r["path"],
                _count(r["rowCount"], language),
                _bytes(r["bytes"], language),
                r["hash"].removeprefix("sha256:"),
            )
            for r in resources
        ),
        size=_bytes(sum(r["bytes"] for r in resources), language),
        news=news(exporter, language),
        exporter=exporter,
        exporters=tuple(selectors.choices(language).exporters),
    )


def _years(release: api.Release) -> tuple[tuple[str, str], ...]:
    return tuple(
        (flow_text(flow), ", ".join(str(year) for held, year in release.slices if held == flow))
        for flow in release.flows
    )


@lru_cache(maxsize=2)
def _former(key: selectors.Key) -> api.Release:
    return api.open_release(key[0])


@selectors.of_a_release
@lru_cache(maxsize=16)
def _difference(old: selectors.Key, new: selectors.Key, exporter: str) -> api.Difference:
    """Compare once: neither release ever changes. The keys tell them from those that may take their place."""
    return api.difference(_former(old), selectors.release(), exporter=exporter, perimeter=PERIMETER, top=None)


def news(exporter: str, language: str) -> News:
    """Say what changed since the release that the installation names as the former one, or why it cannot be said."""
    if (key := selectors.former_key()) is None:
        return News(
            problem=_(
                "This installation names no former release (PORTULAN_PREVIOUS_RELEASE), so nothing is compared here."
            )
        )
    try:
        before, found = _former(key), _difference(key, selectors.release_key(), exporter)
    except selectors.UnknownCodeError:
        raise
    except (OSError, selectors.AtlasError) as error:
        return News(
            problem=_("The former release that this installation names cannot be read, so nothing is compared."),
            detail=str(error) if isinstance(error, selectors.AtlasError) else "",
        )
    return _told(found, before, exporter, language)


def _told(found: api.Difference, before: api.Release, exporter: str, language: str) -> News:
    """Put a difference in words: years held by both, sectors and groups apart (their total would repeat them)."""
    both = set(before.slices) & set(selectors.release().slices)
    shared = [change for change in found.changes if (change.flow, change.year) in both and change.sector != "all"]
    counts: dict[str, int] = {}
    for change in shared:
        counts[change.sector] = counts.get(change.sector, 0) + 1
    moved = tuple(_moved(change, before, exporter, language) for change in shared[:SHOWN])
    return News(
        old=before.id,
        exporter=selectors.country_name(exporter, language),
        perimeter=next(p.name_fr if language == "fr" else p.name_en for p in api.perimeters() if p.id == PERIMETER),
        reasons=tuple(typeset(reason.text(language), language) for reason in found.why),
        moved=moved,
        flags=marks(sign for one in moved for figure in (one.old, one.new) for sign in figure.signs),
        total=_count(found.total, language),
        shared=_count(len(shared), language),
        by_sector=tuple(
            (typeset(selectors.sector_name(sector, language), language), _count(count, language))
            for sector, count in sorted(counts.items(), key=lambda pair: -pair[1])
        ),
    )


def _moved(change: api.FigureChange, before: api.Release, exporter: str, language: str) -> Moved:
    """Return one change with both figures, each with the papers of its own release."""
    old, new = (
        printed(
            api.figure(
                release,
                exporter=exporter,
                market=change.market,
                sector=change.sector,
                indicator=change.indicator,
                perimeter=PERIMETER,
                flow=change.flow,  # type: ignore[arg-type] # the atlas wrote it
                year=change.year,
            ),
            language,
        )
        for release in (before, selectors.release())
    )
    return Moved(
        market=selectors.country_name(change.market, language),
        href=address(
            MapState(
                exporter=exporter,
                sector=change.sector,
                perimeter=PERIMETER,
                flow=change.flow,
                year=str(change.year),
                market=change.market,
            ),
            "market",
        ),
        sector=typeset(selectors.sector_name(change.sector, language), language),
        indicator=selectors.indicator_names(language)[change.indicator],
        flow=flow_text(change.flow),
        year=change.year,
        old=old,
        new=new,
        words=_words(old, new, language),
    )


def _words(old: Printed, new: Printed, language: str) -> str:
    if old.value is None:
        return _("now known; before: %(reason)s") % {"reason": old.reason}
    if new.value is None:
        return _("no longer known: %(reason)s") % {"reason": new.reason}
    by = money(abs(new.value - old.value), language)
    return (_("up by %(amount)s") if new.value > old.value else _("down by %(amount)s")) % {"amount": by}
