"""What the server says that nobody may read, takes back, or asks too often; and who may answer it."""

import json
import time

import harness
from harness import META, POLICIES, Gate, Skipped, alive, call, edited, recorder, refused, wait_until
from test_process import pid_of
from test_sdk import NOTES

POLICY = POLICIES / "recorder.toml"
OLD = "2025-03-26"


def line(**members):
    return json.dumps({"jsonrpc": "2.0", **members})


def lines(received):
    return [json.loads(text) for text in received.read_bytes().splitlines()]


def listen(id):
    notifications = {"toolsListChanged": True}
    params = {"_meta": META, "notifications": notifications}
    return {"jsonrpc": "2.0", "id": id, "method": "subscriptions/listen", "params": params}


def cancelled(id):
    return {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}


def modern_cancelled(id):
    return {**cancelled(id), "params": {"requestId": id, "_meta": META}}


def test_unreadable_answers_are_errors_at_once():
    server, _ = recorder()
    answers = {
        "NaN": '{"jsonrpc":"2.0","id":7,"result":{"a":NaN}}',
        "depth": '{"jsonrpc":"2.0","id":7,"result":{"a":' + "[" * 1000 + "]" * 1000 + "}}",
        "id last": '{"result":{"a":01},"jsonrpc":"2.0","id":7}',
        "duplicate key": '{"jsonrpc":"2.0","id":7,"result":{"a":1,"a":2}}',
        "line break": '{"jsonrpc":"2.0","id":7,\r"result":{}}',
    }
    with Gate(POLICY, server, initialize=True) as gate:
        for name, answer in answers.items():
            gate.send(call("echo", id=7, say=[answer], mute=True))
            assert refused(gate.expect(7, 3)), name
        gate.send(call("echo", id=7, say=['{"id":8,"result":NaN}', '{"id":7,"method":"x","result":NaN}']))
        assert not refused(gate.expect(7, 3)), "what names another request, or may be one, answers nothing"


def test_an_initialize_with_an_id_in_use_may_be_repeated():
    server, _ = recorder("--mute", "ping")
    with Gate(POLICIES / "timeout.toml", server) as gate:
        gate.send({"jsonrpc": "2.0", "id": 1, "method": "ping"})
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        assert refused(gate.request("initialize", 1, **params)), "the id is in use"
        gate.initialize(2)
        assert not refused(gate.ask(call("echo", id=3)))


def test_initialize_times_out():
    """It is not cancelled, and may be repeated."""
    server, received = recorder("--mute", "initialize")
    with Gate(POLICIES / "timeout.toml", server) as gate:
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        assert refused(gate.request("initialize", 1, **params))
        gate.send({"jsonrpc": "2.0", "id": 2, "method": "initialize", "params": params})
        assert refused(gate.expect(2))
        assert [message["method"] for message in lines(received)] == ["initialize"] * 2


def test_lines_within_lines_never_reach_the_client():
    server, _ = recorder()
    inner = line(id="x", method="ping")
    said = [line(method="notifications/message", params={"level": "info", "data": text}) + "\r" for text in ("\u2028", "\x85", "\r as an escape")]
    said.append('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":\r%s\r}}' % inner)
    with Gate(POLICY, server, initialize=True) as gate:
        assert not refused(gate.ask(call("echo", id=1, say=said)))
        data = [message["params"]["data"] for message in gate.others]
        assert data == ["\u2028", "\x85", "\r as an escape"], data
        assert gate.stderr.count("a line break inside") == 1


def test_a_line_within_a_line_smuggles_no_call():
    """The server of the SDK ends lines at carriage returns too: without the gate it calls the tool."""
    if harness.missing:
        raise Skipped(harness.missing)
    inner = json.dumps(call("erase", id=2, day="Monday")).encode()
    smuggled = b'{"jsonrpc":"2.0","id":3,"method":"ping","params":{"_meta":{"x":\r%s\r}}}' % inner
    with Gate(None, NOTES, initialize=True) as server:
        server.send(smuggled)
        wait_until(lambda: "erased Monday" in server.stderr, "the call")
    with Gate(POLICIES / "sdk.toml", NOTES, initialize=True) as gate:
        gate.send(smuggled)
        assert refused(gate.receive())
        assert not refused(gate.ask(call("add", id=4, a=1, b=2)))
        assert not gate.others
    assert "erased" not in gate.stderr


def test_server_ends_a_subscription():
    """Its notifications/cancelled frees the room that the subscription took."""
    server, _ = recorder()
    with Gate(POLICIES / "in_flight.toml", server) as gate:
        gate.send(listen("l"))
        gate.send(call("echo", id=1, modern=True, say=[json.dumps(modern_cancelled("l"))], seconds=1))
        assert gate.receive()["params"]["requestId"] == "l"
        assert not refused(gate.ask(call("echo", id="l", modern=True))), "the id and the room are free"
        assert not refused(gate.expect(1))


