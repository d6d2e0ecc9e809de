"""The other commands, `--record`, and what wrong use is answered with."""

import json
import re

import harness
from harness import EDITOR, POLICIES, REPORTS, Gate, Skipped, call, edited, fresh, refused, run
from test_sdk import NOTES, Client

SERVED = {
    "tools": ["echo", "get_user_profile", "delete_user", "expensive_operation", "search_reports"],
    "prompts": ["summarise"],
    "resources": ["reports://public/summary", "reports://sensitive/q3"],
}


def recorded():
    """A session in which an editor calls three tools, one of them in vain."""
    session = fresh("session.jsonl")
    with Gate(EDITOR, REPORTS, "--record", session, initialize=True) as gate:
        assert gate.names("tools") == [name for name in SERVED["tools"] if name != "delete_user"]
        assert not refused(gate.ask(call("echo", id=1, text="ñ")))
        assert not refused(gate.ask(call("get_user_profile", id=2, user_id="u-1")))
        assert refused(gate.ask(call("delete_user", id=3, user_id="u-1")))
        gate.send(b'{"jsonrpc":"2.0","id":4,"method":"ping","method":"ping"}')
        assert not refused(gate.request("ping", 5))
    return session


def test_record_writes_a_session_file():
    lines = [json.loads(line) for line in recorded().read_text().splitlines()]
    assert all({"raw", "dir", "transport"} <= line.keys() for line in lines), lines[0]
    assert {line["transport"] for line in lines} == {"stdio"}
    said = {line.get("expect") for line in lines if '"delete_user"' in line["raw"] and "tools/call" in line["raw"]}
    assert len(said) == 1 and said.isdisjoint({None, "allow"}), f"the denied call is expected to be {said}"
    said = {line.get("expect") for line in lines if '"echo"' in line["raw"] and "tools/call" in line["raw"]}
    assert said == {"allow"}, f"the allowed call is expected to be {said}"


def test_record_asks_before_it_overwrites():
    """An existing file is either kept and continued or refused, never emptied."""
    session = recorded()
    before = session.read_text()
    gate = Gate(EDITOR, REPORTS, "--record", session)
    gate.close()
    assert session.read_text().startswith(before)


def test_check_accepts_what_was_recorded():
    session = recorded()
    done = run("check", EDITOR, session)
    assert done.returncode == 0, f"{done.returncode}: {done.stdout}{done.stderr}"
    assert re.search(r"\d", done.stdout), f"no summary: {done.stdout!r}"


def test_check_finds_what_an_edit_breaks():
    stricter = edited(EDITOR, ('[tools.echo]\npermission = "read:public"', '[tools.echo]\npermission = "manage:echo"'))
    done = run("check", stricter, recorded())
    assert done.returncode == 1, f"{done.returncode}: {done.stdout}{done.stderr}"
    assert "echo" in done.stdout + done.stderr
    laxer = edited(EDITOR, ('editor = ["read:public"', 'editor = ["delete:*", "read:public"'))
    assert run("check", laxer, recorded()).returncode == 1


def test_check_as_json():
    done = run("check", "--json", EDITOR, recorded())
    assert done.returncode == 0 and done.stdout.strip(), done.stderr
    try:
        json.loads(done.stdout)
    except ValueError:
        [json.loads(line) for line in done.stdout.splitlines()]


def test_check_names_the_line_of_a_bad_session():
    done = run("check", EDITOR, fresh("bad.jsonl", '{"raw": "{}", "dir": "c2s", "transport": "stdio"}\nnonsense\n'))
    clear(done, 2, "2")


def starter(*changes):
    done = run("init", "--", *REPORTS)
    assert done.returncode == 0, done.stderr
    text = done.stdout
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert count == 1, f"{count} lines match {pattern} in {text}"
    return fresh("starter.toml", text)


def test_init_lists_what_the_server_has():
    text = starter().read_text()
    for member, names in SERVED.items():
        for name in names:
            assert re.search(rf'^\[{member}\."?{re.escape(name)}"?\]', text, re.MULTILINE), f"{member}: no {name}"


def test_init_denies_everything():
    with Gate(starter(), REPORTS) as gate:
        gate.send({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}})
        gate.expect(0)
        gate.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        for id, tool in enumerate(SERVED["tools"], 1):
            assert refused(gate.ask(call(tool, id=id, text="x", user_id="u-1", query="x"))), f"{tool} was answered"
        reply = gate.request("tools/list", 20)
        assert refused(reply) or reply["result"]["tools"] == []
        assert refused(gate.request("resources/read", 21, uri="reports://public/summary"))
        assert refused(gate.request("prompts/get", 22, name="summarise", arguments={"topic": "x"}))


