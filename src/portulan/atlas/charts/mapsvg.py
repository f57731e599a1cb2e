"""Two writers of one map: classes for the web, resolved colours for print; and the cacheable file of the shapes.

The web writer writes no colour, no style and no script: it stands under the strictest content security policy, and the
theme recolours it. The print writer writes everything in one file, for Typst, a download or an e-mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from portulan.atlas.charts.geometry.world import Piece, load_world
from portulan.atlas.charts.inks import FONT
from portulan.atlas.charts.palettes import LIGHT, stripes_for
from portulan.atlas.charts.scene import wrapped
from portulan.atlas.charts.worldmap import Drawing, LegendEntry, Mark

_SVG = 'xmlns="http://www.w3.org/2000/svg"'
# Hatchings in map units: (name, step, width of the line, angle, palette names of line and ground).
_PATTERNS: tuple[tuple[str, int, float, int, str, str | None], ...] = (
    ("missing", 22, 4, 45, "blank-line", "blank"),
    ("disputed", 10, 3, -45, "disputed-line", "disputed"),
    ("on-pale", 15, 2.5, -45, "on-pale", None),
    ("on-dark", 15, 2.5, -45, "on-dark", None),
)


# Dots over what is in doubt, in map units: (name, step, radius, angle, palette name).
_DOTS: tuple[tuple[str, int, float, int, str], ...] = (
    ("doubt-on-pale", 26, 5.5, 30, "on-pale"),
    ("doubt-on-dark", 26, 5.5, 30, "on-dark"),
)


def worldmap_css() -> str:
    """Return the stylesheet that the web map needs: to be served as a file by the site or the publication."""
    return (Path(__file__).parent / "worldmap.css").read_text(encoding="utf-8")


def _shape(piece: Piece) -> str:
    if piece.dot:
        x, y = piece.point
        return f'<circle id="{piece.id}" cx="{x}" cy="{y}" r="{load_world().radius:g}"/>'
    return f'<path id="{piece.id}" d="{piece.path}"/>'


@cache
def _shapes() -> str:
    """Return sea, graticule and all pieces, the larger ones in the group ``land``."""
    world = load_world()
    land = "".join(_shape(piece) for piece in world.pieces.values() if not piece.dot)
    dots = "".join(_shape(piece) for piece in world.pieces.values() if piece.dot)
    lines = f'<path id="sea" d="{world.sea}"/><path id="graticule" d="{world.graticule}"/>'
    return f'{lines}<g id="land">{land}</g>{dots}'


@cache
def world_svg() -> str:
    """Return the file of the shapes that pages refer to as ``world.svg#FRA``: the same for every map, cacheable."""
    world = load_world()
    box = f'viewBox="0 0 {world.width} {world.height}"'
    return f"<svg {_SVG} {box}><defs>{_shapes()}</defs></svg>\n"


def _pattern(name: tuple[str, str], step: int, line: float, angle: int, ink: str, background: str | None) -> str:
    """Return one hatching, its colours given as ready attributes."""
    ground = f'<rect width="{step}" height="{step}" {background}/>' if background else ""
    return (
        f'<pattern id="{"-".join(name)}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({angle})">{ground}<rect width="{line:g}" height="{step}" {ink}/></pattern>'
    )


def _dotting(name: tuple[str, str], step: int, radius: float, angle: int, ink: str) -> str:
    """Return one dotting, its colour given as a ready attribute."""
    return (
        f'<pattern id="{"-".join(name)}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({angle})">'
        f'<circle cx="{step / 2:g}" cy="{step / 2:g}" r="{radius:g}" {ink}/></pattern>'
    )


# --- web ---------------------------------------------------------------------------------------------------------


def to_web_svg(drawing: Drawing, world_href: str = "", prefix: str = "map") -> str:
    """Return the map for a page: links with names, classes instead of colours, shapes by reference.

    ``world_href`` is the address of `world_svg` on the same site; empty, the shapes are written into the page
    (for a file opened from disk, where browsers refuse references to other files). ``prefix`` keeps the
    identifiers of several maps of one page apart. The stylesheet is `worldmap_css`.
    """
    world = load_world()
    title, text = escape(drawing.title), escape(drawing.description)
    patterns = "".join(
        _pattern((prefix, name), step, line, angle, f'class="pt-{ink}"', background and f'class="pt-{background}"')
        for name, step, line, angle, ink, background in _PATTERNS
    ) + _web_dots(drawing, prefix)
    shapes = "" if world_href else _shapes()
    body = "".join(_web_mark(mark, world_href, prefix) for mark in drawing.marks)
    return (
        f'<svg {_SVG} class="pt-map" viewBox="0 0 {world.width} {world.height}" role="group" lang="{drawing.lang}" '
        f'aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc">'
        f'<title id="{prefix}-title">{title}</title><desc id="{prefix}-desc">{text}</desc>'
        f"<defs>{patterns}{shapes}</defs>"
        f'<g aria-hidden="true">{_use(world_href, "sea", "pt-sea")}{_use(world_href, "graticule", "pt-graticule")}'
        f"{_use(world_href, 'land', 'pt-coast')}</g>{body}{_web_outline(drawing, world_href)}</svg>"
    )


