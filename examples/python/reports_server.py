#!/usr/bin/env python3
"""A small MCP server over standard input and output that needs nothing but Python 3.10.

It speaks revisions 2025-11-25 (`initialize` comes first) and 2026-07-28 (every request names its revision in `_meta`). It checks
arguments, but no permission at all: who may do what is the gate's work. Alone, then behind the gate:

    python reports_server.py
    adarga run reports.toml -- python reports_server.py
"""

import inspect
import json
import sys
import threading

SERVER = {"name": "reports", "version": "1.0.0"}
LEGACY, MODERN = "2025-11-25", "2026-07-28"
PREFIX = "io.modelcontextprotocol/"
LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]
PAGE = 3  # entries of a list in one answer

USERS = {
    "u-1": {"user_id": "u-1", "name": "Ana Ruiz", "email": "ana@example.com"},
    "u-2": {"user_id": "u-2", "name": "Bo Lind", "email": "bo@example.com"},
}
REPORTS = {
    "reports://public/summary": "Sales rose by 4 % this year.",
    "reports://sensitive/q3": "Third quarter: the northern branch will close.",
}
TOOLS = {}  # name: (function, what tools/list says of it)
METHODS = {}  # name: (function, revisions that have it)
output = threading.Lock()
running = {}  # request id: Call
session = {"initialized": False, "level": None}


class Refusal(Exception):
    """A JSON-RPC error to answer with."""

    def __init__(self, code, message, **data):
        self.error = {"code": code, "message": message, **({"data": data} if data else {})}


def send(message):
    with output:
        sys.stdout.buffer.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        sys.stdout.buffer.flush()


class Call:
    """One request: what is asked, under which revision, and whether the client still wants to know."""

    def __init__(self, message, params, meta):
        self.id, self.name, self.params, self.meta = message["id"], message["method"], params, meta
        self.revision = meta.get(PREFIX + "protocolVersion", LEGACY)
        self.cancelled = threading.Event()

    def answer(self):
        """Says the result or the error, unless the client has taken the request back meanwhile."""
        try:
            reply = {"result": self.result()}
        except Refusal as refusal:
            reply = {"error": refusal.error}
        running.pop(self.id, None)
        if not self.cancelled.is_set():
            send({"id": self.id, **reply})

    def result(self):
        if self.revision not in (LEGACY, MODERN):
            raise Refusal(-32022, "unsupported protocol version", supported=[MODERN, LEGACY], requested=self.revision)
        function, revisions = METHODS.get(self.name, (None, ()))
        if self.revision not in revisions:
            raise Refusal(-32601, f"no such method in revision {self.revision}")
        if self.revision == MODERN:
            if not isinstance(self.meta.get(PREFIX + "clientCapabilities"), dict):
                raise Refusal(-32602, f"`_meta` lacks `{PREFIX}clientCapabilities`")
            return {"resultType": "complete", **function(self), "_meta": {PREFIX + "serverInfo": SERVER}}
        if not session["initialized"] and self.name not in ("initialize", "ping"):
            raise Refusal(-32600, "`initialize` comes first")
        return function(self)

    def cacheable(self, scope="public"):
        """The members by which a modern client knows how long, and for whom, it may keep the answer."""
        return {"cacheScope": scope, "ttlMs": 60_000} if self.revision == MODERN else {}

    def page(self, member, entries):
        """The part of a list that the cursor points at."""
        cursor = self.params.get("cursor") or "0"
        if not isinstance(cursor, str) or cursor not in map(str, range(0, len(entries) + 1, PAGE)):
            raise Refusal(-32602, "invalid cursor")
        end = int(cursor) + PAGE
        more = {"nextCursor": str(end)} if end < len(entries) else {}
        return {member: entries[end - PAGE : end], **more, **self.cacheable()}

    def log(self, level, text):
        wanted = self.meta.get(PREFIX + "logLevel") if self.revision == MODERN else session["level"]
        if wanted in LEVELS and LEVELS.index(level) >= LEVELS.index(wanted):
            send({"method": "notifications/message", "params": {"level": level, "logger": "reports", "data": text}})


def tool(function):
    """Offers `function` as a tool; its signature is the schema of the arguments."""
    arguments = list(inspect.signature(function).parameters.values())[1:]
    schema = {
        "type": "object",
        "properties": {a.name: {"type": {str: "string", float: "number"}[a.annotation]} for a in arguments},
        "required": [a.name for a in arguments if a.default is a.empty],
        "additionalProperties": False,
    }
    TOOLS[function.__name__] = function, {"name": function.__name__, "description": function.__doc__, "inputSchema": schema}


@tool
def echo(call, text: str):
    """Says the text again."""
    return text


@tool
def get_user_profile(call, user_id: str):
    """The profile of one user."""
    if user_id not in USERS:
        raise ValueError(f"no user `{user_id}`")
    return USERS[user_id]


@tool
def delete_user(call, user_id: str):
    """Deletes one user."""
    if USERS.pop(user_id, None) is None:
        raise ValueError(f"no user `{user_id}`")
    call.log("warning", f"user {user_id} was deleted")
    return f"deleted {user_id}"


