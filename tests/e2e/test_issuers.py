"""`adarga keys fetch` and `adarga keys new`: an issuer's keys by the gate's own rules, and API keys that a policy really takes."""

import base64
import http.server
import json
import re
import threading
import tomllib

from harness import fresh, run
from test_keys import b64

KEY = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "k-1",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
NOW = 1_800_000_000


class Issuer:
    """An issuer on loopback that answers what a test sets; also a context."""

    def __init__(self, keys=(KEY,), issuer=None, redirect=None):
        owner = self
        self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                owner.asked.append(self.path)
                pages = {
                    "/.well-known/openid-configuration": {
                        "issuer": issuer or owner.url,
                        "jwks_uri": f"{owner.url}/jwks",
                    },
                    "/jwks": {"keys": list(keys)},
                }
                page = pages.get(self.path)
                if self.path == "/jwks" and redirect:
                    self.send_response(302)
                    self.send_header("Location", redirect)
                else:
                    self.send_response(200 if page else 404)
                body = json.dumps(page).encode() if page else b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def policy(identity):
    return fresh(
        "policy.toml",
        f"""
[server]
name = "t"
[http]
hosts = ["mcp.example.com"]
[roles]
editor = ["read:*"]
[tools.search]
permission = "read:public"
[identity]
{identity}
""",
    )


def test_keys_of_an_issuer_are_found_and_listed():
    with Issuer() as issuer:
        done = run("keys", "fetch", issuer.url)
        assert done.returncode == 0 and "k-1" in done.stdout and "P-256" in done.stdout, done
        assert issuer.asked == ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks"]
        output = fresh("jwks.json")
        done = run("keys", "fetch", "--json", "--jwks", "--output", output, f"{issuer.url}/jwks")
        assert done.returncode == 0 and json.loads(done.stdout)["kid"] == "k-1", done
        assert json.loads(output.read_text()) == {"keys": [KEY]}
        assert run("keys", "check", output).returncode == 0


def test_keys_of_a_policy_are_fetched_by_its_rules():
    with Issuer() as issuer:
        tokens = 'audience = "https://mcp.example.com/mcp"\nalgorithms = ["ES256"]\n'
        discovered = policy(f'issuer = "{issuer.url}"\n{tokens}')
        assert run("keys", "fetch", discovered).returncode == 0
        direct = policy(f'issuer = "https://auth.example.com"\nkeys = "{issuer.url}/jwks"\n{tokens}')
        done = run("keys", "fetch", direct)
        assert done.returncode == 0 and "k-1" in done.stdout, done
        here = policy(f'issuer = "https://auth.example.com"\nkeys = "jwks.json"\n{tokens}')
        done = run("keys", "fetch", here)
        assert done.returncode == 2 and "keys show" in done.stderr, done
    without = fresh("p.toml", '[server]\nname = "t"\n')
    done = run("keys", "fetch", without)
    assert done.returncode == 2 and "no `[identity]`" in done.stderr, done


def test_keys_that_must_not_be_fetched_are_not():
    with Issuer(issuer="https://evil.example") as issuer:
        done = run("keys", "fetch", issuer.url)
        assert done.returncode == 2 and "issuer" in done.stderr and "/jwks" not in issuer.asked, done
    for target in ("http://169.254.169.254/latest", "http://10.0.0.1/jwks", "file:///etc/passwd", "https://192.168.1.1/"):
        with Issuer(redirect=target) as issuer:
            done = run("keys", "fetch", issuer.url)
            assert done.returncode == 2 and "root:" not in done.stdout + done.stderr, (target, done)
    for url in ("https://169.254.169.254/", "https://[::ffff:10.0.0.1]/", "http://192.168.1.1/", "https://user@localhost/"):
        done = run("keys", "fetch", url)
        assert done.returncode == 2 and "help:" in done.stderr, (url, done)


def test_keys_that_are_no_good_are_said():
    with Issuer(keys=[{**KEY, "x": KEY["y"]}]) as issuer:
        done = run("keys", "fetch", issuer.url)
        assert done.returncode == 1 and "not on the curve" in done.stdout, done


def decided(policy_text, secret, now_ms=NOW * 1000):
    """What `adarga driver` makes of a call by an API key."""
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "_meta": meta}}
    headers = {
        "Host": "mcp.example.com",
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "search",
        "Authorization": f"Bearer {secret}",
    }
    line = {
        "n": 1,
        "op": "decide",
        "policy": tomllib.loads(policy_text),
        "body": json.dumps(body),
        "transport": "http",
        "headers": headers,
        "now_ms": now_ms,
    }
    done = run("driver", input=json.dumps(line) + "\n")
    return json.loads(done.stdout)


def test_keys_new_makes_a_key_that_the_policy_takes():
    done = run("keys", "new", "ci", "--role", "editor")
    assert done.returncode == 0, done
    secret = re.search(r"^(adk_\S+)$", done.stderr, re.M)[1]
    assert secret not in done.stdout
    assert len(base64.urlsafe_b64decode(secret[4:] + "=")) == 32
    text = policy("").read_text() + done.stdout
    assert decided(text, secret)["subject"] == "ci"
    assert decided(text, secret)["ok"]
    assert decided(text, secret[:-1])["reason"] == "token.key"
    # the policy holds nothing that opens
    for value in re.findall(r'"([^"]+)"', done.stdout):
        assert decided(text, value).get("reason") == "token.key", value
    salt = re.search(r'salt = "(\S+)"', done.stdout)[1]
    again = run("keys", "new", 'a"b', "--role", "editor", "--role", "viewer", "--salt", salt)
    assert again.returncode == 0 and salt in again.stdout and secret not in again.stderr, again
    entry = tomllib.loads(again.stdout)["identity"]["api_keys"]["keys"]
    assert entry['a"b']["role"] == ["editor", "viewer"], entry
    assert run("keys", "new", "ci", "--role", "editor").stdout != done.stdout
    # a salt may begin like an option
    dashed = "-" + b64(b"\x00" * 16)[1:]
    assert dashed in run("keys", "new", "ci", "--role", "editor", "--salt", dashed).stdout


def test_keys_new_refuses_what_would_not_hold():
    for options in (("--salt", "c2hvcnQ"), ("--salt", "not base64"), ("--salt", b64(b"x" * 15))):
        done = run("keys", "new", "ci", "--role", "editor", *options)
        assert done.returncode == 2 and "salt" in done.stderr and not done.stdout, done
    assert run("keys", "new", "ci").returncode == 2
    assert run("keys", "new").returncode == 2
