"""What goes with a file of figures: what each column means, and the passport of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from portulan.atlas.figures import Coverage, Passport
from portulan.atlas.indicators import indicator
from portulan.atlas.opened import Release
from portulan.atlas.rankings import Ranking
from portulan.atlas.reference import countries, sectors
from portulan.atlas.sources import passports

Kind = Literal["text", "number", "whole"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its name (the same in every language), kind, width in a spreadsheet, and meaning."""

    name: str
    kind: Kind
    width: int
    en: str
    fr: str

    def text(self, lang: str) -> str:
        """Return what the column holds, in English or French."""
        return self.fr if lang == "fr" else self.en


COLUMNS: Final = (
    Column("rank", "whole", 6, "place in the ranking; empty where a market is not ranked", "rang ; vide si non classé"),
    Column("market", "text", 8, "market, ISO 3166-1 alpha-3", "marché, ISO 3166-1 alpha-3"),
    Column("market_name", "text", 26, "name of the market", "nom du marché"),
    Column("indicator", "text", 20, "indicator, as the API names it", "indicateur, tel que l’API le nomme"),
    Column("indicator_name", "text", 30, "name of the indicator", "nom de l’indicateur"),
    Column("value", "number", 16, "value; empty where unknown, never zero", "valeur ; vide si inconnue, jamais zéro"),
    Column("unit", "text", 10, "unit of value, low and high", "unité de value, low et high"),
    Column("year", "whole", 7, "year", "année"),
    Column(
        "status",
        "text",
        11,
        "reported, partial, estimated, modelled; gap where there is no value",
        "reported (déclaré), partial (partiel), estimated (estimé), modelled (modélisé) ; gap : pas de valeur",
    ),
    Column("low", "number", 14, "lower end of the 90 % interval", "borne basse de l’intervalle à 90 %"),
    Column("high", "number", 14, "upper end of the 90 % interval", "borne haute de l’intervalle à 90 %"),
    Column("rank_median", "number", 12, "median rank over the draws", "rang médian sur les tirages"),
    Column("rank_low", "number", 10, "lower end of the 90 % interval of the rank", "borne basse du rang à 90 %"),
    Column("rank_high", "number", 10, "upper end of the 90 % interval of the rank", "borne haute du rang à 90 %"),
    Column("chance_top10", "number", 12, "chance to be in the first ten", "chance d’être dans les dix premiers"),
    Column("gap_reason", "text", 20, "why there is no value, as a code", "pourquoi il n’y a pas de valeur, en code"),
    Column("gap_text", "text", 40, "why there is no value, in words", "pourquoi il n’y a pas de valeur, en mots"),
    Column("exporter", "text", 8, "exporter, ISO 3166-1 alpha-3", "exportateur, ISO 3166-1 alpha-3"),
    Column("exporter_name", "text", 16, "name of the exporter", "nom de l’exportateur"),
    Column("sector", "text", 12, "sector, as the API names it", "secteur, tel que l’API le nomme"),
    Column("sector_name", "text", 24, "name of the sector", "nom du secteur"),
    Column("perimeter", "text", 12, "perimeter: which codes count", "périmètre : quels codes comptent"),
    Column("flow", "text", 9, "goods or services", "goods (biens) ou services"),
    Column(
        "fitness",
        "text",
        20,
        "whether these figures measure the sector: measures the sector, partial, not a measure",
        "ces chiffres mesurent-ils le secteur : measures the sector (oui), partial (en partie), not a measure (non)",
    ),
    Column("source", "text", 40, "source", "source"),
    Column("licence", "text", 20, "licence of the source", "licence de la source"),
    Column("release", "text", 20, "identifier of the release of the atlas", "identifiant de l’édition de l’atlas"),
    Column("note", "text", 30, "what else must be said of the value", "ce qu’il faut dire encore de la valeur"),
)

