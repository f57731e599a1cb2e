"""What a reader may ask of a scan: the question, and a weight of 0 to 10 for each criterion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portulan.atlas import api
from portulan.desk.markets.place import Place, alike
from portulan.desk.markets.scan_state import PREFIX, ScanState, scan_address
from portulan.desk.markets.selectors import Choices, usual_flow

MOST = 10
WHOLE_WEIGHT = re.compile("10|[0-9]", re.ASCII)
PRESETS = ("balanced", "first_export", "digital_reach", "none")
_UNKNOWN = _("“%(value)s” is not one of those this release knows.")
_WEIGHT = _("A weight is a whole number from 0 to 10.")
_SHOWN = 80
_TOLD = 4
"""Unknown criteria that are named, with what may have been meant: more are not a reader's."""


class WeightField(forms.IntegerField):
    """A weight as the address writes it: 0 to 10 in plain figures, which Python reads in more ways than that."""

    def to_python(self, value: Any) -> int | None:
        """Return the weight; none where none is given."""
        if value and not WHOLE_WEIGHT.fullmatch(str(value)):
            raise forms.ValidationError(_WEIGHT, code="invalid")
        return int(value) if value else None


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing asked that cannot be answered; `meant` are names and addresses that may have been meant."""

    label: str
    message: str
    meant: tuple[tuple[str, str], ...] = ()


def _choice(label: Any, choices: list[tuple[str, str]], required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=required, error_messages={"invalid_choice": _UNKNOWN}
    )


def criterion_names(language: str) -> dict[str, str]:
    """Return the name of every criterion there can be, by its id."""
    return {one.id: one.name(language) for one in api.all_criteria()}


class ScanForm(forms.Form):
    """The form of a scan. Fields not sent take the default state, so every short address works."""

    def __init__(self, data: QueryDict, choices: Choices, language: str) -> None:
        self.usual = default = Place(flow=usual_flow(dict(choices.flows)))
        sent = {name: str(data.get(name, "")).strip() for name in ("preset", "estimates", "rows")}
        sent["sector"] = str(data.get("sector", "")).strip() or ScanState().sector
        for name in ("exporter", "perimeter", "flow", "year"):
            sent[name] = str(data.get(name, "")).strip() or str(getattr(default, name))
        sent["exporter"] = sent["exporter"].upper()
        self.names = criterion_names(language)
        self.weighted = any(name.startswith(PREFIX) for name in data)
        sent |= {name: str(data.get(name, "")).strip() for name in data if name.startswith(PREFIX)}
        super().__init__(sent)
        self._known = {
            "exporter": choices.exporters,
            "sector": choices.sectors,
            "perimeter": choices.perimeters,
        }
        weight = {"invalid": _WEIGHT, "min_value": _WEIGHT, "max_value": _WEIGHT}
        self.fields = {
            "exporter": _choice(_("Exporter"), choices.exporters),
            "sector": _choice(_("Sector"), choices.sectors),
            "perimeter": _choice(_("Perimeter"), choices.perimeters),
            "flow": _choice(_("Flow"), choices.flows),
            "year": _choice(_("Year"), choices.years, required=False),
            "preset": _choice(_("Starting weights"), [(name, name) for name in PRESETS], required=False),
            "estimates": _choice(_("Estimates"), [("1", "1")], required=False),
            "rows": _choice(_("Rows"), [("all", "all")], required=False),
            **{
                PREFIX + name: WeightField(
                    label=label, min_value=0, max_value=MOST, required=False, error_messages=weight
                )
                for name, label in self.names.items()
            },
        }
        self.strange = [name for name in sent if name.startswith(PREFIX) and name not in self.fields]

    @property
    def state(self) -> ScanState:
        """The state asked for where it can be answered, the default elsewhere."""
        good = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        default = self.usual
        place = Place(
            **{name: good.get(name, getattr(default, name)) for name in ("exporter", "perimeter", "flow", "year")}
        )
        weights = None
        if self.weighted or good.get("preset") == "none":
            weights = tuple((name, int(good.get(PREFIX + name) or 0)) for name in self.names if good.get(PREFIX + name))
        return ScanState(
            place=place,
            sector=good.get("sector", ScanState().sector),
            preset="" if weights is not None else good.get("preset", ""),
            weights=weights,
            estimates=good.get("estimates", ""),
            rows=good.get("rows", ""),
        )

    def error_of(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return str(self.errors[name][0]) if name in self.errors else ""

    def sent(self, name: str) -> str:
        """Return what was sent for one field, as it was typed."""
        return str(self.data.get(name, ""))[:_SHOWN]

    @property
    def fits(self) -> bool:
        """True where everything asked can be answered."""
        return self.is_valid() and not self.strange

    @property
    def unknown_word(self) -> bool:
        """True where something that does not exist was asked for, and not only a weight out of its range."""
        return bool(self.strange) or any(not name.startswith(PREFIX) for name in self.errors)

    @property
    def wrong(self) -> list[Wrong]:
        """Each thing that cannot be answered, with what may have been meant."""
        found = [
            Wrong(str(self.fields[name].label), str(message), self._meant(name))
            for name, messages in self.errors.items()
            for message in messages
        ]
        for name in self.strange[:_TOLD]:
            word = name.removeprefix(PREFIX)[:_SHOWN]
            near = alike(word, self.names.items())
            value = self.sent(name)
            found.append(
                Wrong(
                    gettext("Criterion"),
                    gettext("there is no criterion “%(word)s”.") % {"word": word},
                    tuple((label, self._with_weight(code, value)) for code, label in near),
                )
            )
        return found

    def _with_weight(self, name: str, value: str) -> str:
        weight = int(value) if value.isascii() and value.isdigit() and len(value) < 3 and int(value) <= MOST else 1
        others = tuple(pair for pair in self.state.weights or () if pair[0] != name)
        return scan_address(self.state, weights=(*others, (name, weight)))

    def _meant(self, name: str) -> tuple[tuple[str, str], ...]:
        if name not in self._known:
            return ()
        found = []
        for code, label in alike(self.sent(name), self._known[name]):
            state = self.state
            changed = (
                state.change(sector=code)
                if name == "sector"
                else state.change(place=state.place.change(**{name: code}))
            )
            found.append((label, scan_address(changed)))
        return tuple(found)
