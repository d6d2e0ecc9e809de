"""The production checklist: a policy that is in order, the example, and policies with one thing wrong each."""

import json
import os
import pathlib
import sys
import tempfile

from harness import EXAMPLES, edited, fresh, run

USERS = EXAMPLES / "users.toml"
SERVER = [sys.executable, str(EXAMPLES / "users_server.py")]
WORDS = 24


def folder(mode=0o700):
    path = pathlib.Path(os.path.realpath(tempfile.mkdtemp()))
    path.chmod(mode)
    return path


def good(*changes):
    """A policy with nothing wrong but what `changes` break."""
    place = folder()
    key = place / "audit.key"
    run("audit", "key", str(key))
    text = f"""
[server]
name = "reports"

[identity]
issuer = "https://auth.example.com"
audience = "https://mcp.example.com/mcp"
algorithms = ["ES256"]

[http]
hosts = ["mcp.example.com"]

[roles]
reader = ["read:*"]

[rates]
client = "300/min"
subject = "100/min"

[threats]
sql = "block"

[data]
redact = {{ names = ["password"], detect = ["card", "jwt"] }}
errors = "plain"

[audit]
file = "{place / 'audit.jsonl'}"
key = {{ file = "{key}" }}

[roots]
docs = "{place}"

[tools.read_file]
permission = "read:docs"
paths = {{ "/path" = "docs" }}
input = {{ type = "object", properties = {{ path = {{ type = "string" }} }}, additionalProperties = false }}
"""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    policy = fresh("policy.toml", text)
    os.chmod(policy, 0o644)
    return policy


def doctor(policy, *server):
    done = run("doctor", "--json", policy, *(["--", *server] if server else []))
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert len(report["items"]) == WORDS and done.returncode == (1 if report["wrong"] else 0), done
    return report


def wrong(policy, *server):
    return {item["item"]: " ".join(item["notes"]) for item in doctor(policy, *server)["items"] if item["state"] == "wrong"}


def test_a_policy_in_order():
    assert wrong(good()) == {}


def test_the_example_lacks_an_audit_trail_alone():
    assert list(wrong(USERS, *SERVER)) == ["Audit logging enabled and monitored"]
    table = run("doctor", USERS).stdout
    assert "Operational Security" in table and "  wrong   Audit logging enabled and monitored\n" in table
    assert table.endswith("11 ok, 1 wrong, 12 for a person\n"), table


FAULTS = [
    ("Authentication", "for ever", ("[http]", "expiry_required = false\n[http]")),
    ("Authorization", "only observes", ('name = "reports"', 'name = "reports"\nmode = "observe"')),
    ("Authorization", "name each tool", ("[tools.read_file]", '[tools."*"]')),
    ("Authorization", "may do everything", ('[http]', 'default_role = "reader"\n[http]'), ('reader = ["read:*"]', 'reader = ["*"]')),
    ("Input validation", "`additionalProperties = false`", (", additionalProperties = false", "")),
    ("Input validation", "nobody looks for injections", ('sql = "block"', "")),
    ("Rate limiting", "nothing limits", ('subject = "100/min"', "")),
    ("Rate limiting", "without credentials", ('client = "300/min"', "")),
    ("Error messages", "stack traces", ('errors = "plain"', "")),
    ("Error messages", "[data] redact", (', detect = ["card", "jwt"]', "")),
    ("Environment variables", "looks like a secret (api_key)", ('name = "reports"', 'name = "reports" # AKIA' + "Z7QX2MPLW4R6TKNB")),
    ("File access", "bound to no root", ('paths = { "/path" = "docs" }', "")),
    ("Security headers", "any `Host`", ('"mcp.example.com"]', '"*"]')),
    ("Secret management", "not set: set it", ("[audit]", '[stdio]\ntoken = { env = "ADARGA_NO_SUCH_TOKEN" }\n\n[audit]')),
    ("Environment variables", "`config.ADARGA_NO_SUCH_SETTING`", ("[audit]", "[config]\nADARGA_NO_SUCH_SETTING = {}\n\n[audit]")),
]


def test_each_fault_is_named():
    for words, note, *changes in FAULTS:
        found = wrong(good(*changes))
        named = [said for item, said in found.items() if item.startswith(words)]
        assert named and note in named[0], (words, note, found)


def test_files_that_are_open_to_others():
    place = folder()
    inside = place / "docs"
    inside.mkdir()
    link = place / "link"
    link.symlink_to(inside)
    original = good()
    text = pathlib.Path(original).read_text()
    root = text.split('docs = "')[1].split('"')[0]
    assert "No such file" in wrong(edited(original, (f'docs = "{root}"', f'docs = "{place}/none"')))["File access restricted to safe directories"]
    assert "symbolic link" in wrong(edited(original, (f'docs = "{root}"', f'docs = "{link}"')))["File access restricted to safe directories"]
    inside.chmod(0o777)
    assert "`chmod go-w" in wrong(edited(original, (f'docs = "{root}"', f'docs = "{inside}"')))["File access restricted to safe directories"]
    key = pathlib.Path(text.split('key = { file = "')[1].split('"')[0])
    key.chmod(0o644)
    assert "`chmod 600" in wrong(original)["Secret management system in place"]


def test_a_vault_is_looked_into():
    path = folder() / "server.vault"
    asked = ("[audit]", f'[stdio]\ntoken = {{ secret = "jwt" }}\n\n[secrets]\nfile = "{path}"\nkey = {{ file = "{path}.key" }}\n\n[audit]')
    item = "Secret management system in place"
    assert "`adarga secrets init`" in wrong(good(asked))[item]
    run("secrets", "init", path)
    assert "`jwt` is not in the vault" in wrong(good(asked))[item]
    run("secrets", "set", path, "jwt", input="x")
    assert wrong(good(asked)) == {}
    path.chmod(0o640)
    assert "`chmod 600" in wrong(good(asked))[item]


def test_a_live_server_is_compared():
    renamed = edited(USERS, ("[tools.explain_query]", "[tools.explain]"))
    assert "`explain`" in wrong(renamed, *SERVER)["Authorization controls in place for all tools/resources"]
    without = pathlib.Path(USERS).read_text().split("[tools.explain_query]")[0]
    report = doctor(fresh("policy.toml", without), *SERVER)
    assert "of the server `explain_query`" in report["items"][1]["notes"][0]


def test_what_is_no_policy_is_refused():
    done = run("doctor", fresh("policy.toml", "[server]\nnam = 1\n"))
    assert done.returncode == 2 and "unknown key `nam`" in done.stderr
    assert run("doctor", "/nonexistent").returncode == 2
