"""Both languages are complete, and no English is left on a French page."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django.utils.translation import ngettext, override

from tests.desk.reading import read

pytestmark = pytest.mark.slow

DESK = Path(__file__).resolve().parents[2] / "src" / "portulan" / "desk"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"silent": "false", "newstyle_gettext": "true"}}


def _texts() -> set[str]:
    """Return every text the sources ask to be translated."""
    found = extract_from_dir(str(DESK), METHODS, OPTIONS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def _catalogue(language: str):  # type: ignore[no-untyped-def]
    with (DESK / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def _said(message) -> list[str]:  # type: ignore[no-untyped-def]
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    catalogue = _catalogue(language)
    known = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalogue if message.id}
    assert known == _texts()
    for message in catalogue:
        if message.id:
            assert all(text.strip() for text in _said(message)), message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", ["en", "fr"])
def test_translations_keep_the_slots(language: str) -> None:
    def slots(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|%%", text))

    for message in _catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set().union(*map(slots, ids))
        for text in _said(message):
            assert slots(text) <= wanted, message.id
        assert slots(_said(message)[-1]) == wanted, message.id


# Counts that are never one: of the world, of a whole nomenclature, of the checks of a release; limits; and what comes
# in a list, for one alone has a letter of its own.
_NEVER_ONE = (
    "%(count)s questions came together",
    "%(count)s questions for you",
    "Choose %(count)s files",
    "Only the latest %(count)s questions",
    "PDF, pictures, text and office documents",
    "%(count)s countries and territories, each with",
    "%(count)s lines, each a code",
    "%(passed)s of %(count)s checks",
    "Where fewer than %(count)s importers",
    "fitted on %(present)d of %(total)d importers",
    "world = %(present)d of %(total)d importers",
)
_COUNTED = re.compile(r"%\((?:count|num|n|total|known|passed)\)[sd] (?:\w+ )?\w+s\b")


def test_what_can_be_one_has_its_singular() -> None:
    plain = [message.id for message in _catalogue("en") if message.id and isinstance(message.id, str)]
    assert [text for text in plain if _COUNTED.search(text) and not text.startswith(_NEVER_ONE)] == []
    assert all(any(text.startswith(start) for text in plain) for start in _NEVER_ONE)


@pytest.mark.parametrize(
    ("one", "many", "said"),
    [
        ("%(count)d country sells it there", "%(count)d countries sell it there", "1 pays en vend sur ce marché"),
        ("of %(total)d market", "of %(total)d markets", "sur 1 marché"),
        ("and %(count)s other", "and %(count)s others", "et 1 autre"),
        ("%(stay)d of %(of)d stays", "%(stay)d of %(of)d stay", "1 sur 1 reste"),
    ],
)
def test_one_is_said_as_one(one: str, many: str, said: str) -> None:
    values = {"count": 1, "total": 1, "stay": 1, "of": 1}
    with override("en"):
        assert ngettext(one, many, 1) % values == one % values
        assert ngettext(one, many, 2) == many
    with override("fr"):
        assert ngettext(one, many, 1) % values == said


def test_french_typography() -> None:
    for message in _catalogue("fr"):
        for text in _said(message) if message.id else []:
            assert not re.search(r"\w[:;?!](\s|$)", text), f"no space before the sign: {text}"
            assert not re.search(r" [:;?!»]|« ", text), f"a space that may break: {text}"
            assert "'" not in text, f"straight apostrophe: {text}"


# Words that are the same in both languages, or are names.
_SHARED = {
    "licence",
    "chance",
    "services",
    "sources",
    "distance",
    "population",
    "portulan",
    "version",
    "code",
    "codes",
    "perimeter",
    "public",
}
_ENGLISH = set(
    "the and with from this these what which year years market markets figures figure known missing reported "  # noqa: SIM905
    "estimated modelled partial show shown sector goods how computed search find rank ranking first chance all "
    "apply release status coverage flow exporter indicator licence published wrong back".split()
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "?market=BEL&rows=all", "?sector=games", "?exporter=XXX", "?find=zzz", "?flow=services&year=2024"]
)
def test_no_english_is_left_on_a_french_page(site, query: str) -> None:  # type: ignore[no-untyped-def]
    page = read(site.get(f"/fr/map/{query}").content.decode())
    # Equations, SQL and citations are quoted as they are; the language switch is in its own language.
    skipped = {id(e) for block in page.all("pre") for e in (block, *block.all())}
    skipped |= {
        id(e)
        for block in page.all("details")
        if block.attributes["id"].startswith("source-")
        for e in (block, *block.all())
    }
    skipped |= {id(e) for e in page.all() if e.attributes.get("lang") == "en"}
    own = [e for e in page.all() if id(e) not in skipped]
    texts = [label for e in own for label in (e.attributes.get("aria-label"), e.attributes.get("title")) if label]
    texts += [e.text for e in own if not e.children]
    left = {
        (word, text[:80])
        for text in texts
        # Addresses are the same in every language: the words of their queries are codes.
        for word in re.findall(r"[a-z]+", re.sub(r"https?://\S+", " ", text.lower()))
        if word in _ENGLISH - _SHARED
    }
    assert not left


def test_catalogues_are_compiled_at_the_first_start_and_after_a_change(tmp_path: Path) -> None:
    from portulan.desk.config.home import compiled_catalogues

    source = tmp_path / "source" / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source.write_text(head + 'msgid "Market"\nmsgstr "Marché"\n', encoding="utf-8")
    made = compiled_catalogues(tmp_path / "source", tmp_path) / "fr" / "LC_MESSAGES" / "django.mo"
    assert "Marché".encode() in made.read_bytes()
    before = made.stat().st_ino
    compiled_catalogues(tmp_path / "source", tmp_path)
    assert made.stat().st_ino == before
    source.write_text(head + 'msgid "Market"\nmsgstr "Débouché"\n', encoding="utf-8")
    os.utime(source, ns=(1, 1))  # whatever the clock says, another time is another text
    compiled_catalogues(tmp_path / "source", tmp_path)
    assert "Débouché".encode() in made.read_bytes()
    assert [path.name for path in made.parent.iterdir()] == ["django.mo"]
