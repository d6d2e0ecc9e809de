"""The client on stdio by a token: whom it names, when it ends, and how its keys change."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import threading
import time

from harness import Gate, call, fresh, recorder, refused, run, wait_until

SECRET, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
ISSUER, SERVER = "https://auth.example.com", "https://mcp.example.com/mcp"
UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE = -33401, -33403, -33503


def coded(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def token(secret=SECRET, kid=None, seconds=300, **more):
    """A token of alice the editor; a claim that is None is left out."""
    header = {"alg": "HS256", "typ": "JWT", **({"kid": kid} if kid else {})}
    claims = {"iss": ISSUER, "aud": SERVER, "sub": "alice", "role": "editor", "exp": time.time() + seconds, **more}
    signed = coded(header) + "." + coded({name: value for name, value in claims.items() if value is not None})
    return signed + "." + coded(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


def jwks(**secrets):
    return json.dumps({"keys": [{"kty": "oct", "kid": kid, "alg": "HS256", "k": coded(secret.encode())} for kid, secret in secrets.items()]})


def policy(keys='{ env = "ADARGA_E2E_KEY" }', env='["PATH"]', stdio="", identity=""):
    """A tool for an editor, one for whoever names itself in `user_id`, one for nobody here."""
    return fresh("policy.toml", f"""
server = {{ name = "e2e", revisions = ["2026-07-28", "2025-11-25"] }}

[stdio]
env = {env}
token = {{ env = "ADARGA_E2E_TOKEN" }}
{stdio}

[identity]
issuer = "{ISSUER}"
audience = "{SERVER}"
algorithms = ["HS256"]
keys = {keys}
leeway = "1ms"
{identity}

[roles]
editor = ["read:*"]
admin = ["*"]

[tools.echo]
permission = "read:content"

[tools.profile]
permission = "read:profiles"
when = {{ any = [{{ argument = "/user_id", equals = "subject" }}, {{ role = "admin" }}] }}

