"""Which sources a release rests on, and for what: its flows, its fit, its context, its links between countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portulan.atlas.opened import Release
from portulan.atlas.sources import passports

Use = Literal["flows", "fit", "context", "links", "projections"]


def uses(release: Release) -> dict[str, tuple[Use, ...]]:
    """Return, a source, what this release took from it; a source it does not rest on is not there."""
    found: dict[str, list[Use]] = {}
    for name, use in _uses(release):
        if use not in (kept := found.setdefault(name, [])):
            kept.append(use)
    return {name: tuple(kept) for name, kept in sorted(found.items())}


def _uses(release: Release) -> Iterator[tuple[str, Use]]:
    known = {paper.name: paper for paper in passports.all_passports()}
    own = release.manifest.get("portulan", {})
    yield from ((source["name"], "flows") for source in release.manifest["sources"] if source["name"] in known)
    for papers in own.get("gravity", {}).values():
        # The title of the source it was fitted on, then the revision.
        fitted = str(papers.get("fit", {}).get("source", ""))
        yield from ((name, "fit") for name, paper in known.items() if fitted.startswith(paper.title_en))
    told = {str(row.get("source", "")) for row in release.context.values()}
    for name, paper in known.items():
        if any(text.startswith(paper.title_en) for text in told):
            yield name, "context"
    if any(resource["table"] == "links" for resource in release.manifest.get("resources", ())):
        # Distances are between the capitals of the one, languages are those of the other.
        yield "factbook", "links"
        yield "cldr", "links"
    if "projections" in own.get("parameters", {}):
        yield "weo", "projections"
