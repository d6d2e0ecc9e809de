"""The guard in front of ASGI applications: a small one that says what it got, and the server of the MCP SDK."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import adarga
from adarga.asgi import Guard

HS256 = {"kty": "oct", "alg": "HS256", "kid": "1", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U"}
POLICY = """
server = { name = "t", revisions = ["2026-07-28", "2025-11-25"] }
roles.user = ["read:*"]
tools.read = { permission = "read:reports", rate = "3/hour" }
tools.free = { permission = "read:reports" }
tools.delete = { permission = "delete:users" }

[http]
hosts = ["testserver", "127.0.0.1:*"]
origins = ["https://app.example.com"]
body_max = "64 KiB"

[identity]
issuer = "https://auth.example.com"
audience = "https://mcp.example.com/mcp"
algorithms = ["HS256"]
keys = { env = "ADARGA_TEST_SECRET" }
leeway = "1ms"
"""


def token(**claims: Any) -> str:
    import base64
    import hashlib
    import hmac

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    said = {
        "iss": "https://auth.example.com",
        "aud": "https://mcp.example.com/mcp",
        "sub": "ada",
        "role": "user",
        "exp": int(time.time()) + 600,
    } | claims
    signed = part(b'{"alg":"HS256"}') + "." + part(json.dumps(said).encode())
    secret = b"secretsecretsecretsecretsecretse"
    return signed + "." + part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> adarga.Gate:
    monkeypatch.setenv("ADARGA_TEST_SECRET", "secretsecretsecretsecretsecretse")
    return adarga.Gate.from_text(POLICY)


def message(method: str, **params: Any) -> dict[str, Any]:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


def headers(method: str, name: str | None = None, bearer: str | None = None) -> dict[str, str]:
    found = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": method,
    }
    if name:
        found["mcp-name"] = name
    if bearer:
        found["authorization"] = f"Bearer {bearer}"
    return found


class Echo:
    """Says what it got, in pieces, as JSON or as events."""

    def __init__(self, events: bool = False) -> None:
        self.events, self.got = events, list[bytes]()
        self.subject: str | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        got = await receive()
        self.got.append(got["body"])
        self.subject = scope["adarga"].subject if "adarga" in scope else None
        asked = json.loads(got["body"] or b"{}")
        tools = [{"name": name, "inputSchema": {"type": "object"}} for name in ("read", "free", "delete")]
        result: dict[str, Any] = {"tools": tools} if asked.get("method") == "tools/list" else {"content": []}
        body = json.dumps({"jsonrpc": "2.0", "id": asked.get("id"), "result": result}).encode()
        kind = b"application/json"
        if self.events:
            kind = b"text/event-stream"
            note = b'{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}'
            body = b"event: message\r\ndata: " + note + b"\r\n\r\n: comment\n\nid: 7\ndata: " + body + b"\n\nthe rest"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        for at in range(0, len(body), 7):
            await send({"type": "http.response.body", "body": body[at : at + 7], "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def post(app: Any, body: Any, head: dict[str, str], path: str = "/mcp") -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            return await client.post(path, content=content, headers=head)

    return asyncio.run(go())


def request(app: Any, method: str, path: str, head: dict[str, str]) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.request(method, path, headers=head)

    return asyncio.run(go())


def test_what_is_allowed_arrives_as_the_same_bytes(gate: adarga.Gate) -> None:
    echo = Echo()
    body = json.dumps(message("tools/call", name="free", arguments={"a": "ü"}), indent=3).encode()
    answer = post(Guard(echo, gate), body, headers("tools/call", "free", token()))
    assert answer.status_code == 200 and echo.got == [body] and echo.subject == "ada"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_what_is_denied_does_not_arrive(gate: adarga.Gate) -> None:
    echo = Echo()
    app = Guard(echo, gate)
    body = message("tools/call", name="delete", arguments={})
    anonymous = post(app, body, headers("tools/call", "delete"))
    assert anonymous.status_code == 401 and anonymous.headers["www-authenticate"].startswith("Bearer")
    expired = post(app, body, headers("tools/call", "delete", token(exp=int(time.time()) - 2)))
    assert expired.status_code == 401 and "invalid_token" in expired.headers["www-authenticate"]
    forbidden = post(app, body, headers("tools/call", "delete", token()))
    assert forbidden.status_code == 403
    mismatch = post(app, body, headers("tools/call", "free", token()))
    assert mismatch.status_code == 400
    large = post(app, b" " * (70 << 10), headers("tools/call", "free", token()))
    assert large.status_code == 413
    assert request(app, "PUT", "/mcp", headers("tools/call")).status_code == 405
    assert echo.got == []


def test_rates_are_said_with_a_time(gate: adarga.Gate) -> None:
    app = Guard(Echo(), gate)
    body = message("tools/call", name="read", arguments={})
    answers = [post(app, body, headers("tools/call", "read", token())) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3].headers["retry-after"]) <= 3600


@pytest.mark.parametrize("events", [False, True])
def test_lists_are_cut_in_every_kind_of_answer(gate: adarga.Gate, events: bool) -> None:
    answer = post(Guard(Echo(events), gate), message("tools/list"), headers("tools/list", bearer=token()))
    text = answer.text
    assert "delete" not in text and "free" in text
    if events:
        found = text.split("\n\n")
        assert found[0].replace("\r", "") .startswith("event: message\ndata: ") and "id: 7" in text
        assert "the rest" not in text, "what has no end is no event"
    else:
        assert [tool["name"] for tool in answer.json()["result"]["tools"]] == ["read", "free"]


def test_browsers_of_the_policys_origins_may_call(gate: adarga.Gate) -> None:
    app = Guard(Echo(), gate, cors=True)
    asked = {"origin": "https://app.example.com", "access-control-request-method": "POST"}
    answer = request(app, "OPTIONS", "/mcp", asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
    assert request(app, "OPTIONS", "/mcp", asked | {"origin": "https://evil.example"}).status_code == 403
    body = message("tools/call", name="free", arguments={})
    ours = post(app, body, headers("tools/call", "free", token()) | {"origin": "https://app.example.com"})
    assert ours.headers["access-control-allow-origin"] == "https://app.example.com"
    evil = post(app, body, headers("tools/call", "free", token()) | {"origin": "https://evil.example"})
    assert evil.status_code == 403 and "access-control-allow-origin" not in evil.headers


def test_metadata_and_other_paths(gate: adarga.Gate) -> None:
    echo = Echo()
    app = Guard(echo, gate, metadata={"resource": "https://mcp.example.com/mcp"})
    for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
        assert request(app, "GET", path, {}).json() == {"resource": "https://mcp.example.com/mcp"}
    assert post(app, {}, {}, "/health").status_code == 200 and len(echo.got) == 1
    assert post(app, {}, {}, "/mcp/below").status_code in (400, 406, 415) and len(echo.got) == 1


@pytest.fixture
def server(gate: adarga.Gate) -> Iterator[str]:
    """The server of the SDK behind a guard, as uvicorn serves it."""
    mcpserver = pytest.importorskip("mcp.server.mcpserver")
    uvicorn = pytest.importorskip("uvicorn")
    mcp = mcpserver.MCPServer("reports")

    def read() -> str:
        """Reads."""
        return "seven"

    def delete() -> str:
        """Deletes."""
        return "gone"

    mcp.tool()(read)
    mcp.tool(name="free")(read)
    mcp.tool()(delete)
    app = Guard(mcp.streamable_http_app(), gate)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    start = time.monotonic()
    while not running.started:
        assert time.monotonic() - start < 20 and thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/mcp"
    running.should_exit = True
    thread.join(10)


def test_a_real_client_of_a_real_server(server: str) -> None:
    mcp = pytest.importorskip("mcp")
    http = pytest.importorskip("mcp.client.streamable_http")
    sdk_client = pytest.importorskip("httpx2")

    async def go() -> None:
        client = sdk_client.AsyncClient(headers={"authorization": f"Bearer {token()}"})
        async with client, http.streamable_http_client(server, http_client=client) as streams:
            async with mcp.ClientSession(*streams[:2]) as session:
                await session.initialize()
                listed = await session.list_tools()
                assert sorted(tool.name for tool in listed.tools) == ["free", "read"]
                result = await session.call_tool("free", {})
                assert result.content[0].text == "seven"
                with pytest.raises(Exception, match="."):
                    await session.call_tool("delete", {})

    asyncio.run(go())
