"""The page of sources: the passport of each one that can be read, how to load it, and whether this release uses it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.texts.words import flow_text
from portulan.desk.markets.wording import NBSP, typeset

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class SourcePaper:
    """One source as the page prints it. ``uses`` is empty where this release does not rest on it."""

    name: str
    title: str
    uses: tuple[str, ...]
    use: str
    kind: str
    producer: str
    citation: str
    licence: str
    licence_url: str
    homepage: str
    vintage: str
    size: str
    seen: str
    faults: tuple[str, ...]
    commands: tuple[str, ...]
    by_hand: str


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """Everything the page of sources prints: those this release rests on, then the others."""

    used: tuple[SourcePaper, ...]
    others: tuple[SourcePaper, ...]
    estimates: bool

    @property
    def links(self) -> list[tuple[str, str]]:
        """The way down the page: anchor and name of each source."""
        return [(source.name, source.title) for source in (*self.used, *self.others)]


def _use_text(use: str) -> str:
    return {
        "flows": _("its flows were loaded"),
        "fit": _("the gravity was fitted on it"),
        "context": _("the context of markets comes from it"),
        "links": _("the links between countries come from it"),
        "projections": _("its projections correct the potential"),
    }[use]


def _kind(flow: str) -> str:
    return {
        "context": _("Context of markets"),
        "pairs": _("Links between countries"),
    }.get(flow) or flow_text(flow)


def _size(source: api.SourcePassport, language: str) -> str:
    """Return the size of the file to bring, of each variant where there are several."""
    unit = "Mo" if language == "fr" else "MB"

    def said(size: float) -> str:
        return f"{api.decimal_text(size, language, most=1)}{NBSP}{unit}"

    if source.sizes_mb:
        return ", ".join(f"{edition} {said(size)}" for edition, size in source.sizes_mb.items())
    if not source.download_url and not source.size_mb:
        return ""
    size = source.size()
    return said(size / _MILLION) if size else _("not known before the download, which tells it")


def commands(source: api.SourcePassport) -> tuple[str, ...]:
    """Return what to type to have a source and to build a release from it; nothing where it comes with Portulan."""
    lines = [f"portulan data pull {source.name}"] if source.pullable else []
    if source.flow in ("goods", "services"):
        lines.append(f"portulan atlas build my-release --source {source.name}=PATH")
    elif source.name == "weo":
        lines.append("portulan atlas build my-release --source baci=PATH --projections PATH")
    return tuple(lines)


def _paper(source: api.SourcePassport, uses: tuple[api.Use, ...], language: str) -> SourcePaper:
    french = language == "fr"
    faults = source.known_faults_fr if french else source.known_faults_en
    return SourcePaper(
        name=source.name,
        title=typeset(source.title_fr if french else source.title_en, language),
        uses=tuple(_use_text(use) for use in uses),
        use=typeset(source.use_fr if french else source.use_en, language),
        kind=_kind(source.flow),
        producer=source.producer,
        citation=source.citation,
        licence=source.licence,
        licence_url=source.licence_url,
        homepage=source.homepage,
        vintage=source.vintage,
        size=_size(source, language),
        seen=_("yes")
        if source.seen
        else _("no: the reader follows the published description; if it stumbles, please report it"),
        faults=tuple(typeset(text, language) for text in faults),
        commands=commands(source),
        by_hand=typeset(source.by_hand_fr if french else source.by_hand_en, language),
    )


def own_estimates(language: str) -> tuple[SourcePaper, ...]:
    """Return what the release says of estimates of its own: they have no passport among the sources."""
    known = {source.name for source in api.sources()}
    found = []
    for said in selectors.release().manifest["sources"]:
        if said["name"] in known:
            continue
        title, citation, licence = (
            typeset(str(said.get(f"{key}_{language}") or said[key]), language)
            for key in ("title", "citation", "licence")
        )
        found.append(
            SourcePaper(
                said["name"], title, (_("they are all that this release holds of trade"),),
                _("A first map before anything is downloaded."), _("Estimates"), "Portulan", citation, licence,
                "", "", "", "", "", (), (), "",
            )
        )  # fmt: skip
    return tuple(found)


def sources_page(language: str) -> SourcesPage:
    """Put every source in words, those that this release rests on first."""
    release = selectors.release()
    uses = api.uses(release)
    papers = [_paper(source, uses.get(source.name, ()), language) for source in api.sources()]
    return SourcesPage(
        used=(*own_estimates(language), *(paper for paper in papers if paper.uses)),
        others=tuple(paper for paper in papers if not paper.uses),
        estimates=release.kind == "default",
    )