_WORDS: Final = {
    "title": ("Title", "Titre"),
    "exporter": ("Exporter", "Exportateur"),
    "sector": ("Sector", "Secteur"),
    "market": ("Market", "Marché"),
    "markets": ("Markets", "Marchés"),
    "reading": ("How to read it", "Comment le lire"),
    "weights": ("Weights", "Poids"),
    "blanks": ("Criteria that this release has no value for", "Critères dont cette édition n’a pas de valeur"),
    "perimeter": ("Perimeter", "Périmètre"),
    "flow": ("Flow", "Flux"),
    "goods": ("goods", "biens"),
    "services": ("services", "services"),
    "year": ("Year", "Année"),
    "indicator": ("Indicator that ranks", "Indicateur du classement"),
    "definition": ("Definition", "Définition"),
    "equation": ("Equation", "Équation"),
    "fitness": ("Do these figures measure the sector", "Ces chiffres mesurent-ils le secteur"),
    "measures the sector": ("yes", "oui"),
    "partial": ("in part", "en partie"),
    "not a measure": ("no", "non"),
    "ranked": ("Markets ranked", "Marchés classés"),
    "coverage": ("Importers that report", "Importateurs qui déclarent"),
    "missing": ("Importers that do not report", "Importateurs qui ne déclarent pas"),
    "codes": ("Product codes missing", "Codes de produits absents"),
    "skill": ("Skill of the estimates", "Qualité des estimations"),
    "source": ("Source", "Source"),
    "citation": ("Citation", "Citation"),
    "licence": ("Licence", "Licence"),
    "address": ("Where it is published", "Où elle est publiée"),
    "faults": ("What is known to be wrong or missing", "Ce que l’on sait faux ou absent"),
    "release": ("Release", "Édition"),
    "software": ("Made with", "Réalisé avec"),
    "kind": ("Kind of release", "Nature de l’édition"),
    "default": (
        "estimates shipped with Portulan: no published trade figure is in it",
        "estimations livrées avec Portulan : elle ne contient aucun chiffre publié du commerce",
    ),
    "built": ("built from published data", "construite à partir de données publiées"),
    "of": ("{present} of {total}", "{present} sur {total}"),
}


def _word(name: str, lang: str) -> str:
    return _WORDS[name][1 if lang == "fr" else 0]


def passport_lines(ranking: Ranking, release: Release, lang: str = "en") -> tuple[tuple[str, str], ...]:
    """Return the passport of a ranking as (field, text)."""
    french = lang == "fr"
    ranked_by, exporter = indicator(ranking.by), countries.country(ranking.exporter).name(lang)
    sector = sectors.name(ranking.sector, "fr" if french else "en")
    reason = ranking.fitness_reason_fr if french else ranking.fitness_reason_en
    colon = "\u00a0: " if french else ": "
    lines = [
        ("title", f"{ranked_by.name(lang)}{colon}{sector}, {exporter}, {ranking.year or ''}".rstrip(", ")),
        ("exporter", f"{exporter} ({ranking.exporter})"),
        ("sector", f"{sector} ({ranking.sector})"),
        *_what(ranking.perimeter, ranking.flow, ranking.year, lang),
        ("indicator", f"{ranked_by.name(lang)} ({ranking.by})"),
        ("definition", ranked_by.definition_fr if french else ranked_by.definition_en),
        ("equation", ranked_by.equation),
        ("fitness", f"{_word(ranking.fitness, lang)}. {reason}"),
        ("ranked", str(ranking.total)),
        *_coverage(ranking.passport.coverage, lang),
        ("skill", ranking.skill_text(lang)),
        *_made_from(release, lang),
    ]
    used = (*ranking.sources, *ranking.passport.sources)
    return (*worded(lines, lang), *_sources(used, release, lang))


