#!/usr/bin/env python3
"""The driver protocol over the Python package: one JSON object a line in, one a line out. Each op asks the public interface."""

import base64
import binascii
import hashlib
import json
import sys

import adarga
from adarga import Denied, Reason


class Fault(Exception):
    """Misuse of the driver, said in one word or sentence."""


class Question:
    """A line as it was asked."""

    def __init__(self, members, line):
        self.members = members
        self.line = line

    def optional(self, name):
        value = self.members.get(name)
        if value is None or isinstance(value, str):
            return value
        raise Fault(f"`{name}` must be a string")

    def text(self, name):
        value = self.optional(name)
        if value is None:
            raise Fault(f"missing `{name}`")
        return value

    def number(self, name, otherwise=None):
        value = self.members.get(name)
        if value is None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 64:
            raise Fault(f"`{name}` must be a whole number")
        return value

    def bytes(self, name):
        text, encoded = self.optional(name), self.optional(f"{name}_b64")
        if text is not None and encoded is not None:
            raise Fault(f"`{name}` and `{name}_b64` together")
        if text is None and encoded is None:
            raise Fault(f"missing `{name}`")
        return text.encode() if text is not None else decoded(encoded, f"{name}_b64")

    def texts(self, name):
        if name not in self.members:
            raise Fault(f"missing `{name}`")
        value = self.members[name]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Fault(f"`{name}` must be a list of strings")
        return value

    def headers(self):
        headers = self.members.get("headers")
        if headers is None:
            return None
        wrong = Fault("`headers` must be an object of strings or lists of strings")
        if not isinstance(headers, dict):
            raise wrong
        pairs = []
        for name, values in headers.items():
            for value in [values] if isinstance(values, str) else values if isinstance(values, list) else [None]:
                if not isinstance(value, str):
                    raise wrong
                pairs.append((name, value))
        return pairs

    def raw(self, name):
        """The text of a member as it stands in the line, so that numbers stay what they are."""
        found = dict(members_of(self.line))
        if name not in found:
            raise Fault(f"missing `{name}`")
        return found[name]


def skip(text, at):
    while text[at] in " \t\r\n":
        at += 1
    return at


def members_of(text, at=0):
    """Names and texts of the members of the object at a place."""
    scan = json.JSONDecoder().raw_decode
    at = skip(text, skip(text, at) + 1)
    while text[at] != "}":
        name, at = scan(text, at)
        start = skip(text, skip(text, at) + 1)
        _, at = scan(text, start)
        yield name, text[start:at]
        at = skip(text, at)
        if text[at] == ",":
            at = skip(text, at + 1)


def elements_of(text):
    scan = json.JSONDecoder().raw_decode
    at = skip(text, 1)
    while text[at] != "]":
        _, end = scan(text, at)
        yield text[at:end]
        at = skip(text, end)
        if text[at] == ",":
            at = skip(text, at + 1)


def decoded(text, name):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fault(f"`{name}` is not base64") from None


def encoded(data):
    return base64.b64encode(data).decode()


def with_text(name, data):
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_b64": encoded(data)}