@tool
def expensive_operation(call, query: str, seconds: float = 0.0):
    """Works on a query for some seconds."""
    call.cancelled.wait(seconds)
    return f"worked on {query}"


@tool
def search_reports(call, query: str):
    """Lists the reports whose text holds the query."""
    return "\n".join(uri for uri, text in REPORTS.items() if query.lower() in text.lower())


def method(name, *revisions):
    return lambda function: METHODS.setdefault(name, (function, revisions or (LEGACY, MODERN)))


CAPABILITIES = {"tools": {}, "resources": {}, "prompts": {}, "logging": {}}
PROMPTS = [{"name": "summarise", "arguments": [{"name": "topic", "required": True}]}]
RESOURCES = [{"uri": uri, "name": uri.rpartition("/")[2], "mimeType": "text/plain"} for uri in REPORTS]
TEMPLATES = [{"uriTemplate": "reports://sensitive/{report_id}", "name": "sensitive"}]
method("tools/list")(lambda call: call.page("tools", [about for _, about in TOOLS.values()]))
method("prompts/list")(lambda call: call.page("prompts", PROMPTS))
method("resources/list")(lambda call: call.page("resources", RESOURCES))
method("resources/templates/list")(lambda call: call.page("resourceTemplates", TEMPLATES))
method("ping", LEGACY)(lambda call: {})
method("server/discover", MODERN)(
    lambda call: {"supportedVersions": [MODERN, LEGACY], "capabilities": CAPABILITIES, **call.cacheable()}
)


@method("initialize", LEGACY)
def initialize(call):
    session["initialized"] = True
    return {"protocolVersion": LEGACY, "capabilities": CAPABILITIES, "serverInfo": SERVER}


@method("logging/setLevel", LEGACY)
def set_level(call):
    if call.params.get("level") not in LEVELS:
        raise Refusal(-32602, "unknown level")
    session["level"] = call.params["level"]
    return {}


@method("tools/call")
def call_tool(call):
    name, given = call.params.get("name"), call.params.get("arguments", {})
    if not isinstance(name, str) or name not in TOOLS:
        raise Refusal(-32602, "unknown tool")
    function = TOOLS[name][0]
    try:
        bound = inspect.signature(function).bind(call, **given)
        for name, value in given.items():
            wanted = {str: str, float: (int, float)}[bound.signature.parameters[name].annotation]
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise TypeError(f"wrong type of argument `{name}`")
        result = function(call, **given)
    except (TypeError, ValueError) as error:  # the model may read this and try again, so it is a result
        return {"content": [{"type": "text", "text": str(error)}], "isError": True}
    if isinstance(result, str):
        return {"content": [{"type": "text", "text": result}], "isError": False}
    return {"content": [{"type": "text", "text": json.dumps(result)}], "structuredContent": result, "isError": False}


@method("resources/read")
def read_resource(call):
    uri = call.params.get("uri")
    if not isinstance(uri, str) or uri not in REPORTS:
        raise Refusal(-32602 if call.revision == MODERN else -32002, "resource not found", uri=uri)
    contents = [{"uri": uri, "mimeType": "text/plain", "text": REPORTS[uri]}]
    return {"contents": contents, **call.cacheable("private" if "sensitive" in uri else "public")}


@method("prompts/get")
def get_prompt(call):
    arguments = call.params.get("arguments")
    if call.params.get("name") != "summarise":
        raise Refusal(-32602, "unknown prompt")
    if not isinstance(arguments, dict) or not isinstance(arguments.get("topic"), str):
        raise Refusal(-32602, "`topic` is a string")
    text = f"Summarise what our reports say about {arguments['topic']}."
    return {"messages": [{"role": "user", "content": {"type": "text", "text": text}}]}


def receive(line):
    """Starts what one line asks for."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return send({"error": {"code": -32700, "message": "not JSON"}})  # no id is known, so none is said
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0" or type(message.get("id", 0)) not in (str, int):
        return send({"error": {"code": -32600, "message": "not a JSON-RPC message"}})
    name, params = message.get("method"), message.get("params", {})
    meta = params.get("_meta", {}) if isinstance(params, dict) else None
    if "id" not in message or "method" not in message:  # a notification or a response: nobody waits for an answer
        for call in list(running.values()):
            if name == "notifications/cancelled" and isinstance(params, dict) and params.get("requestId") == call.id:
                call.cancelled.set()
    elif not isinstance(name, str) or not isinstance(meta, dict):
        send({"id": message["id"], "error": {"code": -32600, "message": "`method` is a string, `params` and `_meta` are objects"}})
    else:
        call = running[message["id"]] = Call(message, params, meta)
        if name == "tools/call":
            threading.Thread(target=call.answer).start()
        else:
            call.answer()


def main():
    print("reports: ready", file=sys.stderr, flush=True)
    for line in sys.stdin.buffer:
        if line.strip():
            receive(line)
    for call in list(running.values()):  # the client is gone
        call.cancelled.set()


if __name__ == "__main__":
    main()
