"""Exceptions: misuse, what is wrong with a policy, and the refusal of a single layer. A decision that denies is no exception."""

from __future__ import annotations

from typing import NamedTuple

from ._reasons import Reason


class AdargaError(Exception):
    """The library was misused, or something that it needs is not there."""


class ImageError(AdargaError):
    """An image of a policy is damaged or of another version."""


class PolicyFault(NamedTuple):
    """One thing that is wrong with a policy."""

    file: str
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    path: str
    """The place inside the document, such as ``tools.delete_user.permission``."""
    message: str
    remedy: str | None


class PolicyError(AdargaError):
    """A policy document is wrong. `faults` are all of them in the order of the source; `file`, `line` and `column` are of the first."""

    def __init__(self, text: str, faults: list[tuple[tuple[str, int, int, str], str, str | None]]) -> None:
        super().__init__(text)
        self.faults = [PolicyFault(*place, message, remedy) for place, message, remedy in faults]
        self.file, self.line, self.column = self.faults[0][:3]


class Denied(AdargaError):
    """A layer refused what it was asked about; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text)
        self.reason = reason


# as people see them
for _class in (AdargaError, ImageError, PolicyError, PolicyFault, Denied):
    _class.__module__ = "adarga"
