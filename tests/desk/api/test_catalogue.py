"""The catalogue is what DCAT-AP asks for, true of the release, and its files are the release's and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pyshacl import validate
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF

from portulan.desk.api.catalogue import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SHAPES = Path(__file__).with_name("dcat_ap_shapes.ttl")


@pytest.fixture
def text(client: Any) -> str:
    answer = client.get("/catalogue.jsonld")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/ld+json"
    return str(answer.content.decode())


@pytest.fixture
def graph(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld")


def test_it_keeps_the_shapes_of_dcat_ap(graph: Graph) -> None:
    kept, _, said = validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert kept, said


@pytest.mark.parametrize(
    ("what", "gone"),
    [
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Catalog, DCAT.dataset),
        (DCAT.Distribution, DCAT.accessURL),
        (DCAT.Distribution, SPDX.checksum),
        (DCAT.DataService, DCAT.endpointURL),
    ],
)
def test_the_shapes_see_what_is_missing(graph: Graph, what: URIRef, gone: URIRef) -> None:
    subject = next(graph.subjects(RDF.type, what))
    graph.remove((subject, gone, None))
    assert not validate(graph, shacl_graph=Graph().parse(SHAPES))[0]


def test_every_table_is_a_dataset_with_a_title_in_both_languages(graph: Graph, release: Any) -> None:
    tables = {one["table"] for one in release.manifest["resources"]}
    assert tables <= set(TABLES), "a table without a title"
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == len(tables)
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        for words in (DCTERMS.title, DCTERMS.description):
            assert {one.language for one in graph.objects(dataset, words)} == {"en", "fr"}


def test_nothing_is_dated_that_no_fact_dates(graph: Graph) -> None:
    assert not list(graph.subject_objects(DCTERMS.issued)) and not list(graph.subject_objects(DCTERMS.modified))


def test_it_is_the_same_each_time(client: Any, text: str) -> None:
    assert client.get("/catalogue.jsonld").content.decode() == text


def test_every_file_is_the_one_of_the_manifest(client: Any, graph: Graph, release: Any) -> None:
    wanted = {one["path"]: one["hash"].removeprefix("sha256:") for one in release.manifest["resources"]}
    seen = set()
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        address = str(graph.value(distribution, DCAT.downloadURL))
        checksum = graph.value(distribution, SPDX.checksum)
        told = str(graph.value(checksum, SPDX.checksumValue))
        answer = client.get(address.removeprefix("http://localhost"))
        assert answer.status_code == 200 and answer["Content-Type"] == "application/vnd.apache.parquet"
        data = b"".join(answer.streaming_content)
        assert hashlib.sha256(data).hexdigest() == told == answer["ETag"].strip('"')
        assert len(data) == int(answer["Content-Length"]) == int(str(graph.value(distribution, DCAT.byteSize)))
        path = address.partition(release.id[:16] + "/")[2]
        assert wanted[path] == told
        assert graph.value(distribution, DCTERMS.license) or graph.value(distribution, DCTERMS.rights), path
        seen.add(path)
    assert seen == set(wanted)


def test_flows_of_baci_keep_its_licence(graph: Graph) -> None:
    [cells] = [one for one in graph.subjects(RDF.type, DCAT.Dataset) if str(one).endswith("#cells")]
    licences = {graph.value(one, DCTERMS.license) for one in graph.objects(cells, DCAT.distribution)}
    assert licences == {URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence/")}


def test_a_file_one_has_is_not_sent_again_and_is_not_compressed_twice(client: Any, release: Any) -> None:
    address = f"/atlas/data/{release.id[:16]}/baskets.parquet"
    first = client.get(address, headers={"accept-encoding": "gzip"})
    assert first["Content-Encoding"] == "identity" and "immutable" in first["Cache-Control"]
    assert first["Content-Disposition"].startswith("attachment")
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    bare = client.head(address)
    assert bare["Content-Length"] == first["Content-Length"] and not bare.content


TRICKS = (
    "../datapackage.json",
    "..%2f..%2fdatapackage.json",
    "%2e%2e/%2e%2e/etc/passwd",
    "/etc/passwd",
    "datapackage.json",
    "cells/../baskets.parquet",
    "cells/goods-2024.parquet/",
    "cells//goods-2024.parquet",
    "cells",
    "baskets.parquet%00.txt",
    "BASKETS.PARQUET",
    "cells\\goods-2024.parquet",
    "%c0%ae%c0%ae/baskets.parquet",
    "x" * 3000,
)


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick[:40])
def test_only_what_the_manifest_names_has_an_address(client: Any, release: Any, trick: str) -> None:
    answer = client.get(f"/atlas/data/{release.id[:16]}/{trick}")
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"


def test_another_release_is_not_served_under_this_name(client: Any, release: Any) -> None:
    answer = client.get("/atlas/data/0123456789abcdef/baskets.parquet")
    assert answer.status_code == 404
    assert answer.json()["did_you_mean"] == [f"/atlas/data/{release.id[:16]}/baskets.parquet"]


def test_a_file_turned_into_a_link_is_not_followed(
    client: Any, built: Path, tmp_path: Path, monkeypatch: Any, release: Any
) -> None:
    import shutil

    from django.conf import settings

    copy = tmp_path / "release"
    shutil.copytree(built, copy)
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(copy))
    address = f"/atlas/data/{release.id[:16]}/baskets.parquet"
    assert client.get(address).status_code == 200
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (copy / "baskets.parquet").unlink()
    (copy / "baskets.parquet").symlink_to(secret)
    assert client.get(address).status_code == 404


def test_a_table_that_its_licence_limits_is_told_and_not_offered(client: Any, monkeypatch: Any, release: Any) -> None:
    from dataclasses import replace

    from portulan.atlas import api

    known = api.sources()
    licence = next(one.licence for one in known if one.name == "comtrade")
    limited = tuple(
        replace(one, redistribution="limited", licence=licence) if one.name == "baci" else one for one in known
    )
    monkeypatch.setattr(api, "sources", lambda release=None: limited)
    graph = Graph().parse(data=client.get("/catalogue.jsonld").content.decode(), format="json-ld")
    [cells] = [one for one in graph.subjects(RDF.type, DCAT.Dataset) if str(one).endswith("#cells")]
    assert not list(graph.objects(cells, DCAT.distribution))
    assert any(licence in str(text) for text in graph.objects(cells, DCTERMS.description))
    assert client.get(f"/atlas/data/{release.id[:16]}/cells/goods-2024.parquet").status_code == 404
    assert client.get(f"/atlas/data/{release.id[:16]}/baskets.parquet").status_code == 200
    told = json.loads(client.get("/api/v1/releases").content)["items"][0]["tables"]
    assert {one["why_not"] for one in told if one["table"] == "cells"} == {licence}
