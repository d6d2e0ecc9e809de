"""What is allowed reaches the server byte for byte; what is not, never does."""

from harness import EDITOR, POLICIES, REPORTS, Gate, call, edited, recorder, refused

POLICY = POLICIES / "recorder.toml"
SENTINEL = b'{"jsonrpc":"2.0","id":"last","method":"tools/call","params":{"name":"echo"}}'
CALL = b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"echo","arguments":%s}}'

ALLOWED = {  # the id as the server reads it: the line
    1: rb'{"params":{"arguments":{"b":[1,2],"a":{}},"name":"echo"},"method":"tools/call","id":1,"jsonrpc":"2.0"}',
    2: b'\t { "jsonrpc" :\t"2.0" , "id":2, "method" : "tools/call","params":{ "name":"echo","arguments" : { } } }  ',
    3: rb'{"jsonrpc":"2.0","id":3,"method":"tools\/call","params":{"name":"ec\u0068o","arguments":{"t":"\u00e9\u4e16\/"}}}',
    4: CALL % (4, rb'{"t":"\ud83d\udee1\ufe0f"}'),
    5: CALL % (5, "{'t':'ñ 世界 🛡️ \u0085\u2028\u2029\u007f\ufeff'}".replace("'", '"').encode()),
    6: CALL % (6, b'{"n":[0,-0,-0.0,1E+2,1e-7,0.1000,9007199254740991,null,true,false]}'),
    7: CALL % (7, rb'{"":"","__proto__":{"toString":1},"\"\\":"\b\f\n\r\t\u0000"}'),
    "ab": rb'{"jsonrpc":"2.0","id":"\u0061b","method":"tools/call","params":{"name":"echo"}}',
    9: CALL % (9, b'{"t":"../../etc/passwd; rm -rf / <script>"}'),
    10: CALL % (10, b'{"t":"' + b"x" * 100_000 + b'"}'),
    11: CALL[:-2] % (11, b"{}") + b',"_meta":{"progressToken":"p","example.com/x":[]}}}\r',
    0: CALL % (0, b"{}"),
    -5: CALL % (-5, b"{}"),
}

DENIED = {
    "unknown tool": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"other"}}',
    "forbidden tool": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"delete"}}',
    "case of a tool": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"Echo"}}',
    "tool with NUL": rb'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo\u0000"}}',
    "unknown method": b'{"jsonrpc":"2.0","id":50,"method":"tools/destroy"}',
    "unknown notification": b'{"jsonrpc":"2.0","method":"notifications/destroy"}',
    "duplicate key": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo","name":"delete"}}',
    "duplicate key, escaped": rb'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo","n\u0061me":"delete"}}',
    "duplicate key, other case": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo","Name":"delete"}}',
    "duplicate key, deep": CALL % (50, b'{"a":[{"b":{"c":1,"c":1}}]}'),
    "duplicate envelope key": b'{"jsonrpc":"2.0","id":50,"id":51,"method":"tools/call","params":{"name":"echo"}}',
    "unknown envelope key": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo"},"extra":1}',
    "method and result": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo"},"result":{}}',
    "unasked response": b'{"jsonrpc":"2.0","id":50,"result":{}}',
    "NaN": CALL % (50, b'{"a":NaN}'),
    "Infinity": CALL % (50, b'{"a":-Infinity}'),
    "leading zero": CALL % (50, b'{"a":01}'),
    "lone surrogate": CALL % (50, rb'{"a":"\ud800"}'),
    "invalid UTF-8": CALL % (50, b'{"a":"\xff"}'),
    "overlong UTF-8": CALL % (50, b'{"a":"\xc0\xaf"}'),
    "surrogate in UTF-8": CALL % (50, b'{"a":"\xed\xa0\x80"}'),
    "control character": CALL % (50, b'{"a":"\x01"}'),
    "NUL byte": CALL % (50, b'{"a":"\x00"}'),
    "byte order mark": b"\xef\xbb\xbf" + CALL % (50, b"{}"),
    "trailing bytes": CALL % (50, b"{}") + b" x",
    "two messages": CALL % (50, b"{}") + CALL % (51, b"{}"),
    "carriage return as newline": CALL % (50, b"{}") + b"\r" + CALL % (51, b"{}"),
    "carriage return between values": CALL % (50, b'{"t":\r1}'),
    "batch": b"[" + CALL % (50, b"{}") + b"]",
    "trailing comma": CALL % (50, b'{"a":1,}'),
    "comment": CALL % (50, b'{"a":1/**/}'),
    "unfinished": CALL[:-1] % (50, b"{}"),
    "depth 1000": CALL % (50, b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}"),
    "null id": b'{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"echo"}}',
    "id 1.0": b'{"jsonrpc":"2.0","id":1.0,"method":"tools/call","params":{"name":"echo"}}',
    "id true": b'{"jsonrpc":"2.0","id":true,"method":"tools/call","params":{"name":"echo"}}',
    "huge id": b'{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"echo"}}',
    "call without id": b'{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}',
    "jsonrpc 1.0": b'{"jsonrpc":"1.0","id":50,"method":"tools/call","params":{"name":"echo"}}',
    "no jsonrpc": b'{"id":50,"method":"tools/call","params":{"name":"echo"}}',
    "params is a list": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":["echo"]}',
    "name is a list": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":["echo"]}}',
    "no name": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"arguments":{}}}',
    "unknown revision": b'{"jsonrpc":"2.0","id":50,"method":"tools/call","params":{"name":"echo","_meta":'
    b'{"io.modelcontextprotocol/protocolVersion":"2031-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}',
    "a string": b'"tools/call"',
    "one bracket": b"[",
}


