"""`adarga keys` and `adarga token`: what they say of good and bad keys and tokens, and what they never say."""

import base64
import hashlib
import hmac
import json

from harness import ROOT, fresh, run
from test_commands import clear

SECRET = b"0123456789abcdef0123456789abcdef"
PEM = (ROOT / "host" / "tests" / "it" / "pem_keys.txt").read_text()
NOW = 1_700_000_000
CLAIMS = {"iss": "https://issuer.example", "sub": "u-1", "aud": "https://mcp.example", "exp": NOW + 600, "iat": NOW - 60}


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).decode().rstrip("=")


def oct(**members):
    return {"kty": "oct", "k": b64(SECRET), **members}


def pem(name):
    return PEM.split(f"== {name}\n")[1].split("\n== ")[0] + "\n"


def key_file(*keys):
    return fresh("keys.json", json.dumps({"keys": keys}))


def token(header={"alg": "HS256", "kid": "a", "typ": "JWT"}, claims=CLAIMS, secret=SECRET):
    signed = f"{b64(header)}.{b64(claims)}"
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def inspect(text, *options, now=NOW):
    return run("token", "inspect", "--now", now, *options, input=text)


def said(done):
    """Standard output, when nothing secret and nothing risky is in it."""
    for part in (b64(SECRET), SECRET.decode(), "\x1b", "\u202e", "panicked"):
        assert part not in done.stdout + done.stderr, f"{part!r} in {done.stdout}{done.stderr}"
    return done.stdout


def test_keys_help():
    for command, words in (
        (("keys", "--help"), ("check", "show")),
        (("keys", "check", "--help"), ("PEM", "Exit code 1", "--json")),
        (("keys", "show", "--help"), ("RFC 7638",)),
        (("token", "--help"), ("inspect",)),
        (("token", "inspect", "--help"), ("--keys", "--now", "never from an argument", "Exit code 0")),
    ):
        done = run(*command)
        assert done.returncode == 0 and all(word in done.stdout for word in words), (command, done)
    assert run("keys").returncode == 2 and run("token").returncode == 2


def test_keys_check_of_good_keys():
    text = pem("rsa 2048") + pem("P-256 certificate") + pem("ed25519")
    done = run("keys", "check", fresh("keys.pem", text))
    assert done.returncode == 0, done
    assert [line.split(":")[0] for line in said(done).splitlines()] == ["key 0", "key 1", "key 2", "3 keys, 3 can be used"]
    done = run("keys", "check", "-", input=json.dumps(oct(kid="a")))
    assert done.returncode == 0 and "key 0 (`a`): a secret of 256 bits, for HS256" in said(done), done


def test_keys_check_says_what_is_wrong_with_each():
    path = key_file(oct(kid="a"), {"kty": "AKP"}, oct(kid="b", use="enc"), oct(kid="c", alg="HS512"), {"kty": "RSA", "e": "AQAB"})
    done = run("keys", "check", path)
    assert done.returncode == 1, done
    for line in (
        "key 1: passed over, the key type is unknown",
        "key 2 (`b`): cannot be used: `use` is not `sig`",
        "key 3 (`c`): cannot be used: the secret is shorter than the hash",
        "  help: make a random secret of 32 bytes for HS256, 48 for HS384, 64 for HS512",
        "key 4: cannot be used: a member is missing or has the wrong type: `n`",
        "5 keys, 1 can be used",
    ):
        assert line in said(done).splitlines(), f"no `{line}` in {done.stdout}"
    # unknown types alone are no fault of a file, unless there is nothing else
    assert run("keys", "check", key_file(oct(), {"kty": "AKP"})).returncode == 0
    assert run("keys", "check", key_file({"kty": "AKP"})).returncode == 1


def test_keys_as_json():
    path = key_file(oct(kid="a"), oct(kid="b\u202e", use="enc"), oct(kid="\u202e"))
    check, show = run("keys", "check", "--json", path), run("keys", "show", "--json", path)
    assert check.returncode == 1 and show.returncode == 0 and said(check) == said(show)
    rows = [json.loads(line) for line in check.stdout.splitlines()]
    assert rows[0] == {"index": 0, "kid": "a", "usable": True, "kty": "oct", "bits": 256, "algorithms": ["HS256"]}
    assert rows[1]["usable"] is False and {"reason", "help"} <= rows[1].keys()
    assert rows[2]["kid"] == "\u202e"


