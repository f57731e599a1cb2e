"""Looks at a page as a browser on a slow machine does."""

from __future__ import annotations

from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from tests.journeys.browser import find_browser, flags

SLOWER = 4
_WATCH = """
window.seen = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def look(port: int, path: str, times: int) -> dict[str, Any]:
    """Return largest paint (s, middle of several first views), layout shift (worst) and bytes over the wire (kB)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags())
        views = [_first_view(browser, f"http://127.0.0.1:{port}{path}") for _ in range(times)]
        browser.close()
    return {
        "path": path,
        "times": times,
        "lcp": median(view["lcp"] for view in views) / 1000,
        "cls": max(view["cls"] for view in views),
        "kb": max(view["bytes"] for view in views) / 1000,
    }


def _first_view(browser: Browser, address: str) -> dict[str, float]:
    window = browser.new_context(viewport={"width": 1280, "height": 900})
    page = window.new_page()
    line = window.new_cdp_session(page)
    line.send("Network.enable")
    sizes: dict[str, float] = {}
    line.on("Network.loadingFinished", lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]))
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(500)
    seen: dict[str, float] = page.evaluate("seen")
    window.close()
    return {**seen, "bytes": sum(sizes.values())}
