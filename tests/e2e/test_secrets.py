"""The vault from the command line, and servers that begin only when they are configured as their policy asks."""

import json
import os
import stat

from harness import EDITOR, REPORTS, fresh, run

VALUE = "u6Vq2W0bGfJmT8xY4zRkN1pL7hDsC3aE"


def vault():
    path = fresh("server.vault")
    done = run("secrets", "init", path)
    assert done.returncode == 0 and "keep a copy of the key elsewhere" in done.stdout, done
    return path


def names(path, *options):
    return [json.loads(line)["name"] for line in run("secrets", "list", "--json", *options, path).stdout.splitlines()]


def test_a_secret_goes_in_and_comes_out():
    path = vault()
    for name in (path, f"{path}.key"):
        assert stat.S_IMODE(os.stat(name).st_mode) == 0o600
    assert run("secrets", "set", path, "jwt", input=f"{VALUE}\n").returncode == 0
    assert run("secrets", "get", path, "jwt").stdout == f"{VALUE}\n"
    assert VALUE not in path.read_text() and names(path) == ["jwt"]
    absent = run("secrets", "get", path, "other")
    assert absent.returncode == 1 and "no secret `other`" in absent.stderr, absent
    assert run("secrets", "remove", path, "jwt").returncode == 0 and names(path) == []
    assert run("secrets", "remove", path, "jwt").returncode == 1


def test_a_key_elsewhere_rotates_by_hand():
    path = fresh("server.vault")
    old, new = (run("secrets", "key", number).stdout.strip() for number in ("1", "2"))
    at = ("--key", "env:ADARGA_TEST_VAULT_KEY")

    def with_key(key, *arguments, **options):
        return run("secrets", *arguments, env={**os.environ, "ADARGA_TEST_VAULT_KEY": key}, **options)

    assert with_key(old, "init", *at, path).returncode == 0
    assert with_key(old, "set", *at, path, "a", input="1").returncode == 0
    again = with_key(old, "rotate", *at, path)
    assert again.returncode == 2 and "put a new one before it" in again.stderr, again
    assert with_key(f"{new} {old}", "rotate", *at, path).returncode == 0
    assert with_key(new, "get", *at, path, "a").stdout == "1\n"
    refused = with_key(old, "get", *at, path, "a")
    assert refused.returncode == 2 and "sealed under a key that is not among those given" in refused.stderr, refused
    assert run("secrets", "list", *at, path).returncode == 2


def test_a_credential_of_systemd_is_a_key():
    path = vault()
    folder = path.parent
    done = run("secrets", "list", "--key", "credential:server.vault.key", path, env={**os.environ, "CREDENTIALS_DIRECTORY": str(folder)})
    assert done.returncode == 0, done


def test_all_of_an_env_file_goes_in_or_nothing():
    path = vault()
    text = "# comment\n\nexport A=1\nB = 'x \"$y\"' # behind\nC=\"tab\\tend \\$\"\nD=plain words # behind\n"
    done = run("secrets", "import", path, "-", input=text)
    assert done.returncode == 0 and "4 secrets" in done.stdout, done
    values = {name: run("secrets", "get", path, name).stdout for name in names(path)}
    assert values == {"A": "1\n", "B": 'x "$y"\n', "C": "tab\tend $\n", "D": "plain words\n"}, values
    for wrong, line in [("E=1\nF\n", 2), ("E=1\nF G=2\n", 2), ("E='open\n", 1), ('E="$HOME"\n', 1), ("E=a$b\n", 1), ("E=\n", 1)]:
        refused = run("secrets", "import", path, "-", input=wrong)
        assert refused.returncode == 2 and f"standard input:{line}: " in refused.stderr, (wrong, refused)
    assert names(path) == ["A", "B", "C", "D"]


def test_wrong_uses_are_told():
    path = vault()
    for arguments, said in [
        (("init", path), "there already"),
        (("set", path, "a b"), "can't be the name of a secret"),
        (("get", "--key", "nowhere", path, "a"), "`--key`: no place"),
        (("get", "--key", "file:", path, "a"), "`--key`: no place"),
        (("list", fresh("none.vault")), "No such file"),
    ]:
        done = run("secrets", *arguments, input="x")
        assert done.returncode == 2 and said in done.stderr, (arguments, done)
    assert run("secrets", "set", path, "a", input="").returncode == 2
    path.write_text("nothing\n")
    assert "not a vault" in run("secrets", "list", path).stderr


def configured(path):
    """The example's policy, with settings that the server needs."""
    more = f"""
[secrets]
file = "{path}"
key = {{ file = "{path}.key" }}

[config]
JWT = {{ from = {{ secret = "jwt" }}, strength = 128 }}
ADARGA_TEST_DATABASE = {{ url = "postgres" }}
ADARGA_TEST_LEVEL = {{ required = false, one_of = ["info", "warning"] }}
"""
    return fresh("policy.toml", EDITOR.read_text() + more)


def test_a_server_begins_only_when_it_is_configured():
    path = vault()
    policy = configured(path)
    weak = "passwordpassword"
    run("secrets", "set", path, "jwt", input=weak)
    environment = {**os.environ, "ADARGA_TEST_DATABASE": "http://user:hidden@db/x", "ADARGA_TEST_LEVEL": "loud"}
    done = run("run", policy, "--", *REPORTS, env=environment)
    assert done.returncode == 2 and done.stdout == "", done
    for said in ["`config.JWT`", "too weak", "`config.ADARGA_TEST_DATABASE`", "another scheme", "`config.ADARGA_TEST_LEVEL`"]:
        assert said in done.stderr, (said, done.stderr)
    assert weak not in done.stderr and "hidden" not in done.stderr and "loud" not in done.stderr
    run("secrets", "set", path, "jwt", input=VALUE)
    environment = {**os.environ, "ADARGA_TEST_DATABASE": "postgres://db.internal/x"}
    done = run("run", policy, "--", *REPORTS, env=environment)
    assert done.returncode == 0, done
