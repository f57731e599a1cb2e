"""The papers of every source: one ``passport.toml`` a folder, read, checked, and never completed by a guess."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from portulan.atlas.errors import BadInputError, UnknownCodeError

SourceFlow = Literal["goods", "services", "context", "pairs"]

HERE = Path(__file__).parent
_TEXTS = ("name", "title_en", "title_fr", "producer", "citation", "licence", "licence_url", "homepage", "vintage")
_REQUIRED = {*_TEXTS, "download_url", "flow", "seen", "known_faults_en", "known_faults_fr"}
_LATER = ("file_name", "edition", "by_hand_en", "by_hand_fr", "use_en", "use_fr", "redistribution")
_OPTIONAL = {*_LATER, "size_mb", "editions", "sizes_mb", "sha256"}
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SLOT = re.compile(r"\{([^{}]*)\}")
_FILES = frozenset({".zip", ".csv", ".gz", ".json", ".xlsx", ".parquet", ".tsv", ".txt", ".xml"})
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SourcePassport:
    """What must be known of a source before a figure of it is used.

    ``download_url`` is the address of a file, and may hold ``{vintage}`` and ``{edition}``; or that of a page, or
    empty, where nothing can be pulled (the data come with a package, or need a key): see `pullable`, and
    ``by_hand_en`` and ``by_hand_fr``, which say how to have them.
    ``seen`` is true where a real file was read during development. ``editions`` are the variants one may choose
    (the HS revisions of BACI), ``edition`` the one taken when none is named. ``sizes_mb`` is by edition, in
    millions of bytes; ``sha256`` is by ``vintage`` or ``vintage/edition``. ``use`` says what of it the atlas takes.
    ``redistribution`` is ``limited`` where the licence limits passing the data on, as its text says.
    """

    name: str
    title_en: str
    title_fr: str
    producer: str
    citation: str
    licence: str
    licence_url: str
    homepage: str
    download_url: str
    vintage: str
    flow: SourceFlow
    seen: bool
    known_faults_en: tuple[str, ...]
    known_faults_fr: tuple[str, ...]
    size_mb: float | None = None
    file_name: str = ""
    editions: tuple[str, ...] = ()
    edition: str = ""
    sizes_mb: Mapping[str, float] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    by_hand_en: str = ""
    by_hand_fr: str = ""
    use_en: str = ""
    use_fr: str = ""
    redistribution: str = ""

    @property
    def pullable(self) -> bool:
        """True where ``download_url`` is a file: its end says so, or ``file_name`` does."""
        last = urlsplit(self.download_url).path.rsplit("/", 1)[-1]
        return bool(self.download_url) and bool(self.file_name or Path(last).suffix in _FILES)

    def url(self, vintage: str, edition: str = "") -> str:
        """Return the address of the file of this vintage and edition."""
        return self._fill(self.download_url, vintage, edition)

    def file(self, vintage: str, edition: str = "") -> str:
        """Return the name the file is kept under: ``file_name``, else the last part of the address."""
        if self.file_name:
            return self._fill(self.file_name, vintage, edition)
        last = urlsplit(self.url(vintage, edition)).path.rsplit("/", 1)[-1]
        return last if _WORD.fullmatch(last) else self.name

    def size(self, edition: str = "") -> int | None:
        """Return the approximate size in bytes, where it is known."""
        size = self.sizes_mb.get(edition, self.size_mb if not edition or edition == self.edition else None)
        return None if size is None else round(size * 1_000_000)

    def expected_sha256(self, vintage: str, edition: str = "") -> str | None:
        """Return the hash the file must have, where it is known."""
        return self.sha256.get(f"{vintage}/{edition}" if edition else vintage)

    @staticmethod
    def _fill(pattern: str, vintage: str, edition: str) -> str:
        return pattern.replace("{vintage}", vintage).replace("{edition}", edition)


def is_word(text: str) -> bool:
    """Tell whether a text is safe as the name of a file or folder and in an address."""
    return _WORD.fullmatch(text) is not None and ".." not in text


def all_passports(root: Path = HERE) -> tuple[SourcePassport, ...]:
    """Return the passports of every source, by name."""
    found = [read_passport(path) for path in sorted(root.glob("*/passport.toml"))]
    return tuple(sorted(found, key=lambda each: each.name))


@lru_cache(maxsize=1)
def shipped_passports() -> tuple[SourcePassport, ...]:
    """Return the passports that come with Portulan, by name; read once, for pages that cite them each time."""
    return all_passports()


def passport(name: str, root: Path = HERE) -> SourcePassport:
    """Return the passport of one source; an unknown name is reported with the names there are."""
    path = root / name / "passport.toml"
    if not is_word(name) or not path.is_file():
        known = ", ".join(sorted(each.parent.name for each in root.glob("*/passport.toml"))) or "none"
        raise UnknownCodeError("source", name, todo=f"known sources: {known}")
    return read_passport(path)


def read_passport(path: Path) -> SourcePassport:
    """Read and check one ``passport.toml``.

    Raises:
        BadInputError: it is not TOML, a key is missing, unknown or of the wrong kind, or two keys disagree.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadInputError(f"not readable as TOML ({fault})", todo="correct the file", file=path) from fault
    for key in sorted(_REQUIRED - raw.keys()):
        raise _wrong(path, key, "this key is missing", f"add `{key} = ...`")
    for key in sorted(raw.keys() - _REQUIRED - _OPTIONAL):
        raise _wrong(path, key, "unknown key", f"known keys: {', '.join(sorted(_REQUIRED | _OPTIONAL))}")
    _check_kinds(path, raw)
    _check_sense(path, raw)
    for key in ("known_faults_en", "known_faults_fr", "editions"):
        raw[key] = tuple(raw.get(key, ()))
    return SourcePassport(**raw)


