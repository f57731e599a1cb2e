"""What a reader may ask of a comparison: up to four markets, by name in either language or by code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portulan.desk.markets import selectors
from portulan.desk.markets.compare_state import MOST, CompareState, compare_address
from portulan.desk.markets.place import Place, alike
from portulan.desk.markets.scan_form import Wrong
from portulan.desk.markets.selectors import Choices, usual_flow
from portulan.desk.markets.wording import folded

_UNKNOWN = _("“%(value)s” is not one of those this release knows.")
_READ = 12
"""How many markets of an address are looked at; what asks for more is not a reader."""
_SHOWN = 80
_PLACE = ("exporter", "perimeter", "flow", "year")


def _choice(label: Any, choices: list[tuple[str, str]], required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=required, error_messages={"invalid_choice": _UNKNOWN}
    )


class CompareForm(forms.Form):
    """The form of a comparison. What cannot be understood is said in place; the rest is answered."""

    def __init__(self, data: QueryDict, choices: Choices, language: str) -> None:
        self.usual = default = Place(flow=usual_flow(dict(choices.flows)))
        sent = {name: str(data.get(name, "")).strip() or str(getattr(default, name)) for name in _PLACE}
        sent["sector"] = str(data.get("sector", "")).strip() or CompareState().sector
        sent["exporter"] = sent["exporter"].upper()
        super().__init__(sent)
        self.fields = {
            "exporter": _choice(_("Exporter"), choices.exporters),
            "sector": _choice(_("Sector"), choices.sectors),
            "perimeter": _choice(_("Perimeter"), choices.perimeters),
            "flow": _choice(_("Flow"), choices.flows),
            "year": _choice(_("Year"), choices.years, required=False),
        }
        self.markets = choices.markets
        typed = [word.strip()[:_SHOWN] for word in data.getlist("market")[:_READ]]
        self.typed = [word for word in typed if word]
        self._names = _codes_by_name()
        found: list[str] = []
        self.lost: list[str] = []
        for word in self.typed:
            code = self._code(word)
            if code and code not in found:
                found.append(code)
            elif not code:
                self.lost.append(word)
        self.too_many = len(found) > MOST
        self.found = tuple(found[:MOST])

    def _code(self, word: str) -> str:
        return word.upper() if word.upper() in dict(self.markets) else self._names.get(folded(word), "")

    @property
    def state(self) -> CompareState:
        """The state asked for where it can be answered, the default elsewhere."""
        self.is_valid()
        good = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        default = self.usual
        place = Place(**{name: good.get(name, getattr(default, name)) for name in _PLACE})
        return CompareState(place, good.get("sector", CompareState().sector), self.found)

    def error_of(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return str(self.errors[name][0]) if name in self.errors else ""

    @property
    def fits(self) -> bool:
        """True where everything asked can be answered."""
        return self.is_valid() and not self.lost and not self.too_many

    @property
    def unknown_word(self) -> bool:
        """True where something that does not exist was asked for."""
        return bool(self.errors or self.lost)

    def meant(self, word: str) -> tuple[tuple[str, str], ...]:
        """Return the names and addresses that may have been meant by a market that does not exist."""
        near = alike(word, self.markets)
        return tuple((name, self._with(code)) for code, name in near)

    def _with(self, code: str) -> str:
        state = self.state
        return compare_address(state.change(markets=(*state.markets, code)[:MOST]))

    @property
    def wrong(self) -> list[Wrong]:
        """Each thing that cannot be answered."""
        found = [
            Wrong(str(self.fields[name].label), str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]
        for place, word in enumerate(self.lost):
            text = gettext("“%(value)s” is not a market we know.") % {"value": word}
            found.append(Wrong(gettext("Market"), text, self.meant(word) if place < MOST else ()))
        if self.too_many:
            found.append(
                Wrong(
                    gettext("Markets"),
                    gettext("At most four stand side by side. The first four are in the fields: compare them."),
                )
            )
        return found


def _codes_by_name() -> dict[str, str]:
    """Return the code of each country by its name in either language, folded."""
    return {folded(name): code for language in ("en", "fr") for code, name in selectors.country_names(language).items()}
