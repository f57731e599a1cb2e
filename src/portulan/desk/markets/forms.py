"""What a reader may ask of the map, checked against what the release can answer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portulan.desk.markets.selectors import Choices, only_estimates, promises
from portulan.desk.markets.state import MapState

_UNKNOWN = _("“%(value)s” is not one of those this release knows.")
_TEXT_LIMIT = 80
TWO_YEARS = 2


def _choice(label: Any, choices: list[tuple[str, str]], required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=required, error_messages={"invalid_choice": _UNKNOWN}
    )


def _marked(choices: Choices) -> list[tuple[str, str]]:
    """Say of each indicator that this release cannot fill what it would need: choosing it shows why."""
    one_year, estimates = len(choices.years) < TWO_YEARS, only_estimates()

    def marked(code: str, name: str) -> str:
        if one_year and code in ("growth", "demand_growth"):
            return gettext("%(indicator)s (needs two years)") % {"indicator": name}
        if estimates and code != "potential_gravity" and (promises(code) or code == "ease"):
            return gettext("%(indicator)s (needs published data)") % {"indicator": name}
        return name

    return [(code, marked(code, name)) for code, name in choices.indicators]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing asked that cannot be answered."""

    field: str
    label: str
    message: str


class MapForm(forms.Form):
    """The form above the map. Fields not sent take the default state, so every short address works."""

    def __init__(self, data: Any, choices: Choices) -> None:
        default = MapState()
        sent = {
            field.name: str(data.get(field.name, getattr(default, field.name))).strip() for field in fields(MapState)
        }
        for code in ("exporter", "market"):
            sent[code] = sent[code].upper()
        super().__init__(sent)
        self.fields = {
            "exporter": _choice(_("Exporter"), choices.exporters),
            "sector": _choice(_("Sector"), choices.sectors),
            "perimeter": _choice(_("Perimeter"), choices.perimeters),
            "by": _choice(_("Indicator"), _marked(choices), required=False),
            "flow": _choice(_("Flow"), choices.flows),
            "year": _choice(_("Year"), choices.years, required=False),
            "market": _choice(_("Market"), choices.markets, required=False),
            "find": forms.CharField(label=_("Find a market"), max_length=_TEXT_LIMIT, required=False),
            "sort": _choice(_("Sort by"), choices.columns, required=False),
            "order": _choice(_("Order"), [("asc", "asc"), ("desc", "desc")], required=False),
            "rows": _choice(_("Rows"), [("all", "all")], required=False),
            "estimates": _choice(_("Estimates"), [("1", "1")], required=False),
        }

    @property
    def state(self) -> MapState:
        """The state asked for; only of a valid form."""
        return MapState(**self.cleaned_data)

    @property
    def nearest_state(self) -> MapState:
        """The state asked for where it can be answered, the default elsewhere."""
        good = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        return MapState(**good)

    def error_of(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return str(self.errors[name][0]) if name in self.errors else ""

    @property
    def wrong(self) -> list[Wrong]:
        """Each thing that cannot be answered, for the page to say."""
        return [
            Wrong(name, str(self.fields[name].label), str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]
