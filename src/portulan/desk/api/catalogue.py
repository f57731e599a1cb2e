"""The catalogue of open data: DCAT-AP in JSON-LD, made from the manifest of the release and the papers of its sources.

A dataset a kind of table, a distribution a Parquet file, and the API as a service. Nothing is dated: a release knows no
clock, and a date of publication that nobody recorded would be invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlsplit

from portulan.desk.api.operations import TITLE
from portulan.desk.markets import open_data, selectors

Node = dict[str, Any]
_THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/"
_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
_PUBLIC: Final = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_PROGRAM_LICENCE: Final = "https://spdx.org/licenses/EUPL-1.2.html"
_CONTEXT: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# table -> title and description, in English and in French.
TABLES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "cells": (
        "Trade of culture by exporter, market and sector",
        "Échanges culturels par exportateur, marché et secteur",
        "What each country buys from each other in each sector, with market share, rank, growth and export potential.",
        "Ce que chaque pays achète à chaque autre dans chaque secteur, avec part, rang, croissance et potentiel.",
    ),
    "markets": (
        "Size of cultural markets, by sector",
        "Taille des marchés culturels, par secteur",
        "What each country buys from the world in each sector, and how concentrated its suppliers are.",
        "Ce que chaque pays achète au monde dans chaque secteur, et la concentration de ses fournisseurs.",
    ),
    "exporters": (
        "Exporters of culture, by sector",
        "Exportateurs de culture, par secteur",
        "What each country sells to the world in each sector, and its comparative advantage.",
        "Ce que chaque pays vend au monde dans chaque secteur, et son avantage comparatif.",
    ),
    "pairs": (
        "Ease of trade between countries",
        "Facilité des échanges entre pays",
        "Actual over expected trade of each pair of countries.",
        "Échanges réels rapportés aux échanges attendus, pour chaque paire de pays.",
    ),
    "products": (
        "Exports of cultural products, by country and code",
        "Exportations de produits culturels, par pays et par code",
        "What each country sells to the world of each product code of culture, and its advantage in it.",
        "Ce que chaque pays vend au monde de chaque code de produit culturel, et son avantage dans ce code.",
    ),
    "market_products": (
        "Imports of cultural products, by market and code",
        "Importations de produits culturels, par marché et par code",
        "What each market that reports buys from the world of each product code of culture.",
        "Ce que chaque marché déclarant achète au monde de chaque code de produit culturel.",
    ),
    "lines": (
        "Trade of cultural products by exporter, market and code",
        "Échanges de produits culturels par exportateur, marché et code",
        "What each market buys from each exporter of each product code of culture.",
        "Ce que chaque marché achète à chaque exportateur de chaque code de produit culturel.",
    ),
    "ranks": (
        "Intervals on the rankings of markets",
        "Intervalles sur les classements de marchés",
        "Where the rank and the value of each market lie nine times out of ten.",
        "Où se trouvent neuf fois sur dix le rang et la valeur de chaque marché.",
    ),
    "estimates": (
        "Estimated trade of culture",
        "Échanges culturels estimés",
        "What a gravity model expects of each pair of countries in each sector, with its 90 % interval.",
        "Ce qu’un modèle de gravité attend de chaque paire de pays par secteur, avec son intervalle à 90\u00a0%.",
    ),
    "market_estimates": (
        "Estimated size of cultural markets",
        "Taille estimée des marchés culturels",
        "Estimated imports of culture of the markets, by sector, with their 90 % interval.",
        "Importations culturelles estimées des marchés, par secteur, avec leur intervalle à 90\u00a0%.",
    ),
    "coverage": (
        "What the figures saw of the world",
        "Ce que les chiffres ont vu du monde",
        "Which countries reported their imports, and which product codes the source holds.",
        "Quels pays ont déclaré leurs importations, et quels codes de produits la source contient.",
    ),
    "baskets": (
        "Product codes of each sector and perimeter",
        "Codes de produits de chaque secteur et périmètre",
        "Which codes of the classification count in each sector, and for how much.",
        "Quels codes de la nomenclature comptent dans chaque secteur, et pour combien.",
    ),
    "context": (
        "Context of markets",
        "Contexte des marchés",
        "Population, wealth, internet users of each country, with year and source.",
        "Population, richesse, internautes de chaque pays, avec l’année et la source.",
    ),
    "countries": (
        "Countries and territories of the atlas",
        "Pays et territoires de l’atlas",
        "Codes and names, in English and French.",
        "Codes et noms, en anglais et en français.",
    ),
    "links": (
        "Distance and common language between countries",
        "Distance et langue commune entre pays",
        "Between each pair of countries: distance of the capitals, how likely two people share a language.",
        "Entre deux pays : distance des capitales, et chance que deux personnes partagent une langue.",
    ),
}


def catalogue(base: str) -> Node:
    """Return the catalogue of the site at `base` (``https://example.org/``)."""
    tables = sorted(open_data.tables(), key=lambda one: str(one["table"]))
    datasets = [_dataset(base, name, list(files)) for name, files in groupby(tables, key=lambda one: str(one["table"]))]
    return {
        "@context": dict(_CONTEXT),
        "@id": f"{base}catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _both(
            "Portulan, open market atlas of culture", "Portulan, atlas ouvert des marchés de la culture"
        ),
        "dct:description": _both(
            "Figures of the markets of the cultural and creative industries, each with its papers.",
            "Chiffres des marchés des industries culturelles et créatives, chacun avec ses papiers.",
        ),
        "dct:publisher": _publisher(base),
        "dct:language": [_ref(_LANGUAGE + "ENG"), _ref(_LANGUAGE + "FRA")],
        "dct:license": _ref(_PROGRAM_LICENCE),
        "foaf:homepage": {"@id": base, "@type": "foaf:Document"},
        "dcat:themeTaxonomy": _ref("http://publications.europa.eu/resource/authority/data-theme"),
        "dcat:dataset": datasets,
        "dcat:service": _service(base, datasets),
    }


