"""The description of the API (OpenAPI 3.1): what django-ninja derives from the operations, completed and corrected."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from portulan.desk.api import operations_more, problems

PREFIX: Final = "api/v1/"
_TEXT: Final = """
Figures of the market atlas, each with its papers: unit, year, status, perimeter, flow, fitness, coverage, sources, and
its 90 % interval where there is one. Where there is no value there is a `gap` with its reason: missing is never zero.

**Licence.** The program is under the EUPL 1.2. Figures keep the licence of their sources, told by `/sources`:
cite them.

**Cache.** A release never changes: answers carry an `ETag` made of the release and the question; send it back in
`If-None-Match` and a 304 costs nothing.

**Lists.** `limit` and `offset`; `Link` leads to the parts before and after, `X-Total-Count` tells how many there are.

**Errors.** `application/problem+json` (RFC 9457), with `did_you_mean`. A parameter that does not exist, or is given
twice, is an error.

**Versions.** Within `v1`, nothing is renamed or taken away: new fields, values and operations may come, so let be what
you do not know. What will go is marked `deprecated` here, and announced by the headers `Deprecation` and `Sunset`,
for a year at least; what must break comes as `v2` beside it.
""".strip()
_TAGS: Final = (
    ("words", "The words of a question: sectors, markets, perimeters, indicators."),
    ("figures", "Figures, rankings, comparisons."),
    ("demand", "What is asked of the network of correspondents."),
    ("papers", "Where figures come from, and what this site serves."),
)
_HEADERS: Final[Mapping[str, tuple[str, dict[str, Any], Any]]] = {
    "ETag": ("Changes when the answer may.", {"type": "string"}, '"0123456789abcdef0123456789abcdef"'),
    "X-Total-Count": ("Items in all.", {"type": "integer", "minimum": 0}, 31),
    "Link": ("Addresses of the first, last, previous and next parts (RFC 8288).", {"type": "string"}, None),
}


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """Return the whole description, made once a process: it depends on the program only."""
    found: dict[str, Any] = copy.deepcopy(dict(operations_more.whole().get_openapi_schema(path_prefix=PREFIX)))
    found["info"] |= {
        "description": _TEXT,
        "license": {"name": "European Union Public Licence 1.2 (the program)", "identifier": "EUPL-1.2"},
    }
    found["servers"] = [{"url": "/", "description": "This site"}]
    found["tags"] = [{"name": name, "description": text} for name, text in _TAGS]
    found["components"]["headers"] = {name: _header(*parts) for name, parts in _HEADERS.items()}
    for path in found["paths"].values():
        for operation in path.values():
            _complete(operation)
    return found


def parameters(path: str) -> frozenset[str]:
    """Return the names of the query parameters of one path."""
    operation = openapi()["paths"][path]["get"]
    return frozenset(one["name"] for one in operation["parameters"] if one["in"] == "query")


def _header(text: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    header = {"description": text, "schema": schema}
    return header if example is None else {**header, "example": example}


def _complete(operation: dict[str, Any]) -> None:
    for parameter in operation["parameters"]:
        schema = parameter["schema"]
        parameter["example"] = schema.pop("example", None)
        schema.pop("description", None)
    is_list = any(one["name"] == "limit" for one in operation["parameters"])
    for status, answer in operation["responses"].items():
        if int(status) < 400:
            answer["description"] = operation["summary"]
            names = _HEADERS if is_list else ("ETag",)
            answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            continue
        content = answer["content"].pop("application/json")
        kinds = {name: title for name, (number, title) in problems.KINDS.items() if number == int(status)}
        answer["description"] = "; ".join(kinds.values())
        answer["content"] = {problems.MEDIA_TYPE: content}
    operation["responses"][304] = {"description": "What `If-None-Match` names is still so."}
    operation["responses"] = {
        str(status): operation["responses"][status] for status in sorted(operation["responses"], key=int)
    }