def test_keys_show_lists_them():
    done = run("keys", "show", fresh("keys.pem", pem("rsa 4096") + pem("P-521") + pem("x25519")))
    lines = [line.split() for line in said(done).splitlines()]
    assert done.returncode == 0 and len(lines) == 4, done
    assert lines[0] == ["#", "kid", "type", "curve", "bits", "algorithms", "thumbprint"]
    assert lines[1][:5] == ["0", "-", "RSA", "-", "4096"] and lines[2][:6] == ["1", "-", "EC", "P-521", "521", "ES512"]
    assert len(lines[1][-1]) == 43 and "cannot be used" in done.stdout.splitlines()[3]
    # the example of RFC 8037 A.3
    okp = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" in said(run("keys", "show", key_file(okp)))
    # a secret has none, not even its hash
    secret = said(run("keys", "show", key_file(oct(kid="a\x1b[2J")))).splitlines()[1]
    assert secret.split()[-2:] == ["HS256", "-"] and "256" in secret


def test_private_keys_are_refused_and_not_shown():
    body = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v4E8lR6cV"
    for text in (f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n", json.dumps(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": body}
    )):
        for command in ("check", "show"):
            done = run("keys", command, fresh("private", text))
            assert "the key is private" in done.stdout and body[:8] not in done.stdout + done.stderr, done
        assert run("keys", "check", fresh("private", text)).returncode == 1


def test_keys_of_wrong_files():
    for command in ("check", "show"):
        clear(run("keys", command, "/nowhere/keys.json"), 2, "/nowhere/keys.json")
        clear(run("keys", command, fresh("empty", "")), 2, "empty")
        clear(run("keys", command, fresh("huge", " " * ((1 << 20) + 1))), 2, "huge", "1048576")
        clear(run("keys", command, fresh("policy.toml", "[server]")), 2, "policy.toml", "neither")
        clear(run("keys", command, fresh("twice.json", '{"keys":[],"keys":[]}')), 2, "twice.json")
        clear(run("keys", command, fresh("none.json", '{"keys":[]}')), 2, "none.json", "no key")
        clear(run("keys", command, ROOT), 2)
    clear(run("keys", "check"), 2)


def test_token_that_verifies():
    done = inspect(token() + "\n", "--keys", key_file(oct(kid="b"), oct(kid="a")))
    assert done.returncode == 0 and "the signature verifies: HS256, by key 1 (`a`)" in said(done), done
    assert f"  exp: {NOW + 600} (2023-11-14T22:23:20Z)" in done.stdout and "suspicious" not in done.stdout
    done = inspect(token(), "--json", "--keys", key_file(oct(kid="a")))
    report = json.loads(said(done))
    assert done.returncode == 0 and report["verified"] is True and report["suspicious"] == []
    assert report["claims"] == CLAIMS and report["header"]["alg"] == "HS256"
    assert report["dates"] == {"exp": "2023-11-14T22:23:20Z", "iat": "2023-11-14T22:12:20Z"}
    assert report["key"] == {"index": 0, "kid": "a", "algorithm": "HS256"}


def test_token_from_a_file():
    path = fresh("token", f"  {token()}\r\n")
    assert run("token", "inspect", "--keys", key_file(oct(kid="a")), path).returncode == 0


def test_token_without_keys_is_never_a_success():
    done = inspect(token())
    assert done.returncode == 1 and "was not verified" in said(done), done
    assert json.loads(inspect(token(), "--json").stdout)["verified"] is None


def test_token_refused_says_why():
    keys = key_file(oct(kid="a"))
    for text, reason in (
        (token(secret=b"another"), "token.signature"),
        (token({"alg": "HS256", "kid": "b"}), "token.key"),
        (token({"alg": "HS512", "kid": "a"}), "token.algorithm"),
        (token({"alg": "none", "kid": "a"}), "token.algorithm"),
        (token({"alg": "HS256", "kid": "a", "crit": ["x"]}), "token.header"),
        (token(claims={"x": "y" * 20000}), "token.size"),
        (token() + "=", "token.malformed"),
    ):
        done = inspect(text, "--keys", keys)
        assert done.returncode == 1 and said(done).endswith(f"the signature does not verify: {reason}\n"), (reason, done)


def test_token_never_shows_its_signature():
    text = token()
    signature = text.split(".")[2]
    for options in ((), ("--json",), ("--keys", key_file(oct(kid="a")))):
        done = inspect(text, *options)
        assert signature[:6] in said(done) and signature[:7] not in done.stdout and "43" in done.stdout, done
    # of a short one nothing is shown
    assert "AQIDBA" not in inspect(text.rsplit(".", 1)[0] + ".AQIDBA").stdout


def test_token_as_an_argument_is_refused_unrepeated():
    done = run("token", "inspect", token())
    clear(done, 2, "argument", "standard input")
    assert token()[:20] not in done.stderr


