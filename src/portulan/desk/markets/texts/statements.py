"""What whoever runs the site must say: accessibility, and who answers for it. Nothing is claimed that was not told."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from portulan import __version__
from portulan.atlas import api
from portulan.desk.markets import selectors
from portulan.desk.markets.texts.sources import SourcePaper, own_estimates
from portulan.desk.markets.wording import typeset

REDRESS: Final = "https://www.defenseurdesdroits.fr/"
EUPL: Final = "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to: a text, and the address behind it where it is one that may be followed."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    """What the statement of accessibility depends on."""

    publisher: str
    contact: Contact | None
    version: str
    redress: str = REDRESS


@dataclass(frozen=True, slots=True)
class Licensed:
    """The licence of one source."""

    name: str
    title: str
    producer: str
    licence: str
    licence_url: str
    used: bool


@dataclass(frozen=True, slots=True)
class LegalPage:
    """What the legal notice depends on."""

    publisher: str
    contact: Contact | None
    licences: tuple[Licensed, ...]
    eupl: str = EUPL


def contact() -> Contact | None:
    """Return whom the installation says to write to; only mail and web addresses are made into links."""
    text = str(settings.PORTULAN_CONTACT).strip()
    if not text:
        return None
    if text.startswith(("https://", "http://")):
        return Contact(text, text)
    name, at, host = text.partition("@")
    if at and name and host and not any(sign in text for sign in " :/?&<>\"'"):
        return Contact(text, f"mailto:{text}")
    return Contact(text)


def accessibility_page() -> AccessibilityPage:
    """Return what the statement of accessibility says of this installation."""
    return AccessibilityPage(settings.PORTULAN_PUBLISHER, contact(), __version__)


def legal_page(language: str) -> LegalPage:
    """Return what the legal notice says of this installation and of the data it serves."""
    uses: Mapping[str, tuple[api.Use, ...]] = {}
    own: tuple[SourcePaper, ...] = ()
    # Licences can be read where no figure can.
    with contextlib.suppress(selectors.ReleaseMissingError, selectors.AtlasError):
        uses, own = api.uses(selectors.release()), own_estimates(language)
    licences = [Licensed(paper.name, paper.title, paper.producer, paper.licence, "", True) for paper in own]
    licences += [
        Licensed(
            source.name,
            typeset(source.title_fr if language == "fr" else source.title_en, language),
            source.producer,
            source.licence,
            source.licence_url,
            source.name in uses,
        )
        for source in api.sources()
    ]
    return LegalPage(settings.PORTULAN_PUBLISHER, contact(), tuple(sorted(licences, key=lambda one: not one.used)))