def test_init_works_once_the_role_is_chosen():
    policy = starter((r'^# *(role = "user")', r"\1"), (r"^# *(user = \[)", r"\1"))
    with Gate(policy, REPORTS, initialize=True) as gate:
        assert gate.names("tools") == SERVED["tools"]
        assert gate.names("resources", key="uri") == SERVED["resources"]
        assert gate.names("prompts") == SERVED["prompts"]
        assert gate.ask(call("echo", id=1, text="x"))["result"]["content"][0]["text"] == "x"
        assert not refused(gate.request("resources/read", 2, uri="reports://public/summary"))
        assert not refused(gate.request("prompts/get", 3, name="summarise", arguments={"topic": "x"}))


def test_init_with_a_server_of_the_sdk():
    if Client is None:
        raise Skipped(harness.missing)
    done = run("init", "--", *NOTES)
    assert done.returncode == 0, done.stderr
    for name in ("add", "measure", "erase", "notes://today", "notes://private", "review", "confess"):
        assert name in done.stdout, f"no {name}"


def test_init_with_a_server_that_fails():
    done = run("init", "--", "false")
    assert done.returncode not in (0, 101) and done.stderr.strip() and not done.stdout.strip(), done


def clear(done, code, *words):
    """One line says what is wrong; nothing looks like a crash."""
    said = done.stderr.strip()
    assert done.returncode == code, f"exit code {done.returncode}: {said}"
    assert said and len(said.splitlines()) == 1 and len(said) < 500, f"not one clear line: {said!r}"
    assert not re.search(r"panicked|RUST_BACKTRACE|Os \{|Error\(|Traceback", said), said
    for word in words:
        assert word in said, f"`{word}` is not in: {said}"


def test_wrong_no_policy_file():
    clear(run("run", "/nowhere/policy.toml", "--", *REPORTS), 2, "/nowhere/policy.toml")
    clear(run("check", "/nowhere/policy.toml", "/nowhere/session.jsonl"), 2, "/nowhere/policy.toml")


def test_wrong_no_session_file():
    clear(run("check", EDITOR, "/nowhere/session.jsonl"), 2, "/nowhere/session.jsonl")


def test_wrong_flag():
    clear(run("run", "--no-such-flag", EDITOR, "--", *REPORTS), 2, "--no-such-flag")


def test_wrong_no_command():
    clear(run("run", EDITOR), 2)
    clear(run("run", EDITOR, "--"), 2)


def test_wrong_subcommand():
    clear(run("frobnicate"), 2, "frobnicate")
    assert run().returncode == 2


def test_wrong_empty_policy():
    done = run("run", POLICIES / "empty.toml", "--", *REPORTS)
    assert done.returncode == 2 and "empty.toml:1:1: missing table `[server]`" in done.stderr, done.stderr


def test_wrong_policy():
    """Each names the file and the line."""
    for old, new, word in (
        ('mode = "enforce"', 'mode = "lenient"', "lenient"),
        ("[tools.echo]\npermission", "[tools.echo]\npermision", "permision"),
        ("[stdio]", "[studio]", "studio"),
        ('timeout = "30s"', 'timeout = "30 parsecs"', "parsecs"),
        ('role = "editor"', 'role = "emperor"', "emperor"),
        ('"2025-11-25"]', '"2019-01-01"]', "2019-01-01"),
        ("[tools.echo]", "[tools.echo", ""),
    ):
        policy = edited(EDITOR, (old, new))
        done = run("run", policy, "--", *REPORTS)
        clear_first(done, word)


def clear_first(done, word):
    """Errors of a policy may show the line they mean, so only the first line is judged."""
    assert done.returncode == 2, f"exit code {done.returncode} for {word}: {done.stderr}"
    assert "policy.toml" in done.stderr and word in done.stderr, f"{word}: {done.stderr}"
    assert re.search(r"(line |policy\.toml:)\d+", done.stderr), f"no line number: {done.stderr}"
    assert "panicked" not in done.stderr and len(done.stderr.splitlines()) <= 8, done.stderr


def test_wrong_server_command():
    clear(run("run", EDITOR, "--", "/nowhere/server"), 127, "/nowhere/server")
    clear(run("run", EDITOR, "--", "no-such-command-at-all"), 127, "no-such-command-at-all")


def test_wrong_record_file():
    clear(run("run", "--record", "/nowhere/session.jsonl", EDITOR, "--", *REPORTS), 2, "/nowhere/session.jsonl")


def test_help_and_version():
    for flag in ("--help", "--version"):
        done = run(flag)
        assert done.returncode == 0 and "adarga" in done.stdout and not done.stderr, done
