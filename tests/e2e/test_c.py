"""The server of examples/c, which judges its own messages through libadarga, and a real client."""

import asyncio
import os
import subprocess

import harness
import test_sdk as sdk
from harness import ROOT, Gate, Skipped, edited, fresh, refused

SERVER = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "c" / "server"
POLICY = ROOT / "examples" / "c" / "server.toml"


def server():
    """The command of the server, over a folder with a file and a link that leads out."""
    if not SERVER.exists():
        raise Skipped(f"no {SERVER}: run ffi/tests/run, which builds it")
    docs = fresh("a.txt", "seven\n").parent
    (docs / "out").symlink_to("/etc/passwd")
    return [str(SERVER), str(edited(POLICY, ("/srv/docs", str(docs))))]


def told(reply):
    return reply["result"]["content"][0]["text"]


def test_every_message_is_judged():
    gate = Gate(None, server(), initialize=True)
    assert gate.names("tools") == ["echo", "read_file"], "delete_user is not for an editor"
    assert told(gate.request("tools/call", 1, name="echo", arguments={"text": "ñ \u2028 🛡"})) == "ñ \u2028 🛡"
    assert told(gate.request("tools/call", 2, name="read_file", arguments={"path": "a.txt"})) == "seven\n"
    for id, path in enumerate(["out", "../a.txt", "/etc/passwd", "a.txt\0"], 3):
        assert refused(gate.request("tools/call", id, name="read_file", arguments={"path": path})), path
    assert refused(gate.request("tools/call", 8, name="delete_user", arguments={}))
    gate.send(b'{"jsonrpc":"2.0","id":9,"id":10,"method":"ping"}')
    gate.send(b"\xff")
    assert gate.request("ping", 11)["result"] == {}


def test_initialize_comes_first():
    gate = Gate(None, server())
    assert refused(gate.request("tools/list", 1))
    gate.initialize()
    assert "result" in gate.request("tools/list", 2)


def test_a_policy_that_does_not_compile_is_said():
    command = server()
    command[1] = str(edited(POLICY, ("permission = \"read:echo\"", "permision = \"read:echo\"")))
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, input="")
    assert done.returncode == 1 and "permision" in done.stderr, done.stderr


def test_the_client_of_the_sdk():
    async def session():
        async with sdk.connect(None, server(), "legacy") as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            result = await client.call_tool("read_file", {"path": "a.txt"})
            try:
                await client.call_tool("delete_user", {})
                deleted = True
            except sdk.MCPError:
                deleted = False
            return tools, result.content[0].text, deleted

    if sdk.Client is None:
        raise Skipped(harness.missing or "the package `mcp` is not installed")
    assert asyncio.run(session()) == (["echo", "read_file"], "seven\n", False)
