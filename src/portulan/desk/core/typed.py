"""What was typed into a small form: read field by field, or what is wrong with it, in a sentence beside the field."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext as _

LONGEST, LONGEST_LINE = 20000, 300


class WrongError(Exception):
    """What was sent cannot be done: the field, and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of one form."""

    fields: QueryDict

    def text(self, name: str, most: int = LONGEST, *, needed: bool = True) -> str:
        """Return a text of several lines; raise `WrongError` where there is none, or too much."""
        said = str(self.fields.get(name, "")).replace("\r\n", "\n").replace("\x00", "").strip()
        return self._fits(name, said, most, needed=needed)

    def line(self, name: str, *, needed: bool = True, most: int = LONGEST_LINE) -> str:
        """Return a text of one line."""
        said = " ".join(str(self.fields.get(name, "")).replace("\x00", "").split())
        return self._fits(name, said, most, needed=needed)

    def _fits(self, name: str, said: str, most: int, *, needed: bool) -> str:
        if needed and not said:
            raise WrongError(name, _("Write something first."))
        if len(said) > most:
            raise WrongError(name, _("This is too long: keep it under %(most)s characters.") % {"most": most})
        return said

    def day(self, name: str) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(str(self.fields.get(name, "")).strip())
        except ValueError:
            raise WrongError(name, _("Give a day, as 2026-12-31.")) from None

    def day_or_none(self, name: str) -> date | None:
        """Return a day that may be left out."""
        return self.day(name) if str(self.fields.get(name, "")).strip() else None

    def email(self, name: str, *, needed: bool = True) -> str:
        """Return an e-mail address."""
        said = self.line(name, needed=needed, most=254)
        if said:
            try:
                validate_email(said)
            except ValidationError:
                raise WrongError(name, _("This is not an e-mail address: write it as name@example.org.")) from None
        return said

    def one_of(self, name: str, known: Container[str], sentence: str) -> str:
        """Return a word that must be one of those known."""
        said = str(self.fields.get(name, ""))
        if said not in known:
            raise WrongError(name, sentence)
        return said

    @property
    def nonce(self) -> str:
        """The number of the form, so that one sent twice is done once."""
        return str(self.fields.get("nonce", ""))[:36]
