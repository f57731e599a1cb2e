"""What other sites show of a link: words and a picture for every page, in both languages."""

from __future__ import annotations

import pytest

from tests.desk.reading import read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PAGES = {
    "home": "/",
    "map": "/map/?sector=book",
    "smalls": "/map/?view=sectors",
    "markets": "/markets/",
    "market": "/markets/JPN/",
    "cell": "/markets/JPN/book/",
    "quiet cell": "/markets/JPN/games/",
    "sectors": "/sectors/",
    "sector": "/sectors/book/",
    "quiet sector": "/sectors/games/",
    "compare": "/compare/?market=JPN&market=BEL&sector=book",
    "empty compare": "/compare/",
    "scan": "/scan/?sector=book&w_ease=3",
    "orientation": "/scan/?sector=games",
    "evidence": "/evidence/",
    "method": "/method/",
    "crosswalk": "/method/crosswalk/HS2017/",
    "sources": "/sources/",
    "releases": "/releases/",
    "accessibility": "/accessibility/",
    "legal": "/legal/",
}


@pytest.fixture(autouse=True)
def _no_file_kept() -> None:
    from django.core.cache import caches

    caches["files"].clear()
    caches["limits"].clear()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", PAGES)
def test_a_link_to_any_page_shows_words_and_a_picture(portal, kind: str, language: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(f"/{language}{PAGES[kind]}")
    assert answer.status_code == 200
    page = read(answer.content.decode())
    metas = [meta.attributes for meta in page.all("meta")]
    said = {meta["property"]: meta["content"] for meta in metas if "property" in meta}
    named = {meta["name"]: meta["content"] for meta in metas if "name" in meta}
    assert len([meta for meta in metas if meta.get("name") == "description"]) == 1
    assert named["description"] == said["og:description"] != ""
    assert named["twitter:card"] == "summary_large_image"
    assert said["og:title"] and said["og:image:alt"]
    assert said["og:locale"] == {"en": "en_GB", "fr": "fr_FR"}[language]
    assert said["og:url"].startswith(f"http://localhost/{language}/")
    assert portal.get(said["og:url"].removeprefix("http://localhost")).status_code == 200
    picture = portal.get(said["og:image"].removeprefix("http://localhost"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG\r\n")
    assert (int.from_bytes(picture.content[16:20]), int.from_bytes(picture.content[20:24])) == (1200, 630)
    again = portal.get(said["og:image"].removeprefix("http://localhost"), headers={"If-None-Match": picture["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["home", "markets", "market", "cell", "quiet sector", "compare", "scan", "evidence"])
def test_the_picture_is_said_in_its_own_words(
    portal,  # type: ignore[no-untyped-def]
    kind: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The text in place of the picture is the sentence that stands on it."""
    from portulan.atlas import api

    drawn: list[str] = []
    real = api.page_card

    def note(title: str, sentence: str, **more: object) -> bytes:
        drawn.append(sentence)
        return real(title, sentence, **more)  # type: ignore[arg-type] # as they were given

    monkeypatch.setattr(api, "page_card", note)
    page = read(portal.get(f"/{language}{PAGES[kind]}").content.decode())
    said = {
        meta.attributes.get("property"): meta.attributes["content"]
        for meta in page.all("meta")
        if "content" in meta.attributes
    }
    portal.get(said["og:image"].removeprefix("http://localhost"))
    assert drawn == [said["og:image:alt"]]
    assert said["og:image:alt"] != said["og:title"]


def test_each_page_has_a_picture_of_its_own(portal) -> None:  # type: ignore[no-untyped-def]
    kinds = ("home", "map", "market", "cell", "quiet cell", "sector", "quiet sector", "compare", "scan", "evidence")
    pictures = set()
    for kind in kinds:
        page = read(portal.get(f"/en{PAGES[kind]}").content.decode())
        images = [m.attributes["content"] for m in page.all("meta") if m.attributes.get("property") == "og:image"]
        pictures.add(portal.get(images[0].removeprefix("http://localhost")).content)
    assert len(pictures) == len(kinds)


def test_the_words_of_a_link_are_those_of_the_page(portal) -> None:  # type: ignore[no-untyped-def]
    for kind in ("market", "cell", "sector"):
        page = read(portal.get(f"/en{PAGES[kind]}").content.decode())
        said = next(m.attributes["content"] for m in page.all("meta") if m.attributes.get("property") == "og:title")
        assert next(page.all("title")).text == f"{said} · Portulan"
        told = next(m.attributes["content"] for m in page.all("meta") if m.attributes.get("name") == "description")
        assert " ".join(told.split()) in next(page.all("main")).text


@pytest.mark.parametrize("kind", ["market", "cell", "sector", "map"])
def test_a_page_of_figures_tells_where_its_embed_is(portal, kind: str) -> None:  # type: ignore[no-untyped-def]
    page = read(portal.get(f"/en{PAGES[kind]}").content.decode())
    links = [one.attributes for one in page.all("link") if one.attributes.get("type") == "application/json+oembed"]
    answer = portal.get(links[0]["href"].removeprefix("http://localhost"))
    assert answer.json()["type"] == "rich"


@pytest.mark.parametrize(
    "address",
    [
        "/en/og/markets/XXX.png",
        "/en/og/markets/FRA.png",
        "/en/og/markets/JPN/nothing.png",
        "/en/og/sectors/nothing.png",
        "/en/og/compare.png?market=nowhere",
        "/en/og/scan.png?sector=nothing",
        "/en/og/home.png?year=1",
        "/en/og/evidence.png?exporter=XXX",
    ],
)
def test_a_picture_of_nothing_is_a_page_that_says_so(portal, address: str) -> None:  # type: ignore[no-untyped-def]
    answer = portal.get(address)
    assert answer.status_code == 404
    assert "html" in answer["Content-Type"]


def test_only_estimates_are_called_so_in_the_picture(portal, shipped_folder, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    from portulan.atlas import api

    seen = []
    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(shipped_folder))
    real = api.page_card

    def spy(title: str, sentence: str, **words: object) -> bytes:
        seen.append(words["figures"])
        return real(title, sentence, **words)  # type: ignore[arg-type, no-any-return]

    monkeypatch.setattr(api, "page_card", spy)
    assert portal.get("/en/og/markets/JPN.png").status_code == 200
    assert seen[0] and all("estimated" in label for _, label in seen[0])