def _web_dots(drawing: Drawing, prefix: str) -> str:
    if not any(mark.doubtful for mark in drawing.marks):
        return ""
    return "".join(
        _dotting((prefix, name), step, radius, angle, f'class="pt-{ink}"') for name, step, radius, angle, ink in _DOTS
    )


def _web_outline(drawing: Drawing, world_href: str) -> str:
    around = "".join(_use(world_href, piece, "pt-own") for piece in drawing.outlined)
    return f'<g aria-hidden="true">{around}</g>' if around else ""


def _use(world_href: str, piece: str, classes: str, extra: str = "") -> str:
    return f'<use href={quoteattr(f"{world_href}#{piece}")} class="{classes}"{extra}/>'


def _web_mark(mark: Mark, world_href: str, prefix: str) -> str:
    drawn = []
    pieces = load_world().pieces
    for piece in mark.pieces:
        dashed = " pt-dashed" if piece in mark.dashed else " pt-dot" if pieces[piece].dot else ""
        if mark.kind in ("missing", "disputed"):
            # An attribute, not a rule: in a stylesheet url(#...) may be looked up in the stylesheet's own file.
            drawn.append(_use(world_href, piece, f"pt-area{dashed}", f' fill="url(#{prefix}-{mark.kind})"'))
            continue
        drawn.append(_use(world_href, piece, f"pt-area pt-{mark.fill}{dashed}"))
        if mark.striped:
            drawn.append(_use(world_href, piece, "pt-stripes", f' fill="url(#{prefix}-{stripes_for(mark.fill)})"'))
        if mark.doubtful:
            dots = f' fill="url(#{prefix}-doubt-{stripes_for(mark.fill)})"'
            drawn.append(_use(world_href, piece, "pt-stripes", dots))
    inside = f"<title>{escape(mark.label)}</title>{''.join(drawn)}"
    if mark.href is None:
        return f"<g>{inside}</g>"
    tab = "" if mark.focusable else ' tabindex="-1"'
    return f"<a href={quoteattr(mark.href)} aria-label={quoteattr(mark.label)}{tab}>{inside}</a>"


def to_web_swatch(entry: LegendEntry, prefix: str = "map") -> str:
    """Return the small drawing that goes before a line of the legend, on the page that holds the map itself."""
    area = '<rect x="2" y="2" width="96" height="56"'
    dashed = " pt-dashed" if entry.dashed else ""
    if entry.fill in ("missing", "disputed"):
        drawn = f'{area} class="pt-area" fill="url(#{prefix}-{entry.fill})"/>'
    else:
        drawn = f'{area} class="pt-area pt-{entry.fill}{dashed}"/>'
        over = f"{prefix}-{'doubt-' if entry.doubtful else ''}{stripes_for(entry.fill)}"
        drawn += f'{area} class="pt-stripes" fill="url(#{over})"/>' if entry.striped or entry.doubtful else ""
    return f'<svg {_SVG} class="pt-swatch" viewBox="0 0 100 60" aria-hidden="true">{drawn}</svg>'


# --- print -------------------------------------------------------------------------------------------------------

_FONT = f'font-family="{FONT}"'
_LINE = 62  # map units from one line of text to the next
_MARGIN = 40
_SMALL = 38


def to_print_svg(
    drawing: Drawing, *, furniture: bool = True, papers: Sequence[str] = (), colours: Mapping[str, str] = LIGHT
) -> str:
    """Return the map as one self-contained file with resolved colours.

    ``furniture`` adds title, legend, note and ``papers`` (passport, source) below the map: a map that leaves the
    product alone never goes without.
    """
    world = load_world()
    foot = _foot(drawing, papers, colours, world.height + _MARGIN) if furniture else ("", 0)
    height = world.height + foot[1]
    fills = {name: f'fill="{colour}"' for name, colour in colours.items()}
    patterns = "".join(
        _pattern(("p", name), step, line, angle, fills[ink], background and fills[background])
        for name, step, line, angle, ink, background in _PATTERNS
    )
    if any(mark.doubtful for mark in drawing.marks):
        patterns += "".join(
            _dotting(("p", name), step, radius, angle, fills[ink]) for name, step, radius, angle, ink in _DOTS
        )
    coast = "".join(_print_shape(piece, "") for piece in world.pieces.values() if not piece.dot)
    return (
        f'<svg {_SVG} viewBox="0 0 {world.width} {height}" role="img" lang="{drawing.lang}">'
        f"<title>{escape(drawing.title)}</title><desc>{escape(drawing.description)}</desc><defs>{patterns}</defs>"
        f'<path d="{world.sea}" fill="{colours["sea"]}"/>'
        f'<path d="{world.graticule}" fill="none" stroke="{colours["graticule"]}" stroke-width="2"/>'
        f'<g fill="none" stroke="{colours["coast"]}" stroke-width="4" stroke-linejoin="round">{coast}</g>'
        f'<g stroke="{colours["border"]}" stroke-width="1.6" stroke-linejoin="round">'
        f"{''.join(_print_mark(mark, colours) for mark in drawing.marks)}</g>"
        f"{_print_outline(drawing, colours)}{foot[0]}</svg>\n"
    )