def document(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def only_reason(reason):
    if reason is not Reason.ALLOWED:
        raise Denied(reason)
    return {}


def op_json(q):
    data = q.bytes("x")
    depth = q.number("depth_max", 128)
    if depth > 65535:
        raise Fault("`depth_max` must be at most 65535")
    return only_reason(adarga.check_json(data, depth_max=depth))


def op_message(q):
    data, revision = q.bytes("x"), q.text("revision")
    sender = q.optional("from") or "client"
    if sender not in ("client", "server"):
        raise Fault("`from` must be `client` or `server`")
    transport = q.text("transport")
    if transport not in ("stdio", "http"):
        raise Fault("`transport` must be `stdio` or `http`")
    kind, method, id_ = adarga.check_message(
        data, revision, http=transport == "http", headers=q.headers(), from_server=sender == "server"
    )
    found = {"kind": kind}
    if method is not None:
        found["method"] = method
    if id_ is not None:
        found["id"] = json.loads(id_)
    return found


def op_frame(q):
    framer = adarga.Framer(q.number("line_max", 4 << 20))
    lines = [encoded(line) for chunk in q.texts("chunks") for line in framer.feed(decoded(chunk, "chunks"))]
    return {"lines": lines, "dropped": framer.dropped}


def op_permission(q):
    required, granted = q.text("required"), q.texts("granted")
    if not any(adarga.covers(grant, required) for grant in granted):
        raise Denied(Reason.PERMISSION_DENIED)
    return {}


def op_path(q):
    profile = q.optional("profile") or "portable"
    path = adarga.contain(q.bytes("x"), root=q.optional("root"), profile=profile, decode=q.number("decode"))
    return {"path": path.decode("utf-8", "replace")}


def op_open(q):
    root = adarga.Root(q.text("root"))
    return {"sha256": hashlib.sha256(root.read(q.bytes("x"))).hexdigest()}


def op_uri(q):
    found = adarga.match_uri(q.text("template"), q.text("uri"))
    if found is None:
        raise Denied(Reason.ROUTE_RESOURCE)
    return {"variables": {name: value.decode("utf-8", "replace") for name, value in found.items()}}


def op_threat(q):
    kinds = list(adarga.scan(q.bytes("x")))
    first = next((kind for kind in ("sql", "html", "shell", "traversal") if kind in kinds), None)
    if first:
        raise Found(Reason[f"THREAT_{first.upper()}"], {"kinds": kinds})
    return {"kinds": kinds}


class Found(Exception):
    """A refusal that still says something."""

    def __init__(self, reason, members):
        super().__init__(reason.text)
        self.reason, self.members = reason, members


def op_format(q):
    name = q.text("format")
    if not adarga.matches(name, q.bytes("x")):
        raise Denied(Reason.ARGUMENTS_FORMAT)
    return {}


def op_check_digit(q):
    kind = q.text("kind")
    if not adarga.check_digit(kind, q.bytes("x")):
        raise Denied(Reason.ARGUMENTS_FORMAT)
    return {}


def op_escape(q):
    text, place = q.bytes("x"), q.optional("for")
    found = with_text("x", adarga.escape(text, place or "html"))
    if place is None:
        found |= with_text("strip", adarga.escape(text, "strip-tags"))
    return found


def op_detect(q):
    return {"spans": [list(span) for span in adarga.detect(q.bytes("x"), q.optional("kinds") or "all")]}


def op_redact(q):
    listed = lambda name: q.texts(name) if name in q.members else []  # noqa: E731
    data, fields, pointers = q.bytes("json"), listed("fields"), listed("pointers")
    kinds = q.optional("kinds") or "none"
    key = q.optional("key_b64")
    masked = adarga.redact(
        data,
        fields,
        pointers=pointers,
        kinds=kinds,
        mask=q.optional("mask") or "redacted",
        key=None if key is None else decoded(key, "key_b64"),
    )
    return with_text("json", masked)


def sealer(q):
    key_id = q.number("key_id", 1)
    if key_id >= 1 << 32:
        raise Fault("`key_id` must be below 2^32")
    return adarga.Sealer(decoded(q.text("key_b64"), "key_b64"), key_id=key_id)


def op_seal(q):
    own, nonce = sealer(q), q.optional("nonce_b64")
    nonce = None if nonce is None else decoded(nonce, "nonce_b64")
    return {"sealed": own.seal(q.bytes("x"), aad=q.optional("aad"), nonce=nonce)}


def op_unseal(q):
    return {"x_b64": encoded(sealer(q).open(q.text("sealed"), aad=q.optional("aad")))}


def op_aead(q):
    key, nonce, aad = (decoded(q.text(name), name) for name in ("key_b64", "nonce_b64", "aad_b64"))
    return {"x_b64": encoded(adarga.aead_open(key, nonce, aad, q.bytes("x")))}


def key_set(q, name, strict=False):
    if name not in q.members:
        raise Fault(f"missing `{name}`")
    try:
        return adarga.KeySet(document(q.members[name]), strict=strict)
    except ValueError:
        raise Denied(Reason.TOKEN_KEY) from None


def algorithms(q):
    return None if q.members.get("algorithms") is None else q.texts("algorithms")


def op_signature(q):
    algorithm, message = q.text("alg"), q.bytes("x")
    signature = decoded(q.text("sig_b64"), "sig_b64")
    key_set(q, "key", strict=True).verify_signature(algorithm, message, signature)
    return {}


def op_jws(q):
    token, allowed = q.text("token"), algorithms(q)
    key_set(q, "keys").verify_jws(token, algorithms=allowed)
    return {}


def op_token(q):
    token = q.text("token")
    now_ms, leeway = q.number("now_ms", 0), q.number("leeway", 0)
    audience, typ, allowed, issuer = q.optional("audience"), q.optional("type"), algorithms(q), q.optional("issuer")
    keys = key_set(q, "keys")
    revoked = q.texts("revoked") if "revoked" in q.members else []
    verifier = adarga.TokenVerifier(
        keys, issuer=issuer, audience=audience, algorithms=allowed, leeway=leeway, type=typ, revoked=revoked
    )
    proved = verifier.verify(token, now_ms=now_ms)
    found = {"subject": proved["subject"], "expires": proved["expires_ms"]}
    return {name: value for name, value in found.items() if value is not None}


def op_rate(q):
    limit = q.members.get("limit")
    wrong = Fault("`limit` must be a text or an object of `rate` and `burst`")
    if limit is None and "limit" not in q.members:
        raise Fault("missing `limit`")
    if isinstance(limit, str):
        rate, burst = limit, None
    elif isinstance(limit, dict) and len(limit) == 2:
        rate, burst = limit.get("rate"), limit.get("burst")
        if not isinstance(rate, str) or isinstance(burst, bool) or not isinstance(burst, int) or not 0 <= burst < 1 << 64:
            raise wrong
    else:
        raise wrong
    # a limit that is none is said before events that are none
    adarga.RateTable(rate, burst=burst, clients=1)
    events = calls(q)
    table = adarga.RateTable(rate, burst=burst, clients=max(1, len({client for client, _ in events})))
    allowed, retry_ms = [], []
    for client, now_ms in events:
        try:
            wait_ms = table.charge(client, now_ms=now_ms)
        except Denied:
            # beyond the last moment that is counted nobody knows
            allowed.append(False)
            retry_ms.append(None)
            continue
        allowed.append(wait_ms is None)
        retry_ms.append(wait_ms or 0)
    return {"allowed": allowed, "retry_ms": retry_ms}


def calls(q):
    wrong = Fault("`events` must be a list of `[client, t_ms]`")
    if "events" not in q.members:
        raise Fault("missing `events`")
    events = q.members["events"]
    if not isinstance(events, list):
        raise wrong
    found = []
    for event in events:
        if not isinstance(event, list) or len(event) != 2:
            raise wrong
        client, time = event
        named = isinstance(client, (str, int, float)) and not isinstance(client, bool)
        if not named or isinstance(time, bool) or not isinstance(time, int) or not 0 <= time < 1 << 64:
            raise wrong
        # a number is a name as well
        found.append((client if isinstance(client, str) else str(client), time))
    return found


def checked(at):
    if at is not None:
        raise Found(Reason.ARGUMENTS_SCHEMA, {"at": at})
    return {}


def op_schema(q):
    bundle = []
    if "bundle" in q.members:
        wrong = Fault("`bundle` must be a list of objects with `id` and `schema`")
        if not isinstance(q.members["bundle"], list):
            raise wrong
        for element in elements_of(q.raw("bundle")):
            members = dict(members_of(element)) if element.startswith("{") else {}
            if not {"id", "schema"} <= set(members):
                raise wrong
            bundle.append((json.loads(members["id"]), members["schema"]))
    formats = q.members.get("formats") is True
    try:
        schema = adarga.Schema(q.raw("schema"), formats=formats, dialect=q.optional("dialect"), bundle=bundle)
    except ValueError as error:
        raise Fault(str(error).replace("\n", ";")) from None
    return checked(schema.check(q.bytes("x")))


SHAPES = {}


def op_mcp(q):
    revision = q.text("revision")
    if revision not in SHAPES:
        SHAPES[revision] = adarga.Shapes(revision)
    return checked(SHAPES[revision].check(q.text("definition"), q.bytes("x")))


def op_audit(q):
    key = decoded(q.text("key_b64"), "key_b64")
    return only_reason(adarga.verify_audit(key, q.texts("lines")))


def gate_of(q):
    image = q.optional("image_b64")
    if image is not None:
        return adarga.Gate.from_image(decoded(image, "image_b64"), connect=False)
    if "policy" not in q.members:
        raise Fault("missing `policy`")
    return adarga.Gate.from_text(document(q.members["policy"]), name="policy.json", connect=False)


def judge(q, gate):
    body, headers = q.bytes("body"), q.headers()
    transport = q.text("transport")
    if transport not in ("stdio", "http"):
        raise Fault("`transport` must be `stdio` or `http`")
    role = q.members.get("role")
    roles = None if role is None else [role] if isinstance(role, str) else q.texts("role")
    keys = q.optional("keys_b64")
    if keys is not None:
        keys = adarga.KeySet.from_image(decoded(keys, "keys_b64"))
    elif q.members.get("keys") is not None:
        keys = adarga.KeySet(document(q.members["keys"]))
    session = session_of(q, transport)
    decision = gate.decide(
        body,
        headers=(headers or []) if transport == "http" else None,
        token=q.optional("token"),
        peer=q.optional("peer"),
        subject=q.optional("subject"),
        roles=roles,
        certificate=q.optional("certificate"),
        session=session,
        keys=keys,
        introspected=q.optional("introspected"),
        now_ms=q.number("now_ms", 0),
    )
    return decision, session


def session_of(q, transport):
    session = q.members.get("session")
    if not isinstance(session, dict):
        return adarga.Session() if transport == "stdio" else None
    if session.get("initialized") is not True:
        return adarga.Session()
    owner = session.get("owner")
    revision = session.get("revision")
    return adarga.Session.restored(revision if isinstance(revision, str) else "", owner if isinstance(owner, str) else "")


def judged(q):
    gate = gate_of(q)
    before = q.members.get("before") or []
    wrong = Fault("`before` must be a list of objects")
    if not isinstance(before, list):
        raise wrong
    for call in before:
        if not isinstance(call, dict):
            raise wrong
        judge(Question(q.members | call, q.line), gate)
    return gate, *judge(q, gate)


def op_decide(q):
    _, decision, _ = judged(q)
    found = {
        "status": decision.status,
        "pointer": decision.pointer,
        "subject": decision.subject,
        "route": decision.route,
        "threats": list(decision.threats) or None,
        "reply": decision.reply.decode("utf-8", "replace") or None,
        "retry_after_ms": decision.retry_after_ms,
    }
    found = {name: value for name, value in found.items() if value is not None}
    if not decision:
        raise Found(decision.reason, found)
    return found


def op_release(q):
    response = q.bytes("response")
    gate, decision, session = judged(q)
    if not decision:
        raise Denied(decision.reason)
    released = gate.release(decision, response, session=session)
    if not released.allowed:
        raise Denied(released.reason)
    return with_text("response", released.body)


OPS = {name.removeprefix("op_"): op for name, op in globals().items() if name.startswith("op_")}


def no_constant(_):
    raise ValueError


def answer(line):
    try:
        text = line.decode()
        members = json.loads(text, parse_constant=no_constant)
        if not isinstance(members, dict):
            raise ValueError
        json.dumps(members, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {"n": None, "fault": "line"}
    found = {"n": members.get("n")}
    try:
        question = Question(members, text)
        op = OPS.get(question.text("op"))
        if op is None:
            raise Fault("op")
        rest = op(question)
        return found | {"ok": True} | rest
    except Denied as denied:
        return found | {"ok": False, "reason": denied.reason.text}
    except Found as denied:
        return found | {"ok": False, "reason": denied.reason.text} | denied.members
    except (Fault, ValueError, adarga.AdargaError) as fault:
        return found | {"fault": str(fault)}


def main():
    for line in sys.stdin.buffer:
        if line.strip():
            sys.stdout.buffer.write(document(answer(line.rstrip(b"\n"))).encode() + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
