"""The operators of a content stream, read once and never believed.

A stream may come from anybody: what is read is bounded, what makes no sense is skipped.
Operands are ``float`` for numbers, ``str`` for names (with their slash), ``bytes`` for strings,
lists for arrays; dictionaries are lists of keys and values in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from publish.check.preflight_unpack import READING, spend

#: Operands kept of one operator; no operator takes more than a colour of 32 inks.
_OPERANDS_LIMIT = 64
#: Arrays within arrays that are followed.
_NESTING_LIMIT = 32

_TOKEN = re.compile(
    rb"""(?P<number>[+-]?(?:\d++\.?+\d*+|\.\d++))(?=[\s()<>\[\]{}/%]|$)
    |(?P<word>[^\s\x00()<>\[\]{}/%]+)
    |(?P<name>/[^\s\x00()<>\[\]{}/%]*)
    |<(?P<hex>[0-9A-Fa-f\s]*)>
    |\((?P<plain>[^()\\]*)\)
    |(?P<open>\[|<<)
    |(?P<close>\]|>>)
    |(?P<string>\()
    |%[^\r\n]*""",
    re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\(?:([nrtbf])|([0-7]{1,3})|\r?\n|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_CONSTANTS: dict[bytes, Any] = {b"true": True, b"false": False, b"null": None}
_END_OF_IMAGE = re.compile(rb"\sEI(?=[\s\x00]|$)")

#: An operator and its operands.
Operation = tuple[bytes, list[Any]]


def operations(data: bytes) -> Iterator[Operation]:
    """The operators of a content stream with their operands; an inline image is ``BI`` with its
    dictionary."""
    spend(READING * len(data))
    operands: list[Any] = []
    stack: list[list[Any]] = []
    position = 0
    while position >= 0:
        resume = -1
        for match in _TOKEN.finditer(data, position):
            kind = match.lastgroup
            value: Any
            if kind == "number":
                value = float(match[kind])
            elif kind == "hex":
                value = _from_hex(match[kind])
            elif kind == "plain":
                value = match[kind]
            elif kind == "name":
                value = _name(match[kind])
            elif kind == "word":
                word = match[kind]
                if word in _CONSTANTS:
                    value = _CONSTANTS[word]
                elif word == b"BI":
                    resume, dictionary = _inline_image(data, match.end())
                    yield b"BI", [dictionary]
                    operands = []
                    break
                elif stack:
                    continue
                else:
                    yield word, operands
                    operands = []
                    continue
            elif kind == "open":
                stack.append(operands)
                # Deeper than sense, all goes into one list.
                operands = [] if len(stack) <= _NESTING_LIMIT else operands
                continue
            elif kind == "close":
                if stack:
                    outer = stack.pop()
                    if outer is not operands:
                        outer.append(operands)
                    operands = outer
                continue
            elif kind == "string":
                value, resume = _string(data, match.end())
            else:
                continue
            if stack or len(operands) < _OPERANDS_LIMIT:
                operands.append(value)
            if resume >= 0:
                break
        position = resume


def _name(token: bytes) -> str:
    """A name with its slash; ``#20`` stands for a byte (ISO 32000-1, 7.3.5)."""
    if b"#" in token:
        token = re.sub(rb"#([0-9A-Fa-f]{2})", lambda hit: bytes([int(hit[1], 16)]), token)
    return token.decode("utf-8", "replace")


def _from_hex(digits: bytes) -> bytes:
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode("ascii"))


def _string(data: bytes, start: int) -> tuple[bytes, int]:
    """A string in parentheses that begins before ``start``, and where reading goes on."""
    depth, position = 1, start
    while depth:
        match = re.compile(rb"[()\\]").search(data, position)
        if match is None:
            return data[start:], len(data)
        position = match.end()
        if match[0] == b"\\":
            position += 1
        else:
            depth += 1 if match[0] == b"(" else -1
    return _ESCAPE.sub(_unescaped, data[start : position - 1]), position


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return _ESCAPED[match[1]]
    if match[2]:
        return bytes([int(match[2], 8) & 0xFF])
    return match[3] or b""


def _inline_image(data: bytes, start: int) -> tuple[int, list[Any]]:
    """Where the stream goes on after an inline image, and its dictionary, keys and values."""
    begins = data.find(b"ID", start)
    if begins < 0:
        return -1, []
    dictionary: list[Any] = []
    for _, operands in operations(data[start:begins] + b" end"):
        dictionary = operands
    ends = _END_OF_IMAGE.search(data, begins + 2)
    return (ends.end() if ends else -1), dictionary
