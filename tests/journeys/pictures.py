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

from playwright.sync_api import Browser, sync_playwright

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
_QUALITY = 55


def _take(browser: Browser, address: str, out: Path, look: str) -> None:
    width, height, scheme = LOOKS[look]
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
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
    context.close()


@contextmanager
def _portal(release: Path | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as home:
        yield from serve("portulan", Path(home), release, PORTULAN_DEMO="1")


def take_all(site: str, out: Path, only: tuple[str, ...] = ()) -> list[Path]:
    """Write every picture into `out` and return them; `site` is the address of a portal that runs."""
    wanted = [(kind, look, LANGUAGE, f"{kind}-{look}.webp") for kind in only or SHOWN for look in LOOKS]
    wanted += [(kind, "wide", "fr", f"{kind}-fr.webp") for kind in FRENCH if not only or kind in only]
    if not only:
        front = Path("../../images")  # those of README and LISEZMOI
        wanted += [("home", "wide", language, str(front / f"portal-{language}.webp")) for language in ("en", "fr")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags())
        for kind, look, language, name in wanted:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            _take(browser, f"{site}/{language}{KINDS[kind]}", out / name, look)
        browser.close()
    return [out / name for *_, name in wanted]


def main() -> None:
    """Read the command line, take the pictures, say what they weigh."""
    parser = argparse.ArgumentParser(description="take the pictures of the guide")
    parser.add_argument("--release", type=Path, help="release to show (default: the embedded one)")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write (default: docs/guide/images)")
    parser.add_argument("--only", action="append", default=[], choices=SHOWN, help="only this kind; may be repeated")
    asked = parser.parse_args()
    with _portal(asked.release) as site:
        taken = take_all(site, asked.out, tuple(asked.only))
    weight = sum(path.stat().st_size for path in taken)
    print(f"{len(taken)} pictures in {asked.out}, {weight / 1e6:.1f} MB")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
