"""Timeouts, cancellation, and how many calls may wait."""

import json
import time

from harness import EDITOR, POLICIES, REPORTS, Gate, call, edited, recorder, refused, wait_until


def cancellations(received):
    lines = [json.loads(line) for line in received.read_bytes().splitlines()]
    return [line["params"]["requestId"] for line in lines if line.get("method") == "notifications/cancelled"]


def test_timeout_answers_the_client():
    policy = edited(EDITOR, ('timeout = "30s"', 'timeout = "1s"'))
    with Gate(policy, REPORTS, initialize=True) as gate:
        start = time.monotonic()
        reply = gate.ask(call("expensive_operation", id=5, query="all", seconds=5))
        took = time.monotonic() - start
        assert refused(reply) and 0.9 < took < 2.5, f"{reply} after {took:.1f} s"
        assert not refused(gate.ask(call("echo", id=6, text="still here")))


def test_timeout_cancels_at_the_server():
    """The server is told, with the id as it was sent, and its late answer is dropped."""
    server, received = recorder()
    with Gate(POLICIES / "timeout.toml", server, initialize=True) as gate:
        gate.send(call("echo", id="five", seconds=2.5))
        gate.send(call("echo", id=5, seconds=2.5))
        assert refused(gate.expect("five", 2)) and refused(gate.expect(5, 2))
        wait_until(lambda: sorted(map(repr, cancellations(received))) == ["'five'", "5"], "notifications/cancelled", 2)
        gate.silent(2.5)
        assert not refused(gate.ask(call("echo", id=5))), "the id cannot be used again"


def test_quick_calls_beside_a_slow_one():
    server, received = recorder()
    with Gate(POLICIES / "timeout.toml", server, initialize=True) as gate:
        gate.send(call("echo", id=1, seconds=3))
        for id in range(2, 12):
            assert not refused(gate.ask(call("echo", id=id), seconds=0.9))
        assert refused(gate.expect(1, 2))
        wait_until(lambda: cancellations(received) == [1], "notifications/cancelled")


def test_client_cancels():
    """The client's own notifications/cancelled reaches the server."""
    server, received = recorder()
    with Gate(POLICIES / "recorder.toml", server, initialize=True) as gate:
        gate.send(call("echo", id=1, seconds=0.5))
        gate.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1, "reason": "enough"}})
        wait_until(lambda: cancellations(received) == [1], "notifications/cancelled")


def test_too_many_in_flight():
    """The third at a time is refused at once and never arrives; later calls find room again."""
    server, received = recorder()
    with Gate(POLICIES / "in_flight.toml", server, initialize=True) as gate:
        gate.send(call("echo", id=1, seconds=2))
        gate.send(call("echo", id=2, seconds=2))
        assert refused(gate.ask(call("echo", id=3), seconds=1))
        assert not refused(gate.expect(1)) and not refused(gate.expect(2))
        assert not refused(gate.ask(call("echo", id=4)))
        assert b'"id":3' not in received.read_bytes()


def test_id_in_use():
    """A second request with the id of one that waits is refused: two answers could not be told apart."""
    server, received = recorder()
    with Gate(POLICIES / "recorder.toml", server, initialize=True) as gate:
        gate.send(call("echo", id=1, seconds=1))
        gate.send(call("delete", id=1))
        gate.send(call("echo", id=1, seconds=0.1))
        gate.send(call("echo", id=2, seconds=1.5))
        assert not refused(gate.expect(2))
        granted = [m for m in gate.others if m.get("id") == 1 and not refused(m)]
        assert len(granted) == 1, f"{len(granted)} answers to one id"
        assert received.read_bytes().count(b'"id":1,') == 1
