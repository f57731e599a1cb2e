"""A window of the browser in which whatever the browser complains of is collected, and what axe finds in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.journeys.crossing import Way

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
QUICK = {"resultTypes": ["violations"]}
"""Of what passes nothing is wanted: to tell it all takes longer than to find what fails."""
LEFT = "net::ERR_ABORTED"
"""What the browser says of a request it dropped itself, since the reader had gone on: no fault of the page."""


@contextmanager
def window(browser: Browser, way: Way) -> Iterator[tuple[Page, list[str]]]:
    """Open a window; errors, warnings, policy violations, failed requests and foreign addresses are collected."""
    context = browser.new_context(
        viewport={"width": way.width, "height": 900},
        java_script_enabled=way.script,
        color_scheme=way.scheme,  # type: ignore[arg-type]
        locale=LOCALES[way.language],
    )
    page = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def asked(request: Request) -> None:
        if "127.0.0.1" not in request.url:
            complaints.append(request.url)

    def failed(request: Request) -> None:
        if request.failure != LEFT:
            complaints.append(f"failed: {request.url} ({request.failure})")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", failed)
    page.on("request", asked)
    try:
        yield page, complaints
    finally:
        context.close()


def wide(page: Page) -> int:
    """Return how wide the page is, once it is there: after a click the browser may still be between two pages."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth"))


def violations(page: Page) -> list[str]:
    """Return the rules of axe that the page breaks, each with the first places."""
    page.wait_for_load_state()
    found = Axe().run(page, options=QUICK).response["violations"]
    return [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found]
