"""What the client of the real SDK sees of the guarded server: `session.py stdio COMMAND…` or `session.py http URL`, whose token is in the
environment (MCP_TOKEN). Prints one JSON object."""

import asyncio
import contextlib
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


@contextlib.asynccontextmanager
async def streams(kind, where):
    if kind == "stdio":
        async with stdio_client(StdioServerParameters(command=where[0], args=where[1:])) as both:
            yield both
    else:
        import httpx2  # of the SDK

        headers = {"authorization": f"Bearer {os.environ['MCP_TOKEN']}"}
        async with httpx2.AsyncClient(headers=headers) as client, streamable_http_client(where[0], http_client=client) as both:
            yield both[:2]


async def tried(attempt):
    """The text of an answer, or that there was none."""
    try:
        result = await attempt
        if getattr(result, "is_error", False):
            return "refused: by a result"
        return result.content[0].text if hasattr(result, "content") else result.contents[0].text
    except Exception as error:
        return f"refused: {type(error).__name__}"


async def main(kind, *where):
    async with streams(kind, list(where)) as both, ClientSession(*both, read_timeout_seconds=10) as session:
        server = await session.initialize()
        call = session.call_tool
        seen = {
            "revision": server.protocol_version,
            "tools": sorted(tool.name for tool in (await session.list_tools()).tools),
            "search": await tried(call("secure_search", {"query": "sales of 2026"})),
            "own": await tried(call("get_user_profile", {"user_id": "alice"})),
            "other": await tried(call("get_user_profile", {"user_id": "bob"})),
            "delete": await tried(call("delete_user", {"user_id": "bob"})),
            "attack": await tried(call("secure_search", {"query": "x' UNION SELECT password FROM users --"})),
            "wrong": await tried(call("secure_search", {"query": 7})),
            "unknown": await tried(call("no_such_tool", {})),
            "report": await tried(session.read_resource("reports://sensitive/q3")),
            "expensive": [(await tried(call("expensive_operation", {})))[:7] for _ in range(11)],
        }
        print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
