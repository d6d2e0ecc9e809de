"""Limits: too many calls are answered at once and never arrive, others are not touched, and waiting as long as was said helps."""

import json
import math
import time

from harness import EDITOR, POLICIES, REPORTS, ROOT, Gate, call, edited, fresh, recorder, refused, run

ECHO = '[tools.echo]\npermission = "read:public"\n'
EXCEEDED = -33429


def limited(rate, *changes):
    return edited(EDITOR, (ECHO, f"{ECHO}rate = {rate}\n"), *changes)


def test_a_tool_s_limit_in_front_of_a_real_server():
    with Gate(limited('"3/s"'), REPORTS, initialize=True) as gate:
        start = time.monotonic()
        replies = [gate.ask(call("echo", id=id, text="x")) for id in range(4)]
        if time.monotonic() - start < 0.9:  # a machine that is so slow says nothing
            assert not any(map(refused, replies[:3])), replies
            error = replies[3]["error"]
            assert (error["code"], error["message"], error["data"]) == (EXCEEDED, "too many requests", {"retryAfter": 1}), error
        assert not refused(gate.ask(call("search_reports", id=10, query="sales"))), "another tool was refused"
        time.sleep(1)
        assert not refused(gate.ask(call("echo", id=11, text="x"))), "it did not help to wait"


def test_retry_after_is_when_a_call_is_allowed_again():
    """A burst of two, then one in two seconds: what is said is right to the second, and no longer than needed."""
    with Gate(limited('{ rate = "30/min", burst = 2 }'), REPORTS, initialize=True) as gate:
        start = time.monotonic()
        assert not refused(gate.ask(call("echo", id=1, text="x"))) and not refused(gate.ask(call("echo", id=2, text="x")))
        reply = gate.ask(call("echo", id=3, text="x"))
        wait = reply["error"]["data"]["retryAfter"]
        assert wait == math.ceil(2 - (time.monotonic() - start)) or wait == 2, wait
        time.sleep(wait)
        assert not refused(gate.ask(call("echo", id=4, text="x")))
        assert refused(gate.ask(call("echo", id=5, text="x"))), "more than the rate"


def test_what_is_too_many_never_arrives():
    server, received = recorder()
    policy = edited(POLICIES / "recorder.toml", ("[roles]", '[rates]\nsubject = "6/hour"\n[roles]'))
    with Gate(policy, server, initialize=True) as gate:  # two messages
        replies = [gate.ask(call("echo", id=id)) for id in range(10)]
        gate.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}})
        gate.silent(0.3)
    assert [refused(reply) for reply in replies] == [False] * 4 + [True] * 6
    assert 3500 < replies[4]["error"]["data"]["retryAfter"] <= 3600
    assert len(received.read_bytes().splitlines()) == 6


def test_the_codes_of_the_guide():
    policy = limited('"1/hour"', ('name = "reports"', 'name = "reports"\nerror_codes = "guide"'))
    with Gate(policy, REPORTS, initialize=True) as gate:
        gate.ask(call("echo", id=1, text="x"))
        error = gate.ask(call("echo", id=2, text="x"))["error"]
        assert error["code"] == -32603 and error["data"]["retryAfter"] > 3500, error


def test_observe_counts_and_says_it():
    policy = limited('"1/hour"', ('mode = "enforce"', 'mode = "observe"'))
    with Gate(policy, REPORTS, initialize=True) as gate:
        assert not any(refused(gate.ask(call("echo", id=id, text="x"))) for id in (1, 2))
    assert gate.stderr.count("would deny tools/call `echo`: rate.exceeded") == 1, gate.stderr


def test_a_flood_costs_little_memory():
    """Ten thousand clients of a wide window have room, but pages are taken only for those who come."""
    policy = limited('"1000/hour"')
    with Gate(policy, REPORTS, initialize=True) as gate:
        for id in range(200):
            gate.ask(call("echo", id=id, text="x"))
        assert gate.memory_kib() < 64 << 10, gate.memory_kib()


def stored(rate, store):
    return limited(rate, ("[roles]", f"[rates]\nstore = {store}\n[roles]"))


