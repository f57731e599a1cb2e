"""What an installation has of its own: the folder of what it made (database, secret, texts), and its limits."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.exceptions import ImproperlyConfigured


def home_folder(value: str | None) -> Path:
    """Return the home of this installation, made if it is not there yet."""
    home = Path(value or "var").expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


def megabytes(variable: str, value: str | None, otherwise: int) -> int:
    """Return a size in bytes, given in megabytes. Raises `ImproperlyConfigured`, naming the variable."""
    text = (value or "").strip() or str(otherwise)
    if not text.isdecimal() or int(text) < 1:
        raise ImproperlyConfigured(f"{variable} is {text!r}: give a whole number of megabytes, as {otherwise}")
    return int(text) * 1_000_000


def secret_key(home: Path) -> str:
    """Return the secret of this installation; the first start makes it, readable by its owner only."""
    path = home / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def compiled_catalogues(source: Path, home: Path) -> Path:
    """Compile the catalogues ``source/<language>/LC_MESSAGES/django.po`` that changed; return where they are.

    Compiled files are never committed, and an installed package may be read-only: they live in the home.
    """
    target = home / "locale"
    for po in sorted(source.glob("*/LC_MESSAGES/django.po")):
        mo = target / po.relative_to(source).with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns == po.stat().st_mtime_ns:
            continue
        mo.parent.mkdir(parents=True, exist_ok=True)
        with po.open("rb") as file:
            catalogue = read_po(file, locale=po.parts[-3])
        # Several workers may start together: each writes its own file and renames it.
        with tempfile.NamedTemporaryFile(dir=mo.parent, delete=False) as temporary:
            write_mo(temporary, catalogue)
        os.utime(temporary.name, ns=(po.stat().st_mtime_ns, po.stat().st_mtime_ns))
        Path(temporary.name).replace(mo)
    return target
