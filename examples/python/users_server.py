#!/usr/bin/env python3
"""A small MCP server over SQLite that needs nothing but Python 3.10.

It speaks 2025-11-25 over standard input and output. Values reach SQL as parameters, never as text; `%` and `_` of a search are
escaped for LIKE; the column to order by, which can't be a parameter, is one of a list. Whether arguments are what they should be is the
gate's work:

    adarga run users.toml -- python users_server.py
"""

import json
import sqlite3
import sys

COLUMNS = ("name", "email", "age")
database = sqlite3.connect(":memory:")
database.executescript("""
    CREATE TABLE users (name TEXT NOT NULL, email TEXT NOT NULL, age INTEGER NOT NULL, bio TEXT, password TEXT);
    INSERT INTO users VALUES
        ('ana_ruiz', 'ana@example.com', 34, NULL, 'secret of ana'),
        ('bo_lind', 'bo@example.com', 51, NULL, 'secret of bo'),
        ('cy_100%', 'cy@example.com', 19, NULL, 'secret of cy');
""")


def search_users(text, order_by="name", limit=10):
    if order_by not in COLUMNS:
        raise ValueError("no such column")
    pattern = "%" + text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    statement = f"SELECT name, email, age FROM users WHERE name LIKE ? ESCAPE '\\' ORDER BY {order_by} LIMIT ?"
    return [dict(zip(COLUMNS, row)) for row in database.execute(statement, (pattern, limit))]


def add_user(username, email, age, bio=None, **_):
    database.execute("INSERT INTO users (name, email, age, bio) VALUES (?, ?, ?, ?)", (username, email, age, bio))
    return {"added": username}


def get_user_profile(user_id):
    row = database.execute("SELECT name, email, age, password FROM users WHERE name = ?", (user_id,)).fetchone()
    if row is None:
        raise LookupError("no such user")
    # all of it: what a caller may not see is masked on its way out
    return {**dict(zip((*COLUMNS, "password"), row)), "ssn": "536-22-8726", "payment": "card 4111 1111 1111 1111"}


def explain_query(query):
    return {"characters": len(query)}


STRING = {"type": "string"}
TOOLS = {
    "search_users": (search_users, {"text": STRING, "order_by": {"enum": list(COLUMNS)}, "limit": {"type": "integer"}}, ["text"]),
    "add_user": (add_user, {"username": STRING, "email": STRING, "age": {"type": "integer"}}, ["username", "email", "age"]),
    "get_user_profile": (get_user_profile, {"user_id": STRING}, ["user_id"]),
    "explain_query": (explain_query, {"query": STRING}, ["query"]),
}


def answer(method, params):
    if method == "initialize":
        info = {"name": "users", "version": "1.0.0"}
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        schema = lambda properties, required: {"type": "object", "properties": properties, "required": required}
        return {"tools": [{"name": name, "inputSchema": schema(*rest)} for name, (_, *rest) in TOOLS.items()]}
    if method == "tools/call" and params.get("name") in TOOLS:
        try:
            said, failed = TOOLS[params["name"]][0](**params.get("arguments", {})), False
        except Exception as error:  # whatever it is, the client is told its kind alone
            said, failed = type(error).__name__, True
        return {"content": [{"type": "text", "text": json.dumps(said)}], "isError": failed}
    return None


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params", {}))
        reply = {"result": result} if result is not None else {"error": {"code": -32601, "message": "method not found"}}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **reply}), flush=True)
