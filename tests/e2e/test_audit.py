"""The audit trail: every verdict has its line before the message goes on, none is lost, and what was touched is found."""

import json
import re
import subprocess

from harness import EDITOR, REPORTS, Gate, call, edited, fresh, refused, run


def audited(*changes, more=""):
    """A policy with a trail; gives it, the file, and the copy of the key that was kept."""
    folder = fresh("key").parent
    assert run("audit", "key", folder / "key").returncode == 0
    copy = folder / "copy"
    copy.write_bytes((folder / "key").read_bytes())
    copy.chmod(0o600)
    trail = folder / "audit.jsonl"
    table = f'[audit]\nfile = "{trail}"\nkey = {{ file = "{folder / "key"}" }}\n{more}\n[roles]'
    return edited(EDITOR, ("[roles]", table), *changes), trail, copy


def lines(trail):
    return [json.loads(line) for line in trail.read_text().splitlines()]


def verify(copy, *files, **options):
    return run("audit", "verify", "--key", copy, *files, **options)


def session(policy):
    with Gate(policy, REPORTS, initialize=True) as gate:
        assert not refused(gate.ask(call("echo", id=7, text="hello")))
        assert refused(gate.ask(call("delete_user", id=8, user="x")))
        assert not refused(gate.ask(call("search_reports", id="nine\n", query="sales")))


def test_every_verdict_and_every_answer_has_a_line():
    policy, trail, copy = audited()
    session(policy)
    session(policy)
    found = lines(trail)
    first = [line for line in found if line["chain"] == found[0]["chain"]]
    assert [line["event"] for line in first[:2]] == ["start", "configuration"] and first[-1]["event"] == "end", first
    assert [line["sequence"] for line in first] == list(range(len(first)))
    judged = {line["request"]: line for line in first if line["event"] == "decision" and "target" in line}
    assert judged["7"]["success"] and judged["7"]["target"] == "echo" and judged["7"]["roles"] == ["editor"]
    assert judged["7"]["arguments"].startswith("hmac-sha256:") and "hello" not in trail.read_text()
    assert not judged["8"]["success"] and judged["8"]["reason"].startswith(("route.", "permission.")), judged["8"]
    assert json.loads(judged['"nine\\n"']["request"]) == "nine\n"
    released = [line["request"] for line in first if line["event"] == "release"]
    assert "7" in released and "8" not in released
    assert all(line["server"] == "reports" and line["memory"] > 0 for line in found if line["event"] == "decision")
    result = verify(copy, trail)
    assert result.returncode == 0 and "the trail is whole" in result.stdout, result
    assert f"{len(found)} lines are genuine, in 2 chains" in result.stdout, result.stdout


def test_what_was_touched_is_named():
    policy, trail, copy = audited()
    session(policy)
    text = trail.read_text().splitlines()
    at = next(n for n, line in enumerate(text) if '"echo"' in line)
    for change, said in [
        (text[:at] + [text[at].replace("echo", "ecHo")] + text[at + 1 :], "changed"),
        (text[:at] + text[at + 1 :], "missing"),
        (text[: at - 1] + [text[at], text[at - 1]] + text[at + 1 :], "out of order"),
        (text[:at] + ["{}"] + text[at:], "not an audit line"),
    ]:
        trail.write_text("\n".join(change) + "\n")
        result = verify(copy, trail)
        assert result.returncode == 1 and said in result.stdout.splitlines()[0], (said, result.stdout)
        assert re.match(rf"{trail}:{at}|{trail}:{at + 1}", result.stdout), result.stdout
        assert "NOT whole" in result.stdout
    trail.write_text("\n".join(text)[:-5])
    result = verify(copy, trail)
    assert result.returncode == 0 and "torn" in result.stdout and "whole up to its torn last line" in result.stdout, result
    last = json.loads(text[-1])
    head = f'{last["chain"]}:{last["sequence"]}:{last["mac"]}'
    result = run("audit", "verify", "--key", copy, "--head", head, trail)
    assert result.returncode == 1 and "was cut below" in result.stdout, result


def test_a_gate_without_a_trail_does_not_start():
    policy, trail, copy = audited()
    trail.mkdir()
    result = subprocess.run([run.__globals__["program"](), "run", policy, "--", "true"], capture_output=True, text=True, timeout=20)
    assert result.returncode == 2 and "audit trail" in result.stderr, result


def test_a_full_disk_denies():
    policy, trail, copy = audited()
    with Gate(policy, REPORTS, initialize=True) as gate:
        assert not refused(gate.ask(call("echo", id=1, text="x")))
        # as if the disk were full: nothing in this folder can be opened under the name, and what is open was moved away
        trail.rename(trail.with_suffix(".away"))
        trail.mkdir()
        import time

        time.sleep(1.1)
        reply = gate.ask(call("echo", id=2, text="x"))
        assert refused(reply), reply
        trail.rmdir()
        assert not refused(gate.ask(call("echo", id=3, text="x"))), "it works again"
    result = verify(copy, trail.with_suffix(".away"), trail)
    assert result.returncode == 0 and "1 lines could not be written" in result.stdout, result


def test_search_and_report():
    policy, trail, copy = audited(more='rotate = { size = "2 KiB" }')
    session(policy)
    files = [*sorted(trail.parent.glob("audit.jsonl.*")), trail]
    assert len(files) > 2
    assert verify(copy, *files).returncode == 0
    assert verify(copy, *files[1:]).returncode == 1 and verify(copy, "--partial", *files[1:]).returncode == 0
    found = [json.loads(line) for line in run("audit", "query", "--denied", *files).stdout.splitlines()]
    assert [line["request"] for line in found] == ["8"], found
    found = run("audit", "query", "--tool", "echo", "--event", "decision", *files).stdout.splitlines()
    assert len(found) == 1
    assert run("audit", "query", "--since", "2999-01-01", *files).stdout == ""
    assert run("audit", "query", "--since", "yesterday", *files).returncode == 2
    hostile = json.loads(trail.read_text().splitlines()[-1]) | {"event": "decision", "success": False, "subject": "<script>alert(1)</script>"}
    trail.write_text(trail.read_text() + json.dumps(hostile) + "\n")
    page = run("audit", "report", *files).stdout
    assert page.startswith("<!doctype html>") and page.count('<svg class="over"') == 1 and "delete_user" in page
    rows = page.count("<tr><td>")
    assert page.count("<table>") == 3 and rows >= 4 and page.count("<svg") == 1 + rows, "each name has its course"
    assert "<script" not in page and "&lt;script&gt;" in page
