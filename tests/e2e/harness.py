"""What every test uses: a session with a server, behind the gate or, with policy `None`, without it.

Nothing here knows the SDK: messages are written as bytes and read as lines.
"""

import collections
import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
POLICIES = HERE / "policies"
EXAMPLES = ROOT / "examples" / "python"
REPORTS = [sys.executable, str(EXAMPLES / "reports_server.py")]
EDITOR = EXAMPLES / "reports.toml"
LEGACY, MODERN = "2025-11-25", "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}

adarga = None  # path of the program under test; run.py sets it
started = []  # processes of the test that runs
temporary = None  # folder of the test that runs; run.py sets it
missing = None  # why the SDK cannot be used, if so; run.py sets it


class Skipped(Exception):
    """The test cannot run here; the text says why."""


def fresh(name, text=None):
    """The path of a new file of this test."""
    path = pathlib.Path(tempfile.mkdtemp(dir=temporary)) / name
    if text is not None:
        path.write_text(text)
    return path


def edited(policy, *changes):
    """A copy of a policy in which each (old, new) was replaced."""
    text = pathlib.Path(policy).read_text()
    for old, new in changes:
        assert old in text, f"`{old}` is not in {policy}"
        text = text.replace(old, new)
    return fresh("policy.toml", text)


def recorder(*options):
    """The recording server and the file that holds each line it has received."""
    path = fresh("received")
    path.touch()
    return [sys.executable, str(HERE / "recorder.py"), str(path), *map(str, options)], path


def run(*arguments, seconds=20, input="", **options):
    """Runs the program under test to its end; gives what subprocess.run gives, with text."""
    argv = [program(), *map(str, arguments)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=seconds, input=input, **options)


def program():
    assert adarga and os.access(adarga, os.X_OK), f"no program at {adarga}: run `cargo build --release` or name it with --adarga"
    return str(adarga)


def command(policy, server, *options):
    """What starts a server, behind the gate or, with policy `None`, without it."""
    return server if policy is None else [program(), "run", *map(str, options), str(policy), "--", *server]


def call(tool, id=1, modern=False, **arguments):
    """A tools/call request."""
    params = {"name": tool, "arguments": arguments, **({"_meta": META} if modern else {})}
    return {"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}


def refused(reply):
    """Whether an answer says no: a JSON-RPC error, or a tool result that is one."""
    return "error" in reply or reply.get("result", {}).get("isError") is True


def wait_until(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


def alive(pid):
    """Whether a process runs; one that ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return not re.search(r"^State:\s+[ZX]", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return not pathlib.Path("/proc/self").exists()


class Gate:
    """One session: a client of `adarga run POLICY -- SERVER`, or of the server itself."""

    def __init__(self, policy, server, *options, initialize=False, env=None):
        argv, pipe = command(policy, server, *options), subprocess.PIPE
        self.process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, env=env, start_new_session=True)
        started.append(self)
        self.inbox = queue.Queue()
        self.others = collections.deque(maxlen=1000)  # what came while another answer was awaited
        self.errors = collections.deque(maxlen=1000)
        self.threads = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)]
        for thread in self.threads:
            thread.start()
        if initialize:
            self.initialize()

    def _read(self):
        for line in self.process.stdout:
            self.inbox.put(line)
        self.inbox.put(None)

    def _read_errors(self):
        self.errors.extend(self.process.stderr)

    @property
    def stderr(self):
        return b"".join(list(self.errors)).decode(errors="replace")

    def send(self, message):
        """Writes one message: an object, or the bytes of a line as they are."""
        line = message if isinstance(message, bytes) else json.dumps(message, separators=(",", ":")).encode()
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def receive(self, seconds=10):
        """The next message, or None at the end of the stream."""
        try:
            line = self.inbox.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no message within {seconds} s; stderr: {self.stderr[-500:]}") from None
        if line is None:
            self.inbox.put(None)
            return None
        assert line.endswith(b"\n"), f"an unfinished line: {line[:200]}"
        message = json.loads(line)
        assert isinstance(message, dict) and message.get("jsonrpc") == "2.0", f"not a message: {line[:200]}"
        return message

    def expect(self, id, seconds=10):
        """The answer to request `id`; whatever else comes is kept in `others`."""
        for message in list(self.others):
            if message.get("id") == id and "method" not in message:
                self.others.remove(message)
                return message
        end = time.monotonic() + seconds
        while message := self.receive(max(0, end - time.monotonic())):
            if message.get("id") == id and "method" not in message:
                return message
            self.others.append(message)
        raise AssertionError(f"the stream ended before the answer to {id!r}; stderr: {self.stderr[-500:]}")

    def ask(self, message, seconds=10):
        self.send(message)
        return self.expect(message["id"], seconds)

    def request(self, method, id=1, modern=False, **params):
        if modern:
            params["_meta"] = META
        return self.ask({"jsonrpc": "2.0", "id": id, "method": method, **({"params": params} if params else {})})

    def initialize(self, id="init"):
        client = {"name": "e2e", "version": "1"}
        reply = self.request("initialize", id, protocolVersion=LEGACY, capabilities={}, clientInfo=client)
        assert "result" in reply, f"initialize: {reply}"
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return reply["result"]

    def names(self, member, modern=False, key="name", method=None):
        """What a list holds, over all its pages."""
        found, cursor = [], {}
        for id in range(1000, 1020):
            reply = self.request(method or f"{member}/list", id, modern, **cursor)
            assert "result" in reply, f"{member}/list: {reply}"
            found += [entry[key] for entry in reply["result"][member]]
            if "nextCursor" not in reply["result"]:
                return found
            cursor = {"cursor": reply["result"]["nextCursor"]}
        raise AssertionError("the pages have no end")

    def silent(self, seconds):
        """Asserts that no message comes for so long."""
        time.sleep(seconds)
        assert self.inbox.empty(), f"unexpected: {self.inbox.get()}"

    def wait(self, seconds=10):
        """The exit code; by then all that was said has been read."""
        code = self.process.wait(seconds)
        for thread in self.threads:
            thread.join(5)
        assert not re.search(r"panicked at|RUST_BACKTRACE|stack backtrace", self.stderr), self.stderr[-1000:]
        return code

    def close(self, seconds=10):
        """Closes the server's input and waits; gives the exit code."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        return self.wait(seconds)

    def memory_kib(self):
        """The most memory that the process has held so far."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            raise Skipped("needs /proc")
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None and self.process.poll() is None:
            self.close()


def end_all():
    """Ends what a test left running. Asked twice, a gate ends its server at once."""
    for gate in started:
        for _ in range(2):
            if gate.process.poll() is None:
                gate.process.send_signal(signal.SIGTERM)
                time.sleep(0.1)
        if gate.process.poll() is None:
            os.killpg(gate.process.pid, signal.SIGKILL)
            gate.process.wait()
    started.clear()
