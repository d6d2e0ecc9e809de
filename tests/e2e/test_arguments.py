"""Schemas and threats in front of a real server over SQLite: what the policy refuses never reaches it, what it lets pass works."""

import json
import pathlib
import sys

from harness import EXAMPLES, Gate, call, edited, fresh, refused, run

SERVER = str(EXAMPLES / "users_server.py")
POLICY = EXAMPLES / "users.toml"
USER = {"username": "dee_1", "email": "dee@example.com", "age": 20}
INJECTION = "' UNION SELECT password, password, 1 FROM users --"


def guarded(policy=POLICY, server=SERVER):
    return Gate(policy, [sys.executable, server], initialize=True)


def text(reply):
    return reply["result"]["content"][0]["text"]


def names(reply):
    return [user["name"] for user in json.loads(text(reply))]


def test_the_search_of_the_guide_works():
    with guarded() as gate:
        assert names(gate.ask(call("search_users", text="a"))) == ["ana_ruiz"]
        assert names(gate.ask(call("search_users", text="_", order_by="age"))) == ["cy_100%", "ana_ruiz", "bo_lind"]
        assert names(gate.ask(call("search_users", text="%"))) == ["cy_100%"], "a wildcard of LIKE is a character"
        assert names(gate.ask(call("search_users", text="o'hara"))) == []


def test_arguments_are_what_the_schema_says():
    with guarded() as gate:
        for broken, keyword, place in [
            ({"age": 12}, "minimum", "/age"), ({"age": 121}, "maximum", "/age"), ({"age": "20"}, "type", "/age"),
            ({"username": "ab"}, "minLength", "/username"), ({"username": "a b c"}, "pattern", "/username"),
            ({"email": "dee@"}, "format", "/email"), ({"role": "admin"}, "enum", "/role"),
            ({"phone": "call me"}, "pattern", "/phone"), ({"website": "http://example.com"}, "pattern", "/website"),
            ({"is_admin": True}, "additionalProperties", "/is_admin"),
        ]:
            reply = gate.ask(call("add_user", **{**USER, **broken}))
            assert reply["result"]["isError"] is True, "a model sees it and may do better"
            assert f"`{keyword}` at `/params/arguments{place}`" in text(reply), text(reply)
        assert "`required`" in text(gate.ask(call("add_user", username="dee_1", email="dee@example.com")))
        assert "`enum`" in text(gate.ask(call("search_users", text="a", order_by="password")))
        assert "`maximum`" in text(gate.ask(call("search_users", text="a", limit=1000)))
        assert names(gate.ask(call("search_users", text="dee"))) == [], "none of them was added"
        assert json.loads(text(gate.ask(call("add_user", **USER, phone="+34600123456")))) == {"added": "dee_1"}
        assert names(gate.ask(call("search_users", text="dee"))) == ["dee_1"]


def test_threats_are_stopped_but_where_they_are_none():
    with guarded() as gate:
        assert gate.ask(call("search_users", text=INJECTION))["error"]["message"] == "argument not allowed"
        assert refused(gate.ask(call("add_user", **USER, bio="<script>alert(1)</script>")))
        assert not refused(gate.ask(call("add_user", **USER, bio="I like SELECT * FROM users; rm -rf / is a joke")))
        assert not refused(gate.ask(call("explain_query", query=f"SELECT 1 WHERE 'a'='a'{INJECTION}")))
        assert refused(gate.ask(call("explain_query", query="../../../../etc/passwd")))


def vulnerable():
    """The example with the mistake it does not make: the text stands in the statement."""
    source = pathlib.Path(SERVER).read_text()
    statement = "LIKE ? ESCAPE '\\\\' ORDER BY {order_by} LIMIT ?"
    assert statement in source and ", (pattern, limit)" in source
    return fresh("vulnerable.py", source.replace(statement, "LIKE '%{text}%' ORDER BY {order_by}").replace(", (pattern, limit)", ""))


def test_the_policy_and_the_parameter_each_stop_an_injection():
    off = edited(POLICY, ('sql = "block"', 'sql = "off"'))
    injection = "zzz" + INJECTION.replace(" --", " ORDER BY name --")
    with guarded(off, str(vulnerable())) as gate:
        assert "secret of ana" in text(gate.ask(call("search_users", text=injection))), "neither stops it"
    with guarded(POLICY, str(vulnerable())) as gate:
        assert "secret" not in json.dumps(gate.ask(call("search_users", text=injection))), "the policy alone"
    with guarded(off) as gate:
        assert names(gate.ask(call("search_users", text=injection))) == [], "the parameter alone"


def test_init_keeps_the_schemas_of_the_server():
    policy = run("init", "--", sys.executable, SERVER).stdout
    assert 'input = { type = "object", properties = { text = { type = "string" }' in policy, policy
    active = policy.replace('# role = "user"', 'role = "user"').replace("# user = [", "user = [")
    with guarded(fresh("policy.toml", active)) as gate:
        assert names(gate.ask(call("search_users", text="bo"))) == ["bo_lind"]
        assert "`type` at `/params/arguments/limit`" in text(gate.ask(call("search_users", text="bo", limit="1")))


def test_check_explains_which_rule_denied():
    calls = [("add_user", {**USER, "age": 12}), ("search_users", {"text": INJECTION}), ("drop_users", {}), ("add_user", USER)]
    lines = [{"raw": json.dumps(call(tool, modern=True, **arguments)), "dir": "c2s", "transport": "stdio"} for tool, arguments in calls]
    session = fresh("session.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    ask = lambda *options: run("check", *options, POLICY, session).stdout
    rows = [json.loads(line) for line in ask("--json", "--explain").splitlines()]
    rules = [row.get("rule") for row in rows if "n" in row]
    assert rules == [
        "`minimum` in the `input` of `tools` `add_user`", "`sql` of `threats`, for the arguments of `tools` `search_users`",
        "`[tools]` does not name it", None,
    ], rules
    assert "`minimum` in the `input` of `tools` `add_user`" in ask("--explain")
    assert "`input`" not in ask()
