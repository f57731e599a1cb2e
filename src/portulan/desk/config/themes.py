"""Which looks the site may wear. A theme is a folder of templates and static files with the same components."""

from __future__ import annotations

import hashlib
import re
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

from django.core.exceptions import ImproperlyConfigured

THEMES = ("portulan", "dsfr")


def _design_system() -> Path | None:
    """Return the folder of the State's design system in the package `django-dsfr`; None where it is not installed."""
    found = find_spec("dsfr")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (dist := Path(folder) / "static" / "dsfr" / "dist").is_dir():
            return dist
    return None


def chosen_theme(value: str | None) -> str:
    """Return the theme to wear, or say which there are, or what it lacks."""
    theme = value or "portulan"
    if theme not in THEMES:
        raise ImproperlyConfigured(
            f"PORTULAN_THEME is {theme!r}, and this version has only: {', '.join(THEMES)}. "
            "Unset the variable, or set it to one of these."
        )
    if theme == "dsfr" and _design_system() is None:
        raise ImproperlyConfigured(
            "PORTULAN_THEME is 'dsfr', and the package django-dsfr is not installed. "
            "Install the extra portulan[dsfr] (pip install 'portulan[desk,dsfr]'), or unset the variable."
        )
    return theme


def theme_templates(theme: str, desk: Path) -> list[Path]:
    """Return where the templates of a theme are looked for: what it lacks comes from `portulan`."""
    own = [desk / "theme" / theme / "templates"] if theme != "portulan" else []
    return [*own, desk / "theme" / "templates"]


def theme_statics(theme: str, home: Path) -> list[tuple[str, Path]]:
    """Return the static files that a theme takes from a package: (prefix of their addresses, folder).

    Only these: the package's models, templates and settings are not ours to load.
    """
    dist = _design_system() if theme == "dsfr" else None
    if dist is None:
        return []
    return [("dsfr", unpacked(dist / "dsfr.main.min.css", home / "theme" / "dsfr")), ("dsfr", dist)]


_PACKED = re.compile(r"""url\(("|')data:image/svg\+xml[^,]*,(.*?)\1\)""", re.DOTALL)


def unpacked(sheet: Path, target: Path) -> Path:
    """Write a style sheet as `dsfr.css` with the drawings it holds as files beside it; return their folder.

    The sheet of the design system holds its flag, Marianne and arrows as `data:` addresses, which our policy
    (`default-src 'self'`) refuses. Nothing else of it is changed, and nothing is written that is there already.
    """

    def drawing(found: re.Match[str]) -> str:
        drawn = unquote(found[2]).encode()
        name = f"{hashlib.sha256(drawn).hexdigest()[:16]}.svg"
        _write_once(target / "drawings" / name, drawn)
        return f'url("drawings/{name}")'

    _write_once(target / "dsfr.css", _PACKED.sub(drawing, sheet.read_text(encoding="utf-8")).encode())
    return target


def _write_once(path: Path, data: bytes) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Several workers may start together: each writes its own file and renames it.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
        temporary.write(data)
    Path(temporary.name).chmod(0o644)
    Path(temporary.name).replace(path)


def state_block(value: str | None) -> tuple[str, ...]:
    """Return the lines of the State's block (`République|Française`); none where whoever runs the site gave none."""
    return tuple(line for line in (part.strip() for part in (value or "").split("|")) if line)