def test_token_says_what_is_suspicious():
    header = {"alg": "HS256", "kid": "a"}
    for changed, claims, sentence in (
        ({"alg": "none"}, CLAIMS, "`alg` is `none`: nothing is signed"),
        ({"alg": "nOnE"}, CLAIMS, "`alg` is `none`: nothing is signed"),
        ({"alg": "XS256"}, CLAIMS, "`alg` is no algorithm that is known"),
        ({"alg": 7}, CLAIMS, "`alg` is no string"),
        ({"crit": ["exp"]}, CLAIMS, "the header has `crit`: such tokens are refused"),
        ({"jwk": oct()}, CLAIMS, "the header brings its own key (`jwk`), which is never used"),
        ({"jku": "https://evil.example"}, CLAIMS, "the header says where its key is (`jku`), which is never fetched"),
        ({"kid": "../../dev/null"}, CLAIMS, "`kid` looks like a path, an address or a query"),
        ({"kid": "' OR 1=1 --"}, CLAIMS, "`kid` looks like a path, an address or a query"),
        ({"ALG": "none"}, CLAIMS, "the header has a known name in other letters, which some libraries take for the name"),
        ({"cty": "JWT"}, CLAIMS, "the claims are another token (`cty`): such tokens are not opened"),
        ({}, {}, "there is no `exp`: the token is good for ever"),
        ({}, {}, "there is no `aud`: any server could be meant"),
        ({}, {}, "there is no `iss`"),
        ({}, {"exp": NOW}, "expired 0 seconds ago"),
        ({}, {"exp": NOW - 7200}, "expired 2 hours ago"),
        ({}, {"exp": NOW + 86400 * 4000}, "good for another 4000 days"),
        ({}, {"exp": str(NOW + 60)}, "`exp` is no date: such tokens are refused"),
        ({}, {"exp": None}, "`exp` is no date: such tokens are refused"),
        ({}, {"exp": 1e300}, "`exp` is no date: such tokens are refused"),
        ({}, {"nbf": NOW + 90}, "not good before another 90 seconds"),
        ({}, {"iat": NOW + 90}, "issued 90 seconds from now"),
        ({}, {"aud": []}, "`aud` is neither a string nor a list of strings"),
        ({}, {"sub": ["a"]}, "`sub` is no string"),
    ):
        done = inspect(token({**header, **changed}, claims))
        assert f"  - {sentence}\n" in said(done), f"no `{sentence}` in {done.stdout}"
        assert sentence in json.loads(said(inspect(token({**header, **changed}, claims), "--json")))["suspicious"]


def test_token_with_hostile_claims_is_harmless():
    text = token({"alg": "HS256", "\x1b[31m": "\u202e"}, {"sub": "\x1b[2J\u202e", "a\nexp: 1": {"x\u2028": ["\u200b\x7f\x9b"]}})
    for options in ((), ("--json",)):
        out = said(inspect(text, *options))
        assert not set(out) & set("\u2028\u200b\x7f\x9b"), out
    assert "\nexp: 1" not in said(inspect(text)) and json.loads(said(inspect(text, "--json")))["claims"]["sub"] == "\x1b[2J\u202e"


def test_token_that_is_no_strict_json():
    def raw(claims):
        signed = f"{b64({'alg': 'HS256'})}.{b64(claims)}"
        return f"{signed}.{b64(hmac.digest(SECRET, signed.encode(), hashlib.sha256))}"

    for claims, word in (
        (b'{"sub":"a","sub":"b"}', "json.duplicate"),
        (b'{"exp":NaN}', "json.nan"),
        (b'{"sub":"\xff\x1b"}', "json."),
        (b"[1]", "no JSON object"),
        (b"", "json."),
    ):
        done = inspect(raw(claims))
        assert done.returncode == 1 and word in said(done) and "the part with the claims is" in done.stdout, done
    assert "is not canonical base64url" in said(inspect(token().replace(".", "=.", 1)))


def test_token_of_wrong_input():
    clear(inspect(""), 2, "standard input is empty")
    clear(inspect("x" * ((1 << 20) + 1)), 2, "standard input", "1048576")
    clear(run("token", "inspect", "/nowhere/token"), 2, "/nowhere/token")
    clear(inspect("hunter2"), 2, "three parts")
    clear(inspect(f"Bearer {token()}.x.y.z.w"), 2, "three parts")
    clear(inspect("a.b.c.d.e"), 2, "JWE")
    clear(inspect(token(), "--keys", "/nowhere/keys"), 2, "/nowhere/keys")
    clear(inspect(token(), "--keys", fresh("bad.json", "{}")), 2, "bad.json")
    clear(inspect(token(), now="yesterday"), 2, "yesterday")
