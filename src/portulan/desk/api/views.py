"""What is not an operation: the description and the page of the API, the catalogue, tables, addresses of nothing."""

from __future__ import annotations

import base64
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from portulan.desk.api import catalogue, description, problems
from portulan.desk.api.door import json_answer
from portulan.desk.markets import open_data

_YEAR: Final = 365 * 24 * 3600


def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the description of the API."""
    return json_answer(description.openapi(), "application/vnd.oai.openapi+json;version=3.1")


def docs(request: HttpRequest) -> HttpResponse:
    """Show the operations to people, from the same description."""
    found = description.openapi()
    operations = [
        (path, method, operation)
        for tag in found["tags"]
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
        if operation["tags"] == [tag["name"]]
    ]
    base = request.build_absolute_uri("/")
    context = {"operations": operations, "problems": problems.KINDS, "base": base}
    return render(request, "api/docs.html", context)


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Say that no operation is at this address, and which are near."""
    paths = description.openapi()["paths"]
    tails = {one.removeprefix("/" + description.PREFIX): one for one in paths}
    asked = request.path.removeprefix("/" + description.PREFIX).strip("/")
    near = [tails[one] for one in problems.close_words(asked, tails)]
    return problems.problem(
        request, "unknown-path", "There is nothing at this address; see /api/v1/openapi.json.", did_you_mean=near
    )


def dcat(request: HttpRequest) -> HttpResponse:
    """Serve the catalogue of open data, for harvesters."""
    return json_answer(catalogue.catalogue(request.build_absolute_uri("/")), "application/ld+json")


def table(request: HttpRequest, release_id: str, path: str) -> HttpResponseBase:
    """Serve one table of the release served now, as it was written; nothing else of the disk has an address."""
    found = open_data.table_file(release_id, path)
    if found is None:
        near = [one["download"] for one in open_data.tables() if one["download"] and one["path"] == path]
        detail = "No table that may be passed on is at this address in the release served now; see /api/v1/releases."
        return problems.problem(request, "unknown-path", detail, did_you_mean=near)
    file, papers = found
    name = papers["path"].replace("/", "-")
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=papers["media_type"])
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response["ETag"] = f'"{papers["sha256"]}"'
    response["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(papers['sha256'])).decode()}:"
    response["Content-Encoding"] = "identity"  # Parquet is compressed: once more would cost and hide the length
    return response
