"""Security enforcement for Model Context Protocol servers: one message, one verdict.

>>> import adarga
>>> gate = adarga.Gate.from_text('''
... server.name = "demo"
... stdio.role = "user"
... roles.user = ["call:echo"]
... tools.echo = { permission = "call:echo" }
... tools.delete = { permission = "call:delete" }
... ''')
>>> def call(tool):
...     meta = '"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}'
...     return gate.decide(
...         '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s","_meta":{%s}}}' % (tool, meta)
...     )
>>> call("echo")
<Decision allowed: allowed>
>>> call("delete").reason
<Reason.PERMISSION_DENIED: 3101>
"""

from ._adarga import (
    Decision,
    Framer,
    Gate,
    KeySet,
    RateTable,
    Released,
    Root,
    Schema,
    Sealer,
    Session,
    Shapes,
    TokenVerifier,
    Vault,
    aead_open,
    check_digit,
    check_json,
    check_message,
    compile_policy,
    contain,
    covers,
    detect,
    escape,
    match_uri,
    matches,
    redact,
    scan,
    verify_audit,
)
from ._errors import AdargaError, Denied, ImageError, PolicyError, PolicyFault
from ._reasons import Reason

__all__ = [
    "AdargaError",
    "Decision",
    "Denied",
    "Framer",
    "Gate",
    "ImageError",
    "KeySet",
    "PolicyError",
    "PolicyFault",
    "RateTable",
    "Reason",
    "Released",
    "Root",
    "Schema",
    "Sealer",
    "Session",
    "Shapes",
    "TokenVerifier",
    "Vault",
    "aead_open",
    "check_digit",
    "check_json",
    "check_message",
    "compile_policy",
    "contain",
    "covers",
    "detect",
    "escape",
    "match_uri",
    "matches",
    "redact",
    "scan",
    "verify_audit",
]
