"""Charts in a real browser: nothing leaves the narrowest page, no two texts touch, and axe finds no fault."""

from __future__ import annotations

import math

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from portulan.atlas.charts.bars import bar_chart
from portulan.atlas.charts.dots import interval_chart
from portulan.atlas.charts.lines import Series, YearPoint, line_chart
from portulan.atlas.charts.rows import ChartRow
from portulan.atlas.charts.shares import share_bar
from portulan.atlas.charts.writers import charts_css

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("explorers")]

LONG = "Saint-Barthélemy, Saint-Martin et les autres îles de la région"
ROWS = (
    ChartRow("Belgique", 120e6, "120,4 M$ (31,2 %)", 100e6, 150e6, href="/fr/BEL"),
    ChartRow(LONG, 60e6, "60 M$", 40e6, 70e6, highlight=True),
    ChartRow("Viêt Nam", 30e6, "30 M$", status="estimated"),
    ChartRow("Allemagne", None),
)
SHARES = (ChartRow("Allemagne", 0.4), ChartRow(LONG, 0.25, highlight=True), ChartRow("Monaco", None))
YEARS = range(2010, 2025)
SERIES = tuple(
    Series(name, tuple(YearPoint(y, None if y == 2015 else (n + 1) * 1e7 + 1e6 * math.sin(y)) for y in YEARS), n == 0)
    for n, name in enumerate(("France", "Royaume-Uni", "Allemagne", "Espagne"))
)
FAULTS = """() => [...document.querySelectorAll('svg.pc')].flatMap(svg => {
    const page = document.documentElement.clientWidth;
    const texts = [...svg.querySelectorAll('text')].map(one => [one.getBoundingClientRect(), one.textContent]);
    const out = texts.filter(([box]) => box.left < 0 || box.right > page || box.height < 12).map(([, text]) => text);
    texts.forEach(([a, one], n) => texts.slice(n + 1).forEach(([b, other]) => {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 6) out.push(`${one} | ${other}`);  // line boxes hold more than their letters
    }));
    return out;
})"""


def page_text() -> str:
    line = line_chart(SERIES, title="Importations", lang="fr")
    assert line is not None
    drawn = [
        bar_chart(ROWS, title="Barres", lang="fr"),
        bar_chart(ROWS[1:], title="Barres sans lien", lang="fr"),
        interval_chart(ROWS, title="Intervalles", lang="fr"),
        interval_chart(ROWS, title="Intervalles, échelle logarithmique", axis="log", lang="fr"),
        share_bar(SHARES, title="Parts", others=0.2, unknown=0.1, lang="fr"),
        line,
    ]
    figures = "".join(f"<figure>{one.svg}<figcaption>{one.description}</figcaption></figure>" for one in drawn)
    base = "body{margin:0;padding:0 16px;font:17px sans-serif;background:#fffdf8;color:#18262f}figure{margin:0}"
    dark = "@media(prefers-color-scheme:dark){body{background:#14232d;color:#ece6d8}}"
    return (
        f'<!doctype html><html lang="fr"><head><title>Graphiques</title>'
        f"<style>{base}{dark}{charts_css()}</style></head>"
        f"<body><main><h1>Graphiques</h1>{figures}</main></body></html>"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 900])
def test_charts_fit_read_and_pass_axe(browser: Browser, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(page_text())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(FAULTS) == []
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    page.close()
