"""An ASGI middleware that guards the MCP endpoint of any application.

    app = adarga.asgi.Guard(app, gate, path="/mcp")

What is denied never reaches the application and is answered as the specification says. What is allowed reaches it as the same bytes,
and what it answers, as JSON or as a stream of events, is judged by `Gate.release` before it goes out.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from . import Decision, Gate, Reason

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

METADATA = "/.well-known/oauth-protected-resource"
_FORWARDED = b"content-type, authorization, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, last-event-id"


class Guard:
    """Guards the requests to `path` (and what lies beneath it) of an ASGI application.

    `metadata` is the document of RFC 9728, which is served for whoever looks for the authorization server. With `cors` browsers of
    the policy's origins may call.
    """

    def __init__(
        self,
        app: App,
        gate: Gate,
        *,
        path: str = "/mcp",
        metadata: dict[str, Any] | None = None,
        cors: bool = False,
    ) -> None:
        self.app = app
        self.gate = gate
        self.path = path.rstrip("/")
        self.metadata = json.dumps(metadata).encode() if metadata is not None else None
        self.cors = cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket" and self._is_ours(scope["path"]):
                # nobody judges what comes over one
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        if self.metadata is not None and path in (METADATA, METADATA + self.path):
            await _answer(send, 200, self.metadata, [(b"access-control-allow-origin", b"*")])
        elif self._is_ours(path):
            await self._guard(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, path: str) -> bool:
        return path == self.path or path.startswith(self.path + "/")

    async def _guard(self, scope: Scope, receive: Receive, send: Send) -> None:
        method: str = scope["method"]
        headers: Headers = [(bytes(name), bytes(value)) for name, value in scope["headers"]]
        origin = dict(headers).get(b"origin") if self.cors else None
        if origin is not None and method == "OPTIONS":
            await self._preflight(scope, headers, origin, send)
            return
        allow: Headers = [] if origin is None else [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        body, length = await self._body(receive, headers) if method == "POST" else (b"", None)
        if body is None:
            return
        decision = await self._decide(scope, headers, method, body, length)
        if not decision.allowed:
            if decision.reason in (Reason.HTTP_ORIGIN, Reason.HTTP_HOST):
                allow = []
            await _answer(send, decision.status, decision.reply, allow + _told(decision))
            return
        # the application may know who calls
        scope = {**scope, "adarga": decision}
        await self.app(scope, _again(body, receive), _Outbound(self.gate, decision, send, allow))

    async def _decide(
        self, scope: Scope, headers: Headers, method: str, body: bytes, length: int | None
    ) -> Decision:
        client = scope.get("client")
        peer = client[0] if client else None

        return await self.gate.adecide(body, headers=headers, method=method, peer=peer, length=length)

    async def _body(self, receive: Receive, headers: Headers) -> tuple[bytes | None, int | None]:
        """The body, or nothing and the length that is too much; no body at all when the client is gone."""
        most = self.gate.body_max(http=True)
        said = dict(headers).get(b"content-length", b"")
        if said.isdigit() and int(said) > most:
            return b"", int(said)
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None, None
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > most:
                return b"", size
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts), None

    async def _preflight(self, scope: Scope, headers: Headers, origin: bytes, send: Send) -> None:
        """Asks whether the headers of a call from there would be let through, as far as origin and host go."""
        asked = [(name, value) for name, value in headers if name in (b"host", b"origin")]
        asked += [(b"content-type", b"application/json"), (b"accept", b"application/json, text/event-stream")]
        decision = await self._decide(scope, asked, "POST", b"", None)
        if decision.reason in (Reason.HTTP_ORIGIN, Reason.HTTP_HOST):
            await _answer(send, 403, b"", [])
            return
        allow = [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", b"GET, POST, DELETE"),
            (b"access-control-allow-headers", _FORWARDED),
            (b"access-control-expose-headers", b"mcp-session-id, www-authenticate, retry-after"),
            (b"access-control-max-age", b"600"),
            (b"vary", b"Origin"),
        ]
        await _answer(send, 204, b"", allow)


def _told(decision: Decision) -> Headers:
    """What a denial says in headers."""
    found: Headers = []
    if decision.challenge:
        found.append((b"www-authenticate", decision.challenge.encode()))
    if decision.retry_after is not None:
        found.append((b"retry-after", str(decision.retry_after).encode()))
    if decision.status == 405:
        found.append((b"allow", b"POST"))
    return found


async def _answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    kind: Headers = [(b"content-type", b"application/json")] if body else []
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": kind + length + headers})
    await send({"type": "http.response.body", "body": body})


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, then what else there is."""
    waiting = [body]

    async def receive_again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again


class _Outbound:
    """Judges what the application sends back."""

    def __init__(self, gate: Gate, decision: Decision, send: Send, headers: Headers) -> None:
        self.gate, self.decision, self.send_on, self.headers = gate, decision, send, headers
        self.start: Message | None = None
        self.kind = b""
        self.held = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and self.kind == b"application/json":
            await self._json(message)
        elif message["type"] == "http.response.body" and self.kind == b"text/event-stream":
            await self._events(message)
        else:
            await self.send_on(message)

    async def _begin(self, message: Message) -> None:
        headers: Iterable[tuple[bytes, bytes]] = message.get("headers", [])
        found = {bytes(name).lower(): bytes(value) for name, value in headers}
        self.kind = found.get(b"content-type", b"").split(b";")[0].strip().lower()
        kept = [(name, value) for name, value in headers if not bytes(name).lower().startswith(b"access-control-")]
        message = {**message, "headers": kept + self.headers}
        if found.get(b"content-encoding", b"identity") != b"identity" and self.kind in (
            b"application/json",
            b"text/event-stream",
        ):
            raise RuntimeError("put compression outside of adarga.asgi.Guard: it can't read what is compressed")
        if self.kind == b"application/json":
            self.start = message
        else:
            if self.kind == b"text/event-stream":
                message["headers"] = _without_length(message["headers"])
            await self.send_on(message)

    async def _json(self, message: Message) -> None:
        self.held += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = self._release(bytes(self.held))
        assert self.start is not None
        length = [(b"content-length", str(len(body)).encode())]
        await self.send_on({**self.start, "headers": _without_length(self.start["headers"]) + length})
        await self.send_on({"type": "http.response.body", "body": body})

    async def _events(self, message: Message) -> None:
        """Judges events as they end, each by itself."""
        self.held += message.get("body", b"")
        more: bool = message.get("more_body", False)
        out = bytearray()
        while (end := _event_end(self.held)) is not None:
            event = bytes(self.held[:end])
            del self.held[:end]
            out += self._event(event)
        # what has no end is no event (HTML, server-sent events): it is dropped
        if out or not more:
            await self.send_on({"type": "http.response.body", "body": bytes(out), "more_body": more})

    def _event(self, event: bytes) -> bytes:
        lines = event.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        data = [line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:")]
        text = b"\n".join(data)
        if not text.strip():
            return event
        body = self._release(text)
        if not body:
            return b""
        others = [line for line in lines if line and not line.startswith(b"data:")]
        return b"\n".join([*others, *(b"data: " + line for line in body.split(b"\n")), b"", b""])

    def _release(self, text: bytes) -> bytes:
        if not text.strip():
            return text
        return self.gate.release(self.decision, text).body


def _event_end(held: bytearray) -> int | None:
    """Where the first event ends: behind an empty line."""
    ends = [at + len(mark) for mark in (b"\n\n", b"\r\n\r\n", b"\r\r") if (at := held.find(mark)) >= 0]
    return min(ends) if ends else None


def _without_length(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if bytes(name).lower() != b"content-length"]
