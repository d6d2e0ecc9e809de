#!/usr/bin/env python3
"""A small MCP file server over standard input and output that needs nothing but Python 3.10.

It does what many file servers do: it joins names, follows links and opens whatever comes out, and it checks nothing. Where its paths
may lead is the gate's work. It speaks revision 2025-11-25 and works in the directory that it is given:

    adarga run files.toml -- python files_server.py /srv/docs
"""

import json
import os
import pathlib
import sys
import urllib.parse

DIRECTORY = pathlib.Path(sys.argv[1])
TOOLS = {}


def tool(function):
    TOOLS[function.__name__] = function
    return function


def place(path):
    """Where a path leads: a `file:` URI, an absolute path, or one relative to the directory."""
    if path.startswith("file://"):
        path = urllib.parse.unquote(urllib.parse.urlsplit(path).path)
    return DIRECTORY / os.path.expanduser(path)


@tool
def read_file(path):
    """The content of a file."""
    return place(path).read_text()


@tool
def read_files(paths):
    """The contents of several files."""
    return "\n".join(place(path).read_text() for path in paths)


@tool
def list_directory(path="."):
    """The names in a directory."""
    return "\n".join(sorted(os.listdir(place(path))))


@tool
def write_file(path, content):
    """Writes a file, a new one or an old one."""
    return str(place(path).write_text(content))


@tool
def move_file(source, destination):
    """Gives a file another name."""
    return str(place(source).rename(place(destination)))


def call(params):
    try:
        text, error = TOOLS[params["name"]](**params.get("arguments", {})), False
    except Exception as wrong:
        text, error = str(wrong), True
    return {"content": [{"type": "text", "text": text}], "isError": error}


def read(params):
    uri = params["uri"]
    path = uri if uri.startswith("file:") else urllib.parse.unquote(uri.removeprefix("docs://tree/"))
    return {"contents": [{"uri": uri, "text": place(path).read_text()}]}


METHODS = {
    "initialize": lambda params: {
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}, "resources": {}},
        "serverInfo": {"name": "files", "version": "1.0.0"},
    },
    "ping": lambda params: {},
    "tools/list": lambda params: {
        "tools": [{"name": name, "description": of.__doc__, "inputSchema": {"type": "object"}} for name, of in TOOLS.items()]
    },
    "tools/call": call,
    "resources/list": lambda params: {"resources": []},
    "resources/templates/list": lambda params: {
        "resourceTemplates": [{"uriTemplate": uri, "name": uri} for uri in ("file:///{+path}", "docs://tree/{path*}")]
    },
    "resources/read": read,
}


def answer(message):
    try:
        return {"result": METHODS[message["method"]](message.get("params", {}))}
    except KeyError as wrong:
        return {"error": {"code": -32601, "message": f"nothing of the name {wrong}"}}
    except Exception as wrong:
        return {"error": {"code": -32603, "message": str(wrong)}}


for line in sys.stdin.buffer:
    message = json.loads(line)
    if "id" in message and "method" in message:
        sys.stdout.buffer.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer(message)}).encode() + b"\n")
        sys.stdout.buffer.flush()
