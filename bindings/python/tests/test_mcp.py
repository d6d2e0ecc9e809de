"""The SDK's server over stdio behind a gate, and its tokens."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

import adarga
from adarga.stdio import Connection
from test_asgi import HS256, token
from test_gate import POLICY, call

mcp = pytest.importorskip("mcp")

SERVER = '''
import sys, anyio, adarga
from adarga.mcp import stdio_server
from mcp.server.mcpserver import MCPServer

gate = adarga.Gate(sys.argv[1])
server = MCPServer("reports")

@server.tool()
def free() -> str:
    """Reads."""
    return "seven"

@server.tool()
def delete() -> str:
    """Deletes."""
    return "gone"

async def main():
    low = server._lowlevel_server
    async with stdio_server(gate) as (read, write):
        await low.run(read, write, low.create_initialization_options())

anyio.run(main)
'''


def test_a_real_client_over_stdio(tmp_path: Path) -> None:
    stdio = pytest.importorskip("mcp.client.stdio")
    policy = tmp_path / "p.toml"
    policy.write_text(POLICY.replace('revisions = ["2026-07-28"]', 'revisions = ["2026-07-28", "2025-11-25"]'))
    server = tmp_path / "server.py"
    server.write_text(SERVER)

    async def go() -> None:
        command = mcp.StdioServerParameters(command=sys.executable, args=[str(server), str(policy)])
        async with stdio.stdio_client(command) as streams, mcp.ClientSession(*streams) as session:
            await session.initialize()
            listed = await session.list_tools()
            assert [tool.name for tool in listed.tools] == ["free"]
            result = await session.call_tool("free", {})
            assert result.content[0].text == "seven"
            with pytest.raises(mcp.MCPError):
                await session.call_tool("delete", {})

    asyncio.run(asyncio.wait_for(go(), 60))


def test_only_what_was_asked_for_is_answered() -> None:
    connection = Connection(adarga.Gate.from_text(POLICY), in_flight_max=2)
    first, second = call("free", 1), call("free", 2)
    assert connection.inbound(first) == (first, None)
    forward, reply = connection.inbound(first)
    assert forward is None and reply is not None and b"in use" in reply
    assert connection.inbound(second) == (second, None)
    forward, reply = connection.inbound(call("free", 3))
    assert forward is None and reply is not None and b"too many" in reply
    answer = b'{"jsonrpc":"2.0","id":2,"result":{"content":[]}}'
    assert connection.outbound(answer) == answer
    assert connection.outbound(answer) is None, "once"
    assert connection.outbound(b"no json") is None
    forward, reply = connection.inbound(call("delete", 4))
    assert forward is None and reply is not None and json.loads(reply)["id"] == 4


def test_tokens_of_the_sdk() -> None:
    from adarga.mcp import TokenVerifier

    verifier = TokenVerifier(adarga.TokenVerifier(adarga.KeySet(json.dumps(HS256)), audience="https://mcp.example.com/mcp"))
    proved = asyncio.run(verifier.verify_token(token(scope="read write", client_id="app")))
    assert proved is not None
    assert (proved.client_id, proved.scopes, proved.subject) == ("app", ["read", "write"], "ada")
    assert asyncio.run(verifier.verify_token(token(exp=1))) is None
    assert asyncio.run(verifier.verify_token(token(aud="https://other.example.com"))) is None


def test_decisions_may_be_awaited() -> None:
    gate = adarga.Gate.from_text(POLICY)

    async def go() -> list[adarga.Decision]:
        return await asyncio.gather(*(gate.adecide(call("free", number)) for number in range(50)))

    assert all(asyncio.run(go())) and not gate.waits