def test_a_cancelled_subscription_ends_by_time():
    """Nothing answers it, so it takes room until its time is over, and no longer."""
    server, received = recorder()
    policy = edited(POLICIES / "in_flight.toml", ("max = 2", 'max = 1\ntimeout = "1s"'))
    with Gate(policy, server) as gate:
        gate.send(listen(1))
        time.sleep(1.5)
        assert refused(gate.ask(call("echo", id=2, modern=True))), "it lasts as long as the client listens"
        gate.send(modern_cancelled(1))
        time.sleep(1.3)
        assert not refused(gate.ask(call("echo", id=3, modern=True)))
        assert len([m for m in lines(received) if m["method"] == "notifications/cancelled"]) == 1


def test_requests_of_the_server_are_forgotten():
    """The oldest of too many, and those that it gives up."""
    server, received = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        asked = [line(id=f"p{n}", method="ping") for n in range(1100)]
        assert not refused(gate.ask(call("echo", id=1, say=asked)))
        assert len(gate.others) == 1000, "a deque that holds 1000"
        asked = [line(id="a", method="ping"), json.dumps(cancelled("a"))]
        assert not refused(gate.ask(call("echo", id=2, say=asked)))
        for id in ("p0", "p1099", "a"):
            gate.send({"jsonrpc": "2.0", "id": id, "result": {}})
        assert not refused(gate.ask(call("echo", id=3, say=[asked[0]])))
        gate.send({"jsonrpc": "2.0", "id": "a", "result": {}})
        assert not refused(gate.ask(call("echo", id=4)))
        assert [message["id"] for message in lines(received) if "result" in message] == ["p1099", "a"]


def test_batches_answer_what_was_asked():
    """One response to nothing, or one cancellation of nothing, and the whole batch is refused."""
    server, received = recorder()
    policy = edited(POLICY, ('"2025-11-25"', '"2025-03-26"'))
    with Gate(policy, server) as gate:
        client = {"name": "e2e", "version": "1"}
        gate.request("initialize", 0, protocolVersion=OLD, capabilities={}, clientInfo=client)
        gate.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        gate.ask(call("echo", id=1, say=[line(id="s", method="ping")]))
        before = len(received.read_bytes().splitlines())
        answer = {"jsonrpc": "2.0", "id": "s", "result": {}}
        for wrong in ({**answer, "id": "t"}, cancelled(99)):
            gate.send(json.dumps([answer, call("echo", id=2), wrong, call("echo", id=3)]).encode())
            said = json.loads(gate.inbox.get(timeout=5))
            assert [reply["id"] for reply in said] == [2, 3] and all(map(refused, said)), said
            assert "another message of the batch" in str(said), said
            gate.send(json.dumps([answer, wrong]).encode())
        gate.send(json.dumps([answer, answer, call("echo", id=4)]).encode())
        assert refused(json.loads(gate.inbox.get(timeout=5))[0])
        assert len(received.read_bytes().splitlines()) == before
        gate.send(json.dumps([answer, call("echo", id=5), cancelled(5)]).encode())
        gate.expect(5)
        assert len(received.read_bytes().splitlines()) == before + 1


def test_a_slow_reader_gets_the_last_answer():
    """Whole, though the client closed its side and reads only after all graces are over."""
    server, _ = recorder()
    gate = SlowGate(edited(POLICY, ("[stdio]", '[limits]\nbody_max = "8MiB"\n\n[stdio]\nline_max = "8MiB"')), server)
    gate.send(call("echo", id=1, modern=True, length=4_000_000))
    gate.process.stdin.close()
    time.sleep(7)
    gate.go = True
    assert len(gate.expect(1)["result"]["content"][0]["text"]) == 4_000_000
    assert gate.wait() == 0


class SlowGate(Gate):
    go = False

    def _read(self):
        while not self.go:
            time.sleep(0.05)
        super()._read()


def test_memory_beside_an_open_request():
    """Answered requests leave nothing behind, however long the oldest waits."""
    server, _ = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        gate.send(call("echo", id="slow", seconds=15))
        before = 0
        for first in range(0, 20_000, 20):
            ids = [f"{n:0100}" for n in range(first, first + 20)]
            for id in ids:
                gate.send({"jsonrpc": "2.0", "id": id, "method": "ping"})
            for id in ids:
                gate.expect(id)
            before = before or (first > 2000 and gate.memory_kib())
        grown = gate.memory_kib() - before
        assert grown < 1024, f"memory grew by {grown} KiB"
        assert not refused(gate.expect("slow", 20))


def test_nothing_that_the_server_started_is_left():
    """Neither when the server leaves at the end of its input, nor when the gate is asked to end."""
    for last, end in (("cat >/dev/null", Gate.close), ("sleep 322", interrupted)):
        path = harness.fresh("received.pid")
        gate = Gate(POLICY, ["sh", "-c", f"sleep 321 & echo $! > {path}~; mv {path}~ {path}; exec {last}"])
        child = pid_of(path.with_name("received"))
        assert alive(child)
        end(gate)
        wait_until(lambda: not alive(child), "the end of what the server started", 2)


def interrupted(gate):
    gate.process.send_signal(harness.signal.SIGINT)
    assert gate.wait(3) == 128 + harness.signal.SIGINT
