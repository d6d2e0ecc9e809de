"""100 MB of what no honest client sends: the session goes on, and memory does not grow."""

import random

from harness import POLICIES, Gate, call, recorder

POLICY = POLICIES / "recorder.toml"
SIZE = 100 * 1024 * 1024
EVERY = 10 * 1024 * 1024
GROWTH_KIB_MAX = 8 * 1024


def survives(pieces, interleaved=True):
    """Sends pieces up to 100 MB, a good call after every 10 MB if wished, and one at the end."""
    server, received = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        before, sent, calls = gate.memory_kib(), 0, 0
        for piece in pieces:
            gate.process.stdin.write(piece)
            sent += len(piece)
            if sent >= SIZE or interleaved and sent >= (calls + 1) * EVERY:
                calls += 1
                gate.send(b"")  # the newline that ends what came before
                gate.send(call("echo", id=f"call {calls}"))
            if sent >= SIZE:
                break
        for number in range(1, calls + 1):
            assert "result" in gate.expect(f"call {number}", seconds=60)
        assert "result" in gate.request("ping", "ping")
        grown = gate.memory_kib() - before
        assert grown <= GROWTH_KIB_MAX, f"memory grew by {grown} KiB from {before} KiB"
        assert len(received.read_bytes().splitlines()) == 3 + calls, "something hostile reached the server"


def forever(make):
    while True:
        yield make()


def test_hostile_no_newline():
    survives(forever(lambda: b'{"jsonrpc":"2.0","id":1,' * 5000), interleaved=False)


def test_hostile_spaces_without_newline():
    survives(forever(lambda: b" " * 100_000), interleaved=False)


def test_hostile_nesting():
    sizes = random.Random(1)
    survives(forever(lambda: sizes.choice([b"[", b'{"a":', b"[{}", b'{"a":[']) * sizes.choice([50, 5_000, 500_000]) + b"\n"))


def test_hostile_garbage():
    noise = random.Random(2)
    survives(forever(lambda: noise.randbytes(64 * 1024)))


def test_hostile_long_names():
    """Well-formed messages close to the limits: each is denied, none is remembered."""
    names = random.Random(3)

    def message():
        name = "%x" % names.getrandbits(64) * names.choice([2, 200, 20_000])
        return b'{"jsonrpc":"2.0","id":"%s","method":"tools/call","params":{"name":"%s"}}\n' % (name.encode(), name.encode())

    survives(forever(message))
