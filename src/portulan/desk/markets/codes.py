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
    """Say why no code has a value, where none has any: then the codes alone are listed, without columns of gaps."""
    if not codes:
        return _("no product code measures this sector in this perimeter")
    values = [
        value for line in codes for value in (line.imports_from, line.imports_world, line.potential_static, line.rca)
    ]
    reasons = {value.text(language) for value in values if isinstance(value, api.Gap)}
    known = any(isinstance(value, api.Figure) for value in values)
    return "" if known or len(reasons) != 1 else typeset(reasons.pop(), language)


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
