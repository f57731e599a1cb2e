"""A release opened for reading: its manifest, and the few slices that answers are made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from portulan.atlas import manifest
from portulan.atlas.engine import Engine, open_engine, parquet
from portulan.atlas.engine.base import first_line
from portulan.atlas.errors import AtlasError
from portulan.atlas.figures import STATUSES, Coverage, Status

Row = Mapping[str, Any]

_LARGEST = "ORDER BY sector, market, imports_from DESC, exporter"
_SALE = "sector, market, exporter, imports_from, share, supplier_rank"


def _grouped(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[Row, ...]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["sector"], row["market"]), []).append(row)
    return {key: tuple(of) for key, of in found.items()}


class Release:
    """An immutable release. Cheap to open; tables are read when asked for, and slices kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Taken first: if the release is replaced while its manifest is read, the first question says so.
        self._written = manifest.stamp(path)
        self.manifest = manifest.read(path)
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._unpublished: dict[tuple[str, int, str, str], list[str]] = {}
        self._files = {
            (resource["table"], Path(resource["path"]).stem if "/" in resource["path"] else ""): path / resource["path"]
            for resource in self.manifest["resources"]
        }
        # One cache an instance: a release opened twice (by two workers) must not share connections.
        self.cells = lru_cache(maxsize=256)(self._cells)
        self.markets = lru_cache(maxsize=256)(self._markets)
        self.ranks = lru_cache(maxsize=256)(self._ranks)
        self.estimates = lru_cache(maxsize=256)(self._estimates)
        self.exporter_row = lru_cache(maxsize=1024)(self._exporter_row)
        self.exporter_rows = lru_cache(maxsize=64)(self._exporter_rows)
        self.pair_rows = lru_cache(maxsize=64)(self._pair_rows)
        self.link_rows = lru_cache(maxsize=64)(self._link_rows)
        self.coverage = lru_cache(maxsize=256)(self._coverage_of)
        self.market_estimates = lru_cache(maxsize=256)(self._market_estimates)
        self.first_suppliers = lru_cache(maxsize=32)(self._first_suppliers)
        self.first_estimates = lru_cache(maxsize=32)(self._first_estimates)
        self.declared_markets = lru_cache(maxsize=32)(self._declared_markets)
        self.supplier_rows = lru_cache(maxsize=24)(self._supplier_rows)
        self.supplier_estimates = lru_cache(maxsize=512)(self._supplier_estimates)
        self.sales_among = lru_cache(maxsize=64)(self._sales_among)
        self.estimates_among = lru_cache(maxsize=64)(self._estimates_among)
        self.line_rows = lru_cache(maxsize=512)(self._line_rows)
        self.code_imports = lru_cache(maxsize=512)(self._code_imports)
        self.code_exports = lru_cache(maxsize=64)(self._code_exports)
        self.world_by_code = lru_cache(maxsize=32)(self._world_by_code)
        self.derived = lru_cache(maxsize=1024)(self._derived)

    @property
    def id(self) -> str:
        """Hash of everything in the release."""
        return str(self.manifest["id"])

    @property
    def kind(self) -> str:
        """``built`` from a source, or ``default``: estimates shipped with Portulan."""
        return str(self.manifest["portulan"]["kind"])

    @cached_property
    def slices(self) -> tuple[tuple[str, int], ...]:
        """Every flow and year held, in order."""
        found = {name for table, name in self._files if table == "cells"}
        return tuple(sorted((flow, int(year)) for flow, _, year in (name.rpartition("-") for name in found)))

    @property
    def flows(self) -> tuple[str, ...]:
        """Flows held: goods, services."""
        return tuple(sorted({flow for flow, _ in self.slices}))

    @property
    def years(self) -> tuple[int, ...]:
        """Years held, whatever the flow."""
        return tuple(sorted({year for _, year in self.slices}))

    def latest(self, flow: str) -> int | None:
        """Return the newest year of a flow, or None where the release does not hold it."""
        years = [year for held, year in self.slices if held == flow]
        return max(years) if years else None

    @property
    def engine(self) -> Engine:
        """The connection that reads this release, opened at first use."""
        if self._engine is None:
            self._engine = open_engine(memory="1GB", threads=1)
            self._engine.remember_footers()
        return self._engine

    def close(self) -> None:
        """Close the connection, if one was opened."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def file(self, table: str, flow: str = "", year: int | None = None) -> Path | None:
        """Return the Parquet file of a table (of one flow and year), or None where the release has none."""
        return self._files.get((table, f"{flow}-{year}" if flow else ""))

    def query(
        self, path: Path | None, where: str = "TRUE", params: tuple[object, ...] = (), *, select: str = "*"
    ) -> list[dict[str, Any]]:
        """Return the rows of one table that satisfy a condition, in the table's order, as dictionaries."""
        if path is None:
            return []
        with self._lock:
            try:
                rows = self.engine.records(f"SELECT {select} FROM {parquet(path)} WHERE {where}", params)
            except (AtlasError, OSError, RuntimeError, ValueError) as error:
                self.close()  # an engine that met a damaged file may refuse all that comes after
                self._check_same()
                raise AtlasError(
                    f"{path} cannot be read ({first_line(error)}); check the release with: portulan atlas verify"
                ) from error
            # After reading: what was read is of the release that was opened, or is not handed out.
            self._check_same()
            return rows

    def _check_same(self) -> None:
        """Raise `AtlasError` where another release took this one's place: figures of two must never be mixed."""
        if manifest.stamp(self.path) != self._written:
            raise AtlasError(f"the release {self.path} was replaced while it was read; open it again")

    @cached_property
    def basket_of(self) -> dict[tuple[str, int, str, str], tuple[str, tuple[str, ...]]]:
        """(flow, year, perimeter, sector) -> (canonical perimeter, codes)."""
        found: dict[tuple[str, int, str, str], tuple[str, list[str]]] = {}
        for row in self.query(self.file("baskets")):
            key = (row["flow"], row["year"], row["perimeter"], row["sector"])
            codes = found.setdefault(key, (row["canonical"], []))[1]
            if row["kind"] == "missing":
                self._unpublished.setdefault(key, []).append(row["code"])
            else:
                codes.append(row["code"])
        return {key: (canonical, tuple(codes)) for key, (canonical, codes) in found.items()}

    @cached_property
    def _seen(self) -> dict[tuple[str, int], dict[str, dict[str, bool]]]:
        found: dict[tuple[str, int], dict[str, dict[str, bool]]] = {}
        for flow, year in self.slices:
            kinds: dict[str, dict[str, bool]] = {"importer": {}, "code": {}}
            for row in self.query(self.file("coverage", flow, year)):
                kinds[row["kind"]][row["code"]] = bool(row["present"])
            found[flow, year] = kinds
        return found

    def unpublished(self, flow: str, year: int, perimeter: str, sector: str) -> tuple[str, ...]:
        """Return the codes of a basket that its source does not publish at all."""
        return tuple(self._unpublished.get((flow, year, perimeter, sector), ())) if self.basket_of else ()

    def countries_seen(self, flow: str, year: int) -> dict[str, bool]:
        """Return every country of a flow and year, and whether its imports are reported."""
        return self._seen.get((flow, year), {}).get("importer", {})

    def _coverage_of(self, flow: str, year: int, codes: tuple[str, ...], unpublished: tuple[str, ...] = ()) -> Coverage:
        """Return what a figure over these codes saw of the world."""
        held = self._seen.get((flow, year), {"importer": {}, "code": {}})
        missing = tuple(sorted(code for code, present in held["importer"].items() if not present))
        return Coverage(
            importers_present=len(held["importer"]) - len(missing),
            importers_total=len(held["importer"]),
            importers_missing=missing,
            codes_missing=tuple(sorted({*(code for code in codes if not held["code"].get(code, True)), *unpublished})),
        )

    def _cells(self, flow: str, year: int, perimeter: str, sector: str, exporter: str) -> dict[str, Row]:
        rows = self.query(
            self.file("cells", flow, year),
            "perimeter = ? AND sector = ? AND exporter = ?",
            (perimeter, sector, exporter),
        )
        return {row["market"]: row for row in rows}

    def _markets(self, flow: str, year: int, perimeter: str, sector: str) -> dict[str, Row]:
        rows = self.query(self.file("markets", flow, year), "perimeter = ? AND sector = ?", (perimeter, sector))
        return {row["market"]: row for row in rows}

    def _ranks(self, flow: str, year: int, perimeter: str, sector: str, exporter: str) -> dict[tuple[str, str], Row]:
        rows = self.query(
            self.file("ranks", flow, year),
            "perimeter = ? AND sector = ? AND exporter = ?",
            (perimeter, sector, exporter),
        )
        return {(row["indicator"], row["market"]): row for row in rows}

    def _estimates(self, flow: str, year: int, perimeter: str, sector: str, exporter: str) -> dict[str, Row]:
        rows = self.query(
            self.file("estimates", flow, year),
            "perimeter = ? AND sector = ? AND exporter = ?",
            (perimeter, sector, exporter),
        )
        return {row["market"]: row for row in rows}

    def _market_estimates(self, flow: str, year: int, perimeter: str, sector: str) -> dict[str, Row]:
        rows = self.query(
            self.file("market_estimates", flow, year), "perimeter = ? AND sector = ?", (perimeter, sector)
        )
        return {row["market"]: row for row in rows}

    def gravity(self, flow: str, year: int) -> Row:
        """Return what the manifest says of the gravity of a flow and year; empty where none was fitted."""
        return dict(self.manifest["portulan"].get("gravity", {}).get(f"{flow}-{year}", {}))

    def _exporter_row(self, flow: str, year: int, perimeter: str, sector: str, exporter: str) -> Row | None:
        """Return the row of an exporter in a sector (exports, RCA)."""
        rows = self.query(
            self.file("exporters", flow, year),
            "perimeter = ? AND sector = ? AND exporter = ?",
            (perimeter, sector, exporter),
        )
        return rows[0] if rows else None

    def _exporter_rows(self, flow: str, year: int, perimeter: str, sector: str) -> tuple[Row, ...]:
        """Return every exporter of a sector that sells, the largest first."""
        rows = self.query(
            self.file("exporters", flow, year),
            "perimeter = ? AND sector = ? AND exports > 0 ORDER BY exports DESC, exporter",
            (perimeter, sector),
        )
        return tuple(rows)

    def _pair_rows(self, flow: str, year: int, exporter: str) -> dict[str, Row]:
        """Return ease and trade of an exporter with every market."""
        return {row["market"]: row for row in self.query(self.file("pairs", flow, year), "exporter = ?", (exporter,))}

    def _link_rows(self, exporter: str) -> dict[str, Row]:
        """Return distance and language of an exporter with every market."""
        return {row["market"]: row for row in self.query(self.file("links"), "exporter = ?", (exporter,))}

    def _first_suppliers(self, flow: str, year: int, perimeter: str) -> dict[tuple[str, str], tuple[Row, ...]]:
        """Return the three first suppliers of every market: (sector, market) -> rows, the first one first."""
        where = f"perimeter = ? AND supplier_rank <= 3 {_LARGEST}"
        return _grouped(self.query(self.file("cells", flow, year), where, (perimeter,), select=_SALE))

    def _first_estimates(self, flow: str, year: int, perimeter: str) -> dict[tuple[str, str], tuple[Row, ...]]:
        """Return the three exporters that the gravity expects to sell most to every market, in order."""
        first = "ROW_NUMBER() OVER (PARTITION BY sector, market ORDER BY expected DESC, exporter)"
        rows = self.query(
            self.file("estimates", flow, year),
            f"perimeter = ? QUALIFY {first} <= 3 ORDER BY sector, market, {first}",
            (perimeter,),
        )
        return _grouped(rows)

    def _declared_markets(self, flow: str, year: int) -> frozenset[str]:
        """Return the markets that do not report and of which some exporters declare what they sell."""
        where = "imports_from IS NOT NULL AND supplier_rank IS NULL"
        rows = self.query(self.file("cells", flow, year), where, select="DISTINCT market")
        seen = self.countries_seen(flow, year)
        return frozenset(row["market"] for row in rows if not seen.get(row["market"], False))

    def _supplier_rows(
        self, flow: str, year: int, perimeter: str, market: str
    ) -> dict[tuple[str, str], tuple[Row, ...]]:
        """Return what each exporter sells to a market, the largest first; what is said to be nothing comes last.

        All sectors at once, (sector, market) -> rows: the pages of a market are read one after another, and to read
        them together costs what three of them do apart.
        """
        where = f"perimeter = ? AND market = ? AND imports_from IS NOT NULL {_LARGEST}"
        return _grouped(self.query(self.file("cells", flow, year), where, (perimeter, market), select=_SALE))

    def _supplier_estimates(self, flow: str, year: int, perimeter: str, sector: str, market: str) -> dict[str, Row]:
        """Return what the gravity expects each exporter to sell to a market."""
        where, columns = "perimeter = ? AND sector = ? AND market = ?", "exporter, expected, low, high"
        path = self.file("estimates", flow, year)
        return {row["exporter"]: row for row in self.query(path, where, (perimeter, sector, market), select=columns)}

    def _sales_among(
        self, flow: str, year: int, perimeter: str, sector: str, markets: tuple[str, ...]
    ) -> dict[tuple[str, str], tuple[Row, ...]]:
        """Return what each exporter sells to each of some markets, the largest first: (sector, market) -> rows."""
        among = ", ".join("?" for _ in markets)
        where = f"perimeter = ? AND sector = ? AND market IN ({among}) AND imports_from IS NOT NULL {_LARGEST}"
        path = self.file("cells", flow, year)
        return _grouped(self.query(path, where, (perimeter, sector, *markets), select=_SALE))

    def _estimates_among(
        self, flow: str, year: int, perimeter: str, sector: str, markets: tuple[str, ...]
    ) -> dict[tuple[str, str], tuple[Row, ...]]:
        """Return what the gravity expects each exporter to sell to each of some markets: (sector, market) -> rows."""
        where = f"perimeter = ? AND sector = ? AND market IN ({', '.join('?' for _ in markets)})"
        columns = "sector, market, exporter, expected, low, high"
        path = self.file("estimates", flow, year)
        return _grouped(self.query(path, where, (perimeter, sector, *markets), select=columns))

    def _line_rows(self, flow: str, year: int, exporter: str, market: str) -> dict[str, Row]:
        """Return what a market buys from an exporter, by code of the crosswalk."""
        rows = self.query(self.file("lines", flow, year), "market = ? AND exporter = ?", (market, exporter))
        return {row["code"]: row for row in rows}

    def _code_imports(self, flow: str, year: int, market: str) -> dict[str, Row]:
        """Return what a market buys from the world, by code of the crosswalk."""
        return {
            row["code"]: row for row in self.query(self.file("market_products", flow, year), "market = ?", (market,))
        }

    def _code_exports(self, flow: str, year: int, exporter: str) -> dict[str, Row]:
        """Return what an exporter sells to all reporting markets, and its RCA, by code of the crosswalk."""
        return {row["code"]: row for row in self.query(self.file("products", flow, year), "exporter = ?", (exporter,))}

    def _world_by_code(self, flow: str, year: int) -> dict[str, int]:
        """Return world trade of each code of the crosswalk, as far as importers report it."""
        total = "code, CAST(SUM(exports_usd) AS BIGINT) AS world_usd"
        rows = self.query(self.file("products", flow, year), "TRUE GROUP BY code", select=total)
        return {row["code"]: row["world_usd"] for row in rows}

    def _derived(self, make: Callable[..., Any], *of: Hashable) -> Any:
        return make(self, *of)

    @cached_property
    def context(self) -> dict[tuple[str, str], Row]:
        """(market, indicator) -> the newest value."""
        found: dict[tuple[str, str], Row] = {}
        for row in sorted(self.query(self.file("context")), key=lambda row: int(row["year"])):
            found[row["market"], row["indicator"]] = row
        return found

    def status(self, flow: str, year: int) -> Status:
        """Return the least sure status of the rows loaded for a flow and year."""
        found = [
            entry.get("status", "reported")
            for source in self.manifest["sources"]
            for entry in source.get("loaded", ())
            if (entry["flow"], entry["year"]) == (flow, year)
        ]
        return max((status for status in STATUSES if status in found), key=STATUSES.index, default="reported")

    def source_names(self, flow: str, year: int) -> tuple[str, ...]:
        """Return the sources of a flow and year, each with its citation's short form."""
        return tuple(
            source["name"]
            for source in self.manifest["sources"]
            if any(entry["flow"] == flow and entry["year"] == year for entry in source.get("loaded", ()))
        )
