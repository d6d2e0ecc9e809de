"""The example server alone: that the other tests compare with something sound."""

from harness import LEGACY, META, MODERN, REPORTS, Gate, call

TOOLS = ["echo", "get_user_profile", "delete_user", "expensive_operation", "search_reports"]


def test_server_legacy():
    with Gate(None, REPORTS) as server:
        assert server.request("tools/list", 1)["error"]["code"] == -32600, "before `initialize`"
        assert server.initialize()["protocolVersion"] == LEGACY
        assert server.names("tools") == TOOLS
        assert server.names("resources", key="uri") == ["reports://public/summary", "reports://sensitive/q3"]
        assert server.names("resourceTemplates", key="uriTemplate", method="resources/templates/list")
        assert server.names("prompts") == ["summarise"]
        assert server.ask(call("echo", text="ñ")) == {
            "jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": "ñ"}], "isError": False}
        }
        assert server.request("ping")["result"] == {}
        assert server.request("resources/read", uri="reports://x")["error"]["code"] == -32002
        assert server.request("server/discover")["error"]["code"] == -32601
        assert server.request("logging/setLevel", level="info")["result"] == {}
        assert "deleted u-1" in str(server.ask(call("delete_user", user_id="u-1"))["result"])
        assert server.others[0]["method"] == "notifications/message"
        assert server.ask(call("get_user_profile", user_id="u-1"))["result"]["isError"] is True
        assert server.close() == 0
        assert server.stderr == "reports: ready\n"


def test_server_modern():
    with Gate(None, REPORTS) as server:
        found = server.request("server/discover", modern=True)["result"]
        assert found["supportedVersions"] == [MODERN, LEGACY] and found["resultType"] == "complete"
        assert server.names("tools", modern=True) == TOOLS
        page = server.request("tools/list", modern=True)["result"]
        assert (page["cacheScope"], page["nextCursor"]) == ("public", "3")
        assert server.ask(call("echo", modern=True, text="x"))["result"]["resultType"] == "complete"
        assert server.request("resources/read", modern=True, uri="reports://x")["error"] == {
            "code": -32602, "message": "resource not found", "data": {"uri": "reports://x"}
        }
        assert server.request("ping", modern=True)["error"]["code"] == -32601
        meta = {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}
        error = server.request("tools/list", _meta=meta)["error"]
        assert error["code"] == -32022 and error["data"] == {"supported": [MODERN, LEGACY], "requested": "2031-01-01"}


def test_server_answers_what_is_wrong():
    with Gate(None, REPORTS, initialize=True) as server:
        for line, code in {b"{": -32700, b"[" * 100_000: -32700, b"[]": -32600, b'{"jsonrpc":"2.0","id":true}': -32600}.items():
            server.send(line)
            assert (reply := server.receive())["error"]["code"] == code and "id" not in reply
        for params in ([], {"_meta": 1}):
            assert server.ask({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": params})["error"]["code"] == -32600
        for params in ({}, {"name": []}, {"name": "none"}):
            assert server.request("tools/call", **params)["error"]["code"] == -32602
        for arguments in ({}, {"text": 1}, {"text": "", "more": 1}, {"call": 1}):
            assert server.ask(call("echo", **arguments))["result"]["isError"] is True, arguments
        assert server.request("tools/call", name="echo", arguments=[])["result"]["isError"] is True
        for cursor in ("1", "-3", "x", 3):
            assert server.request("tools/list", cursor=cursor)["error"]["code"] == -32602, cursor
        server.send(b"\n  \n" + b'{"jsonrpc":"2.0","id":9,"result":{}}')
        server.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": []}})
        assert server.request("ping", 10)["result"] == {} and not server.others


def test_server_cancels():
    """A cancelled call is not answered; a slow one does not hold up others, nor the end."""
    with Gate(None, REPORTS, initialize=True) as server:
        server.send(call("expensive_operation", id=1, query="all", seconds=60))
        server.send(call("expensive_operation", id=2, query="all", seconds=60))
        server.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}})
        assert server.request("ping", 3)["result"] == {}
        server.silent(0.2)
        assert server.close() == 0
