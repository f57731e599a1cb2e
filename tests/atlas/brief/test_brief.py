"""A brief read back: figures, papers, pages, tags, fonts, languages, and what it must not say."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.atlas import api
from portulan.atlas.brief import cell
from portulan.atlas.brief.numbers import said
from portulan.atlas.brief.words import say
from portulan.atlas.errors import BadInputError, UnknownCodeError
from portulan.atlas.figures import Figure, Gap, Passport
from portulan.atlas.opened import Release
from tests.atlas.brief.reading import Brief, flat

pytestmark = pytest.mark.slow

DAY = date(2026, 3, 1)
LINK = "https://atlas.example.org/en/markets/BEL/book/?exporter=FRA"
PROMISES = ("Export potential", "Unrealised", "potentiel d’exportation", "reste à vendre", "Where this market stands")
KINDS = [("BEL", "book"), ("BEL", None), (None, "book")]


def made(release: Release, lang: str = "en", **asked: object) -> Brief:
    words = {"market": "BEL", "sector": "book", "dated": DAY, "lang": lang, "link": LINK, **asked}
    return Brief(api.brief(release, **words))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def english(small: Release) -> Brief:
    return made(small)


@pytest.fixture(scope="module")
def french(small: Release) -> Brief:
    return made(small, "fr")


# -- what it says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_figure_is_the_one_that_the_api_shows(small: Release, lang: str, english: Brief, french: Brief) -> None:
    shown = api.show(small, exporter="FRA", sector="book", market="BEL", flow="goods")
    printed = ("imports_world", "imports_from", "share", "potential_static", "unrealised_static", "growth", "ease")
    figures = [item for item in shown if isinstance(item, Figure) and item.indicator in printed]
    assert len(figures) == len(printed)
    brief = french if lang == "fr" else english
    assert not brief.holds(*(said(item.value, item.unit, lang, item.indicator) for item in figures))


def test_what_is_not_known_is_said_with_its_reason_and_is_no_zero(small: Release) -> None:
    brief = made(small, market="USA")
    gap = next(
        item
        for item in api.show(small, exporter="FRA", sector="book", market="USA", flow="goods")
        if item.indicator == "imports_world"
    )
    assert isinstance(gap, Gap)
    assert not brief.holds("not known", gap.text("en"))
    assert not made(small, "fr", market="USA").holds("inconnu", gap.text("fr"))
    assert flat("Imports from the world · 2024 0 $") not in brief.flat


def test_every_figure_has_its_papers(english: Brief) -> None:
    assert not english.holds(
        "Core",
        "goods, 2024",
        "world = 11 of 12 importers; missing: United States",
        "partial (a code or an importer of the world total is missing)",
        "baci",
        "Etalab 2.0",
        "Gaulier, G. and Zignago, S.",
    )


def test_who_sells_what_is_behind_and_the_country_around(small: Release, english: Brief) -> None:
    suppliers = api.suppliers(small, market="BEL", sector="book", top=5).rows
    names = {country.iso3: country.name_en for country in api.countries()}
    assert not english.holds(*(names[row.exporter] for row in suppliers))
    assert not english.holds("HS2017 490199", "Population", "Brussels", "Languages", "Neighbours")


def test_codes_are_named_in_the_language_of_the_brief(small: Release, english: Brief, french: Brief) -> None:
    lines = api.lines(small, exporter="FRA", market="BEL", sector="book")
    assert lines
    assert not english.holds(*(line.label for line in lines))
    assert not french.holds(*(line.label_fr for line in lines))
    assert len(french.holds(*(line.label for line in lines))) == len(lines)


def test_day_release_and_link_are_printed(small: Release, english: Brief, french: Brief) -> None:
    assert not english.holds("1 March 2026", small.id[:12], LINK, f"Page 1 of {english.pages}")
    assert not french.holds("1er mars 2026", f"Page 1 sur {french.pages}")


def test_without_an_address_there_is_no_square_code(small: Release) -> None:
    with_code, without = made(small, sector=None), made(small, sector=None, link=None)
    assert len(without.named("/Figure")) == len(with_code.named("/Figure")) - 1


def test_a_sector_that_the_figures_do_not_measure_is_promised_nothing(shipped: Release) -> None:
    for lang, first in (("en", "These figures do not measure the sector"), ("fr", "Ces chiffres ne mesurent pas")):
        for asked in ({"sector": "games"}, {"sector": "games", "market": None}):
            brief = made(shipped, lang, **asked)
            assert not brief.holds(first)
            assert [word for word in PROMISES if flat(word) in brief.flat] == []
    cell = made(shipped, sector="games")
    assert cell.flat.index(flat("do not measure")) < cell.flat.index(flat("orientation"))
    assert not cell.holds("Population", "GDP per head", "Internet users")


def test_a_market_brief_gives_no_potential_for_what_is_not_measured(shipped: Release) -> None:
    brief = made(shipped, sector=None)
    assert not brief.holds("No potential is shown for the sectors that these figures do not measure", "no measure")


def test_estimates_are_marked_as_such(shipped: Release) -> None:
    brief = made(shipped)
    assert not brief.holds("by estimate", "estimated", "Skill of the estimates")


# -- how it is made -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("market", "sector"), KINDS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_is_tagged_titled_and_two_to_four_pages(
    small: Release, market: str | None, sector: str | None, lang: str
) -> None:
    brief = made(small, lang, market=market, sector=sector)
    assert 2 <= brief.pages <= 4
    assert brief.root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean is no Python one
    assert "/StructTreeRoot" in brief.root
    assert str(brief.root["/Lang"]).startswith(lang)
    wanted = {"BEL": {"en": "Belgium", "fr": "Belgique"}, "book": {"en": "Books", "fr": "Livre"}}
    assert wanted[market or sector or ""][lang] in brief.pdf.metadata.title
    figures = brief.named("/Figure")
    assert len(figures) >= 2
    assert all(len(str(figure["/Alt"])) > 20 for figure in figures)
    assert brief.named("/Table") and brief.named("/TH")
    fonts = brief.fonts()
    assert all(fonts.values()) and all("SourceSans3" in name or "Spectral" in name for name in fonts)


def test_the_map_is_described_beginning_with_the_market(english: Brief) -> None:
    alternatives = [str(figure["/Alt"]) for figure in english.named("/Figure")]
    assert any(text.startswith("Belgium: ") for text in alternatives)


def test_the_same_question_gives_the_same_bytes(small: Release) -> None:
    words = {"market": "BEL", "sector": "book", "dated": DAY, "lang": "fr", "link": LINK}
    assert api.brief(small, **words) == api.brief(small, **words)  # type: ignore[arg-type]
    assert api.brief(small, **{**words, "dated": date(2026, 3, 2)}) != api.brief(small, **words)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("exporter", ["FRA", pytest.param("KEN", marks=pytest.mark.full)])
@pytest.mark.parametrize(
    "sector",
    [
        choice.id if choice.id in ("book", "games", "all") else pytest.param(choice.id, marks=pytest.mark.full)
        for choice in api.sectors()
    ],
)
def test_every_sector_has_its_brief(shipped: Release, exporter: str, sector: str) -> None:
    for market, lang in (("JPN", "fr"), ("SEN", "en"), (None, "fr")):
        assert 2 <= made(shipped, lang, market=market, sector=sector, exporter=exporter).pages <= 4


@pytest.mark.slow
@pytest.mark.parametrize(
    "market",
    [
        "TWN",
        "ATA",
        "MAR",
        *(pytest.param(one, marks=pytest.mark.full) for one in ("VGB", "XKX", "SHN", "CHN", "PRK", "COD", "HMD")),
    ],
)
def test_every_kind_of_market_has_its_brief(shipped: Release, market: str) -> None:
    for sector in ("book", "games", None):
        assert 2 <= made(shipped, "fr", market=market, sector=sector).pages <= 4


# -- what it refuses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "kind", "meant"),
    [
        ({"market": "JAP"}, "market", "JPN (Japan)"),
        ({"market": "Belgique"}, "market", "BEL (Belgium)"),
        ({"sector": "musi"}, "sector", "music"),
        ({"exporter": "ZZZ"}, "exporter", "ISO3"),
        ({"lang": "de"}, "language", "en or fr"),
        ({"flow": "air"}, "flow", "goods or services"),
        ({"perimeter": "wide"}, "perimeter", "core"),
    ],
)
def test_an_unknown_word_is_said_with_what_may_be_meant(
    small: Release, asked: dict[str, str], kind: str, meant: str
) -> None:
    with pytest.raises(UnknownCodeError, match=kind) as said_:
        api.brief(small, **{"market": "BEL", "sector": "book", "dated": DAY, **asked})  # type: ignore[arg-type]
    assert meant in str(said_.value)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"market": None, "sector": None}, "at least one"),
        ({"market": "FRA"}, "the exporter itself"),
        ({"year": 1999}, "2023, 2024"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"link": "https://example.org/\n/"}, "https://"),
        ({"link": "https://example.org/" + "a" * 2000}, "a camera"),
    ],
)
def test_a_question_without_an_answer_is_refused(small: Release, asked: dict[str, object], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        api.brief(small, **{"market": "BEL", "sector": "book", "dated": DAY, **asked})  # type: ignore[arg-type]


# -- services -----------------------------------------------------------------------------------------------------


def test_a_flow_that_the_release_does_not_hold_is_said_to_be_missing(small: Release) -> None:
    brief = made(small, flow="services", sector="architecture")
    assert not brief.holds("this release holds no such flow or year")


def test_sales_within_the_interval_of_the_potential_are_no_clear_difference() -> None:
    papers = Passport("goods", "core", 2024, ("baci",), "measures the sector")

    def verdict(sold: float, potential: float, low: float | None, high: float | None) -> str:
        found = {
            "imports_from": Figure("FRA", "BEL", "book", "imports_from", sold, "USD", "reported", papers),
            "potential_static": Figure(
                "FRA", "BEL", "book", "potential_static", potential, "USD", "modelled", papers, low, high
            ),
        }
        return cell.verdict(found, sold / potential)

    assert verdict(12.0, 10.0, 8.0, 13.0) == "realised unclear"
    assert verdict(9.0, 10.0, 8.0, 13.0) == "realised unclear"
    assert verdict(14.0, 10.0, 8.0, 13.0) == "realised above"
    assert verdict(7.0, 10.0, 8.0, 13.0) == "realised"
    assert verdict(12.0, 10.0, None, None) == "realised above"
    assert "no clear difference" in say("realised unclear", "en", share="x")


def test_the_lead_of_a_market_brief_gives_ranks_with_their_interval(drawn: Release) -> None:
    lead = made(drawn, market="BEL", sector=None)
    row = next(one for one in api.profile(drawn, exporter="FRA", market="BEL").rows if one.sector == "book")
    assert row.rank_low is not None
    assert not lead.holds(f"({row.rank} of {row.ranked}; rank ")


def test_the_year_of_a_ratio_is_said_in_french(french: Brief) -> None:
    assert french.holds("over population") and not french.holds("sur population de")