[tools.delete]
permission = "delete:all"
""")


def environment(token, **more):
    env = {name: value for name, value in os.environ.items() if not name.startswith("ADARGA_E2E")}
    return {**env, "ADARGA_E2E_KEY": SECRET, **({"ADARGA_E2E_TOKEN": token} if token is not None else {}), **more}


def said(reply):
    return reply["error"]["code"], reply["error"]["message"]


def test_token_names_the_subject():
    server, received = recorder()
    with Gate(policy(), server, initialize=True, env=environment(token())) as gate:
        assert not refused(gate.ask(call("echo", id=1)))
        assert not refused(gate.ask(call("profile", id=2, user_id="alice")))
        assert said(gate.ask(call("profile", id=3, user_id="bob"))) == (FORBIDDEN, "forbidden")
        assert said(gate.ask(call("delete", id=4))) == (FORBIDDEN, "forbidden")
    assert b'"bob"' not in received.read_bytes() and b"delete" not in received.read_bytes()


def test_token_of_another_role():
    server, _ = recorder()
    with Gate(policy(), server, initialize=True, env=environment(token(sub="root", role=["admin"]))) as gate:
        assert not refused(gate.ask(call("profile", id=1, user_id="bob"))) and not refused(gate.ask(call("delete", id=2)))


def test_token_with_narrow_scopes():
    server, _ = recorder()
    with Gate(policy(), server, initialize=True, env=environment(token(scope="read:profiles"))) as gate:
        assert not refused(gate.ask(call("profile", id=1, user_id="alice")))
        assert said(gate.ask(call("echo", id=2))) == (FORBIDDEN, "forbidden")


def test_token_that_is_wrong():
    """It is no way back to the role of `[stdio]`: whoever shows a token is who it says, or nobody."""
    for wrong, message in {
        token(seconds=-5): "token expired",
        token(secret=OTHER): "invalid token",
        token(aud="https://mcp.example.com/other"): "invalid token",
        token(iss=None): "invalid token",
        token(exp=None): "invalid token",
        "not-a-token": "invalid token",
    }.items():
        server, received = recorder()
        with Gate(policy(stdio='role = "admin"'), server, env=environment(wrong)) as gate:
            assert said(gate.ask(call("echo", id=1, modern=True))) == (UNAUTHENTICATED, message), wrong
            assert not gate.others
        assert received.read_bytes() == b"" and wrong not in gate.stderr


def test_token_expires_within_a_session():
    server, received = recorder()
    with Gate(policy(), server, initialize=True, env=environment(token(seconds=3))) as gate:
        assert not refused(gate.ask(call("echo", id=1)))
        assert not refused(gate.ask(call("echo", id="two")))
        time.sleep(3.1)
        assert said(gate.ask(call("echo", id="three"))) == (UNAUTHENTICATED, "token expired")
        assert said(gate.request("tools/list", 4)) == (UNAUTHENTICATED, "token expired")
        # nothing answers what asks for no answer
        gate.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 9}})
        gate.silent(0.2)
    lines = received.read_bytes()
    assert b'"two"' in lines and b'"three"' not in lines and b"tools/list" not in lines and b"cancelled" not in lines


def test_token_expires_before_its_answer():
    """What was allowed is answered, however late."""
    server, _ = recorder()
    with Gate(policy(), server, initialize=True, env=environment(token(seconds=2.5))) as gate:
        gate.send(call("echo", id=1, seconds=3))
        assert not refused(gate.expect(1))
        assert refused(gate.ask(call("echo", id=2)))


def test_token_in_a_file():
    path = fresh("token", token() + "\n")
    text = policy().read_text().replace('token = { env = "ADARGA_E2E_TOKEN" }', f"token = {{ file = '{path}' }}")
    server, _ = recorder()
    with Gate(fresh("policy.toml", text), server, initialize=True, env=environment(None)) as gate:
        assert not refused(gate.ask(call("profile", id=1, user_id="alice")))


def test_missing_secrets_end_the_gate_at_once():
    server, received = recorder()
    for absent, key in (("ADARGA_E2E_TOKEN", "stdio.token"), ("ADARGA_E2E_KEY", "identity.keys")):
        env = environment(token())
        del env[absent]
        done = run("run", policy(), "--", *server, env=env)
        assert done.returncode == 2, done
        lines = done.stderr.splitlines()
        assert lines == [f"adarga: `{key}`: environment variable `{absent}`: not set", "  help: set it, or name another place"], lines
    done = run("run", policy(), "--", *server, env=environment(token(), ADARGA_E2E_KEY="short"))
    assert done.returncode == 2 and "shorter than the hash" in done.stderr, done
    done = run("run", policy(keys='"/nowhere/keys.json"'), "--", *server, env=environment(token()))
    assert done.returncode == 2 and done.stderr.startswith("adarga: `identity.keys`: /nowhere/keys.json: "), done
    done = run("run", policy(identity='revoked.file = "/nowhere/revoked.toml"'), "--", *server, env=environment(token()))
    assert done.returncode == 2 and done.stderr.startswith("adarga: `identity.revoked.file`: /nowhere/revoked.toml: "), done
    # the server was never started
    assert not received.with_name("received.pid").exists()


def test_the_server_does_not_inherit_the_token():
    for env, names in (('["PATH"]', {"PATH"}), ('["PATH", "ADARGA_E2E_TOKEN"]', {"PATH", "ADARGA_E2E_TOKEN"})):
        server, received = recorder()
        with Gate(policy(env=env), server, initialize=True, env=environment(token())) as gate:
            assert not refused(gate.ask(call("echo", id=1)))
            seen = json.loads(received.with_name("received.env").read_text())
        assert seen.keys() == names, seen.keys()


def replace(path, text):
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.rename(path)


def test_keys_are_rotated_within_a_session():
    """A key that is withdrawn denies what was allowed before it, remembered or not; one that comes back allows it."""
    keys = fresh("keys.json", jwks(a=SECRET))
    server, _ = recorder()
    ids = iter(range(1, 1000))
    with Gate(policy(keys=f"'{keys}'"), server, initialize=True, env=environment(token(kid="a"))) as gate:
        def allowed():
            reply = gate.ask(call("echo", id=next(ids)))
            assert not refused(reply) or said(reply) == (UNAUTHENTICATED, "invalid token"), reply
            return not refused(reply)

        assert allowed() and allowed()
        replace(keys, jwks(b=OTHER))
        wait_until(lambda: not allowed(), "the withdrawal of the key", 5)
        replace(keys, jwks(b=OTHER, a=SECRET))
        wait_until(allowed, "the return of the key", 5)
        # the same name, another key
        replace(keys, jwks(a=OTHER))
        wait_until(lambda: not allowed(), "the exchange of the key", 5)
        replace(keys, "{")
        time.sleep(1.5)
        assert not allowed()


def test_a_key_that_came_later_is_found_at_once():
    keys = fresh("keys.json", jwks(a=SECRET))
    server, _ = recorder()
    gate = Gate(policy(keys=f"'{keys}'", identity='refresh_min = "1ms"'), server, env=environment(token(secret=OTHER, kid="b")))
    with gate:
        assert said(gate.ask(call("echo", id=1, modern=True))) == (UNAUTHENTICATED, "invalid token")
        replace(keys, jwks(a=SECRET, b=OTHER))
        time.sleep(0.02)  # the file is asked about an unknown key once in refresh_min, and all of the above may take less
        assert not refused(gate.ask(call("echo", id=2, modern=True)))


def test_subjects_are_revoked_within_a_session():
    revoked = fresh("revoked.toml", "tokens = []\n")
    server, _ = recorder()
    ids = iter(range(1, 1000))
    gate = Gate(policy(identity=f"revoked.file = '{revoked}'"), server, initialize=True, env=environment(token(iat=time.time() - 5)))
    with gate:
        assert not refused(gate.ask(call("echo", id=next(ids))))
        replace(revoked, '[subjects]\nalice = "2100-01-01T00:00:00Z"\n')
        start = time.monotonic()
        wait_until(lambda: refused(gate.ask(call("echo", id=next(ids)))), "the revocation", 6)
        assert time.monotonic() - start < 4


class Issuer(http.server.BaseHTTPRequestHandler):
    """Knows one opaque token, as long as it is `active`."""

    active = True

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        known = form.startswith("token=opaque&") and self.headers["Authorization"] == "Basic " + base64.b64encode(b"gate:s3cret").decode()
        claims = {"iss": ISSUER, "aud": SERVER, "sub": "alice", "role": "editor", "exp": int(time.time()) + 300}
        answer = json.dumps({"active": True, **claims} if known and Issuer.active else {"active": False}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def test_opaque_token_is_asked_about():
    """It ends when the issuer says so; when the issuer says nothing, nobody is let in."""
    issuer = http.server.HTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=issuer.serve_forever, daemon=True).start()
    secret = fresh("secret", "s3cret\n")
    endpoint = f"http://127.0.0.1:{issuer.server_port}/ask"
    asks = f"introspection = {{ endpoint = '{endpoint}', client_id = 'gate', client_secret = {{ file = '{secret}' }}, ttl = '1ms' }}"
    server, received = recorder()
    with Gate(policy(identity=asks), server, initialize=True, env=environment("opaque")) as gate:
        assert not refused(gate.ask(call("profile", id=1, user_id="alice")))
        assert said(gate.ask(call("profile", id=2, user_id="bob"))) == (FORBIDDEN, "forbidden")
        Issuer.active = False
        time.sleep(0.01)
        assert said(gate.ask(call("echo", id=3))) == (UNAUTHENTICATED, "invalid token")
        issuer.shutdown()
        issuer.server_close()
        # that it is not active is believed for five seconds
        time.sleep(5.1)
        assert said(gate.ask(call("echo", id=4))) == (UNAVAILABLE, "authentication is not available")
    assert b'"id":3' not in received.read_bytes() and b'"id":4' not in received.read_bytes()


def session(*lines):
    base = {"dir": "c2s", "transport": "stdio", "now_ms": int(time.time() * 1000)}
    return fresh("session.jsonl", "".join(json.dumps({**base, **line}) + "\n" for line in lines))


def asked(tool, **more):
    return {"raw": json.dumps(call(tool, modern=True, **more.pop("arguments", {}))), **more}


def test_check_judges_tokens():
    keys = fresh("keys.json", jwks(a=SECRET))
    good, now_ms = token(kid="a"), int(time.time() * 1000)
    lines = [
        asked("echo", token=good, expect="allow"),
        asked("delete", token=good, expect="permission.denied"),
        asked("profile", token=good, arguments={"user_id": "alice"}, expect="allow"),
        asked("profile", token=good, arguments={"user_id": "bob"}, expect="permission.condition"),
        asked("echo", token=good, now_ms=now_ms + 400_000, expect="token.expired"),
        asked("echo", token=token(kid="b"), expect="token.key"),
        asked("echo", token=token(secret=OTHER, kid="a"), expect="token.signature"),
        asked("echo", expect="identity.missing"),
        # who is named by the line needs no token
        asked("delete", subject="root", role="admin", expect="allow"),
    ]
    # the policy's own keys are not asked for: its variable is not set
    env = environment(None)
    del env["ADARGA_E2E_KEY"]
    done = run("check", "--keys", keys, policy(), session(*lines), env=env)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert good not in done.stdout + done.stderr
    done = run("check", "--keys", keys, policy(), session({**lines[0], "expect": "token.key"}), env=env)
    assert done.returncode == 1 and "expected token.key, found allow" in done.stderr, done


def test_check_uses_the_keys_of_the_policy():
    lines = session(asked("echo", token=token(), expect="allow"), asked("echo", token=token(secret=OTHER), expect="token.signature"))
    done = run("check", policy(), lines, env=environment(None))
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    env = environment(None)
    del env["ADARGA_E2E_KEY"]
    done = run("check", policy(), lines, env=env)
    assert done.returncode == 2 and "`ADARGA_E2E_KEY`: not set" in done.stderr, done


def test_check_with_wrong_keys():
    lines = session(asked("echo", token=token(), expect="allow"))
    for text, word in (("{", "not one strict JSON value"), ('{"keys":[]}', "no key that can be used")):
        done = run("check", "--keys", fresh("keys.json", text), policy(), lines, env=environment(None))
        assert done.returncode == 2 and "keys.json" in done.stderr and word in done.stderr, done
    done = run("check", "--keys", "/nowhere/keys.json", policy(), lines, env=environment(None))
    assert done.returncode == 2 and "/nowhere/keys.json" in done.stderr, done


def test_record_keeps_no_token():
    recorded, shown = fresh("recorded.jsonl"), token()
    server, _ = recorder()
    with Gate(policy(), server, "--record", recorded, initialize=True, env=environment(shown)) as gate:
        assert not refused(gate.ask(call("echo", id=1)))
    assert shown not in recorded.read_text() and shown.split(".")[2] not in recorded.read_text()