def view_lines(
    passport: Passport,
    release: Release,
    lang: str,
    *,
    title: str,
    about: Sequence[tuple[str, str]],
    sources: Sequence[str],
) -> list[tuple[str, str]]:
    """Return the passport of a view of several tables as (field, text).

    ``about`` are (word of this module, text): whose figures, of which sector and markets, how they are to be read.
    """
    lines = [
        ("title", title),
        *about,
        *_what(passport.perimeter, passport.flow, passport.year, lang),
        *_coverage(passport.coverage, lang),
        *_made_from(release, lang),
    ]
    return [*worded(lines, lang), *_sources((*sources, *passport.sources), release, lang)]


def worded(lines: Iterable[tuple[str, str]], lang: str) -> list[tuple[str, str]]:
    """Return lines with their fields in English or French, without those that say nothing."""
    return [(_word(name, lang), text) for name, text in lines if text]


def fitness_said(fitness: str, reason: str, lang: str) -> str:
    """Say whether figures measure their sector, and why."""
    return f"{_word(fitness, lang)}. {reason}"


def _what(perimeter: str, flow: str, year: int | None, lang: str) -> list[tuple[str, str]]:
    held = sectors.perimeter(perimeter)
    return [
        ("perimeter", f"{held.name_fr if lang == 'fr' else held.name_en} ({perimeter})"),
        ("flow", _word(flow, lang)),
        ("year", str(year or "")),
    ]


def _made_from(release: Release, lang: str) -> list[tuple[str, str]]:
    return [
        ("release", release.id),
        ("kind", _word(release.kind, lang) if release.kind in _WORDS else release.kind),
        ("software", str(release.manifest["portulan"].get("software", ""))),
    ]


def _coverage(coverage: Coverage | None, lang: str) -> list[tuple[str, str]]:
    if coverage is None:
        return []
    names = sorted(countries.country(code).name(lang) for code in coverage.importers_missing)
    counts = _word("of", lang).format(present=coverage.importers_present, total=coverage.importers_total)
    return [("coverage", counts), ("missing", ", ".join(names)), ("codes", ", ".join(coverage.codes_missing))]


def known_sources(release: Release) -> dict[str, Mapping[str, Any]]:
    """Return the papers of every source by name: as the release tells them, else as Portulan knows them."""
    shipped: dict[str, Mapping[str, Any]] = {
        paper.name: {
            "name": paper.name,
            "title_en": paper.title_en,
            "title_fr": paper.title_fr,
            "citation": paper.citation,
            "licence": paper.licence,
        }
        for paper in passports.all_passports()
    }
    # A release names its sources in English: what it does not say is as Portulan knows it.
    return shipped | {
        source["name"]: {**shipped.get(source["name"], {}), **source} for source in release.manifest["sources"]
    }


def said(source: Mapping[str, Any], key: str, lang: str) -> str:
    """Return a text of the papers of a source in this language where they have it, empty where they are silent."""
    return str(source.get(f"{key}_{lang}") or source.get(key, ""))


def _sources(names: Sequence[str], release: Release, lang: str) -> list[tuple[str, str]]:
    """Return the papers of the sources that these figures rest on: their licence asks for the citation."""
    known = {passport.name: passport for passport in passports.all_passports()}
    lines: list[tuple[str, str]] = []
    papers = known_sources(release)
    # For a ranking, those of the figures that rank, then those beside: trade, and what surrounds it.
    used = [papers[name] for name in dict.fromkeys(names) if name in papers]
    for number, source in enumerate(used, start=1):
        after = f" {number}" if len(used) > 1 else ""
        lines += [
            (_word(key, lang) + after, said(source, name, lang))
            for key, name in (("source", "title"), ("citation", "citation"), ("licence", "licence"))
        ]
        if (paper := known.get(source["name"])) is not None:
            lines.append((_word("address", lang) + after, paper.homepage))
            faults = paper.known_faults_fr if lang == "fr" else paper.known_faults_en
            lines.append((_word("faults", lang) + after, " ".join(faults)))
    return [line for line in lines if line[1]]
