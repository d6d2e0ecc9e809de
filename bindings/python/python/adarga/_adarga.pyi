from collections.abc import Awaitable, Iterable, Mapping
from os import PathLike
from typing import BinaryIO, TypedDict, final

from ._reasons import Reason

_Bytes = bytes | bytearray | memoryview | str
_Headers = Mapping[str, str | bytes] | Mapping[bytes, str | bytes] | Iterable[tuple[str | bytes, str | bytes]]

__all__ = [
    "Decision",
    "Framer",
    "Gate",
    "KeySet",
    "RateTable",
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
    "main",
    "match_uri",
    "matches",
    "redact",
    "scan",
    "verify_audit",
]

class _Proved(TypedDict):
    subject: str | None
    expires_ms: int | None
    claims: str

@final
class Gate:
    def __new__(cls, policy: str | PathLike[str], *, connect: bool = True) -> Gate: ...
    @staticmethod
    def from_text(text: str, *, name: str = "policy.toml", connect: bool = True) -> Gate: ...
    @staticmethod
    def from_image(image: bytes, *, connect: bool = True) -> Gate: ...
    def reload(self) -> None: ...
    def decide(
        self,
        body: _Bytes,
        *,
        headers: _Headers | None = None,
        method: str = "POST",
        token: _Bytes | None = None,
        peer: str | None = None,
        subject: str | None = None,
        roles: list[str] | None = None,
        certificate: str | None = None,
        session: Session | None = None,
        keys: KeySet | None = None,
        introspected: _Bytes | None = None,
        length: int | None = None,
        now_ms: int | None = None,
    ) -> Decision: ...
    def adecide(
        self,
        body: _Bytes,
        *,
        headers: _Headers | None = None,
        method: str = "POST",
        token: _Bytes | None = None,
        peer: str | None = None,
        subject: str | None = None,
        roles: list[str] | None = None,
        certificate: str | None = None,
        session: Session | None = None,
        keys: KeySet | None = None,
        introspected: _Bytes | None = None,
        length: int | None = None,
        now_ms: int | None = None,
    ) -> Awaitable[Decision]: ...
    def release(
        self, decision: Decision | None, body: _Bytes, *, session: Session | None = None
    ) -> Released: ...
    @property
    def image(self) -> bytes: ...
    @property
    def name(self) -> str: ...
    def body_max(self, *, http: bool = True) -> int: ...
    @property
    def waits(self) -> bool: ...
    @property
    def warnings(self) -> list[str]: ...

@final
class Session:
    def __new__(cls) -> Session: ...
    @staticmethod
    def restored(revision: str, owner: str = "") -> Session: ...
    @property
    def revision(self) -> str | None: ...

@final
class Decision:
    @property
    def allowed(self) -> bool: ...
    @property
    def observed(self) -> bool: ...
    @property
    def reason(self) -> Reason: ...
    @property
    def status(self) -> int: ...
    @property
    def pointer(self) -> str | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def route(self) -> str | None: ...
    @property
    def threats(self) -> tuple[str, ...]: ...
    @property
    def challenge(self) -> str | None: ...
    @property
    def retry_after_ms(self) -> int | None: ...
    @property
    def retry_after(self) -> int | None: ...
    @property
    def reply(self) -> bytes: ...
    def __bool__(self) -> bool: ...

@final
class Released:
    @property
    def allowed(self) -> bool: ...
    @property
    def edited(self) -> bool: ...
    @property
    def reason(self) -> Reason: ...
    @property
    def body(self) -> bytes: ...

@final
class Framer:
    def __new__(cls, line_max: int = ...) -> Framer: ...
    def feed(self, chunk: _Bytes) -> list[bytes]: ...
    @property
    def dropped(self) -> int: ...

@final
class KeySet:
    def __new__(cls, jwks: _Bytes, *, strict: bool = False) -> KeySet: ...
    @staticmethod
    def from_image(image: bytes) -> KeySet: ...
    def verify_signature(self, algorithm: str, message: _Bytes, signature: _Bytes) -> None: ...
    def verify_jws(self, token: _Bytes, *, algorithms: list[str] | None = None) -> bytes: ...
    def __len__(self) -> int: ...

@final
class TokenVerifier:
    def __new__(
        cls,
        keys: KeySet,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        algorithms: list[str] | None = None,
        leeway: int = 0,
        type: str | None = None,
        revoked: list[str] = ...,
    ) -> TokenVerifier: ...
    def verify(self, token: _Bytes, *, now_ms: int | None = None) -> _Proved: ...

@final
class RateTable:
    def __new__(cls, rate: str, *, burst: int | None = None, clients: int = 10_000) -> RateTable: ...
    def charge(self, key: _Bytes, *, cost: int = 1, now_ms: int | None = None) -> int | None: ...

@final
class Root:
    def __new__(cls, directory: str | PathLike[str]) -> Root: ...
    def read(self, path: _Bytes) -> bytes: ...
    def open(self, path: _Bytes) -> BinaryIO: ...

@final
class Schema:
    def __new__(
        cls,
        schema: str,
        *,
        formats: bool = True,
        dialect: str | None = None,
        bundle: list[tuple[str, str]] = ...,
    ) -> Schema: ...
    def check(self, data: _Bytes) -> str | None: ...

@final
class Shapes:
    def __new__(cls, revision: str) -> Shapes: ...
    def check(self, definition: str, data: _Bytes) -> str | None: ...

@final
class Sealer:
    def __new__(cls, key: _Bytes, *, key_id: int = 1) -> Sealer: ...
    def seal(self, plain: _Bytes, *, aad: _Bytes | None = None, nonce: _Bytes | None = None) -> str: ...
    def open(self, sealed: _Bytes, *, aad: _Bytes | None = None) -> bytes: ...

@final
class Vault:
    def __new__(cls, file: str | PathLike[str], *, key: str | None = None) -> Vault: ...
    def make(self) -> None: ...
    def get(self, name: str) -> str: ...
    def set(self, name: str, value: str) -> None: ...
    def remove(self, name: str) -> None: ...
    def names(self) -> list[str]: ...
    def rotate(self) -> None: ...

def aead_open(key: _Bytes, nonce: _Bytes, aad: _Bytes, data: _Bytes) -> bytes: ...
def check_digit(kind: str, text: _Bytes) -> bool: ...
def check_json(data: _Bytes, *, depth_max: int = 128) -> Reason: ...
def check_message(
    data: _Bytes,
    revision: str,
    *,
    http: bool = False,
    headers: _Headers | None = None,
    from_server: bool = False,
) -> tuple[str, str | None, str | None]: ...
def compile_policy(text: str, *, name: str = "policy.toml") -> bytes: ...
def contain(
    path: _Bytes, *, root: str | None = None, profile: str = "portable", decode: int | None = None
) -> bytes: ...
def covers(granted: str, required: str) -> bool: ...
def detect(text: _Bytes, kinds: str = "all") -> list[tuple[int, int, str]]: ...
def escape(text: _Bytes, place: str = "html") -> bytes: ...
def main(arguments: list[str]) -> int: ...
def match_uri(template: str, uri: str) -> dict[str, bytes] | None: ...
def matches(format: str, text: _Bytes) -> bool: ...
def redact(
    text: _Bytes,
    fields: list[str] = ...,
    *,
    pointers: list[str] = ...,
    kinds: str = "none",
    mask: str = "redacted",
    key: _Bytes | None = None,
) -> bytes: ...
def scan(text: _Bytes) -> tuple[str, ...]: ...
def verify_audit(key: _Bytes, lines: list[str]) -> Reason: ...
