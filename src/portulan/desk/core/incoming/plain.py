"""Text as it can be kept anywhere: decoded whatever its label says, without what no database takes."""

from __future__ import annotations

import codecs
import re
from html import unescape
from html.parser import HTMLParser

import nh3
from charset_normalizer import from_bytes

MOST_HTML = 4_000_000
"""Characters of HTML that are read: what is longer is no letter."""

# Labels that mean more than they say: mail programs write the small name for the large set.
_WIDER = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859_1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "ks_c_5601-1987": "cp949",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-9": "cp1254",
}
# What Python can decode too, and no letter is written in; some take a time that grows with the square of the text.
_NEVER = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "palmos"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Where nothing is said, what is looked for; cp1252 stands for all that is mostly plain letters.
_GUESSED = ["gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256"]
_HIGH = re.compile(rb"[\x80-\xff]+")
_WORD = 3
"""Bytes above ASCII that follow one another in other scripts; among Latin letters they stand alone, or by two."""
_SAMPLE = 20_000

_LINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNKEPT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


def clean(text: str) -> str:
    """Return a text without what cannot be stored or shown: NUL, half characters, control characters."""
    return _UNKEPT.sub("", _LINES.sub("\n", text))


def one_line(text: str, most: int = 2000) -> str:
    """Return a text as one line: what a header holds may bring lines of its own, and they are never believed."""
    return " ".join(clean(text).split())[:most]


def codec(label: str | None) -> str | None:
    """Return the codec that a label stands for, None for one that nobody knows."""
    try:
        found = codecs.lookup((label or "").strip().strip("\"'").replace("cp-", "cp"))
    except (LookupError, ValueError):
        return None
    if found.name.replace("-", "_") in _NEVER or not found._is_text_encoding:
        return None
    return _WIDER.get(found.name, found.name)


def decode(data: bytes, label: str | None) -> tuple[str, str]:
    """Return the text that bytes hold, whatever their label says, and what was wrong with it (empty: nothing)."""
    for mark, name in _BOMS:
        if data.startswith(mark) and (text := _try(data, name)) is not None:
            return clean(text), ""
    said = codec(label)
    trouble = "" if said or not label else f"unknown character set {one_line(label, 40)}"
    utf8 = None if data.isascii() else _try(data, "utf-8")
    if utf8 is not None and said in (None, "cp1252", "utf-8"):
        return clean(utf8), trouble or ("" if said == "utf-8" or not label else "character set: it is UTF-8")
    if said is not None and (text := _try(data, said)) is not None:
        return clean(text), trouble
    if data.isascii() and b"\x1b$" in data and (text := _try(data, "iso2022_jp_ext")) is not None:
        return clean(text), trouble
    if data.isascii():
        return clean(data.decode("ascii")), trouble
    name = guess(data)
    return clean(data.decode(name, errors="replace")), trouble or (
        f"character set: {name} was guessed" if not said else f"character set: it is not {said}, {name} was guessed"
    )


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def guess(data: bytes) -> str:
    """Return the codec in which bytes most likely are written, never one that fails on all of them."""
    sample = data[:_SAMPLE]
    runs = [len(run) for run in _HIGH.findall(sample)]
    if sum(run for run in runs if run >= _WORD) > sum(runs) / 2:
        best = from_bytes(sample, cp_isolation=_GUESSED).best()
        if best is not None:
            return _WIDER.get(best.encoding, best.encoding)
    return "cp1252"


# -- html ----------------------------------------------------------------------

_BLOCKS = {
    *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "figure", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table"),
    *("tbody", "tfoot", "thead", "tr", "ul"),
}
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"}
_ALLOWED = {*_BLOCKS, "a", "br", "td", "th", "img"}


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# What stands alone, or is ended by what follows it.
_FLAT = {"br", "img", "hr", "meta", "link", "input", "wbr", "col", "p", "li", "tr", "td", "th", "dt", "dd", "option"}
_MOST_WORK = 8_000_000
"""Tags times depth: what a browser's parser may be asked to do. A long newsletter takes a hundredth of it."""
_MOST_COPIED = 20_000_000_000
"""Written characters (`&eacute;`) times length: that parser copies the text for each of them."""
_DEEPEST = 10
"""Quotations within quotations that are marked as such."""


