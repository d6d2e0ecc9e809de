"""A file server that checks nothing, behind the gate: nothing from outside of its roots gets in or out, links or not."""

import os
import pathlib
import sys

from harness import EXAMPLES, Gate, call, edited, fresh, refused, run

SERVER = str(EXAMPLES / "files_server.py")
SECRET = "nobody may read this"


def tree():
    """A root with links of every kind, a secret beside it, and the policy of the example for them."""
    top = fresh("top").absolute()
    docs, outside = top / "docs", top / "docs-secret"
    (docs / "drafts").mkdir(parents=True)
    (docs / "d").mkdir()
    outside.mkdir()
    (outside / "secret").write_text(SECRET)
    (docs / "a b.txt").write_text("inside")
    (docs / "d" / "f").write_text("deep")
    for name, target in {
        "out": "../docs-secret", "file": "../docs-secret/secret", "absolute": str(outside / "secret"),
        "chain": "out/secret", "d/up": "../../docs-secret/secret", "nowhere": "../docs-secret/new", "dangling": "absent",
        "inside": "d/f", "loop": "loop", "drafts/out": "../../docs-secret", "drafts/in": "../d", "etc": "/etc", "proc": "/proc/self",
    }.items():
        (docs / name).symlink_to(target)
    os.mkfifo(docs / "fifo")
    policy = edited(EXAMPLES / "files.toml", ("/srv/docs", str(docs)), ('role = "reader"', 'role = "writer"'))
    return docs, outside, policy


def guarded(policy, docs):
    return Gate(policy, [sys.executable, SERVER, str(docs)], initialize=True)


LEADING_OUT = [
    "out/secret", "file", "absolute", "chain", "d/up", "etc/passwd", "etc", "out", "proc/root", "proc/cwd", "nowhere",
    "../docs-secret/secret", "d/../../docs-secret/secret", "~root/x", "%2e%2e/docs-secret/secret", "..\\docs-secret\\secret",
]


def test_paths_inside_pass():
    docs, _, policy = tree()
    with guarded(policy, docs) as gate:
        text = lambda reply: reply["result"]["content"][0]["text"]
        for path in ("a b.txt", f"{docs}/a b.txt", f"file://{docs}/a%20b.txt", "./a b.txt"):
            assert text(gate.ask(call("read_file", path=path))) == "inside", path
        assert text(gate.ask(call("read_file", path="inside"))) == "deep", "a link that stays inside"
        assert text(gate.ask(call("read_files", paths=["a b.txt", "d/f"]))) == "inside\ndeep"
        assert "a b.txt" in text(gate.ask(call("list_directory")))
        assert text(gate.ask(call("list_directory", path=str(docs / "d")))) == "f\nup"
        assert gate.request("resources/read", uri=f"file://{docs}/d/f")["result"]["contents"][0]["text"] == "deep"
        assert gate.request("resources/read", uri="docs://tree/a%20b.txt")["result"]["contents"][0]["text"] == "inside"
        assert not refused(gate.ask(call("write_file", path=f"{docs}/drafts/new", content="x")))
        assert (docs / "drafts" / "new").read_text() == "x"
        assert not refused(gate.ask(call("move_file", source=f"{docs}/drafts/new", destination=f"{docs}/drafts/newer")))
        templates = gate.names("resourceTemplates", key="uriTemplate", method="resources/templates/list")
        assert templates == ["file:///{+path}", "docs://tree/{path*}"]


def test_paths_nothing_from_outside_leaks():
    docs, outside, policy = tree()
    with Gate(None, [sys.executable, SERVER, str(docs)], initialize=True) as server:
        leaks = [path for path in LEADING_OUT if SECRET in str(server.ask(call("read_file", path=path)))]
        assert len(leaks) >= 6, "alone, the server leaks"
    with guarded(policy, docs) as gate:
        absolute = [f"{docs}/{path}" for path in LEADING_OUT if path[0] != "~"] + [str(outside / "secret"), "/etc/passwd"]
        for path in LEADING_OUT + absolute:
            reply = gate.ask(call("read_file", path=path))
            assert reply.get("error") == {"code": -32602, "message": "path not allowed"}, (path, reply)
        for path in ["d/f", "file"], ["chain"], [[]], ["a b.txt", None]:
            assert "error" in gate.ask(call("read_files", paths=path)), path
        for uri in (f"file://{docs}/file", f"file://{outside}/secret", f"file://{docs}/d/up", "docs://tree/file",
                    "docs://tree/out%2Fsecret", "docs://tree/..%2Fdocs-secret%2Fsecret", f"docs://tree/{outside}/secret"):
            reply = gate.request("resources/read", uri=uri)
            assert "error" in reply and SECRET not in str(reply), (uri, reply)
        assert "error" in gate.ask(call("read_file", path="fifo")), "it would wait for ever"
        assert "leads out of its root" in gate.stderr


def test_paths_nothing_is_written_outside():
    docs, outside, policy = tree()
    before = sorted(os.listdir(outside))
    with guarded(policy, docs) as gate:
        for path in ("drafts/out/new", "drafts/in/new", "nowhere", "dangling", "drafts/../nowhere", "d/new"):
            for path in (path, f"{docs}/{path}"):
                assert "error" in gate.ask(call("write_file", path=path, content="x")), path
        (docs / "drafts" / "f").write_text("x")
        source = f"{docs}/drafts/f"
        assert "error" in gate.ask(call("move_file", source=source, destination=f"{docs}/drafts/out/f"))
        assert "error" in gate.ask(call("move_file", source=source, destination=f"{outside}/f"))
        assert (docs / "drafts" / "f").exists()
    assert sorted(os.listdir(outside)) == before and not (docs / "absent").exists()


def test_paths_are_observed():
    docs, _, policy = tree()
    observing = edited(policy, ('name = "files"', 'name = "files"\nmode = "observe"'))
    with guarded(observing, docs) as gate:
        assert SECRET in str(gate.ask(call("read_file", path="file"))), "an observing policy lets it pass"
        assert SECRET in str(gate.ask(call("read_file", path="../docs-secret/secret")))
    assert "would deny a path, path.link" in gate.stderr and "would deny tools/call `read_file`: path.escape" in gate.stderr


def test_paths_of_a_root_that_is_not_there():
    _, _, policy = tree()
    gone = edited(policy, ("[roots]", '[roots]\nmissing = "/nowhere/at/all"'))
    ended = run("run", gone, "--", sys.executable, SERVER, "/")
    assert ended.returncode != 0 and "`roots.missing`: root `/nowhere/at/all`" in ended.stderr, ended.stderr


def test_paths_of_a_recording_are_judged_by_their_bytes():
    docs, _, policy = tree()
    recording = fresh("session.jsonl")
    with Gate(policy, [sys.executable, SERVER, str(docs)], "--record", recording, initialize=True) as gate:
        assert "error" in gate.ask(call("read_file", id=2, path="file"))
        assert "error" in gate.ask(call("read_file", id=3, path="../x"))
    checked = run("check", policy, recording)
    assert checked.returncode == 0, checked.stderr
    assert "path.link" in pathlib.Path(recording).read_text() and "judged by their bytes" in checked.stderr