def _dataset(base: str, name: str, files: Sequence[Mapping[str, Any]]) -> Node:
    title_en, title_fr, text_en, text_fr = TABLES.get(name, (name, name, name, name))
    opened = selectors.release()
    behind = {one["name"]: one for file in files for one in open_data.papers_behind(opened, name, str(file["path"]))}
    limits = sorted({str(file["why_not"]) for file in files if file["why_not"]})
    node: Node = {
        "@id": f"{base}catalogue.jsonld#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"portulan-{name}",
        "dct:title": _both(title_en, title_fr),
        "dct:description": _both(*_described(text_en, text_fr, list(behind.values()), limits)),
        "dct:publisher": _ref(f"{base}#publisher"),
        "dct:language": [_ref(_LANGUAGE + "ENG"), _ref(_LANGUAGE + "FRA")],
        "dct:accessRights": _ref(_PUBLIC),
        "dcat:theme": [_ref(_THEME + "EDUC"), _ref(_THEME + "ECON")],
        "dcat:keyword": [
            *({"@value": word, "@language": "en"} for word in ("culture", "creative industries", "trade", "exports")),
            *({"@value": word, "@language": "fr"} for word in ("culture", "industries créatives", "exportations")),
        ],
        "dcat:landingPage": {"@id": f"{base}api/v1/docs", "@type": "foaf:Document"},
        "dcat:version": opened.id[:16],
        "dcat:distribution": [_distribution(base, file, list(behind.values())) for file in files if file["download"]],
    }
    if behind:
        node["dct:source"] = [_ref(one["homepage"]) for one in behind.values() if one["homepage"]]
    if years := sorted({str(file["path"])[-12:-8] for file in files if "/" in str(file["path"])}):
        bounds = {"dcat:startDate": years[0], "dcat:endDate": years[-1]}
        node["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            **{name: {"@value": year, "@type": "xsd:gYear"} for name, year in bounds.items()},
        }
    return node


def _described(text_en: str, text_fr: str, behind: Sequence[Node], limits: Sequence[str]) -> tuple[str, str]:
    """Add to a description how to cite the sources, and the licence that keeps a table from being offered."""
    cited = "; ".join(str(one["citation"]) for one in behind)
    if cited:
        text_en, text_fr = f"{text_en} Source: {cited}.", f"{text_fr} Source\u00a0: {cited}."
    for limit in limits:
        text_en = f"{text_en} Not offered whole for download: {limit}."
        text_fr = f"{text_fr} Pas offert en entier au téléchargement\u00a0: {limit}."
    return text_en, text_fr


def _distribution(base: str, file: Mapping[str, Any], behind: Sequence[Node]) -> Node:
    address = base.rstrip("/") + str(file["download"])
    mine = [one for one in behind if one["name"] in file["sources"]]
    licences = {str(one["licence_url"]) for one in mine if one["licence_url"]}
    node: Node = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _both(str(file["path"]), str(file["path"])),
        "dcat:accessURL": _ref(address),
        "dcat:downloadURL": _ref(address),
        "dcat:mediaType": _ref(_IANA + str(file["media_type"])),
        "dcat:byteSize": {"@value": str(file["bytes"]), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _ref("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": str(file["sha256"]), "@type": "xsd:hexBinary"},
        },
    }
    if not mine:
        node["dct:license"] = _ref(_PROGRAM_LICENCE)
    elif len(mine) == len(licences) == 1:
        node["dct:license"] = _ref(licences.pop())
    else:
        said = "; ".join(f"{one['title_en']}: {one['licence']}" for one in mine)
        node["dct:rights"] = {"@type": "dct:RightsStatement", "rdfs:label": said}
    return node


def _service(base: str, datasets: Iterable[Node]) -> Node:
    return {
        "@id": f"{base}api/v1/",
        "@type": "dcat:DataService",
        "dct:title": _both(TITLE, "Portulan, atlas ouvert des marchés des industries culturelles et créatives"),
        "dct:description": _both(
            "HTTP API: figures, rankings and comparisons in JSON.",
            "API HTTP\u00a0: chiffres, classements et comparaisons en JSON.",
        ),
        "dct:publisher": _ref(f"{base}#publisher"),
        "dct:accessRights": _ref(_PUBLIC),
        "dcat:endpointURL": _ref(f"{base}api/v1/"),
        "dcat:endpointDescription": _ref(f"{base}api/v1/openapi.json"),
        "dcat:servesDataset": [_ref(str(one["@id"])) for one in datasets],
    }


def _publisher(base: str) -> Node:
    """The one who publishes is the site: who runs it is not known to the program."""
    return {"@id": f"{base}#publisher", "@type": "foaf:Agent", "foaf:name": f"Portulan ({urlsplit(base).netloc})"}


def _ref(address: str) -> Node:
    return {"@id": address}


def _both(english: str, french: str) -> list[Node]:
    return [{"@value": english, "@language": "en"}, {"@value": french, "@language": "fr"}]