def arrived(path):
    return path.read_bytes().split(b"\n")[:-1]


def test_allowed_bytes_arrive_unchanged():
    server, received = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        for id, line in ALLOWED.items():
            gate.send(line)
            reply = gate.expect(id)
            assert reply.get("result") == {}, f"refused: {line[:200]} with {reply}"
        wrong = [line for line in ALLOWED.values() if line not in arrived(received)]
        assert not wrong, f"changed on the way: {wrong[0][:200]}"
        assert len(arrived(received)) == 2 + len(ALLOWED)


def test_modern_bytes_arrive_unchanged():
    server, received = recorder()
    line = (
        rb'{ "params":{"_meta":{"io.modelcontextprotocol\/clientCapabilities":{ } , "io.modelcontextprotocol/protocolVersion":'
        rb'"2026-07-28"},"name":"\u0065cho"},"id":"a","method":"tools/call","jsonrpc":"2.0"}'
    )
    with Gate(POLICY, server) as gate:
        gate.send(line)
        assert gate.expect("a").get("result") == {}
        assert arrived(received) == [line]


# Of these the client hears nothing, because they ask for no answer.
SILENT = {"unknown notification", "unasked response", "call without id"}
# These are denied for what they ask, not for how they are written, so the error bears their id.
READABLE = {"unknown tool", "forbidden tool", "case of a tool", "unknown method", "unknown revision"}


def test_denied_bytes_never_arrive():
    """Each followed by a good call: nothing of it arrives, it is answered by one error, and the session goes on."""
    server, received = recorder()
    wrong = []
    with Gate(POLICY, server, initialize=True) as gate:
        for number, (name, line) in enumerate(DENIED.items(), 1):
            gate.send(line)
            assert "result" in gate.ask(call("echo", id=name)), f"the call after {name} was refused"
            if len(arrived(received)) != 2 + number + len([w for w in wrong if w.startswith("arrived")]):
                wrong.append(f"arrived: {name}")
            said = [gate.others.popleft() for _ in range(len(gate.others))]
            if not all(refused(message) for message in said) or len(said) != (name not in SILENT):
                wrong.append(f"{name} was answered by {said}")
            elif name in READABLE and said[0].get("id") != 50:
                wrong.append(f"{name}: no id in {said}")
    assert not wrong, "; ".join(wrong)


