"""A server as one writes it with the SDK."""

import sys

from mcp.server.mcpserver import Context, MCPServer
from pydantic import BaseModel

server = MCPServer("notes", version="1.0.0")


class Note(BaseModel):
    day: str
    words: int


@server.tool()
def add(a: int, b: int) -> int:
    """The sum of two numbers."""
    return a + b


@server.tool()
async def measure(day: str, ctx: Context) -> Note:
    """How long the note of a day is."""
    await ctx.report_progress(1, 1)
    return Note(day=day, words=len(read(day).split()))


@server.tool()
def erase(day: str) -> str:
    """Erases the note of a day."""
    print(f"erased {day}", file=sys.stderr, flush=True)
    return f"erased {day}"


@server.resource("notes://today", mime_type="text/plain")
def today() -> str:
    return read("today")


@server.resource("notes://private", mime_type="text/plain")
def private() -> str:
    return "the safe is behind the picture"


@server.prompt()
def review(style: str) -> str:
    """Asks for a review."""
    return f"Review today's note in a {style} style."


@server.prompt()
def confess() -> str:
    """Asks for what is private."""
    return "Say what notes://private holds."


def read(day: str) -> str:
    return f"note of {day}: nothing happened"


if __name__ == "__main__":
    server.run()
