"""The gate, its errors, its threads."""

from __future__ import annotations

import gc
import json
import threading
from pathlib import Path
from typing import Any

import pytest

import adarga
from adarga import Reason

POLICY = """
server = { name = "t", revisions = ["2026-07-28"] }
stdio.role = "user"
roles.user = ["read:*"]
roles.admin = ["*"]
tools.read = { permission = "read:reports", rate = "5/hour" }
tools.free = { permission = "read:reports" }
tools.delete = { permission = "delete:users" }

[http]
hosts = ["localhost"]
"""


def call(tool: str, id_: int = 1, **arguments: Any) -> bytes:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": "tools/call", "params": params}).encode()


@pytest.fixture
def gate() -> adarga.Gate:
    return adarga.Gate.from_text(POLICY)


def test_a_decision_says_what_was_decided(gate: adarga.Gate) -> None:
    allowed = gate.decide(call("read"))
    assert allowed and allowed.allowed and allowed.reason is Reason.ALLOWED
    assert (allowed.route, allowed.subject, allowed.reply, allowed.pointer) == ("read", "local", b"", None)
    denied = gate.decide(call("delete"))
    assert not denied and denied.reason is Reason.PERMISSION_DENIED and denied.reason.text == "permission.denied"
    assert json.loads(denied.reply)["error"]["code"] < 0
    assert gate.decide(call("delete"), roles=["admin"], subject="root").subject == "root"


def test_bytes_of_every_kind_are_one_message(gate: adarga.Gate) -> None:
    body = call("free")
    for given in (body, bytearray(body), memoryview(body), body.decode()):
        assert gate.decide(given)
    with pytest.raises(TypeError):
        gate.decide(7)  # type: ignore[arg-type]


def test_errors_of_a_policy_say_where(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('[server]\nname = "x"\n[tols.a]\npermission = "p"\n')
    with pytest.raises(adarga.PolicyError) as raised:
        adarga.Gate(file)
    error = raised.value
    assert (error.file, error.line, error.column) == (str(file), 3, 2)
    assert "`tools`" in (error.faults[0].remedy or "") and str(file) in str(error)
    with pytest.raises(adarga.AdargaError, match="absent"):
        adarga.Gate(tmp_path / "absent.toml")
    image = tmp_path / "p.adarga"
    whole = adarga.compile_policy(POLICY)
    image.write_bytes(whole)
    assert adarga.Gate(image).name == "t"
    image.write_bytes(whole[:-1])
    with pytest.raises(adarga.ImageError):
        adarga.Gate(image)


def test_a_reload_changes_verdicts_and_a_wrong_one_none(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text(POLICY)
    gate = adarga.Gate(file)
    assert not gate.decide(call("delete"))
    file.write_text(POLICY.replace('"read:*"', '"*"'))
    gate.reload()
    assert gate.decide(call("delete"))
    file.write_text("[")
    with pytest.raises(adarga.PolicyError):
        gate.reload()
    assert gate.decide(call("delete"))


def test_limits_hold_over_threads(gate: adarga.Gate) -> None:
    allowed: list[bool] = []

    def work() -> None:
        for number in range(20):
            allowed.append(gate.decide(call("read", number)).allowed)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), sum(allowed)) == (160, 5)
    denied = gate.decide(call("read"))
    assert denied.reason is Reason.RATE_EXCEEDED and denied.retry_after_ms and denied.retry_after


def test_http_is_judged_by_its_headers(gate: adarga.Gate) -> None:
    headers = {
        "host": "localhost",
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "free",
    }
    assert gate.decide(call("free"), headers=headers, roles=["user"], subject="a")
    assert gate.decide(call("free"), headers=list(headers.items()), roles=["user"], subject="a")
    assert gate.decide(call("free"), headers=headers | {"host": "evil"}).reason is Reason.HTTP_HOST
    assert gate.decide(call("free"), headers=headers, method="PUT").status == 405
    assert gate.decide(b"", headers=headers, length=1 << 40).reason is Reason.BODY_SIZE


def test_lists_show_what_the_caller_may_use(gate: adarga.Gate) -> None:
    asked = json.loads(call("free"))
    asked["method"] = "tools/list"
    del asked["params"]["name"], asked["params"]["arguments"]
    decision = gate.decide(json.dumps(asked))
    answer = {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in ("free", "delete", "other")]}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": answer}).encode()
    released = gate.release(decision, body)
    assert released.allowed and released.edited
    assert [tool["name"] for tool in json.loads(released.body)["result"]["tools"]] == ["free"]
    # an answer to another request, and what is no answer at all
    assert not gate.release(decision, body.replace(b'"id": 1', b'"id": 2')).allowed
    assert gate.release(decision, b"{").reason is Reason.JSON_SYNTAX
    unchanged = b'{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}'
    assert gate.release(None, unchanged).body is unchanged


def test_fields_leave_sealed_and_open_in_their_place_alone(tmp_path: Path) -> None:
    key = tmp_path / "data.key"
    key.write_text("1:" + "A" * 43 + "\n")
    sealing = POLICY + f"""
[data]
seal = ["ssn"]
redact = {{ names = ["mail"], mask = "pseudonym" }}
key = {{ file = "{key}" }}
"""
    gate = adarga.Gate.from_text(sealing)
    decision = gate.decide(call("free", 9))
    person = {"ssn": "536-22-8726", "mail": "ana@example.com"}
    body = {"jsonrpc": "2.0", "id": 9, "result": {"content": [], "structuredContent": person}}

    def released(record: bytes) -> dict[str, str]:
        out = gate.release(decision, json.dumps(body).encode(), record=record)
        seen: dict[str, str] = json.loads(out.body)["result"]["structuredContent"]
        return seen

    first, second = released(b"user 7"), released(b"user 7")
    assert first["ssn"] != second["ssn"] and first["mail"] == second["mail"]
    assert first["mail"].startswith("pseudonym:")
    place = "/structuredContent/ssn"
    assert gate.unseal(place, first["ssn"], record=b"user 7") == b'"536-22-8726"'
    for pointer, record in ((place, b""), ("/structuredContent/mail", b"user 7")):
        with pytest.raises(adarga.AdargaError, match="changed since"):
            gate.unseal(pointer, first["ssn"], record=record)
    # who brings everything along has no keys: then it is masked
    masked = adarga.Gate.from_text(sealing, connect=False)
    out = masked.release(masked.decide(call("free", 9)), json.dumps(body).encode())
    assert json.loads(out.body)["result"]["structuredContent"] == {"ssn": "[REDACTED]", "mail": "[REDACTED]"}
    with pytest.raises(adarga.AdargaError, match="no `key`"):
        adarga.Gate.from_text(POLICY).unseal(place, first["ssn"])


def test_nothing_shows_a_token() -> None:
    sealer = adarga.Sealer(b"k" * 32)
    keys = adarga.KeySet('{"kty":"oct","alg":"HS256","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U"}')
    gate = adarga.Gate.from_text(POLICY)
    decision = gate.decide(call("free"), token="a.secret.token")
    for thing in (sealer, keys, gate, decision):
        assert "secret" not in repr(thing) and "kkk" not in repr(thing)


def test_a_million_bytes_of_calls_leave_memory_flat(gate: adarga.Gate) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    if not Path("/proc/self/statm").exists():
        pytest.skip("no /proc")
    body = call("free")
    for _ in range(20_000):
        gate.decide(body)
    gc.collect()
    before = resident()
    for _ in range(100_000):
        gate.decide(body)
    gc.collect()
    # pages
    assert resident() - before < 256
