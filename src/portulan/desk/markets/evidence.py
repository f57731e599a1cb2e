"""The page "the sector in figures": what is quoted of the sector, what is known of it, and what goods say today."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import passport as papers
from portulan.desk.markets import selectors
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.place import Place, page_address
from portulan.desk.markets.wording import NBSP, said, typeset

COMMAND = (
    "portulan data pull baci=HS12",
    "portulan evidence growth --source baci=PATH --from 2013 --to 2016 --rates rates.csv",
)
GROWTH = "growth"
"""The claim that open data can recompute."""
_UNSTATED = {"en": "not stated", "fr": "non précisé"}


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a claim. ``unstated`` is what it begins with where nobody says it, and ``text`` the rest."""

    id: str
    term: str
    unstated: str
    text: str


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One official total as it is quoted, with all its papers."""

    id: str
    quoted: str
    claim: str
    papers: tuple[Paper, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Total:
    """One of the totals of exports, for standing beside the others."""

    id: str
    quoted: str
    euros: str
    own_product: bool
    flow: Paper
    perimeter: Paper
    year: Paper
    source: Paper


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that can make totals differ: what is known of it, and what is not."""

    term: str
    known: str


@dataclass(frozen=True, slots=True)
class Today:
    """What the release says of the same sector, in goods."""

    exporter: str
    year: int | None
    rows: tuple[tuple[str, Printed], ...]
    moved: str
    limits: tuple[str, ...]
    passport: tuple[papers.Fact, ...]


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Everything the template prints."""

    place: Place
    claims: tuple[ClaimCard, ...]
    totals: tuple[Total, ...]
    apart: str
    reasons: tuple[Reason, ...]
    growth: ClaimCard
    command: str
    today: Today
    estimated_only: bool
    sources: tuple[papers.Source, ...]
    method: str
    sources_page: str
    release_title: str
    release_id: str


def evidence_page(place: Place, language: str) -> EvidencePage:
    """Put the claims, and what the release says of the same sector, into words."""
    claims = api.evidence()
    cards = tuple(_card(claim, language) for claim in claims)
    release = selectors.release()
    return EvidencePage(
        place=place,
        claims=cards,
        totals=tuple(_total(claim, language) for claim in claims if claim.measure == "exports"),
        apart=_apart(claims, language),
        reasons=_reasons(),
        growth=next(card for card in cards if card.id == GROWTH),
        command="\n".join(COMMAND),
        today=_today(place, language),
        estimated_only=selectors.only_estimates(),
        sources=papers.sources(language),
        method=page_address("method"),
        sources_page=page_address("sources"),
        release_title=papers.release_title(release),
        release_id=release.id[:16],
    )


def _paper(ident: str, term: str, text: str, language: str) -> Paper:
    unstated = _UNSTATED[language]
    if text.startswith(unstated):
        return Paper(ident, term, unstated, text.removeprefix(unstated))
    return Paper(ident, term, "", text)


def _papers(claim: api.Claim, language: str) -> dict[str, Paper]:
    terms = {
        "perimeter": _("Perimeter"),
        "years": _("Year"),
        "flow": _("Flow"),
        "territory": _("Country"),
        "body": _("Who says it"),
        "source": _("Source"),
        "includes": _("What it counts"),
        "excludes": _("What it leaves out"),
    }
    return {
        name: _paper(name, term, claim.years(language) if name == "years" else claim.text(name, language), language)
        for name, term in terms.items()
    }


def _card(claim: api.Claim, language: str) -> ClaimCard:
    return ClaimCard(
        claim.id,
        claim.text("quoted", language),
        claim.text("claim", language),
        tuple(_papers(claim, language).values()),
        claim.text("note", language),
    )


def _billions(euros: float, language: str) -> str:
    text = api.decimal_text(euros / 1e9, language, 1)
    return f"{text}{NBSP}{'Md€' if language == 'fr' else 'bn€'}"


def _total(claim: api.Claim, language: str) -> Total:
    own = _papers(claim, language)
    return Total(
        id=claim.id,
        quoted=claim.text("quoted", language),
        euros=_billions(claim.euros or 0.0, language),
        own_product=claim.unit != "EUR",
        flow=own["flow"],
        perimeter=own["perimeter"],
        year=own["years"],
        source=own["source"],
    )


def _apart(claims: tuple[api.Claim, ...], language: str) -> str:
    """Say how far the totals of exports are from each other."""
    found = [claim.euros for claim in claims if claim.measure == "exports" and claim.euros]
    times = api.decimal_text(max(found) / min(found), language, 1)
    return _("Read as euros, the largest is %(times)s times the smallest.") % {"times": times}


def _reasons() -> tuple[Reason, ...]:
    return (
        Reason(
            _("Perimeter"),
            _("Known: the three use three perimeters. Not stated: which products, works or trades each of them holds."),
        ),
        Reason(
            _("Goods or services"),
            _(
                "Known: customs see six cultural goods, while services and rights are mostly invisible. Not "
                "stated: which of the three counts services or rights."
            ),
        ),
        Reason(
            _("Direct or indirect"),
            _(
                "Not stated: whether a total counts only what the sector sells abroad itself, or also what others sell "
                "thanks to it."
            ),
        ),
        Reason(_("Year"), _("Not stated, for any of the three.")),
    )


def _today(place: Place, language: str) -> Today:
    """Return what the release says of the exports of all sectors, in goods, perimeter by perimeter."""
    release = selectors.release()
    held = [year for flow, year in release.slices if flow == "goods"]
    year = int(place.year) if place.year and int(place.year) in held else max(held, default=None)
    names = {one.id: typeset(one.name_fr if language == "fr" else one.name_en, language) for one in api.perimeters()}
    found: dict[str, api.Figure] = {}
    for perimeter in names:
        for seller in api.exporters(
            release, sector="all", perimeter=perimeter, flow="goods", year=year, top=0, always=place.exporter
        ):
            found[perimeter] = seller.exports
    exporter = selectors.country_name(place.exporter, language)
    widest = found.get("broad")
    return Today(
        exporter=exporter,
        year=year,
        rows=tuple((names[perimeter], printed(figure, language)) for perimeter, figure in found.items()),
        moved=_moved(tuple(found.values()), names, exporter, language),
        limits=_limits(widest, language),
        passport=() if widest is None else _passport(widest.passport, place, language),
    )


def _moved(found: tuple[api.Figure, ...], names: dict[str, str], exporter: str, language: str) -> str:
    """Say how much the perimeter alone moves one total: same exporter, same year, same flow, same source."""
    if not found:
        return ""
    low, high = min(found, key=lambda f: f.value), max(found, key=lambda f: f.value)
    if low.value <= 0 or high.value <= low.value:
        return ""
    return _(
        "What a perimeter alone can do: in this release, for the same country (%(exporter)s), the same year (%(year)s) "
        "and goods only, exports go from %(low)s (%(narrow)s) to %(high)s (%(wide)s), %(times)s times as much."
    ) % {
        "exporter": exporter,
        "year": low.passport.year,
        "low": said(low.value, low.unit, language),
        "narrow": names[low.passport.perimeter].lower(),
        "high": said(high.value, high.unit, language),
        "wide": names[high.passport.perimeter].lower(),
        "times": api.decimal_text(high.value / low.value, language, 1),
    }


def _limits(widest: api.Figure | None, language: str) -> tuple[str, ...]:
    limits = [
        _("Goods that cross a border only: no services, no rights, nothing online."),
        _("US dollars of one year; the official totals are in euros, and their years are mostly not stated."),
    ]
    coverage = None if widest is None else widest.passport.coverage
    if coverage is not None and coverage.importers_missing and not selectors.only_estimates():
        names = ", ".join(selectors.country_name(code, language) for code in coverage.importers_missing)
        limits.append(
            _(
                "Sold to the %(present)d importers that report, of %(total)d. What the others buy is unknown and is "
                "not in it: %(names)s."
            )
            % {"present": coverage.importers_present, "total": coverage.importers_total, "names": names}
        )
    limits.append(_("So none of these figures confirms, or refutes, any total above."))
    return tuple(limits)


def _passport(found: api.Passport, place: Place, language: str) -> tuple[papers.Fact, ...]:
    """Return the passport that the four figures share; each has its own perimeter, said in the table."""
    facts = papers.passport_of(found, place, language)
    own = _("Perimeter")
    return tuple(
        papers.Fact(own, _("one a line, in the table"), _("Missing codes are those of the broadest one."))
        if fact.term == own
        else fact
        for fact in facts
    )
