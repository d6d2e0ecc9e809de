"""Observe mode: what is forbidden passes and is reported; what is ambiguous is refused all the same."""

from harness import POLICIES, Gate, call, recorder, refused


def test_observe_lets_pass_and_reports():
    server, received = recorder()
    with Gate(POLICIES / "observe.toml", server, initialize=True) as gate:
        assert not refused(gate.ask(call("delete", id=1))), "a forbidden tool was refused"
        assert not refused(gate.ask(call("no_such_tool", id=2))), "an unknown tool was refused"
        assert not refused(gate.ask(call("echo", id=3)))
    said = [line for line in gate.stderr.splitlines() if "would" in line or "observe" in line]
    assert any("delete" in line for line in said), f"stderr does not say what it would deny: {gate.stderr}"
    assert not any("echo" in line for line in said), f"stderr reports an allowed call: {gate.stderr}"
    assert len(received.read_bytes().splitlines()) == 5


def test_observe_still_refuses_what_is_ambiguous():
    server, received = recorder()
    with Gate(POLICIES / "observe.toml", server, initialize=True) as gate:
        gate.send(b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","name":"delete"}}')
        gate.send(b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"a":NaN}}}')
        assert not refused(gate.ask(call("echo", id=3)))
        assert len(received.read_bytes().splitlines()) == 3
    assert all(refused(message) for message in gate.others)
