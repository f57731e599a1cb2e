"""Pages of reference: what they print is what the atlas holds, and what is not known is said to be so."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from portulan.atlas import api
from tests.desk.reading import read
from tests.desk.reference_pages import LANGUAGES, cells, page, section

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PATHS = ("method/", "method/crosswalk/HS2017/", "sources/", "releases/", "accessibility/", "legal/")


# -- every page ---------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_reference_is_sound_and_cached(portal: Any, told: Any, language: str, path: str) -> None:
    answer = portal.get(f"/{language}/{path}")
    found = read(answer.content.decode())
    ids = [element.attributes["id"] for element in found.with_data("id")]
    assert len(ids) == len(set(ids)), [ident for ident in ids if ids.count(ident) > 1]
    levels = [int(head.tag[1]) for head in found.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for link in found.all("a"):
        target = link.attributes["href"]
        assert not target.startswith("#") or target[1:] in ids, target
    for table in found.all("table"):
        assert all("scope" in head.attributes for head in table.all("th"))
        assert len({len(row) for row in cells(table)}) == 1
    assert next(found.all("html")).attributes["lang"] == language
    assert "public" in answer["Cache-Control"]
    assert portal.get(f"/{language}/{path}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_two_languages_are_not_the_same_text(portal: Any, told: Any) -> None:
    for path in PATHS:
        english, french = (next(page(portal, f"/{one}/{path}").all("main")).text for one in LANGUAGES)
        assert english != french, path


# -- the method ---------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_has_its_anchor_its_words_and_its_statements(portal: Any, language: str) -> None:
    method = page(portal, f"/{language}/method/")
    for indicator in api.indicators():
        said = section(method, indicator.id)
        text = re.sub(r"\s", " ", said.text)
        for words in ("definition", "limits", "spoken"):
            assert re.sub(r"\s", " ", getattr(indicator, f"{words}_{language}")) in text, (indicator.id, words)
        hidden = [sign for sign in said.all("p") if sign.attributes.get("aria-hidden") == "true"]
        signs = "".join("".join(sign.texts) for sign in hidden)
        assert re.sub(r"[_^{}\s]", "", indicator.equation).replace("^", "") in (
            re.sub(r"\s", "", signs),
            re.sub(r"\s", "", signs).replace("1/n", "(1/n)"),
        ), indicator.id
        statements = [code.text for code in said.all("code")]
        assert bool(statements) == bool(indicator.sql)
        assert not statements or " ".join(indicator.sql.split()) == statements[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_judgement_and_every_reason_of_a_gap_is_printed(portal: Any, language: str) -> None:
    method = page(portal, f"/{language}/method/")
    text = re.sub(r"\s", " ", method.text)
    for line in api.judgements():
        assert re.sub(r"\s", " ", getattr(line, f"reason_{language}")) in text, line.subject
    for gap in api.gap_reasons():
        assert re.sub(r"\s", " ", getattr(gap, f"text_{language}")) in text, gap.id
    assert len(cells(method.by_id("fitness-table"))) == len({line.subject for line in api.judgements()})


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", api.schemes())
def test_the_crosswalk_printed_is_the_crosswalk_in_force(portal: Any, scheme: str, language: str) -> None:
    found = page(portal, f"/{language}/method/crosswalk/{scheme}/")
    french = language == "fr"
    label, note, source = ("label_fr", "note_fr", "source_fr") if french else ("label", "note", "source")
    printed = set()
    for table in found.all("table"):
        sector = table.attributes["id"].removeprefix("codes-").removesuffix("-table")
        printed |= {(sector, *row) for row in cells(table)}
    wanted = {
        (
            line["sector"],
            f"{scheme} {line['code']}",
            " ".join(f"{line[label]}{'. ' if line[note] else ''}{line[note]}".split()),
        )
        for line in api.crosswalk(scheme)
    }
    assert {row[:3] for row in printed} == wanted
    if not french:
        assert {(*row[:2], *row[3:]) for row in printed} == {
            (
                line["sector"],
                f"{scheme} {line['code']}",
                line["role"],
                "shared, not separable" if line["weight"] is None else f"{line['weight']:g}",
                line["confidence"],
            )
            for line in api.crosswalk(scheme)
        }
    text = " ".join(found.text.split())
    assert all(" ".join(line[source].split()) in text for line in api.crosswalk(scheme))


def test_the_method_shows_the_codes_of_this_release(portal: Any) -> None:
    method = page(portal, "/fr/method/")
    shown = {
        row[0] for table in method.all("table") if table.attributes["id"].startswith("codes-") for row in cells(table)
    }
    wanted = {f"{line['scheme']} {line['code']}" for s in ("HS2017", "EBOPS2010") for line in api.crosswalk(s)}
    assert shown == wanted


def test_an_unknown_nomenclature_is_answered_with_those_there_are(portal: Any) -> None:
    assert portal.get("/en/method/crosswalk/hs2017/")["Location"] == "/en/method/crosswalk/HS2017/"
    for strange in ("HS2018", "x" * 300, "%3Cscript%3E"):
        answer = portal.get(f"/en/method/crosswalk/{strange}/")
        assert answer.status_code == 404
        assert any("crosswalk/HS" in a.attributes["href"] for a in read(answer.content.decode()).all("a"))


@pytest.mark.parametrize(
    ("equation", "parts"),
    [
        ("", ()),
        ("M_jS", (("text", "M"), ("sub", "jS"))),
        ("Σ_{k∈S} v", (("text", "Σ"), ("sub", "k∈S"), ("text", " v"))),
        ("V_ijS,t−n^(1/n)", (("text", "V"), ("sub", "ijS,t−n"), ("sup", "1/n"))),
    ],
)
def test_an_equation_is_set_out(equation: str, parts: tuple[tuple[str, str], ...]) -> None:
    from portulan.desk.markets.texts.method import set_out

    assert set_out(equation) == parts


def test_the_method_is_read_where_there_is_no_release(portal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", "/nowhere/at/all")
    for path in ("method/", "accessibility/", "legal/"):
        assert portal.get(f"/en/{path}").status_code == 200
    for path in ("sources/", "releases/"):
        assert portal.get(f"/en/{path}").status_code == 503


# -- the sources --------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_is_there_with_its_papers(portal: Any, language: str) -> None:
    sources = page(portal, f"/{language}/sources/")
    used = section(sources, "used")
    inside = {element.attributes["id"] for element in used.with_data("id")}
    rests_on = {"baci", "cldr", "factbook"}
    for source in api.sources():
        said = section(sources, source.name)
        text = re.sub(r"\s", " ", said.text)
        for part in (source.licence, source.citation, source.producer, source.vintage):
            assert re.sub(r"\s", " ", part) in text, (source.name, part)
        faults = source.known_faults_fr if language == "fr" else source.known_faults_en
        assert all(re.sub(r"\s", " ", fault) in text for fault in faults), source.name
        assert source.licence_url in {a.attributes["href"] for a in said.all("a")}
        assert (f"portulan data pull {source.name}" in text) == source.pullable
        assert (source.name in inside) == (source.name in rests_on), source.name


def test_the_commands_of_a_source_are_ones_the_program_takes() -> None:
    from portulan import cli
    from portulan.desk.markets.texts.sources import commands

    lines = [line for source in api.sources() for line in commands(source)]
    assert len(lines) > len(api.sources()) / 2
    for line in lines:
        assert cli.parser().parse_args(line.split()[1:]).run


def test_the_shipped_release_says_that_it_holds_estimates(
    portal: Any, monkeypatch: pytest.MonkeyPatch, shipped_folder: Path
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "PORTULAN_RELEASE", str(shipped_folder))
    sources = page(portal, "/en/sources/")
    assert "no published file of trade has been loaded" in sources.text
    assert "Etalab 2.0" in section(sources, "portulan").text
    assert "the gravity was fitted on it" in section(sources, "baci").text
    [loaded] = cells(page(portal, "/en/releases/").by_id("loaded-table"))
    assert loaded[4:] == ["none: estimates", "none: estimates", "estimated"]


# -- statements ---------------------------------------------------------------


def test_nothing_is_claimed_that_was_not_told(portal: Any, told: Any) -> None:
    legal = page(portal, "/en/legal/")
    assert "has not named its publisher" in section(legal, "publisher").text
    assert "has not named its host" in section(legal, "hosting").text
    statement = page(portal, "/en/accessibility/")
    assert "Not compliant, for want of an audit" in section(statement, "conformity").text
    assert "whoever runs the site must be asked" in section(statement, "report").text
    assert not [a for found in (legal, statement) for a in found.all("a") if "mailto" in a.attributes["href"]]


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("atlas@ministry.example", "mailto:atlas@ministry.example"),
        ("https://ministry.example/contact", "https://ministry.example/contact"),
        ("javascript:alert(1)", None),
        ("javascript:x@y.example", None),
        ("the desk, second floor", None),
        ("a@b?body=<b>", None),
        ('"><script>alert(1)</script>@x', None),
    ],
)
def test_whoever_is_told_is_named(portal: Any, told: Any, contact: str, href: str | None) -> None:
    told(CONTACT=contact, PUBLISHER="The <Ministry> & Co")
    for path, ident in (("legal/", "publisher"), ("accessibility/", "report")):
        found = page(portal, f"/fr/{path}")
        assert contact in section(found, ident).text
        links = [a.attributes["href"] for a in section(found, ident).all("a")]
        assert links == ([] if href is None else [href])
    assert "The <Ministry> & Co" in section(page(portal, "/en/legal/"), "publisher").text


def test_the_licence_of_each_source_is_in_the_legal_notice(portal: Any, told: Any) -> None:
    rows = {row[0]: row for row in cells(page(portal, "/en/legal/").by_id("licences"))}
    for source in api.sources():
        assert rows[source.title_en][2] == source.licence
        assert rows[source.title_en][3] == ("used" if source.name in ("baci", "cldr", "factbook") else "not used")