def _print_outline(drawing: Drawing, colours: Mapping[str, str]) -> str:
    pieces = load_world().pieces
    around = "".join(_print_shape(pieces[piece], "") for piece in drawing.outlined)
    return f'<g fill="none" stroke="{colours["ink"]}" stroke-width="9">{around}</g>' if around else ""


def _print_shape(piece: Piece, attributes: str) -> str:
    if piece.dot:
        x, y = piece.point
        return f'<circle cx="{x}" cy="{y}" r="{load_world().radius:g}"{attributes}/>'
    return f'<path d="{piece.path}"{attributes}/>'


def _print_fill(fill: str, colours: Mapping[str, str]) -> str:
    return f"url(#p-{fill})" if fill in ("missing", "disputed") else colours[fill]


def _print_mark(mark: Mark, colours: Mapping[str, str]) -> str:
    pieces = load_world().pieces
    drawn = []
    for name in mark.pieces:
        dash = f' stroke="{colours["dash"]}" stroke-dasharray="8 6"' if name in mark.dashed else ""
        edge = f' stroke="{colours["coast"]}"' if pieces[name].dot and not dash else ""
        drawn.append(_print_shape(pieces[name], f' fill="{_print_fill(mark.fill, colours)}"{dash}{edge}'))
        if mark.striped:
            drawn.append(_print_shape(pieces[name], f' fill="url(#p-{stripes_for(mark.fill)})" stroke="none"'))
        if mark.doubtful:
            drawn.append(_print_shape(pieces[name], f' fill="url(#p-doubt-{stripes_for(mark.fill)})" stroke="none"'))
    code = f' data-country="{mark.country}"' if mark.country else ""
    return f"<g{code}><title>{escape(mark.label)}</title>{''.join(drawn)}</g>"


def _text(x: int, y: int, size: int, text: str, colours: Mapping[str, str], weight: str = "") -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" {_FONT}{bold} fill="{colours["ink"]}">{escape(text)}</text>'


def _foot(drawing: Drawing, papers: Sequence[str], colours: Mapping[str, str], top: int) -> tuple[str, int]:
    """Return title, legend in two columns and note, and how much height they take."""
    width = load_world().width
    parts = []
    y = top
    for line in wrapped(drawing.title, (width - 2 * _MARGIN) / 60):  # the letters of a title are wider: bold
        y += _LINE
        parts.append(_text(_MARGIN, y, 56, line, colours, "bold"))
    y += _LINE
    classes = [entry for entry in drawing.legend if entry.low is not None]
    others = [entry for entry in drawing.legend if entry.low is None]
    if not classes:  # colours without limits: all in order, over both columns
        half = (len(others) + 1) // 2
        classes, others = others[:half], others[half:]
    parts.append(_text(_MARGIN, y, 40, drawing.legend_title, colours))
    for column, entries in ((_MARGIN, classes), (width // 2, others)):
        for row, entry in enumerate(entries, start=1):
            parts.append(_print_entry(entry, column, y + row * _LINE, colours))
    y += (max(len(classes), len(others)) + 1) * _LINE
    for text in (drawing.note, *papers):
        y += 12
        for line in wrapped(text, (width - 2 * _MARGIN) / _SMALL):
            y += _LINE - 10
            parts.append(_text(_MARGIN, y, _SMALL, line, colours))
    return "".join(parts), y + _MARGIN - load_world().height


def _print_entry(entry: LegendEntry, x: int, y: int, colours: Mapping[str, str]) -> str:
    area = f'<rect x="{x}" y="{y - 36}" width="80" height="44"'
    dash = f' stroke="{colours["dash"]}" stroke-dasharray="8 6"' if entry.dashed else f' stroke="{colours["coast"]}"'
    dash = f' stroke="{colours["ink"]}"' if entry.fill == "own" else dash
    fill = "none" if entry.dashed or entry.fill == "own" else _print_fill(entry.fill, colours)
    drawn = f'{area} fill="{fill}" stroke-width="2"{dash}/>'
    over = f"{'doubt-' if entry.doubtful else ''}{stripes_for(entry.fill)}"
    drawn += f'{area} fill="url(#p-{over})"/>' if entry.striped or entry.doubtful else ""
    return drawn + _text(x + 104, y, 42, f"{entry.text}  ({entry.count})", colours)
