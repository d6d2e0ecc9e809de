"""One call of a tool from its bytes to a verdict: by a gate, and by what Python authors put together for the same.

Both verify a bearer token (HS256), check the message, ask for a permission, count the call, check the arguments by a schema and look for
injections in their texts. They take turns in short batches; a ratio is that of two neighbouring batches, and its median and spread are
printed. Neither side writes an audit line. The gate does more: strict JSON, headers, revisions, twins.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import statistics
import sys
import threading
import time
from typing import Any, Callable

import adarga

SECRET = b"a secret of thirty-two bytes...."
ISSUER, AUDIENCE = "https://auth.example.com", "https://mcp.example.com/mcp"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": {"type": "string", "maxLength": 200},
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "tags": {"type": "array"}},
            },
        },
    },
    "additionalProperties": False,
}
# the patterns of the guide, as it has them
PATTERNS = [
    r"(\bUNION\b|\bSELECT\b|\bINSERT\b|\bUPDATE\b|\bDELETE\b|\bDROP\b)",
    r"<script[^>]*>.*?</script>",
    r"(\||&|;|`|\$\()",
    r"\.\./",
]
POLICY = {
    "server": {"name": "bench", "revisions": ["2026-07-28"]},
    "http": {"hosts": ["mcp.example.com"]},
    "identity": {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"], "keys": {"env": "BENCH_SECRET"}},
    "roles": {"admin": ["*"], "editor": ["read:*", "write:content"]},
    "rates": {"clients": 1000},
    "threats": {"sql": "block", "html": "block", "shell": "report", "traversal": "block"},
    "tools": {
        "search": {"permission": "read:reports", "rate": {"rate": "1000000/s", "burst": 1000000000}, "input": SCHEMA}
    },
}


def part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token() -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "user-17", "exp": 4102444800, "role": "editor", "jti": "1"}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    return signed + "." + part(hmac.new(SECRET, signed.encode(), hashlib.sha256).digest())


def body(size: int) -> bytes:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    arguments: dict[str, Any] = {"query": "quarterly report of the north", "limit": 20}
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "search", "arguments": arguments, "_meta": meta}}
    rows: list[Any] = []
    while len(json.dumps(message)) < size:
        rows.append({"id": len(rows), "name": f"customer number {len(rows)}", "tags": ["north", "small", "new"]})
        arguments["rows"] = rows
    return json.dumps(message).encode()


def ours(text: bytes, bearer: str) -> Callable[[], bool]:
    import os

    os.environ["BENCH_SECRET"] = SECRET.decode()
    gate = adarga.Gate.from_text(json.dumps(POLICY), name="bench.json")
    headers = [
        (b"host", b"mcp.example.com"),
        (b"content-type", b"application/json"),
        (b"accept", b"application/json, text/event-stream"),
        (b"mcp-protocol-version", b"2026-07-28"),
        (b"mcp-method", b"tools/call"),
        (b"mcp-name", b"search"),
        (b"authorization", b"Bearer " + bearer.encode()),
    ]
    decision = gate.decide(text, headers=headers)
    assert decision, decision
    return lambda: gate.decide(text, headers=headers).allowed


def texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def checked(message: Any) -> dict[str, Any]:
    assert message["jsonrpc"] == "2.0" and message["method"] == "tools/call"
    params: dict[str, Any] = message["params"]
    assert isinstance(params["name"], str) and isinstance(params["arguments"], dict)
    return params


def limiter() -> Callable[[str], bool]:
    from limits import RateLimitItemPerSecond
    from limits.storage import MemoryStorage
    from limits.strategies import FixedWindowRateLimiter

    strategy, item = FixedWindowRateLimiter(MemoryStorage()), RateLimitItemPerSecond(1_000_000_000)
    return lambda who: strategy.hit(item, who)


def common(text: bytes, bearer: str) -> Callable[[], bool]:
    import casbin
    import jsonschema
    import jwt

    model = casbin.Model()
    model.load_model_from_text(
        "[request_definition]\nr = sub, obj\n[policy_definition]\np = sub, obj\n"
        "[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = r.sub == p.sub && keyMatch(r.obj, p.obj)\n"
    )
    enforcer = casbin.Enforcer(model)
    enforcer.add_policies([["admin", "*"], ["editor", "read:*"], ["editor", "write:content"]])
    validator, hit = jsonschema.Draft202012Validator(SCHEMA), limiter()
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in PATTERNS]

    def decide() -> bool:
        claims = jwt.decode(bearer, SECRET, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER)
        params = checked(json.loads(text))
        assert enforcer.enforce(claims["role"], "read:reports") and hit(claims["sub"])
        validator.validate(params["arguments"])
        return not any(pattern.search(one) for one in texts(params["arguments"]) for pattern in patterns)

    assert decide()
    return decide


def fast(text: bytes, bearer: str) -> Callable[[], bool]:
    import jsonschema_rs
    import orjson
    from joserfc import jwt
    from joserfc.jwk import OctKey

    key, registry = OctKey.import_key(SECRET), jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": AUDIENCE}, exp={"essential": True}
    )
    validator, hit = jsonschema_rs.validator_for(SCHEMA), limiter()
    grants = {"admin": ("",), "editor": ("read:", "write:content")}
    pattern = re.compile("|".join(PATTERNS), re.IGNORECASE)

    def decide() -> bool:
        claims = jwt.decode(bearer, key, algorithms=["HS256"]).claims
        registry.validate(claims)
        params = checked(orjson.loads(text))
        assert any("read:reports".startswith(grant) for grant in grants[claims["role"]]) and hit(claims["sub"])
        assert validator.is_valid(params["arguments"])
        return not any(map(pattern.search, texts(params["arguments"])))

    assert decide()
    return decide


def batch(work: Callable[[], bool], count: int) -> float:
    start = time.perf_counter_ns()
    for _ in range(count):
        work()
    return (time.perf_counter_ns() - start) / count


def duel(name: str, mine: Callable[[], bool], peer: Callable[[], bool], floor: float, rounds: int) -> bool:
    counts = [max(1, int(2e6 / max(batch(work, 3), 1))) for work in (mine, peer)]
    pairs = [(batch(mine, counts[0]), batch(peer, counts[1])) for _ in range(rounds)]
    ratios = sorted(theirs / own for own, theirs in pairs)
    low, middle, high = (ratios[int(len(ratios) * at)] for at in (0.1, 0.5, 0.9))
    own, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    verdict = "met" if middle >= floor else "MISSED"
    print(f"{name:<28} {own:>11.0f} ns {theirs:>13.0f} ns  {middle:>8.1f}×  {low:.1f}–{high:.1f}  ≥ {floor:g} {verdict}")
    return middle >= floor


def threads(mine: Callable[[], bool], seconds: float) -> None:
    def rate(count: int) -> float:
        done = [0] * count
        stop = threading.Event()

        def work(at: int) -> None:
            while not stop.is_set():
                for _ in range(50):
                    mine()
                done[at] += 50

        running = [threading.Thread(target=work, args=(at,)) for at in range(count)]
        start = time.perf_counter()
        for thread in running:
            thread.start()
        time.sleep(seconds)
        stop.set()
        for thread in running:
            thread.join()
        return sum(done) / (time.perf_counter() - start)

    one, two = rate(1), rate(2)
    print(f"threads, L: one {one:.0f}/s, two {two:.0f}/s, {two / one:.2f}×")


def main() -> None:
    rounds = 5 if "--quick" in sys.argv else 41
    bearer = token()
    sizes = {"S": 253, "M": 4148, "L": 65637}
    met = True
    for peer, floors in ((common, (100, 100, 100)), (fast, (30, 12, 5))):
        for (size, length), floor in zip(sizes.items(), floors):
            text = body(length)
            met &= duel(f"decide/{peer.__name__}/{size} {len(text)}", ours(text, bearer), peer(text, bearer), floor, rounds)
    threads(ours(body(sizes["L"]), bearer), 0.3 if rounds == 5 else 2)
    print("all floors met" if met else "below a floor")


if __name__ == "__main__":
    main()
