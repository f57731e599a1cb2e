"""What a reader may ask of the map, checked against what the release can answer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portulan.desk.markets.place import alike
from portulan.desk.markets.selectors import Choices, country_names, only_estimates, promises, usual_flow
from portulan.desk.markets.state import MapState
from portulan.desk.markets.wording import folded

_UNKNOWN = _("“%(value)s” is not one of those this release knows.")
_NOT_A_RELEASE = _("This is not the identifier of a release.")
_TEXT_LIMIT = 80
SCALES = ("quantile", "log", "fixed")
"""How values are put into classes, the first one where nothing is chosen."""
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


def _iso3(text: str, exporters: list[tuple[str, str]]) -> str:
    """Return the code of an exporter that is written as a code or as a name, in any language of ours."""
    codes = {code for code, _name in exporters}
    if text.upper() in codes:
        return text.upper()
    sought = folded(text)
    named = (
        code for names in (country_names("fr"), country_names("en")) for code, n in names.items() if folded(n) == sought
    )
    return next((code for code in named if code in codes), text)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing asked that cannot be answered, and what may have been meant: (code, name)."""

    field: str
    label: str
    message: str
    meant: tuple[tuple[str, str], ...] = ()


class MapForm(forms.Form):
    """The form above the map. Fields not sent take the default state, so every short address works."""

    def __init__(self, data: Any, choices: Choices) -> None:
        default = MapState(flow=usual_flow(dict(choices.flows)))
        sent = {
            field.name: str(data.get(field.name, getattr(default, field.name))).strip() for field in fields(MapState)
        }
        self.typed, self.choices = sent["exporter"], choices
        sent["exporter"], sent["market"] = _iso3(sent["exporter"], choices.exporters), sent["market"].upper()
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
            "scale": _choice(_("Classes"), [(name, name) for name in SCALES], required=False),
            "view": _choice(_("View"), [("sectors", "sectors")], required=False),
            "release": forms.RegexField(r"^[0-9a-f]{8,64}\Z", label=_("Release"), required=False),
        }
        self.fields["release"].error_messages["invalid"] = _NOT_A_RELEASE

    @property
    def state(self) -> MapState:
        """The state asked for; only of a valid form."""
        return MapState(**self.cleaned_data)

    @property
    def nearest_state(self) -> MapState:
        """The state asked for where it can be answered, the default elsewhere."""
        good = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        return MapState(**{"flow": usual_flow(dict(self.choices.flows)), **good})

    @property
    def exporter_text(self) -> str:
        """What stands in the field of the exporter: its name, or what was typed where no exporter is called so."""
        names = dict(self.choices.exporters)
        return names.get(self.data["exporter"], str(self.typed)[:_TEXT_LIMIT])

    def error_of(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return str(self.errors[name][0]) if name in self.errors else ""

    @property
    def by_name(self) -> bool:
        """True where the exporter was written as a name: its page has an address with the code."""
        return bool(self.typed.upper() != self.data["exporter"])

    @property
    def wrong(self) -> list[Wrong]:
        """Each thing that cannot be answered, for the page to say."""
        return [
            Wrong(name, str(self.fields[name].label), str(message), self._meant(name))
            for name, messages in self.errors.items()
            for message in messages
        ]

    def _meant(self, name: str) -> tuple[tuple[str, str], ...]:
        field = self.fields[name]
        known = list(field.choices) if isinstance(field, forms.ChoiceField) else []  # type: ignore[arg-type]
        return tuple(alike(str(self.data[name])[:_TEXT_LIMIT], known)) if name in ("exporter", "sector") else ()
