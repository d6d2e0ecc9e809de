"""Beginnings and ends: of the server, of the client, of the gate itself."""

import json
import os
import signal
import subprocess
import time

from harness import EDITOR, POLICIES, REPORTS, Gate, alive, call, command, edited, recorder, refused, wait_until

POLICY = POLICIES / "recorder.toml"


def pid_of(received):
    path = received.with_name("received.pid")
    wait_until(path.exists, "the start of the server")
    return int(path.read_text())


def test_server_exits():
    """Pending requests get an error, and the exit code is the server's."""
    server, _ = recorder("--exit-after", 4, "--code", 7)
    gate = Gate(POLICY, server, initialize=True)
    gate.send(call("echo", id=2, seconds=60))
    gate.send(call("echo", id=3))
    assert refused(gate.expect(2)) and refused(gate.expect(3))
    assert gate.wait() == 7


def test_server_exits_at_once():
    gate = Gate(POLICY, ["false"])
    assert gate.wait() == 1


def test_server_is_killed():
    server, received = recorder()
    gate = Gate(POLICY, server, initialize=True)
    gate.send(call("echo", id=2, seconds=60))
    wait_until(lambda: b'"id":2' in received.read_bytes(), "the call's arrival")
    os.kill(pid_of(received), signal.SIGKILL)
    assert refused(gate.expect(2))
    assert gate.wait() == 128 + signal.SIGKILL


def test_server_dies_within_a_line():
    """The half line never reaches the client; an error does."""
    server, _ = recorder("--exit-after", 3, "--code", 3, "--partial")
    gate = Gate(POLICY, server, initialize=True)
    assert refused(gate.ask(call("echo", id=2)))
    assert gate.wait() == 3
    assert gate.receive() is None


def test_client_closes_input():
    server, received = recorder()
    gate = Gate(POLICY, server, initialize=True)
    pid = pid_of(received)
    assert gate.close() == 0
    assert received.with_name("received.eof").exists(), "the server saw no end of input"
    assert not alive(pid)


def test_answers_after_end_of_input_arrive():
    """As in `printf … | adarga run …`."""
    server, _ = recorder()
    gate = Gate(POLICY, server, initialize=True)
    gate.send(call("echo", id=2, seconds=0.5))
    assert gate.close() == 0
    assert "result" in gate.expect(2)


def test_last_line_without_newline():
    """A message cut off by the end of the input is not a message."""
    server, received = recorder()
    gate = Gate(POLICY, server, initialize=True)
    gate.process.stdin.write(json.dumps(call("delete", id=2)).encode())
    assert gate.close() == 0
    assert b"delete" not in received.read_bytes()


def test_stubborn_server_is_ended():
    """One that ignores the end of its input and SIGTERM does not outlive the gate."""
    server, received = recorder("--stubborn")
    gate = Gate(POLICY, server, initialize=True)
    pid = pid_of(received)
    gate.close(seconds=30)
    wait_until(lambda: not alive(pid), "the end of the server")


def test_sigterm_ends_the_server():
    server, received = recorder()
    gate = Gate(POLICY, server, initialize=True)
    pid = pid_of(received)
    gate.process.send_signal(signal.SIGTERM)
    gate.wait()
    wait_until(lambda: not alive(pid), "the end of the server")


def test_sigterm_ends_a_stubborn_server():
    server, received = recorder("--stubborn")
    gate = Gate(POLICY, server, initialize=True)
    pid = pid_of(received)
    gate.process.send_signal(signal.SIGTERM)
    gate.wait(seconds=30)
    wait_until(lambda: not alive(pid), "the end of the server")


def test_sigkill_leaves_no_orphan():
    """Even then the server's input ends, so an honest one leaves."""
    server, received = recorder()
    gate = Gate(POLICY, server, initialize=True)
    pid = pid_of(received)
    gate.process.kill()
    wait_until(lambda: not alive(pid), "the end of the server")


def test_client_goes_away():
    """Nobody reads any more: the gate leaves without noise, and so does the server."""
    server, received = recorder()
    read_end, write_end = os.pipe()
    process = subprocess.Popen(command(POLICY, server), stdin=subprocess.PIPE, stdout=write_end, stderr=subprocess.PIPE)
    os.close(write_end)
    try:
        pid = pid_of(received)
        os.close(read_end)
        for id in range(20):
            try:
                process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": id, "method": "ping"}).encode() + b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                break
            time.sleep(0.02)
        assert b"panicked" not in process.communicate(timeout=10)[1]
        wait_until(lambda: not alive(pid), "the end of the server")
    finally:
        process.kill()
        process.wait()


def test_stderr_passes_through():
    server, _ = recorder("--stderr", "the server says: grüß Gott")
    gate = Gate(POLICY, server, initialize=True)
    gate.close()
    assert "the server says: grüß Gott\n" in gate.stderr


def test_environment_is_filtered():
    """The server sees the variables that `[stdio] env` names and no other."""
    server, received = recorder()
    env = {**os.environ, "ADARGA_E2E_SEEN": "täglich = 1\n2", "ADARGA_E2E_SECRET": "s3cret", "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("ADARGA_E2E_UNSET", None)
    with Gate(POLICY, server, initialize=True, env=env):
        seen = json.loads(received.with_name("received.env").read_text())
    assert seen == {"PATH": env["PATH"], "ADARGA_E2E_SEEN": "täglich = 1\n2"}


def test_a_thousand_calls():
    """Fifty at a time, each is answered once."""
    with Gate(edited(EDITOR, ("in_flight_max = 8", "in_flight_max = 64")), REPORTS, initialize=True) as gate:
        for first in range(0, 1000, 50):
            for id in range(first, first + 50):
                gate.send({"jsonrpc": "2.0", "id": id, "method": "ping"})
            for id in range(first, first + 50):
                assert gate.expect(id).get("result") == {}
        gate.silent(0.2)
