"""What answers don't show: a real server tells everything, and the gate masks what the caller may not see."""

import json
import sys

from harness import EXAMPLES, Gate, call, edited, run

SERVER = str(EXAMPLES / "users_server.py")
POLICY = EXAMPLES / "users.toml"
MASK = "[REDACTED]"


def profile(policy, user="ana_ruiz", server=(sys.executable, SERVER)):
    with Gate(policy, list(server), initialize=True) as gate:
        return json.loads(gate.ask(call("get_user_profile", user_id=user))["result"]["content"][0]["text"])


def test_a_clerk_sees_neither_numbers_nor_addresses():
    assert profile(POLICY) == {"name": "ana_ruiz", "email": MASK, "age": 34, "password": MASK, "ssn": MASK, "payment": f"card {MASK}"}


def test_an_admin_sees_more_but_no_password():
    seen = profile(edited(POLICY, ('role = "clerk"', 'role = "admin"')))
    assert seen["ssn"] == "536-22-8726" and seen["email"] == "ana@example.com"
    assert seen["password"] == MASK and seen["payment"] == f"card {MASK}"


def test_ones_own_profile_is_whole():
    # over stdio the caller's name is `local`: a server that knows somebody of this name
    renamed = (sys.executable, "-c", EXAMPLES.joinpath("users_server.py").read_text().replace("ana_ruiz", "local"))
    seen = profile(POLICY, "local", renamed)
    assert (seen["ssn"], seen["email"], seen["password"]) == ("536-22-8726", "ana@example.com", MASK)
    assert profile(POLICY, "bo_lind", renamed)["ssn"] == MASK


def test_a_search_is_not_touched():
    with Gate(POLICY, [sys.executable, SERVER], initialize=True) as gate:
        found = json.loads(gate.ask(call("search_users", text="ana"))["result"]["content"][0]["text"])
    assert found == [{"name": "ana_ruiz", "email": "ana@example.com", "age": 34}]


def test_an_error_is_masked_as_well():
    server = "import sys, json\nfor line in sys.stdin:\n  m = json.loads(line)\n  if m.get('id') is None: continue\n"
    server += "  r = {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}}, 'serverInfo': {'name': 's', 'version': '1'}}\n"
    server += "  e = {'code': -32000, 'message': 'charging 4111 1111 1111 1111 failed', 'data': {'api-key': 'k'}}\n"
    server += "  print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], **({'result': r} if m['method'] == 'initialize' else {'error': e})}), flush=True)"
    with Gate(POLICY, [sys.executable, "-c", server], initialize=True) as gate:
        error = gate.ask(call("search_users", text="a"))["error"]
    assert error == {"code": -32000, "message": f"charging {MASK} failed", "data": {"api-key": MASK}}


def test_people_are_told_what_is_hidden():
    told = run("explain", POLICY).stdout
    assert "get_user_profile" in told and "answers hide password, apikey, ssn, email, any card" in told, told


ASKING = """
import sys, json
say = lambda m: print(json.dumps({'jsonrpc': '2.0', **m}), flush=True)
for line in sys.stdin:
    m = json.loads(line)
    if m.get('method') == 'initialize':
        say({'id': m['id'], 'result': {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}, 'logging': {}}, 'serverInfo': {'name': 's', 'version': '1'}}})
    elif m.get('method') == 'tools/call':
        call = m['id']
        say({'method': 'notifications/message', 'params': {'level': 'info', 'data': {'api_key': 'k', 'card': '4111 1111 1111 1111'}}})
        field = m['params']['arguments']['text']
        schema = {'type': 'object', 'properties': {field: {'type': 'string'}}}
        say({'id': 'form', 'method': 'elicitation/create', 'params': {'message': 'Please', 'requestedSchema': schema}})
    elif m.get('id') == 'form':
        say({'id': call, 'result': {'content': [{'type': 'text', 'text': json.dumps(m.get('result') or m['error'])}]}})
"""


def asking():
    gate = Gate(POLICY, [sys.executable, "-c", ASKING])
    capabilities = {"elicitation": {}}
    client = {"protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": {"name": "c", "version": "1"}}
    gate.ask({"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": client})
    gate.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    return gate


def test_logs_are_masked():
    with asking() as gate:
        gate.send(call("search_users", text="name"))
        assert gate.receive()["params"]["data"] == {"api_key": MASK, "card": MASK}


def test_a_form_passes_and_one_that_asks_for_a_secret_does_not():
    with asking() as gate:
        gate.send(call("search_users", text="nickname"))
        gate.receive()
        form = gate.receive()
        assert form["method"] == "elicitation/create" and "nickname" in form["params"]["requestedSchema"]["properties"]
        gate.send({"jsonrpc": "2.0", "id": "form", "result": {"action": "accept", "content": {"nickname": "ann"}}})
        assert json.loads(gate.receive()["result"]["content"][0]["text"])["action"] == "accept"
        gate.send(call("search_users", id=2, text="password"))
        gate.receive()
        # the client is never asked; the server is told so
        said = json.loads(gate.receive()["result"]["content"][0]["text"])
        assert said["message"] == "the server asks for what it must not ask for"