def _costs(html: str) -> int:
    """Return how many tags there are, times how deep they go: parsers take that long."""
    tags = depth = deepest = 0
    for found in _TAG.finditer(html):
        tags += 1
        if found[2].lower() not in _FLAT:
            depth = max(0, depth + (-1 if found[1] else 1))
            deepest = max(deepest, depth)
    return tags * deepest


class _Plain(HTMLParser):
    """Writes text out of well-formed HTML: lines where blocks are, `> ` before what is quoted, addresses of links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.quoted = 0
        self.exact = 0
        self.href = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a quotation, a link."""
        if tag == "br":
            self.end(always=True)
        elif tag in _BLOCKS:
            self.end()
            if tag in _APART:
                self.apart()
        if tag == "blockquote":
            self.quoted += 1
        elif tag == "pre":
            self.exact += 1
        elif tag == "li":
            self.line += "- "
        elif tag in ("td", "th") and self.line.strip():
            self.line = self.line.rstrip() + "\t"
        elif tag == "a":
            self.href, self.words = dict(attrs).get("href") or "", []
        elif tag == "img" and (alt := (dict(attrs).get("alt") or "").strip()):
            self.handle_data(alt)

    def handle_endtag(self, tag: str) -> None:
        """End a line, a quotation; write where a link leads when its words do not say it."""
        if tag == "a" and self.href:
            words, address = "".join(self.words).strip(), self.href.removeprefix("mailto:")
            self.href = ""
            if words and address not in words:
                self.handle_data(f" <{address}>")
        if tag in _BLOCKS:
            self.end()
            if tag in _APART:
                self.apart()
        if tag == "blockquote":
            self.quoted = max(0, self.quoted - 1)
        elif tag == "pre":
            self.exact = max(0, self.exact - 1)

    def handle_data(self, data: str) -> None:
        """Write words; spaces count once but in what stands as it was typed."""
        if self.href:
            self.words.append(data)
        if self.exact:
            first, *more = data.split("\n")
            self.line += first
            for line in more:
                self.end(always=True)
                self.line = line
            return
        words = _SPACES.sub(" ", data.replace("\n", " "))
        self.line += words.lstrip(" ") if not self.line or self.line.endswith((" ", "\t")) else words

    def end(self, *, always: bool = False) -> None:
        """End the line, where there is one."""
        if self.line.strip() or always:
            self.lines.append((("> " * min(self.quoted, _DEEPEST)) + self.line.rstrip()).rstrip())
        self.line = ""

    def apart(self) -> None:
        """Leave an empty line, never two."""
        mark = ("> " * min(self.quoted, _DEEPEST)).rstrip()
        if self.lines and self.lines[-1] not in ("", mark):
            self.lines.append(mark)


def from_html(html: str) -> str:
    """Return HTML as plain text. A browser's parser reads it first, so that nothing in it can surprise ours."""
    html = html[:MOST_HTML]
    if _costs(html) > _MOST_WORK or html.count("&") * len(html) > _MOST_COPIED:
        # No letter is like that, and its words are few: they are taken out as they stand.
        return clean(unescape(re.sub(r"<[^<>]*>", "\n", html))).strip("\n")
    tidy = nh3.clean(
        html,
        tags=_ALLOWED,
        clean_content_tags={"script", "style", "head", "title", "noscript", "template"} - _ALLOWED,
        attributes={"a": {"href"}, "img": {"alt"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _Plain()
    reader.feed(tidy)
    reader.close()
    reader.end()
    return clean("\n".join(reader.lines)).strip("\n")
