"""The tools an assistant may call. Their docstrings are what the assistant reads: short, and true."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from portulan.atlas import api
from portulan.atlas.figures import Flow
from portulan.atlas.mcp import answers

Record = dict[str, Any]
Lang = Literal["en", "fr"]


class Tools:
    """The questions that one release answers."""

    def __init__(self, release: api.Release) -> None:
        self._release = release

    def list_sectors(self) -> Record:
        """List the sectors of culture with their ids, and the perimeters that say which product codes count."""
        words = ("id", "kind", "name_en", "name_fr")
        return {
            "sectors": [{word: getattr(one, word) for word in words} for one in api.sectors()],
            "perimeters": [{"id": one.id, "name_en": one.name_en, "name_fr": one.name_fr} for one in api.perimeters()],
        }

    def list_markets(self) -> Record:
        """List the countries with their ISO3 codes, and the flows and years in which each reports its own imports."""
        seen = {at: self._release.countries_seen(*at) for at in self._release.slices}
        held = {code for codes in seen.values() for code in codes}
        rows = [
            {
                "iso3": one.iso3,
                "name_en": one.name_en,
                "name_fr": one.name_fr,
                "reports": [f"{flow} {year}" for (flow, year), codes in seen.items() if codes.get(one.iso3)],
            }
            for one in api.countries()
            if one.iso3 in held
        ]
        return {"release": answers.release_papers(self._release), "markets": rows}

    def list_indicators(self) -> Record:
        """List the indicators with their units; explain_indicator says how one is computed."""
        words = ("id", "unit", "scope", "name_en", "name_fr", "rankable")
        return {"indicators": [{word: getattr(one, word) for word in words} for one in api.indicators()]}

    def get_figures(
        self,
        sector: str,
        market: str = "",
        exporter: str = "FRA",
        perimeter: str = "core",
        flow: Flow | None = "goods",
        year: int | None = None,
        lang: Lang = "en",
    ) -> Record:
        """Give every figure of an exporter and a sector in a market (ISO3), each with unit, year, status and sources.

        Without a market: the figures of the exporter alone. A `gap` is the honest absence of a value: never a zero.
        Always tell the reader the year, the status and the source, and repeat the caution if there is one.
        """
        return answers.figures(
            self._release,
            exporter=exporter,
            sector=sector,
            market=market,
            perimeter=perimeter,
            flow=flow,
            year=year,
            lang=lang,
        )

    def rank_markets(
        self,
        sector: str,
        exporter: str = "FRA",
        by: str | None = None,
        perimeter: str = "core",
        flow: Flow = "goods",
        year: int | None = None,
        top: int = 10,
        with_estimates: bool = False,
        lang: Lang = "en",
    ) -> Record:
        """Rank the markets of an exporter (ISO3) in a sector by an indicator, with the interval of each rank if drawn.

        Without `by`: by the potential that leads in this sector, or by trade where the figures do not measure it.
        Markets without a reported value take no rank: they come apart, with the reason. Say that they are missing.
        """
        return answers.ranking(
            self._release,
            exporter=exporter,
            sector=sector,
            by=by,
            perimeter=perimeter,
            flow=flow,
            year=year,
            top=top,
            with_estimates=with_estimates,
            lang=lang,
        )

    def compare_markets(
        self,
        sector: str,
        markets: list[str],
        exporter: str = "FRA",
        perimeter: str = "core",
        flow: Flow = "goods",
        year: int | None = None,
        lang: Lang = "en",
    ) -> Record:
        """Give the figures of two to four markets (ISO3) side by side, for the same exporter and sector."""
        if not 2 <= len(markets) <= answers.MOST_COMPARED:
            raise answers.QuestionError(f"give 2 to {answers.MOST_COMPARED} markets, not {len(markets)}")
        found = {
            market.upper(): answers.figures(
                self._release,
                exporter=exporter,
                sector=sector,
                market=market,
                perimeter=perimeter,
                flow=flow,
                year=year,
                lang=lang,
            )
            for market in markets
        }
        first = next(iter(found.values()))
        shared = {name: first[name] for name in ("release", "caution", "passports")}
        return {**shared, "markets": {market: answer["figures"] for market, answer in found.items()}}

    def suppliers(
        self,
        market: str,
        sector: str,
        perimeter: str = "core",
        flow: Flow = "goods",
        year: int | None = None,
        top: int = 10,
        lang: Lang = "en",
    ) -> Record:
        """Give the countries that sell most to a market (ISO3) in a sector, with their shares and the concentration."""
        return answers.first_suppliers(
            self._release,
            market=market,
            sector=sector,
            perimeter=perimeter,
            flow=flow,
            year=year,
            top=top,
            lang=lang,
        )

    def explain_indicator(self, indicator: str, lang: Lang = "en") -> Record:
        """Say what an indicator means and how it is computed: definition, equation, source, and the SQL that is run."""
        found = answers.asked(lambda: api.indicator(indicator))
        return {
            "id": found.id,
            "name": found.name(lang),
            "unit": found.unit,
            "definition": found.definition_fr if lang == "fr" else found.definition_en,
            "equation": found.equation,
            "source": found.source,
            "sql": found.sql,
        }

    def sources(self) -> Record:
        """List the sources behind the figures: producer, licence, how to cite each, and its known faults."""
        words = ("name", "title_en", "title_fr", "producer", "citation", "licence", "licence_url", "vintage")
        faults = ("known_faults_en", "known_faults_fr")
        known = {one.name: asdict(one) for one in api.sources(self._release)}
        rows = [
            {word: source.get(word) for word in ("name", "title", "citation", "licence")}
            | {word: known[source["name"]][word] for word in (*words, *faults) if source["name"] in known}
            for source in self._release.manifest["sources"]
        ]
        return {"release": answers.release_papers(self._release), "sources": rows}

    def releases(self) -> Record:
        """Say which release answers: its flows and years, how it was made, and the checks it passed."""
        own = self._release.manifest["portulan"]
        checks = own.get("checks", ())
        return {
            "id": self._release.id,
            "kind": self._release.kind,
            "software": own["software"],
            "slices": [f"{flow} {year}" for flow, year in self._release.slices],
            "parameters": own["parameters"],
            "checks_passed": sum(bool(check["passed"]) for check in checks),
            "checks_failed": [check["name"] for check in checks if not check["passed"]],
        }
