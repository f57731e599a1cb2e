"""What programs may ask: each operation of ``/api/v1/``, in the order of its page."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError

from portulan.desk.api import problems, schemas
from portulan.desk.api import schemas_papers as papers
from portulan.desk.api.door import json_answer
from portulan.desk.api.paging import listed
from portulan.desk.markets import open_data

VERSION: Final = "1.0.0"
TITLE: Final = "Portulan, open market atlas of the cultural and creative industries"
_COMPARED: Final = (2, 4)

service = NinjaAPI(title=TITLE, version=VERSION, urls_namespace="open_data", openapi_url=None, docs_url=None)
for _error in (Exception, Http404, HttpError, ValidationError):  # one form for every error, whatever raised it
    service.add_exception_handler(_error, problems.problem_of)  # type: ignore[arg-type] # errors, never classes of them


def answers(schema: type[Schema]) -> dict[Any, Any]:
    """Return what an operation answers: the description of errors is the same for all."""
    return {200: schema, (404, 422, 429, 500, 503): schemas.Problem}


# -- words ------------------------------------------------------------------------


@service.get(
    "/sectors",
    operation_id="listSectors",
    tags=["words"],
    summary="Sectors, groups that no code separates, and all together",
    response=answers(schemas.SectorList),
)
def list_sectors(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return the sectors. Their ids are the values of `sector` elsewhere; names come in English and French."""
    return listed(request, open_data.sectors(), page)


@service.get(
    "/markets",
    operation_id="listMarkets",
    tags=["words"],
    summary="Countries of this release",
    response=answers(schemas.MarketList),
)
def list_markets(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return the countries and territories of this release, and where each reports its own imports."""
    return listed(request, open_data.markets(), page)


@service.get(
    "/perimeters",
    operation_id="listPerimeters",
    tags=["words"],
    summary="Perimeters: which product codes count",
    response=answers(schemas.PerimeterList),
)
def list_perimeters(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return the perimeters. Figures of two perimeters are never to be added or compared."""
    return listed(request, open_data.perimeters(), page)


@service.get(
    "/indicators",
    operation_id="listIndicators",
    tags=["words"],
    summary="Indicators: definition, equation, source, SQL",
    response=answers(schemas.IndicatorList),
)
def list_indicators(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return what each number means and how it is computed, down to the SQL that is run."""
    return listed(request, open_data.indicators(), page)


# -- figures ----------------------------------------------------------------------


def question(asked: schemas.SectorQuestion, flow: str | None) -> open_data.Question:
    """Return a question of a program as the atlas takes it."""
    return open_data.Question(asked.exporter, asked.sector, asked.perimeter, flow, asked.year, asked.lang)


@service.get(
    "/figures",
    operation_id="getFigures",
    tags=["figures"],
    summary="Every figure of one exporter, sector and market",
    response=answers(schemas.FigureList),
)
def get_figures(request: HttpRequest, asked: Query[schemas.FiguresQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return figures with their papers and, where there is none, a gap with its reason.

    The same as `portulan atlas show --format json`. A gap is never zero: do not replace it by one.
    """
    return listed(request, open_data.figures(question(asked, asked.flow), asked.market), page)


@service.get(
    "/rank",
    operation_id="rankMarkets",
    tags=["figures"],
    summary="Markets of an exporter in a sector, in order",
    response=answers(schemas.RankList),
)
def rank_markets(request: HttpRequest, asked: Query[schemas.RankQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return the markets in order, with the interval of each rank where it was drawn.

    `items` is the part of the ranking asked for; `apart` holds, whole, the markets without a reported value, which take
    no rank. Where `fitness` is `not a measure`, goods do not measure the sector: without `by` the ranking is by
    `imports_from`; by a potential, every market stands apart with the gap `not_a_measure`, or `no_code`.
    """
    found = open_data.ranking(question(asked, asked.flow), asked.by, asked.with_estimates)
    return listed(request, found.pop("items"), page, found)


@service.get(
    "/compare",
    operation_id="compareMarkets",
    tags=["figures"],
    summary="Two to four markets side by side",
    response=answers(schemas.Comparison),
)
def compare_markets(
    request: HttpRequest, asked: Query[schemas.CompareQuestion], page: Query[schemas.Page]
) -> HttpResponse:
    """Return each indicator in each market, in the order the markets were given."""
    codes = [open_data.country_code(code) for code in asked.markets.split(",") if code.strip()]
    least, most = _COMPARED
    if not least <= len(codes) <= most or len(set(codes)) != len(codes):
        detail = f"Give {least} to {most} different countries, separated by commas, as in markets=BEL,CHE."
        error = {"parameter": "markets", "message": detail}
        return problems.problem(request, "parameter", detail, errors=[error])
    found = open_data.comparison(question(asked, asked.flow), codes)
    return listed(request, found.pop("items"), page, found)


# -- papers -----------------------------------------------------------------------


@service.get(
    "/sources",
    operation_id="listSources",
    tags=["papers"],
    summary="Sources: who published, under which licence, with which faults",
    response=answers(papers.SourceList),
)
def list_sources(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return the papers of every source that can be read; `in_release` tells those behind the figures served here."""
    return listed(request, open_data.sources(), page)


@service.get(
    "/releases",
    operation_id="listReleases",
    tags=["papers"],
    summary="The release served now: what it holds, from what, how it was checked",
    response=answers(papers.ReleaseList),
)
def list_releases(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return the release behind every answer: slices, sources, corrections, checks, tables.

    A site serves one release at a time. Its `id` changes whenever a single figure, source or method does.
    """
    return listed(request, [open_data.release_record()], page)


# -- the door ---------------------------------------------------------------------


@service.get(
    "/",
    operation_id="getIndex",
    tags=["papers"],
    summary="Where everything is",
    response=answers(papers.Index),
)
def get_index(request: HttpRequest) -> HttpResponse:
    """Return the version, the release served and the address of every operation."""
    from portulan.desk.api import description

    paths = sorted(description.openapi()["paths"])
    return json_answer(
        {
            "title": TITLE,
            "version": VERSION,
            "release": open_data.release_papers(),
            "openapi": "/api/v1/openapi.json",
            "docs": problems.DOCS,
            "catalogue": "/catalogue.jsonld",
            "paths": paths,
        }
    )
