"""The client of the real SDK sees the same server through the gate, less what its role may not see."""

import asyncio
import contextlib
import os
import sys

import harness
from harness import EDITOR, HERE, POLICIES, REPORTS, Skipped, command, edited, program

try:
    from mcp import Client, MCPError, StdioServerParameters
    from mcp.client.stdio import stdio_client
except ImportError:
    Client = None

NOTES = [sys.executable, str(HERE / "sdk_server.py")]
ASKED_OF_REPORTS = {
    "echo": lambda c: c.call_tool("echo", {"text": "ñ 世界 🛡️ \u2028 \\ \" /"}),
    "get_user_profile": lambda c: c.call_tool("get_user_profile", {"user_id": "u-1"}),
    "search_reports": lambda c: c.call_tool("search_reports", {"query": "sales"}),
    "wrong argument": lambda c: c.call_tool("echo", {"text": 1}),
    "reports://public/summary": lambda c: c.read_resource("reports://public/summary"),
    "reports://sensitive/q3": lambda c: c.read_resource("reports://sensitive/q3"),
    "summarise": lambda c: c.get_prompt("summarise", {"topic": "sales"}),
    "delete_user": lambda c: c.call_tool("delete_user", {"user_id": "u-2"}),
}
ASKED_OF_NOTES = {
    "add": lambda c: c.call_tool("add", {"a": 2, "b": 3}),
    "measure": lambda c: c.call_tool("measure", {"day": "Monday"}, progress_callback=ignore),
    "wrong argument": lambda c: c.call_tool("add", {"a": "two", "b": 3}),
    "erase": lambda c: c.call_tool("erase", {"day": "Monday"}),
    "notes://today": lambda c: c.read_resource("notes://today"),
    "notes://private": lambda c: c.read_resource("notes://private"),
    "review": lambda c: c.get_prompt("review", {"style": "kind"}),
    "confess": lambda c: c.get_prompt("confess"),
}
REFUSED = "refused"


async def ignore(*_):
    pass


@contextlib.asynccontextmanager
async def connect(policy, server, mode):
    if Client is None:
        raise Skipped(harness.missing or "the package `mcp` is not installed")
    first, *rest = command(policy, server)
    with open(os.devnull, "w") as nowhere:
        transport = stdio_client(StdioServerParameters(command=first, args=rest), errlog=nowhere)
        async with Client(transport, mode=mode, read_timeout_seconds=10) as client:
            yield client


async def pages(ask, member):
    """A list over all its pages, by name or URI."""
    found, cursor = {}, None
    while True:
        page = await ask(cursor=cursor)
        for entry in getattr(page, member):
            found[str(getattr(entry, "uri", None) or entry.name)] = entry.model_dump()
        if not (cursor := page.next_cursor):
            return found


async def outcome(attempt):
    try:
        result = (await attempt).model_dump(exclude={"cache_scope", "ttl_ms"})
    except MCPError:
        return REFUSED
    return result


async def look(policy, server, mode, asked):
    """All that a client sees of a server."""
    async with connect(policy, server, mode) as client:
        return {
            "revision": client.protocol_version,
            "server": client.server_info,
            "capabilities": client.server_capabilities.model_dump(),
            "tools": await pages(client.list_tools, "tools"),
            "resources": await pages(client.list_resources, "resources"),
            "prompts": await pages(client.list_prompts, "prompts"),
            "asked": {name: await outcome(ask(client)) for name, ask in asked.items()},
        }


def compare(policy, server, mode, asked, hidden):
    """Through the gate all is as without it, except that what is hidden is neither listed nor answered."""
    program()
    plain = asyncio.run(look(None, server, mode, asked))
    gated = asyncio.run(look(policy, server, mode, asked))
    for part in ("revision", "server", "capabilities"):
        assert gated[part] == plain[part], f"{part}: {gated[part]}, without the gate {plain[part]}"
    for member in ("tools", "resources", "prompts"):
        expected = {name: entry for name, entry in plain[member].items() if name not in hidden}
        assert gated[member] == expected, f"{member}: {list(gated[member])}, expected {list(expected)}"
    for name in asked:
        assert plain["asked"][name] != REFUSED, f"the server itself refuses {name}"
        said = gated["asked"][name]
        if name in hidden:
            assert said == REFUSED or said.get("is_error"), f"{name} was answered: {said}"
        else:
            assert said == plain["asked"][name], f"{name}: {said}, without the gate {plain['asked'][name]}"


HIDDEN_REPORTS = {"delete_user", "reports://sensitive/q3"}
HIDDEN_NOTES = {"erase", "notes://private", "confess"}


def test_sdk_client_legacy():
    compare(EDITOR, REPORTS, "legacy", ASKED_OF_REPORTS, HIDDEN_REPORTS)


def test_sdk_client_modern():
    compare(EDITOR, REPORTS, "2026-07-28", ASKED_OF_REPORTS, HIDDEN_REPORTS)


def test_sdk_client_discovers():
    compare(EDITOR, REPORTS, "auto", ASKED_OF_REPORTS, HIDDEN_REPORTS)


def test_sdk_client_falls_back_when_the_policy_is_legacy():
    """A policy without 2026-07-28 makes the client use `initialize`."""

    async def revision():
        async with connect(edited(EDITOR, ('"2026-07-28", ', "")), REPORTS, "auto") as client:
            assert "echo" in await pages(client.list_tools, "tools")
            return client.protocol_version

    assert asyncio.run(revision()) == "2025-11-25"


def test_sdk_client_as_viewer():
    viewer = edited(EDITOR, ('role = "editor"', 'role = "viewer"'))
    compare(viewer, REPORTS, "legacy", ASKED_OF_REPORTS, HIDDEN_REPORTS | {"get_user_profile", "expensive_operation", "summarise"})


def test_sdk_client_as_admin():
    admin = edited(EDITOR, ('role = "editor"', 'role = "admin"'))
    compare(admin, REPORTS, "2026-07-28", ASKED_OF_REPORTS, set())


def test_sdk_server_legacy():
    compare(POLICIES / "sdk.toml", NOTES, "legacy", ASKED_OF_NOTES, HIDDEN_NOTES)


def test_sdk_server_modern():
    compare(POLICIES / "sdk.toml", NOTES, "2026-07-28", ASKED_OF_NOTES, HIDDEN_NOTES)


def test_sdk_server_discovers():
    compare(POLICIES / "sdk.toml", NOTES, "auto", ASKED_OF_NOTES, HIDDEN_NOTES)


def test_sdk_calls_in_parallel():
    """Many calls at once get each its own answer."""

    async def sums():
        async with connect(POLICIES / "sdk.toml", NOTES, "legacy") as client:
            answers = await asyncio.gather(*(client.call_tool("add", {"a": n, "b": 1}) for n in range(50)))
            return [answer.structured_content["result"] for answer in answers]

    assert asyncio.run(sums()) == list(range(1, 51))
