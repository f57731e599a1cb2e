"""Rows and readers that the tests of the charts share."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from portulan.atlas.charts.rows import ChartRow

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "\"><script>alert(1)</script>&'<!--"
ROWS = (
    ChartRow("Belgium", 120e6, "120 M$", 100e6, 150e6, href="/en/BEL?a=1&b=2"),
    ChartRow("Canada", 60e6, "60 M$", 40e6, 70e6, highlight=True),
    ChartRow("Viet Nam", 30e6, "30 M$", status="estimated"),
    ChartRow("Germany", None),
    ChartRow("Tuvalu", 0.0, "0 $"),
)


def parsed(text):
    return ElementTree.fromstring(text)


def by_class(root, name, tag="*"):
    """Elements of the web writer that have a role."""
    return [node for node in root.iter() if f"pc-{name}" in node.get("class", "").split() and tag in ("*", node.tag)]


def texts(root):
    return [node.text for node in root.iter(f"{SVG}text")]


def assert_web(text):
    """The strictest content security policy, the theme's colours, letters of the page's size."""
    root = parsed(text)
    for node in root.iter():
        assert node.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject")
        assert not {"style", "fill", "stroke", "font-size", "font-family"} & set(node.attrib)
        assert not [name for name in node.attrib if name.startswith("on")]
    assert "#" not in re.sub(r'href="[^"]*"', "", text)
    assert "viewBox" not in root.attrib  # it would shrink the letters with the page
    ids = {node.get("id") for node in root.iter()}
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} <= ids
    assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text


def assert_print(text):
    """A file of its own: every colour resolved, nothing referred to."""
    root = parsed(text)
    assert "class=" not in text and "var(" not in text and "href" not in text and '%"' not in text and 'em"' not in text
    for node in root.iter():
        if node.tag in (f"{SVG}rect", f"{SVG}path", f"{SVG}circle", f"{SVG}text", f"{SVG}polygon"):
            assert node.get("fill") == "none" or re.fullmatch(r"#[0-9a-f]{6}", node.get("fill"))
    box = [float(number) for number in root.get("viewBox").split()]
    assert (float(root.get("width")), float(root.get("height"))) == (box[2], box[3])
