"""What a reader of the map relies on, whatever the state of the release."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from tests.desk.reading import Element, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def _page(site, address: str, status: int = 200) -> Element:  # type: ignore[no-untyped-def]
    answer = site.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return read(answer.content.decode())


def _ranked(page: Element) -> list[Element]:
    return list(next(page.by_id("ranked").all("tbody")).all("tr"))


def _markets(page: Element) -> list[str]:
    return [row.attributes["data-market"] for row in _ranked(page)]


def test_the_map_is_drawn_on_the_server(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?exporter=FRA&sector=book")
    (drawing,) = (svg for svg in page.all("svg") if "aria-labelledby" in svg.attributes)
    links = {link.attributes["aria-label"]: link.attributes["href"] for link in drawing.all("a")}
    assert any(label.startswith(("Belgium: 121.8", "Belgium: 122")) for label in links)
    assert any("no figure" in label for label in links)
    (belgium,) = (href for label, href in links.items() if label.startswith("Belgium"))
    assert parse_qs(urlsplit(belgium).query)["market"] == ["BEL"]


def test_rows_come_in_rank_order_and_the_first_25_only(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?exporter=FRA&sector=book")
    assert _markets(page)[:3] == ["BEL", "CHE", "CAN"]
    assert len(_markets(page)) == 25
    whole = _page(site, "/en/map/?exporter=FRA&sector=book&rows=all")
    assert len(_markets(whole)) == 50


def test_every_figure_has_unit_status_and_year(site) -> None:  # type: ignore[no-untyped-def]
    for address in (
        "/en/map/",
        "/fr/map/?market=BEL&rows=all",
        "/fr/map/?market=USA&sector=games",
        "/en/map/?flow=services",
    ):
        page = _page(site, address)
        figures = list(page.with_data("data-figure"))
        assert len(figures) > 50
        for figure in figures:
            assert figure.attributes["data-unit"], figure.text
            assert figure.attributes["data-status"] in {"reported", "partial", "estimated", "modelled", "gap"}
            assert figure.attributes["data-year"].isdigit()


def test_a_gap_is_never_a_number(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?rows=all")
    gaps = [figure for figure in page.with_data("data-figure") if figure.attributes["data-status"] == "gap"]
    assert gaps
    for gap in gaps:
        assert gap.tag != "data"
        assert not any(character.isdigit() for character in gap.text)
        assert "(" in gap.text  # the reason is said


def test_what_is_not_reported_is_flagged_in_words(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/")
    partial = [figure for figure in page.with_data("data-figure") if figure.attributes["data-status"] == "partial"]
    assert partial
    for figure in partial:
        (flag,) = figure.parent.all("abbr") if figure.parent else ()
        assert flag.attributes["title"] == "partial"


def test_missing_markets_stand_apart_named_and_unranked(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?rows=all")
    assert not {"USA", "GBR", "DEU", "ESP", "NLD"} & set(_markets(page))
    section = page.by_id("apart").parent
    assert section is not None
    for name in ("United States", "United Kingdom", "Germany", "Spain", "Netherlands"):
        assert name in section.text
    assert "Unknown is not zero" in section.text
    assert [row.attributes["data-market"] for row in page.by_id("unranked").all("tr") if row.attributes] == ["USA"]


def test_intervals_and_chances_are_visible(site) -> None:  # type: ignore[no-untyped-def]
    row = _ranked(_page(site, "/en/map/?by=potential_static"))[1]
    assert "74.2 M$ to 137.8 M$" in row.text
    assert "1 to 4" in row.text
    assert "92%" in row.text


def test_a_market_without_interval_says_so(site) -> None:  # type: ignore[no-untyped-def]
    (row,) = (row for row in _ranked(_page(site, "/en/map/?rows=all")) if row.attributes["data-market"] == "UKR")
    assert row.text.count("not computed") == 2


def test_gravity_and_static_are_both_shown(site) -> None:  # type: ignore[no-untyped-def]
    for by in ("potential_static", "potential_gravity", "imports_from", ""):
        heads = [head.text for head in _page(site, f"/en/map/?by={by}").by_id("ranked").all("th")]
        assert any("gravity" in head for head in heads)
        assert any("static" in head for head in heads)


def test_the_lead_of_the_release_is_shown_when_nothing_is_chosen(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = atlas.rank
    monkeypatch.setattr(atlas, "rank", lambda *a, **k: replace(real(*a, **k), lead="potential_gravity"))
    assert "Expected trade (gravity), 2024" in _page(site, "/en/map/").by_id("map").text
    assert "Export potential (static), 2024" in _page(site, "/en/map/?by=potential_static").by_id("map").text


def test_fitness_is_the_first_line(site) -> None:  # type: ignore[no-untyped-def]
    for sector, words in (("book", "measure the sector"), ("music", "only part"), ("games", "do not measure")):
        main = next(_page(site, f"/en/map/?sector={sector}").all("main"))
        assert words in next(main.all("strong")).text
        assert next(main.all("strong", "form", "svg")).tag == "strong"  # before the form and the map


@pytest.mark.parametrize("by", ["", "potential_static", "potential_gravity", "unrealised", "realised_share"])
def test_no_potential_is_promised_where_figures_are_no_measure(site, by: str) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, f"/en/map/?sector=games&by={by}&market=BEL")
    shown = {figure.attributes["data-figure"] for figure in page.with_data("data-figure")}
    assert shown
    assert not {name for name in shown if name.startswith(("potential", "unrealised", "realised"))}
    assert "is not shown" in page.text


def test_jewellery_and_leather_are_one_click_away_both_ways(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?sector=fashion&perimeter=broad")
    (out,) = (link for link in page.all("a") if link.text == "Leave out jewellery and leather goods")
    assert "they change these figures" in page.text
    without = _page(site, out.attributes["href"])
    (back,) = (link for link in without.all("a") if link.text == "Put jewellery and leather goods back")
    assert parse_qs(urlsplit(back.attributes["href"]).query)["perimeter"] == ["broad"]
    assert "jewellery" not in _page(site, "/en/map/?sector=book").by_id("content").text.replace("without jewellery", "")


def test_passport_names_what_is_missing(site) -> None:  # type: ignore[no-untyped-def]
    section = _page(site, "/en/map/").by_id("passport").parent
    assert section is not None
    for words in (
        "Goods",
        "Core",
        "2024",
        "world = 220 of 226 importers",
        "Germany, Netherlands, Spain",
        "490110",
        "Gaulier",
    ):
        assert words in section.text, words


def test_each_indicator_says_how_it_is_computed(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/")
    helps = [link.attributes["href"] for link in page.by_id("ranked").all("a") if link.text == "?"]
    helps = [help_ for help_ in helps if help_ != "#passport"]  # where the intervals on ranks are explained
    assert len(helps) >= 5
    for help_ in helps:
        block = page.by_id(help_.removeprefix("#"))
        assert block.tag == "details"
        assert len(block.text) > 80
    assert "SELECT" in page.by_id("how-potential_static").text
    assert "X_ik" in page.by_id("how-potential_static").text


def test_the_default_release_says_that_all_is_estimated(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "Every value here is an estimate." not in _page(site, "/en/map/").text
    from portulan.desk.markets import caching, selectors

    caching.shelf.clear()
    selectors._opened.cache_clear()
    selectors._ranked.cache_clear()
    monkeypatch.setattr(atlas, "RELEASE", atlas.Release(kind="default"))
    page = _page(site, "/en/map/")
    assert "Every value here is an estimate." in page.text
    statuses = {f.attributes["data-status"] for f in page.by_id("ranked").with_data("data-figure")}
    assert statuses == {"estimated", "gap"}


def test_a_year_of_another_flow_becomes_the_newest_and_is_said(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?flow=services&year=2024")
    assert "Services: this release does not hold 2024; 2022 is shown." in page.text


def test_market_card_holds_every_figure_and_the_note_of_the_country(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?market=TWN")
    section = page.by_id("market").parent
    assert section is not None
    assert "Taiwan" in section.text
    assert len(list(section.with_data("data-figure"))) == 7
    assert any(row.attributes.get("class") for row in _ranked(_page(site, "/en/map/?market=CAN")))


def test_sorting_puts_unknown_last_either_way(site) -> None:  # type: ignore[no-untyped-def]
    for order in ("", "asc"):
        rows = _ranked(_page(site, f"/en/map/?rows=all&sort=growth&order={order}"))
        cells = [
            next(f for f in row.with_data("data-figure") if f.attributes["data-figure"] == "growth") for row in rows
        ]
        known = [float(cell.attributes["value"]) for cell in cells if cell.attributes["data-status"] != "gap"]
        assert known == sorted(known, reverse=order == "")
        assert all(cell.attributes["data-status"] == "gap" for cell in cells[len(known) :])
        assert len(known) < len(cells)


def test_sort_headers_say_their_state_and_turn_it(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/")
    (sorted_by,) = page.by_id("ranked").with_data("aria-sort")
    assert (sorted_by.text.split()[0], sorted_by.attributes["aria-sort"]) == ("Rank", "ascending")
    (share,) = (link for link in page.by_id("ranked").all("a") if link.text == "Market share")
    once = _page(site, share.attributes["href"])
    (head,) = once.by_id("ranked").with_data("aria-sort")
    assert head.attributes["aria-sort"] == "descending"
    (share,) = (link for link in once.by_id("ranked").all("a") if link.text == "Market share")
    (head,) = _page(site, share.attributes["href"]).by_id("ranked").with_data("aria-sort")
    assert head.attributes["aria-sort"] == "ascending"


def test_markets_sort_by_name_without_accents(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/fr/map/?rows=all&sort=market")
    names = [next(row.all("th")).text for row in _ranked(page)]
    assert names.index("Égypte") < names.index("Émirats arabes unis") < names.index("Finlande")


def test_search_folds_accents_and_case(site) -> None:  # type: ignore[no-untyped-def]
    assert _markets(_page(site, "/fr/map/?find=cote+d%27iv")) == ["CIV"]
    page = _page(site, "/fr/map/?find=atlantide")
    assert "Aucun marché classé ne s’appelle « atlantide »" in page.text.replace("\u00a0", " ")


def test_estimates_join_the_ranking_only_when_asked(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    real = atlas.rank
    monkeypatch.setattr(atlas, "rank", lambda *a, **k: (asked.append(k["with_estimates"]), real(*a, **k))[1])
    _page(site, "/en/map/")
    assert set(asked) == {False}
    _page(site, "/en/map/?estimates=1")
    assert True in asked


def test_the_form_shows_what_the_page_shows(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?exporter=BEL&sector=fashion&perimeter=broad&by=share&flow=goods&year=2023&scale=log")
    chosen = {
        select.attributes["name"]: next(
            o.attributes["value"] for o in select.all("option") if "selected" in o.attributes
        )
        for select in page.all("select")
    }
    assert chosen == {"sector": "fashion", "perimeter": "broad", "by": "share", "year": "2023"}
    assert page.by_id("field-exporter").attributes["value"] == "Belgium"
    tabs = {link.text for link in page.by_id("content").all("a") if link.attributes.get("aria-current")}
    assert tabs == {"Goods", "One sector", "logarithmic"}


def test_the_language_switch_keeps_the_state(site) -> None:  # type: ignore[no-untyped-def]
    state = "exporter=BEL&sector=fashion&perimeter=broad&by=share&market=ITA"
    page = _page(site, f"/en/map/?{state}")
    (french,) = (link for link in page.all("a") if link.attributes.get("hreflang") == "fr")
    path, _, query = str(french.attributes["href"]).partition("?")
    assert path == "/fr/map/" and sorted(parse_qsl(query)) == sorted(parse_qsl(state))
    assert next(_page(site, french.attributes["href"]).all("html")).attributes["lang"] == "fr"


def test_nothing_known_at_all_is_said_and_another_way_offered(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = atlas.rank

    def knows_nothing(*a: object, **k: str) -> object:
        ranking = real(*a, **k)
        if k["by"] != "potential_static":
            return replace(ranking, lead="potential_gravity")
        return replace(ranking, rows=(), apart=ranking.apart[1:], total=0, lead="potential_gravity")

    monkeypatch.setattr(atlas, "rank", knows_nothing)
    page = _page(site, "/en/map/?by=potential_static")
    assert "Export potential (static): not known for any market (" in page.text
    assert "No market has a reported value" in page.text
    (way,) = (link for link in page.all("a") if link.text == "Show “Expected trade (gravity)” instead")
    assert len(_ranked(_page(site, way.attributes["href"]))) == 25


def _as_default(atlas: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from portulan.desk.markets import selectors

    selectors._opened.cache_clear()
    selectors._ranked.cache_clear()
    monkeypatch.setattr(atlas, "RELEASE", atlas.Release(kind="default"))


def test_the_default_release_says_what_its_estimates_are(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _as_default(atlas, monkeypatch)
    page = _page(site, "/en/map/")
    assert "gravity model fitted on BACI 2024 (CEPII)" in page.text
    assert "5 importers do not report and are estimated from their GDP and population: Germany" in page.text
    assert "nothing was reported" not in page.text
    assert "all values estimated" in page.text
    striped = [one for one in page.all("use") if "pt-stripes" in one.attributes.get("class", "")]
    assert not [one for one in striped if "doubt" not in one.attributes["fill"]]  # dots of doubt may be there
    passport = page.by_id("passport").parent
    assert passport is not None
    assert "fitted on 220 of 226 importers" in passport.text
    assert "The others are estimated" in passport.text
    assert "Missing:" not in passport.text
    block = page.by_id("how-imports_from")
    assert "SELECT" not in page.by_id("content").text
    assert "exp(a_iS" in block.text
    french = _page(site, "/fr/map/")
    assert "Export potential" not in french.text
    assert "Potentiel d’exportation (statique) (demande des données publiées)" in french.by_id("field-by").text


def test_what_is_not_ranked_is_named_before_the_map(site) -> None:  # type: ignore[no-untyped-def]
    page = _page(site, "/en/map/?by=potential_static")
    section = page.by_id("map").parent
    assert section is not None
    (line,) = (p for p in section.all("p") if p.text.startswith("Not ranked, their imports are not in the source:"))
    assert {link.text for link in line.all("a")} >= {"United States", "United Kingdom", "Germany", "Spain"}
    found = _page(site, "/en/map/?find=german")
    link = next(a for a in found.all("a") if a.text == "Germany" and "find=german" in a.attributes["href"])
    assert "Germany : not ranked (the source has no imports of this market" in found.text
    assert parse_qs(urlsplit(link.attributes["href"]).query)["market"] == ["DEU"]


def test_a_reason_is_said_once_in_the_card(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = atlas.rank

    def gaps(*a: object, **k: object) -> tuple[object, ...]:
        gap = real(atlas.RELEASE, exporter="FRA", sector="book").apart[1].figure
        return tuple(replace(gap, indicator=name) for name in ("share", "growth", "imports_from"))

    monkeypatch.setattr(atlas, "show", gaps)
    section = _page(site, "/en/map/?market=DEU").by_id("market").parent
    assert section is not None
    assert section.text.count("the source has no imports of this market") == 1
    assert "Market share, " in section.text


def test_the_doubt_says_what_it_leaves_out_or_how_to_get_it(
    site,  # type: ignore[no-untyped-def]
    atlas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = _page(site, "/en/map/?by=potential_static")
    titles = [link.attributes["title"] for link in page.by_id("ranked").all("a") if "title" in link.attributes]
    assert sum("exclude year-to-year change" in title for title in titles) == 2
    without = _page(site, "/en/map/?by=imports_from&exporter=BEL")
    assert "No interval on ranks: this release draws none." in without.text


def test_a_potential_below_the_sales_is_explained(site) -> None:  # type: ignore[no-untyped-def]
    words = "already sells more than the method expects"
    assert words in _page(site, "/en/map/?by=potential_static").text
    assert words not in _page(site, "/en/map/?by=imports_from").text
