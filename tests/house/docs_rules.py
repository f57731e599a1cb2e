"""Rules on documentation: what a user may type, read or set is written down, and what is written down is true."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import where

Command = tuple[str, argparse.ArgumentParser]


def leaves(parser: argparse.ArgumentParser, name: str) -> Iterator[Command]:
    """Yield every command that does something, with its full name."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield name, parser
    for action in below:
        for word, child in action.choices.items():
            yield from leaves(child, f"{name} {word}")


def section(text: str, heading: str) -> str | None:
    """Return what stands under the first heading that holds `heading` in code marks, to the next heading as high."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        found = re.match(r"(#+) ", line)
        if found and f"`{heading}`" in line:
            end = next(
                (
                    n
                    for n in range(start + 1, len(lines))
                    if (m := re.match(r"(#+) ", lines[n])) and len(m[1]) <= len(found[1])
                ),
                len(lines),
            )
            return "\n".join(lines[start:end])
    return None


def undocumented_commands(commands: Iterable[Command], text: str) -> Iterator[str]:
    """Yield each command without a section or an example, each option or argument without a mention in it."""
    for name, parser in commands:
        said = section(text, name)
        if said is None:
            yield f"{name}: no section"
            continue
        if not any(f"{line} ".startswith(f"$ {name} ") for line in blocks(said)):
            yield f"{name}: no example"
        for action in parser._actions:
            if isinstance(action, argparse._HelpAction | argparse._VersionAction):
                continue
            words = action.option_strings or [
                (action.metavar if isinstance(action.metavar, str) else action.dest).upper()
            ]
            longest = max(words, key=len)
            if not re.search(rf"(?<![\w-]){re.escape(longest)}(?![\w-])", said):
                yield f"{name}: {longest} is not documented"


def stale_commands(commands: Iterable[Command], text: str) -> Iterator[str]:
    """Yield each command or option that has a heading or a table row but no longer exists."""
    known = dict(commands)
    for name in re.findall(r"^#+ .*`(portulan [a-z ]+)`", text, re.MULTILINE):
        if name not in known:
            yield f"{name}: documented, and there is no such command"
            continue
        options = {word for action in known[name]._actions for word in action.option_strings}
        for word in re.findall(r"^\| `(--[a-z0-9-]+)", section(text, name) or "", re.MULTILINE):
            if word not in options:
                yield f"{name}: {word} is documented, and there is no such option"


def blocks(text: str) -> list[str]:
    """Return the lines of every fenced block, continuations joined."""
    found: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
        elif inside:
            if found and found[-1].endswith("\\"):
                found[-1] = found[-1][:-1] + line.strip()
            else:
                found.append(line.strip())
    return found


def wrong_examples(text: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield each example of a command that the command would refuse."""
    for line in blocks(text):
        words = line.removeprefix("$ ")
        if not words.startswith("portulan "):
            continue
        try:
            typed = shlex.split(re.split(r"\s[|<>&]", words, maxsplit=1)[0], comments=True)
            with contextlib.redirect_stderr(io.StringIO()) as errors, contextlib.redirect_stdout(io.StringIO()):
                parser.parse_args(typed[1:])
        except SystemExit as stop:
            if stop.code:
                yield f"{words}: {errors.getvalue().strip().splitlines()[-1]}"
        except ValueError as error:
            yield f"{words}: {error}"


@dataclass(frozen=True)
class Described:
    """What a section on an indicator must hold."""

    id: str
    must: tuple[str, ...]


def undescribed(wanted: Iterable[Described], text: str, labels: Iterable[str]) -> Iterator[str]:
    """Yield what is missing from the section of each indicator."""
    for item in wanted:
        said = section(text, item.id)
        if said is None:
            yield f"{item.id}: no section"
            continue
        yield from (f"{item.id}: the section does not hold {part!r}" for part in item.must if part not in said)
        for label in labels:
            if not re.search(rf"^- \*\*{label}:\*\* \S", said, re.MULTILINE):
                yield f"{item.id}: nothing after {label}"


def unnamed(words: Iterable[str], text: str) -> Iterator[str]:
    """Yield each word that the text never gives in code marks."""
    for word in words:
        if f"`{word}`" not in text:
            yield f"`{word}` is not mentioned"


_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_DOC = re.compile(r"\bdocs/[\w./-]*\w")


def broken_links(path: Path, text: str) -> Iterator[str]:
    """Yield each relative link of a page that leads nowhere, file or heading."""
    in_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for target in _LINK.findall(in_code):
        name, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        to = (path.parent / name).resolve() if name else path
        if not to.exists():
            yield f"{where(path)}: {target} leads nowhere"
        elif anchor and to.suffix == ".md" and anchor not in anchors(to.read_text(encoding="utf-8")):
            yield f"{where(path)}: {target} has no such heading"


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a page, as code forges make them."""
    heads = re.findall(r"^#+ +(.+?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def missing_docs(texts: Iterable[tuple[Path, str]], docs: Path) -> Iterator[str]:
    """Yield each page of docs/ that a file names and that does not exist (`docs/adr/0002` means `0002-*.md`)."""
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), start=1):
            for name in _DOC.findall(line):
                to = docs.parent / name
                if not to.exists() and not list(to.parent.glob(f"{to.name}-*.md")):
                    yield f"{where(path, number)}: {name} does not exist"


_READ = re.compile(
    r"""(?:environ(?:\.get\(|\.setdefault\(|\.pop\(|\[)|getenv\(|\benv\.get\(|\benv\[)\s*["']([A-Z][A-Z0-9_]+)["']"""
)
_OURS = re.compile(r"\bPORTULAN_[A-Z][A-Z_]*\b")


def variables(texts: Iterable[tuple[Path, str]]) -> dict[str, str]:
    """Return each environment variable read, and the first place that reads it."""
    found: dict[str, str] = {}
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), start=1):
            for name in (*_READ.findall(line), *_OURS.findall(line)):
                found.setdefault(name, where(path, number))
    return found


def untranslated(pairs: Mapping[str, tuple[str, str]], long: int = 25) -> Iterator[str]:
    """Yield each pair (English, French) with one side empty, or both the same where they are too long to be."""
    for name, (english, french) in pairs.items():
        if bool(english.strip()) != bool(french.strip()):
            yield f"{name}: {'no French' if english.strip() else 'no English'} ({(english or french)[:60]})"
        elif english == french and len(english) > long:
            yield f"{name}: the French is the English ({english[:60]})"


_STRAIGHT = re.compile(r"[^\W\d_]'[^\W\d_]")
_TIGHT = re.compile(r"[\w)»%][;?!](?:\s|$)|[^\W\d_)»]:(?:\s|$)")


def rough_french(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield each French text with a straight apostrophe, or without the space that goes before ; : ? and !"""
    for name, text in texts.items():
        for rule, what in ((_STRAIGHT, "straight apostrophe"), (_TIGHT, "no space before")):
            if found := rule.search(text):
                yield f"{name}: {what} in {text[max(0, found.start() - 12) : found.end() + 8]!r}"


def one_language_columns(names: Iterable[str]) -> Iterator[str]:
    """Yield each name in one language whose twin is not there; ``label`` alone is the English of ``label_fr``."""
    have = set(names)
    for name in sorted(have):
        for mine, others in (("_en", ("_fr",)), ("_fr", ("_en", ""))):
            if name.endswith(mine) and not any(name.removesuffix(mine) + other in have for other in others):
                yield name