def test_two_guards_share_one_limit():
    """Two processes in front of two servers count in one file: what one has used up, the other has not."""
    policy = stored('"3/hour"', f'{{ file = "{fresh("rates")}" }}')
    with Gate(policy, REPORTS, initialize=True) as one, Gate(policy, REPORTS, initialize=True) as other:
        replies = [gate.ask(call("echo", id=id, text="x")) for id, gate in enumerate((one, other, one, other, one))]
    assert [refused(reply) for reply in replies] == [False, False, False, True, True], replies
    assert 3500 < replies[3]["error"]["data"]["retryAfter"] <= 3600


def test_a_store_that_is_away_denies():
    """Nobody listens there: what cannot be counted is not allowed, and waits for nothing but a connection refused."""
    url = fresh("redis-url")
    url.write_text("redis://:a-password-of-nobody@127.0.0.1:1/?plain=true")
    url.chmod(0o600)
    with Gate(stored('"3/hour"', f'{{ redis = {{ file = "{url}" }} }}'), REPORTS, initialize=True) as gate:
        error = gate.ask(call("echo", id=1, text="x"))["error"]
    assert error["code"] == -33503, error


def test_compile_and_explain_say_what_counting_takes():
    policy = ROOT / "examples" / "policies" / "limits.toml"
    done = run("compile", policy, "--output", fresh("image"))
    assert done.returncode == 0 and "counting calls takes" in done.stdout and "for 1000 clients" in done.stdout, done
    said = run("explain", policy).stdout
    assert "10 in any 1 min by subject and entry; counts as 5 calls" in said and "10.0.0.0/8" in said, said
    wide = edited(policy, ('"500/day"', '"60000/day"'), ("clients = 1000 ", "clients = 20000 "))
    done = run("compile", wide, "--output", fresh("image"))
    assert done.returncode == 2 and "{ rate = " in done.stderr, done


def test_check_counts_over_the_lines_of_a_session():
    policy = ROOT / "examples" / "policies" / "limits.toml"
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}

    def line(ms, peer, expect, tool="expensive_operation", subject="alice"):
        params = {"name": tool, "arguments": {}, "_meta": meta}
        raw = json.dumps({"jsonrpc": "2.0", "id": ms, "method": "tools/call", "params": params})
        headers = {"Host": "mcp.example.com", "Content-Type": "application/json", "Accept": "*/*", "Mcp-Method": "tools/call"}
        headers |= {"MCP-Protocol-Version": "2026-07-28", "Mcp-Name": tool}
        call = {"raw": raw, "dir": "c2s", "transport": "http", "headers": headers, "role": "editor", "subject": subject}
        return json.dumps({**call, "peer": peer, "now_ms": 1_800_000_000_000 + ms, "expect": expect})

    lines = [
        line(0, "192.0.2.1", "allow"),
        line(1000, "192.0.2.1", "allow"),
        line(2000, "192.0.2.1", "rate.exceeded"),
        line(3000, "192.0.2.1", "allow", subject="bob"),
        line(4000, "192.0.2.1", "allow", tool="search_reports"),
        line(58_500, "192.0.2.1", "rate.exceeded"),
        line(60_000, "192.0.2.1", "allow"),
        line(70_000, "192.0.2.1", "allow", tool="send_newsletter"),
        line(71_000, "192.0.2.2", "allow", tool="send_newsletter", subject="bob"),
        line(72_000, "192.0.2.3", "rate.exceeded", tool="send_newsletter", subject="carol"),
    ]
    done = run("check", policy, fresh("session.jsonl", "\n".join(lines) + "\n"))
    assert done.returncode == 0, done


def test_a_recording_is_judged_alike_again():
    policy = limited('{ rate = "20/s", burst = 3 }', ("[roles]", '[rates]\nclient = "40/s"\n[roles]'))
    session = fresh("session.jsonl")
    with Gate(policy, REPORTS, "--record", session, initialize=True) as gate:
        for id in range(60):
            gate.send(call("echo", id=id, text="x"))
        verdicts = {refused(gate.expect(id)) for id in range(60)}
    assert verdicts == {True, False}
    done = run("check", policy, session)
    assert done.returncode == 0 and "rate.exceeded" in done.stdout, done
