"""Take the pictures of the guide: ``python -m tests.journeys.pictures [--release PATH]`` (``make pictures``).

Each kind of page wide, on a phone and in the dark; WebP by Chromium itself, so that all of them weigh a few megabytes.
"""

from __future__ import annotations

import argparse
import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.browser import find_browser, flags
from tests.journeys.conftest import ROOT, serve
from tests.journeys.kinds import KINDS

OUT = ROOT / "docs" / "guide" / "images"
LANGUAGE = "en"
FRENCH = ("home", "market-sector", "sector", "compare", "network")
"""Kinds whose wide picture is also taken in French, for the pages of the guide in French."""
LOOKS = {"wide": (1280, 1200, "light"), "phone": (360, 1000, "light"), "dark": (1280, 1200, "dark")}
"""Width, most height, colours."""
SHOWN = tuple(kind for kind in KINDS if kind not in ("market-apart", "compare-all", "crosswalk", "lost"))
ASK = "/ask/?market=JPN&sector=games&topic=partners"
QUESTION = {
    "en": "We look for somebody who would publish our game in Japan next year. Whom should we write to?",
    "fr": "Nous cherchons qui publierait notre jeu au Japon l’an prochain. À qui écrire ?",
}
DESK = ("ask", "ask-own", "desk-inbox", "desk-need", "desk-handover")
"""Pages of a question, of whoever asks and of whoever answers: wide, in both languages."""
_QUALITY = 55


@contextmanager
def _window(browser: Browser, look: str) -> Iterator[BrowserContext]:
    width, _height, scheme = LOOKS[look]
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    yield context
    context.close()


def _take(context: BrowserContext, address: str, out: Path, look: str) -> None:
    width, height, _scheme = LOOKS[look]
    page = context.new_page()
    page.goto(address)
    page.reload()  # the fonts are there now: they are never swapped while a page is read
    page.wait_for_load_state("networkidle")
    full = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": min(full, height)})
    clip = {"x": 0, "y": 0, "width": width, "height": min(full, height), "scale": 1}
    taken = context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True}
    )
    out.write_bytes(base64.b64decode(taken["data"]))
    page.close()


def _asked(context: BrowserContext, site: str, language: str) -> str:
    """Ask a question as a visitor, and return the address of their own page."""
    page = context.new_page()
    page.goto(f"{site}/{language}{ASK}")
    page.locator("#field-text").fill(QUESTION[language])
    page.locator("#field-name").fill("Ada Exemple")
    page.locator("#field-email").fill("ada@example.org")
    page.locator("input[name=asking]").first.check()
    page.locator("form:has(#field-text) button[type=submit]:not([name])").click()
    address = page.url.partition("?")[0]
    page.close()
    return address


def _found(context: BrowserContext, address: str, link: str) -> str:
    """Return where the first link of a list leads."""
    page = context.new_page()
    page.goto(address)
    found = str(page.locator(link).first.evaluate("link => link.href"))
    page.close()
    return found


def _take_desk(browser: Browser, site: str, out: Path, only: tuple[str, ...]) -> list[Path]:
    """Take the pages of a question, of whoever asks and of whoever answers, wide and in both languages."""
    taken = []
    for language in ("en", "fr"):
        here = f"{site}/{language}"
        with _window(browser, "wide") as context:
            pages = {"ask": f"{here}{ASK}", "ask-own": _asked(context, site, language)}
            page = context.new_page()
            page.goto(f"{here}/account/sign-in/")
            page.locator("button[name=who]").first.click()  # coordination
            page.close()
            pages["desk-inbox"] = f"{here}/desk/?view=late"
            pages["desk-need"] = _found(context, f"{here}/desk/?view=late", "#questions tbody th a")
            pages["desk-handover"] = _found(context, f"{here}/desk/handovers/", "#handovers tr:has-text('Kenya') th a")
            for kind in [kind for kind in pages if not only or kind in only]:
                taken.append(out / f"{kind}-{'wide' if language == LANGUAGE else language}.webp")
                _take(context, pages[kind], taken[-1], "wide")
    return taken


@contextmanager
def _portal(release: Path | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as home:
        yield from serve("portulan", Path(home), release, PORTULAN_DEMO="1")


def take_all(site: str, out: Path, only: tuple[str, ...] = ()) -> list[Path]:
    """Write every picture into `out` and return them; `site` is the address of a portal that runs."""
    kinds = [kind for kind in SHOWN if not only or kind in only]
    wanted = [(kind, look, LANGUAGE, f"{kind}-{look}.webp") for kind in kinds for look in LOOKS]
    wanted += [(kind, "wide", "fr", f"{kind}-fr.webp") for kind in FRENCH if not only or kind in only]
    if not only:
        front = Path("../../images")  # those of README and LISEZMOI
        wanted += [("home", "wide", language, str(front / f"portal-{language}.webp")) for language in ("en", "fr")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags())
        for kind, look, language, name in wanted:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            with _window(browser, look) as context:
                _take(context, f"{site}/{language}{KINDS[kind]}", out / name, look)
        wants_desk = not only or set(only) & set(DESK)
        desk = _take_desk(browser, site, out, only) if wants_desk else []
        browser.close()
    return [*(out / name for *_, name in wanted), *desk]


def main() -> None:
    """Read the command line, take the pictures, say what they weigh."""
    parser = argparse.ArgumentParser(description="take the pictures of the guide")
    parser.add_argument("--release", type=Path, help="release to show (default: the embedded one)")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: docs/guide/images)")
    parser.add_argument(
        "--only", action="append", default=[], choices=(*SHOWN, *DESK), help="only this kind; may be repeated"
    )
    asked = parser.parse_args()
    with _portal(asked.release) as site:
        taken = take_all(site, asked.out, tuple(asked.only))
    weight = sum(path.stat().st_size for path in taken)
    print(f"{len(taken)} pictures in {asked.out}, {weight / 1e6:.1f} MB")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
