"""What leaves a published page: files and pictures are those of the live portal, or are not there at all."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portulan.desk.publication.making import Maker
from portulan.desk.publication.pages import Page, Wanted
from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

WANTED = Wanted("FRA", ("JPN", "BEL"), ("book", "games"))
LIVE = "https://live.example"
PATHS = ("/en/", "/fr/markets/JPN/", "/en/markets/JPN/book/", "/fr/sectors/book/", "/en/compare/", "/en/evidence/")


def _published(out: Path, path: str, live: str) -> Element:
    ((name, _changed),) = Maker(out, WANTED, live).write([Page(path, path)])
    return read((out / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PATHS)
def test_with_a_portal_its_pictures_and_files_are_named_whole(portal, tmp_path: Path, path: str) -> None:  # type: ignore[no-untyped-def]
    page = _published(tmp_path, path, LIVE)
    said = {m.attributes["property"]: m.attributes["content"] for m in page.all("meta") if "property" in m.attributes}
    picture = urlsplit(said["og:image"])
    assert f"{picture.scheme}://{picture.netloc}" == LIVE
    assert portal.get(f"{picture.path}?{picture.query}")["Content-Type"] == "image/png"
    files = [urlsplit(a.attributes["href"]) for a in page.all("a") if "download" in a.attributes]
    assert bool(files) is ("/markets/" in path or "/sectors/" in path)
    for file in files:
        assert f"{file.scheme}://{file.netloc}" == LIVE
        assert portal.get(f"{file.path}?{file.query}").status_code == 200
    assert any(file.path.endswith("/leaders.geojson") for file in files) is ("/sectors/" in path)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_portal_nothing_names_what_is_not_there(portal, tmp_path: Path, path: str) -> None:  # type: ignore[no-untyped-def]
    page = _published(tmp_path, path, "")
    metas = [m.attributes for m in page.all("meta")]
    assert not [meta for meta in metas if meta.get("property", "").startswith(("og:image", "og:url"))]
    assert not [meta for meta in metas if meta.get("name") == "twitter:card"]
    assert [meta for meta in metas if meta.get("property") == "og:title"]
    assert not [link for link in page.all("link") if "oembed" in link.attributes.get("type", "")]
    assert not [a for a in page.all("a") if "download" in a.attributes]
    assert not [a for a in page.all("a") if "/files/" in a.attributes.get("href", "")]
    assert not [section for section in page.all("section") if section.attributes.get("aria-labelledby") == "share"]
    assert "localhost" not in page.text