def _wrong(path: Path, key: str, problem: str, todo: str) -> BadInputError:
    return BadInputError(problem, todo=todo, file=path, field=key)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _check_kinds(path: Path, raw: Mapping[str, Any]) -> None:
    for key in _TEXTS:
        if not isinstance(raw[key], str) or not raw[key].strip():
            raise _wrong(path, key, "an unempty text is expected", "write it between quotes")
    for key in ("download_url", *_LATER):
        if not isinstance(raw.get(key, ""), str):
            raise _wrong(path, key, "a text is expected", "write it between quotes")
    if not isinstance(raw["seen"], bool):
        raise _wrong(path, "seen", "true or false is expected", "true only if a real file was read in development")
    for key in ("known_faults_en", "known_faults_fr", "editions"):
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            raise _wrong(path, key, "a list of texts is expected", 'write ["...", "..."]')
    if "size_mb" in raw and not _is_number(raw["size_mb"]):
        raise _wrong(path, "size_mb", "a positive number is expected", "give millions of bytes, or leave the key out")
    for key, good in (("sizes_mb", _is_number), ("sha256", lambda v: isinstance(v, str) and bool(_HEX.fullmatch(v)))):
        table = raw.get(key, {})
        if not isinstance(table, dict) or not all(map(good, table.values())):
            raise _wrong(path, key, "a table of sizes or of 64-digit hashes is expected", "see another passport")


def _check_sense(path: Path, raw: Mapping[str, Any]) -> None:
    if raw["name"] != path.parent.name:
        raise _wrong(path, "name", f"{raw['name']!r} is not the name of its folder", f"write {path.parent.name!r}")
    if raw["flow"] not in get_args(SourceFlow):
        raise _wrong(path, "flow", f"{raw['flow']!r} is no flow", f"one of {', '.join(get_args(SourceFlow))}")
    for key in ("homepage", "licence_url", "download_url"):
        if raw[key] and not raw[key].startswith("https://"):
            raise _wrong(path, key, f"{raw[key]!r} is no https address", "give the https one")
    if not is_word(raw["vintage"]):
        raise _wrong(path, "vintage", f"{raw['vintage']!r} cannot name a folder", "letters, digits, . _ - only")
    for key in ("download_url", "file_name"):
        for slot in _SLOT.findall(raw.get(key, "")):
            if slot not in {"vintage", "edition"}:
                raise _wrong(path, key, f"unknown slot {{{slot}}}", "only {vintage} and {edition} are filled")
            if slot == "edition" and not raw.get("editions"):
                raise _wrong(path, key, "{edition} without editions", "add `editions = [...]` and `edition`")
    editions = raw.get("editions", [])
    if not all(map(is_word, editions)) or len(set(editions)) != len(editions):
        raise _wrong(path, "editions", "editions must differ and be plain words", "letters, digits, . _ - only")
    if bool(editions) != bool(raw.get("edition")) or (editions and raw["edition"] not in editions):
        raise _wrong(path, "edition", "the default edition is not one of `editions`", "name one of them")
    for key in raw.get("sizes_mb", {}):
        if key not in editions:
            raise _wrong(path, "sizes_mb", f"{key!r} is not one of `editions`", "correct the name")
    if len(raw["known_faults_en"]) != len(raw["known_faults_fr"]):
        raise _wrong(path, "known_faults_fr", "not as many faults in French as in English", "write each in both")
