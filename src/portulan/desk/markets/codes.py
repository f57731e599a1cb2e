"""The product codes a sector is counted from in one market, made ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.atlas import api
from portulan.desk.markets.cells import Printed, printed
from portulan.desk.markets.texts.words import confidence_text, role_text
from portulan.desk.markets.wording import said, typeset


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One product code of the sector as it is counted here."""

    scheme: str
    code: str
    label: str
    role: str
    weight: str
    confidence: str
    imports_from: Printed
    imports_world: Printed
    potential: Printed | None
    rca: Printed


def why_no_codes(codes: tuple[api.Line, ...], language: str) -> str:
    """Say why no code has a value, where none has."""
    if not codes:
        return _("no product code measures this sector in this perimeter")
    gaps = [line.imports_from for line in codes if isinstance(line.imports_from, api.Gap)]
    reasons = {gap.text(language) for gap in gaps}
    return typeset(reasons.pop(), language) if len(gaps) == len(codes) and len(reasons) == 1 else ""


def code_row(line: api.Line, quiet: bool, language: str) -> CodeRow:
    """Make one code ready to print; ``quiet`` where goods do not measure the sector and nothing is expected of it."""
    return CodeRow(
        scheme=line.scheme,
        code=line.code,
        label=typeset(line.label_fr if language == "fr" else line.label, language),
        role=role_text(line.role),
        weight="" if line.weight is None else said(line.weight, "share", language),
        confidence=confidence_text(line.confidence),
        imports_from=printed(line.imports_from, language),
        imports_world=printed(line.imports_world, language),
        potential=None if quiet else printed(line.potential_static, language),
        rca=printed(line.rca, language),
    )
