"""For servers that are written with the `mcp` SDK.

Over HTTP put `adarga.asgi.Guard` around its application. Over stdio:

    async with adarga.mcp.stdio_server(gate) as (read, write):
        await server.run(read, write, options)

`TokenVerifier` verifies the tokens of a server that leaves the rest to the SDK.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import anyio
from mcp.server import stdio
from mcp.server.auth.provider import AccessToken

from . import Denied, Gate
from . import TokenVerifier as Verifier
from .stdio import Connection


class TokenVerifier:
    """Verifies bearer tokens for the SDK, as strictly as `adarga.TokenVerifier` does."""

    def __init__(self, verifier: Verifier) -> None:
        self.verifier = verifier

    async def verify_token(self, token: str) -> AccessToken | None:
        """What a token proves; nothing when it proves nothing."""
        try:
            proved = self.verifier.verify(token)
        except Denied:
            return None
        claims: dict[str, Any] = json.loads(proved["claims"])
        scope = claims.get("scope", [])
        found: dict[str, Any] = {
            "token": token,
            "client_id": str(claims.get("client_id") or claims.get("azp") or proved["subject"] or ""),
            "scopes": scope.split() if isinstance(scope, str) else scope,
            "expires_at": None if proved["expires_ms"] is None else proved["expires_ms"] // 1000,
        }
        audience = claims.get("aud")
        more: dict[str, Any] = {
            "resource": audience if isinstance(audience, str) else None,
            "subject": proved["subject"],
            "claims": claims,
        }
        # an older SDK has fewer fields
        return AccessToken(**found, **{name: value for name, value in more.items() if name in AccessToken.model_fields})


def stdio_server(gate: Gate, *, token: str | None = None) -> AbstractAsyncContextManager[Any]:
    """The SDK's `stdio_server`, whose streams a gate guards: what is denied is answered here, and what the server answers is judged
    before it goes out."""
    connection = Connection(gate, token=token)
    # before the SDK takes the descriptors away
    out = _Out(connection, anyio.wrap_file(_private(sys.stdout.fileno(), "wb")))
    lines = _In(connection, anyio.wrap_file(_private(sys.stdin.fileno(), "rb")), out)
    return stdio.stdio_server(cast(Any, lines), cast(Any, out))


def _private(descriptor: int, mode: str) -> Any:
    import os

    return os.fdopen(os.dup(descriptor), mode)


class _Out:
    """Takes the lines of the SDK."""

    def __init__(self, connection: Connection, file: Any) -> None:
        self.connection, self.file, self.lock = connection, file, anyio.Lock()

    async def write(self, text: str) -> None:
        body = self.connection.outbound(text.rstrip("\r\n").encode())
        if body is not None:
            await self.line(body)

    async def line(self, body: bytes) -> None:
        async with self.lock:
            await self.file.write(body + b"\n")
            await self.file.flush()

    async def flush(self) -> None:
        """Every line is flushed as it is written."""


class _In:
    """Gives the SDK the lines that are allowed."""

    def __init__(self, connection: Connection, file: Any, out: _Out) -> None:
        self.connection, self.file, self.out = connection, file, out

    async def __aiter__(self) -> AsyncIterator[str]:
        async for line in self.file:
            forward, reply = self.connection.inbound(line.rstrip(b"\r\n"))
            if reply is not None:
                await self.out.line(reply)
            if forward is not None:
                yield forward.decode()