def test_blank_lines_are_ignored():
    server, received = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        gate.send(b"\n  \n\r\n\n" + SENTINEL)
        assert "result" in gate.expect("last")
        assert b"".join(arrived(received)[2:-1]).strip() == b""
        assert not gate.others, f"a blank line was answered: {gate.others}"


def test_a_message_in_small_pieces():
    server, received = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        for byte in SENTINEL + b"\n":
            gate.process.stdin.write(bytes([byte]))
            gate.process.stdin.flush()
        assert "result" in gate.expect("last")
        assert arrived(received)[-1] == SENTINEL


def test_calls_before_initialize_are_refused():
    server, received = recorder()
    with Gate(POLICY, server) as gate:
        assert refused(gate.ask(call("echo", id=1)))
        gate.initialize()
        assert not refused(gate.ask(call("echo", id=2)))
        assert len(arrived(received)) == 3


def test_a_filtered_list_is_private():
    """A modern list of which something was taken out says that it is for this caller alone."""
    with Gate(EDITOR, REPORTS) as gate:
        page = gate.request("tools/list", modern=True)["result"]
        assert [tool["name"] for tool in page["tools"]] == ["echo", "get_user_profile"]
        assert page["cacheScope"] == "private" and page["nextCursor"] == "3" and page["ttlMs"] == 60_000
        assert gate.names("tools", modern=True) == ["echo", "get_user_profile", "expensive_operation", "search_reports"]


def code(reply):
    return reply.get("error", {}).get("code")


def test_error_codes():
    """Those of the specification where it has one, and of the guide where the policy wants them."""
    server, _ = recorder()
    with Gate(POLICY, server, initialize=True) as gate:
        assert code(gate.ask(call("no_such_tool"))) == -32602
        assert code(gate.request("no/such/method")) == -32601
        gate.send(b"{")
        assert code(gate.receive()) == -32700
        gate.send(b'{"jsonrpc":"2.0","id":null,"method":"ping"}')
        assert code(gate.receive()) == -32600
        forbidden = code(gate.ask(call("delete")))
        assert forbidden is None or forbidden < -32768 or forbidden > -32000, forbidden
    with Gate(edited(POLICY, ("[stdio]", 'error_codes = "guide"\n\n[stdio]')), server, initialize=True) as gate:
        assert code(gate.ask(call("delete"))) == -32605


def test_unsupported_revision():
    """The client is told what is supported, so that it can choose."""
    server, received = recorder()
    with Gate(POLICY, server) as gate:
        meta = {"io.modelcontextprotocol/protocolVersion": "2031-01-01", "io.modelcontextprotocol/clientCapabilities": {}}
        error = gate.request("tools/list", _meta=meta)["error"]
        assert error["code"] == -32022, error
        assert error["data"]["requested"] == "2031-01-01" and "2026-07-28" in error["data"]["supported"]
        assert arrived(received) == []


def test_wildcard_entry():
    """`[tools."*"]` holds for every tool that has no entry of its own."""
    server, received = recorder()
    with Gate(edited(POLICY, ("[tools.echo]", '[tools."*"]')), server, initialize=True) as gate:
        assert not refused(gate.ask(call("anything", id=1)))
        assert refused(gate.ask(call("delete", id=2)))
        assert len(arrived(received)) == 3


def test_methods_can_be_denied():
    policy = edited(POLICY, ("[tools.echo]", '[methods]\n"tools/list" = false\n"logging/setLevel" = "use:echo"\n\n[tools.echo]'))
    server, received = recorder()
    with Gate(policy, server, initialize=True) as gate:
        assert refused(gate.request("tools/list", 1))
        assert not refused(gate.request("logging/setLevel", 2, level="info"))
        assert not refused(gate.request("ping", 3))
        assert len(arrived(received)) == 4
