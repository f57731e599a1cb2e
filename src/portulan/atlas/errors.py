"""What the atlas says when something is wrong: where, what, and what to do about it."""

from __future__ import annotations

from pathlib import Path


class AtlasError(Exception):
    """Base of every error a user of the atlas may meet; its text is meant to be read by that user."""


class BadInputError(AtlasError):
    """An input file is not what it should be.

    The message always reads ``file, line N, field F: what is wrong; what to do`` with the parts that are known.
    """

    def __init__(
        self,
        problem: str,
        *,
        todo: str,
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.problem, self.todo, self.file, self.line, self.field = problem, todo, file, line, field
        where = ", ".join(
            part
            for part in (
                str(file) if file is not None else "",
                f"line {line}" if line is not None else "",
                f"field {field}" if field is not None else "",
            )
            if part
        )
        super().__init__(f"{where}: {problem}; {todo}" if where else f"{problem}; {todo}")


class UnknownCodeError(AtlasError):
    """A code (country, sector, product, indicator, perimeter) is not in our reference; never guessed."""

    def __init__(self, kind: str, code: str, *, todo: str) -> None:
        self.kind, self.code, self.todo = kind, code, todo
        super().__init__(f"unknown {kind} {code!r}; {todo}")
