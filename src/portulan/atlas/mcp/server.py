"""The server: the tools and the method, behind the protocol. Needs the extra ``portulan[mcp]``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import create_model, model_validator

from portulan import __version__
from portulan.atlas import api
from portulan.atlas.mcp import answers
from portulan.atlas.mcp.tools import Tools

INSTRUCTIONS = (
    "Portulan is the open market atlas of the cultural and creative industries: what each country buys, from whom, and "
    "what more could be sold there. Start with list_sectors; countries are ISO3 codes. Every figure has its papers: "
    "give its year, unit, status and source with it, and repeat the caution of an answer. Statuses: reported, partial "
    "(something named is missing), modelled, estimated. A gap is an absence with a reason: never a zero, never to be "
    "filled by a guess. Figures of two perimeters or two flows are never to be added or compared."
)
METHOD = "portulan://method"
_SHOWN = 40


def make_server(release: api.Release) -> MCPServer[Any]:
    """Return the server of one release, with its tools and the method."""
    tools = Tools(release)
    offered = (
        tools.list_sectors,
        tools.list_markets,
        tools.list_indicators,
        tools.get_figures,
        tools.rank_markets,
        tools.compare_markets,
        tools.suppliers,
        tools.explain_indicator,
        tools.sources,
        tools.releases,
    )
    server: MCPServer[Any] = MCPServer(
        name="portulan",
        title="Portulan",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="ERROR",
        tools=[_strict(tool) for tool in offered],
    )
    server.resource(
        METHOD,
        name="method",
        title="The method",
        description="Every indicator: definition, unit, equation, source.",
        mime_type="text/markdown",
    )(method)
    return server


def _strict(tool: Callable[..., dict[str, Any]]) -> Tool:
    """Return a tool that refuses an argument it does not have: an answer to another question is worse than none."""
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    made = Tool.from_function(_said(tool), annotations=reads)
    loose = made.fn_metadata.arg_model
    known = tuple(field.alias or name for name, field in loose.model_fields.items())

    def no_other(asked: Any) -> Any:
        if other := [str(name)[:_SHOWN] for name in asked if name not in known]:
            has = f"the arguments are {', '.join(known)}" if known else "it has none"
            raise ValueError(f"there is no argument {', '.join(map(repr, other[:3]))}; {has}")
        return asked

    strict = create_model(
        loose.__name__,
        __base__=loose,
        __cls_kwargs__={"extra": "forbid"},
        __validators__={"no_other": cast("Callable[..., Any]", model_validator(mode="before")(no_other))},
    )
    made.fn_metadata = made.fn_metadata.model_copy(update={"arg_model": strict})
    made.parameters = strict.model_json_schema(by_alias=True)
    return made


def _said(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Tell a question that cannot be answered to the assistant, as the protocol wants it."""

    @functools.wraps(tool)
    def answer(*given: Any, **named: Any) -> dict[str, Any]:
        try:
            return tool(*given, **named)
        except (answers.QuestionError, api.AtlasError) as error:
            raise ToolError(str(error)) from error

    return answer


def method() -> str:
    """Return the method: what every indicator means and how it is computed, without its SQL."""
    parts = ["# The indicators of Portulan\n\nA missing value is a gap with its reason, never zero.\n"]
    for one in api.indicators():
        lines = [f"## `{one.id}` · {one.name_en}\n", one.definition_en, f"- Unit: {one.unit}"]
        lines += [f"- Equation: `{one.equation}`"] if one.equation else []
        lines += [f"- Source: {one.source}"] if one.source else []
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def serve(path: Path | None) -> None:
    """Answer one assistant on standard input and output until it leaves; without a path, with the shipped release."""
    release = api.open_release(path if path is not None else api.build_default_release())
    make_server(release).run("stdio")
