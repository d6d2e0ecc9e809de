"""A connection over stdio, line by line, without input or output of its own: for servers that read and write the lines themselves."""

from __future__ import annotations

import json
import threading

from . import Decision, Gate, Session

_BATCH = b'{"jsonrpc":"2.0","error":{"code":-32600,"message":"batch not allowed"}}'


class Connection:
    """Judges the lines of one client and the answers to it.

    `token` is the credential of the client, where the policy asks for one. At most `in_flight_max` requests are open at a time.
    """

    def __init__(self, gate: Gate, *, token: str | None = None, in_flight_max: int = 1024) -> None:
        self.gate, self.token, self.in_flight_max = gate, token, in_flight_max
        self.session = Session()
        self._open: dict[str, Decision] = {}
        self._lock = threading.Lock()

    def inbound(self, line: bytes) -> tuple[bytes | None, bytes | None]:
        """A line of the client: what the server gets, and what the client is answered; at most one of both."""
        decision = self.gate.decide(line, token=self.token, session=self.session)
        if not decision.allowed:
            return None, decision.reply or None
        message = json.loads(line)
        if isinstance(message, list):
            # its answers could not be told apart
            return None, _BATCH
        if "method" in message and "id" in message:
            with self._lock:
                key = _key(message["id"])
                if key in self._open or len(self._open) >= self.in_flight_max:
                    return None, _error(message["id"], "too many requests" if key not in self._open else "id is in use")
                self._open[key] = decision
        elif message.get("method") == "notifications/cancelled":
            with self._lock:
                self._open.pop(_key(message.get("params", {}).get("requestId")), None)
        return line, None

    def outbound(self, line: bytes) -> bytes | None:
        """A line of the server: what the client gets; nothing for what answers no open request."""
        decision = None
        try:
            message = json.loads(line)
        except ValueError:
            return None
        if isinstance(message, dict) and "method" not in message:
            with self._lock:
                decision = self._open.pop(_key(message.get("id")), None)
            if decision is None:
                return None
        return self.gate.release(decision, line, session=self.session).body or None


def _key(id_: object) -> str:
    return json.dumps(id_)


def _error(id_: object, text: str) -> bytes:
    error = {"code": -32600, "message": text}
    return json.dumps({"jsonrpc": "2.0", "id": id_, "error": error}, separators=(",", ":")).encode()
