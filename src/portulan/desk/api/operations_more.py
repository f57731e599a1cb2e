"""The longer answers: suppliers, profiles, codes, scans, official totals, briefs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query

from portulan.desk.api import problems, schemas
from portulan.desk.api import schemas_demand as demand
from portulan.desk.api import schemas_more as more
from portulan.desk.api.operations import answers, question, service
from portulan.desk.api.paging import listed
from portulan.desk.enquiries import extract, extracting
from portulan.desk.markets import open_data, open_questions


def whole() -> NinjaAPI:
    """Return the service with all its operations, those of this module too."""
    return service


@service.get(
    "/suppliers",
    operation_id="listSuppliers",
    tags=["figures"],
    summary="Who sells to a market in a sector",
    response=answers(more.SupplierList),
)
def list_suppliers(
    request: HttpRequest, asked: Query[more.SuppliersQuestion], page: Query[schemas.Page]
) -> HttpResponse:
    """Return the suppliers, the largest first, with the size and the concentration of the market.

    `total` counts those listed. Where the market does not report, they are estimates or nothing, and shares are gaps.
    """
    where = open_data.Question(asked.market, asked.sector, asked.perimeter, asked.flow, asked.year, asked.lang)
    found = open_questions.supplier_list(where, asked.market)
    return listed(request, found.pop("items"), page, found)


@service.get(
    "/profile",
    operation_id="getProfile",
    tags=["figures"],
    summary="Every sector of one market, for one exporter",
    response=answers(more.Profile),
)
def get_profile(request: HttpRequest, asked: Query[more.ProfileQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return the sectors, then the groups that the source publishes, then all together: figures, place, suppliers."""
    where = open_data.Question(asked.exporter, "all", asked.perimeter, asked.flow, asked.year, asked.lang)
    found = open_questions.profile(where, asked.market)
    return listed(request, found.pop("items"), page, found)


@service.get(
    "/lines",
    operation_id="listLines",
    tags=["figures"],
    summary="The product codes behind the figures of one cell",
    response=answers(more.LineList),
)
def list_lines(request: HttpRequest, asked: Query[more.CellQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return each code of the sector with its own figures. Weighted, the codes add up to the cell."""
    return listed(request, open_questions.code_lines(question(asked, asked.flow), asked.market), page)


@service.get(
    "/scan",
    operation_id="scanMarkets",
    tags=["figures"],
    summary="Markets in order by weighted criteria",
    response=answers(more.ScanList),
)
def scan_markets(request: HttpRequest, asked: Query[more.ScanQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return each market with its score, the parts that add up to it, and where it stands under other weights.

    What is not known of a market is left out of its score, never counted as zero; too little known, it stands `apart`.
    """
    try:
        found = open_questions.scan(question(asked, asked.flow), asked.weights, asked.with_estimates)
    except open_questions.WeightError as error:
        detail = str(error)
        return problems.problem(request, "parameter", detail, errors=[{"parameter": "weights", "message": detail}])
    return listed(request, found.pop("items"), page, found)


@service.get(
    "/evidence",
    operation_id="listEvidence",
    tags=["papers"],
    summary="Official totals of the sector, side by side",
    response=answers(more.ClaimList),
)
def list_evidence(request: HttpRequest, page: Query[schemas.Page]) -> HttpResponse:
    """Return the official totals as they are quoted, with what is known and not known of their perimeter and year."""
    return listed(request, open_questions.official_totals(), page)


@service.get(
    "/briefs",
    operation_id="listBriefs",
    tags=["papers"],
    summary="Addresses of the market briefs (PDF)",
    response=answers(more.BriefList),
)
def list_briefs(request: HttpRequest, asked: Query[more.BriefsQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return the address of each brief: of a market, of a sector, of a sector in a market."""
    return listed(request, open_questions.briefs(asked.exporter, asked.market, asked.sector, asked.lang), page)


@service.get(
    "/demand",
    operation_id="listDemand",
    tags=["demand"],
    summary="What is asked of the network, and what is not served",
    response=answers(demand.DemandList),
)
def list_demand(request: HttpRequest, asked: Query[demand.DemandQuestion], page: Query[schemas.Page]) -> HttpResponse:
    """Return counts of questions, without persons, by year, market, outcome, sector, kind of body and topic.

    No count from 1 to 4 is published, nor what would give one back by subtraction: `left_out` is not zero.
    """
    found = extracting.published()
    wanted = {name: str(value).lower() for name, value in asked.dict().items() if value is not None}
    rows = [
        row for row in found.rows if all(str(getattr(row, name)).lower() == value for name, value in wanted.items())
    ]
    papers = {
        "extract": found.id,
        "computed_on": found.papers.get("created"),
        "how_to_read": extract.HOW_TO_READ,
    }
    return listed(request, extract.records(rows), page, papers)
