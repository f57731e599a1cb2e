"""A real client over standard input and output, the documentation of the tools, and the extra where it is absent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from portulan.atlas import api
from portulan.atlas.mcp.server import make_server
from tests.atlas import worlds
from tests.house.tree import DOCS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("server")
    api.build(made / "release", [f"baci={worlds.published_zip(made, worlds.rows())}"], api.BuildOptions(threads=1))
    return made / "release"


async def session(folder: Path) -> dict[str, Any]:
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    command = StdioServerParameters(
        command=sys.executable, args=["-m", "portulan", "mcp", "--release", str(folder)], cwd=str(folder.parent)
    )
    async with Client(stdio_client(command)) as client:
        return {
            "tools": await client.list_tools(),
            "figures": await client.call_tool("get_figures", {"sector": "book", "market": "BEL"}),
            "wrong": await client.call_tool("get_figures", {"sector": "bok", "market": "BEL"}),
            "method": await client.read_resource("portulan://method"),
        }


@pytest.mark.slow
def test_a_client_gets_french_books_to_belgium_with_the_passport(folder: Path) -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        said = portal.call(session, folder)
    assert {tool.name for tool in said["tools"].tools} == names()
    answer = said["figures"].structured_content
    assert not said["figures"].is_error
    sold = next(one for one in answer["figures"] if one["indicator"] == "imports_from")
    release = api.open_release(folder)
    found = api.show(release, exporter="FRA", sector="book", market="BEL", flow="goods")
    release.close()
    assert [sold["value"]] == [getattr(item, "value", None) for item in found if item.indicator == "imports_from"]
    assert (sold["exporter"], sold["market"], sold["unit"], sold["year"]) == ("FRA", "BEL", "USD", 2024)
    assert sold["status"] in ("reported", "partial") and sold["sources"] == ["baci"]
    assert answer["passports"][0]["coverage"]["importers_missing"] == ["USA"]
    assert said["wrong"].is_error and "did you mean book" in said["wrong"].content[0].text
    assert all(f"`{one.id}`" in said["method"].contents[0].text for one in api.indicators())


def names() -> set[str]:
    words = "list_sectors list_markets list_indicators get_figures rank_markets compare_markets suppliers"
    return {*words.split(), "explain_indicator", "sources", "releases"}


def test_every_tool_says_what_it_does_and_is_documented(folder: Path) -> None:
    release = api.open_release(folder)
    tools = anyio.run(make_server(release).list_tools)
    release.close()
    assert {tool.name for tool in tools} == names()
    for page in ("assistants.md", "assistants-ia.md"):
        text = (DOCS / "howto" / page).read_text(encoding="utf-8")
        assert all(f"`{tool.name}`" in text for tool in tools), page
    for tool in tools:
        assert tool.description and tool.annotations and tool.annotations.read_only_hint, tool.name
        assert tool.output_schema, f"{tool.name}: answers are structured"


def run(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False)


def test_without_the_extra_it_says_what_to_install() -> None:
    done = run("import sys\nsys.modules['mcp'] = None\nfrom portulan.cli import main\nraise SystemExit(main(['mcp']))")
    assert done.returncode == 2 and "portulan[mcp]" in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == "", "nothing but the protocol goes to the standard output"


def test_a_release_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = run(f"from portulan.cli import main\nraise SystemExit(main(['mcp', '--release', {str(tmp_path / 'no')!r}]))")
    assert done.returncode == 2 and "not a release" in done.stderr and "Traceback" not in done.stderr


def test_other_commands_do_not_wait_for_the_protocol() -> None:
    done = run("import sys\nfrom portulan.cli import parser\nparser()\nraise SystemExit('mcp' in sys.modules)")
    assert done.returncode == 0, done.stderr
