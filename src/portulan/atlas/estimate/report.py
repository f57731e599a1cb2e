"""What validation found, kept beside the parameters: one row a basket, exporter and measure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from portulan.atlas.errors import BadInputError
from portulan.atlas.estimate.parameters import FOLDER
from portulan.atlas.estimate.validate import Comparison, Measured

FILE = "validation.csv"
_PARTS = ("gravity", "static", "difference")
_HEADER = (
    "sector", "perimeter", "exporter", "measure", "exporters",
    *(f"{part}{suffix}" for part in _PARTS for suffix in ("", "_low", "_high")),
)  # fmt: skip


def write_validation(comparisons: Sequence[Comparison], folder: Path = FOLDER) -> None:
    """Write the comparisons, in their order."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(_HEADER)
        for one in comparisons:
            numbers = [n for part in _PARTS for n in _flat(getattr(one, part))]
            writer.writerow([one.sector, one.perimeter, one.exporter, one.measure, one.exporters, *numbers])


def read_validation(folder: Path = FOLDER) -> tuple[Comparison, ...]:
    """Read the comparisons back; raise BadInputError where there are none."""
    path = folder / FILE
    if not path.is_file():
        raise BadInputError("no validation here", todo="run `portulan atlas fit --validate`", file=path)
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(
            Comparison(
                row["sector"],
                row["perimeter"],
                row["exporter"],
                row["measure"],
                int(row["exporters"]),
                *(Measured(*(float(row[f"{part}{suffix}"]) for suffix in ("", "_low", "_high"))) for part in _PARTS),
            )
            for row in csv.DictReader(handle)
        )


def _flat(measured: Measured) -> list[str]:
    return [repr(measured.value), repr(measured.low), repr(measured.high)]
