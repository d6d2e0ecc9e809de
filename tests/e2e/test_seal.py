"""Fields that leave sealed, and who can open them."""

import json
import sys

from harness import Gate, call, fresh, run, wait_until

SERVER = """
import sys, json
for line in sys.stdin:
    m = json.loads(line)
    if m.get('id') is None: continue
    user = {'name': 'ana', 'ssn': '536-22-8726', 'cards': [{'number': 4111}], 'mail': 'ana@example.com'}
    result = {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}}, 'serverInfo': {'name': 's', 'version': '1'}}
    if m['method'] == 'tools/call':
        result = {'content': [{'type': 'text', 'text': json.dumps(user)}], 'structuredContent': user}
    print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': result}), flush=True)
"""


def policy(key, redact='redact = { names = ["mail"], mask = "pseudonym" }'):
    return fresh("policy.toml", f"""
server = {{ name = "people" }}
stdio = {{ role = "user" }}
roles = {{ user = ["read"] }}
[tools.get]
permission = "read"
[data]
seal = ["ssn", "number"]
{redact}
key = {{ file = "{key}" }}
""")


def key():
    path = fresh("data.key", run("secrets", "key").stdout)
    path.chmod(0o600)
    return path


def asked(policy):
    with Gate(policy, [sys.executable, "-c", SERVER], initialize=True) as gate:
        return gate.ask(call("get"))["result"]


def unsealed(policy, pointer, sealed, *options):
    return run("unseal", policy, pointer, *options, input=sealed)


def test_a_field_leaves_sealed_and_opens_again():
    sealing = policy(key())
    seen, again = asked(sealing), asked(sealing)
    record = seen["structuredContent"]
    assert record["name"] == "ana" and record["ssn"].startswith("adg1.") and record["mail"].startswith("pseudonym:"), record
    assert record["ssn"] != again["structuredContent"]["ssn"], "a nonce is never used again"
    assert record["mail"] == again["structuredContent"]["mail"], "a pseudonym always is"
    text = json.loads(seen["content"][0]["text"])
    assert text["ssn"] == "[REDACTED]" and text["cards"] == [{"number": "[REDACTED]"}] and text["mail"] == "[REDACTED]", text
    assert unsealed(sealing, "/structuredContent/ssn", record["ssn"]).stdout == '"536-22-8726"\n'
    assert unsealed(sealing, "/structuredContent/cards/*/number", record["cards"][0]["number"]).stdout == "4111\n"


def test_it_opens_nowhere_else():
    keys = key()
    sealing = policy(keys)
    sealed = asked(sealing)["structuredContent"]["ssn"]
    for pointer, options in (("/structuredContent/cards", ()), ("/structuredContent/ssn", ("--record", "7"))):
        done = unsealed(sealing, pointer, sealed, *options)
        assert (done.returncode, done.stdout) == (2, "") and "changed since" in done.stderr, done
    other = unsealed(policy(key()), "/structuredContent/ssn", sealed)
    assert (other.returncode, other.stdout) == (2, "") and "536" not in other.stderr, other
    flipped = sealed[:-1] + ("A" if sealed[-1] != "A" else "B")
    assert unsealed(sealing, "/structuredContent/ssn", flipped).returncode == 2
    # a newer key seals, the old one still opens
    keys.write_text(run("secrets", "key", "2").stdout + keys.read_text())
    assert unsealed(sealing, "/structuredContent/ssn", sealed).stdout == '"536-22-8726"\n'
    assert unsealed(sealing, "/structuredContent/ssn", asked(sealing)["structuredContent"]["ssn"]).stdout == '"536-22-8726"\n'


def test_a_gate_without_its_key_does_not_start():
    done = run("run", policy("/nowhere/at/all"), "--", sys.executable, "-c", SERVER)
    assert done.returncode == 2 and "`data.key`: file `/nowhere/at/all`" in done.stderr, done
    done = run("run", policy(fresh("bad.key", "hunter2\n")), "--", sys.executable, "-c", SERVER)
    assert done.returncode == 2 and "`data.key`: not a key" in done.stderr and "hunter2" not in done.stderr, done


def test_people_are_told_what_is_sealed():
    told = run("explain", policy(key())).stdout
    assert "answers seal ssn, number" in told and "answers hide mail" in told, told


def test_a_result_that_is_not_what_it_should_be_does_not_arrive():
    schema = 'output = { type = "object", required = ["name"], properties = { name = { type = "string" }, ssn = { type = "string" }, cards = { maxItems = 0 } } }'
    strict = policy(key()).read_text().replace('permission = "read"', 'permission = "read"\n' + schema)
    assert "results by a schema" in run("explain", fresh("strict.toml", strict)).stdout
    with Gate(fresh("strict.toml", strict), [sys.executable, "-c", SERVER], initialize=True) as gate:
        error = gate.ask(call("get"))["error"]
        assert error["message"] == "invalid result from the server", error
        said = "an answer of the server was dropped: release.output at /result/structuredContent/cards"
        wait_until(lambda: said in gate.stderr, said)
    loose = strict.replace("maxItems = 0", "maxItems = 1")
    assert asked(fresh("loose.toml", loose))["structuredContent"]["ssn"].startswith("adg1.")
