"""Bytes to text: encodings, byte order marks, line ends, and what is no text at all."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from publish.diagnostics import Diagnostic, Source, fail
from publish.text.characters import has_han, is_chinese_punctuation

#: A manuscript larger than this is no manuscript (bytes).
MAX_BYTES = 64 * 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Files of other programs, by their first bytes, which people give the name of a text.
_OTHERS = {
    b"PK\x03\x04": "a document of a word processor or an archive (ZIP)",
    b"\xd0\xcf\x11\xe0": "a document of an old word processor",
    b"{\\rtf": "a document in RTF",
    b"%PDF-": "a PDF",
}
_SAVE = "save it as text or Markdown, in UTF-8"
#: What a Chinese text without a mark may be, when it is not UTF-8.
_LEGACY = ("gb18030", "big5hkscs")
#: Share of frequent characters below which a legacy encoding is only a guess.
_SURE = 0.9
#: Zero bytes that a Chinese text may have, and their share: exporters drop one here and there.
_ZEROS, _ZERO_SHARE = 8, 0.01
#: So many Chinese characters for each that does not decode tell that a file is UTF-8.
_SOUND = 20


def load(path: Path, name: str, declared: str = "") -> tuple[Source, tuple[Diagnostic, ...]]:
    """Read and decode one file; ``declared`` is the encoding that book.toml names.

    Raises :class:`~publish.diagnostics.Failure` for a file that is missing, empty,
    too large, binary, or in no encoding we know.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise fail(
                "R-SIZE",
                f"the file has {size} bytes; a manuscript has {MAX_BYTES} at most",
                path=name,
            )
        data = path.read_bytes()
    except OSError as error:
        raise fail(
            "R-FILE", f"cannot read the manuscript: {error.strerror}", path=name, exit_code=2
        ) from error
    return decode(data, name, declared)


def decode(data: bytes, name: str, declared: str = "") -> tuple[Source, tuple[Diagnostic, ...]]:
    """Decode the bytes of a manuscript."""
    if not data.strip(codecs.BOM_UTF8 + b" \t\r\n"):
        raise fail("R-EMPTY", "the file is empty", path=name)
    for start, kind in _OTHERS.items():
        if data.startswith(start):
            raise fail("R-BINARY", f"the file is {kind}, not text", path=name, hints=(_SAVE,))
    encoding, mark, sure = _encoding(data, name, declared)
    try:
        text = data[len(mark) :].decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise fail(
            "R-ENCODING",
            f"the file is not {encoding}: {_reason(error)}",
            path=name,
            hints=('name its encoding in book.toml: [source] encoding = "…"',),
        ) from error
    if "\0" in text and not _has_few_zeros(text):
        raise fail("R-BINARY", "the file is binary, not text", path=name, hints=(_SAVE,))
    found: list[Diagnostic] = []
    if not sure:
        found.append(
            Diagnostic(
                "B-ENC",
                "query",
                f"the encoding is probably {encoding}, but not certainly",
                path=name,
                hints=(f'settle it in book.toml: [source] encoding = "{encoding}"',),
            )
        )
    newline = _newline(text)
    ends = tuple(re.findall("\r\n|\r|\n", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    mixed = ends if len(set(ends)) > 1 else ()
    return Source(name, text, encoding, mark, newline, ends=mixed), tuple(found)


def _newline(text: str) -> str:
    """The line end that the file mostly uses."""
    windows = text.count("\r\n")
    unix, mac = text.count("\n") - windows, text.count("\r") - windows
    return max(((unix, "\n"), (windows, "\r\n"), (mac, "\r")), key=lambda pair: pair[0])[1]


def _encoding(data: bytes, name: str, declared: str) -> tuple[str, bytes, bool]:
    """Encoding, byte order mark, and whether that is certain."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, mark, True
    if declared:
        # These names mean a mark as well: the file has none, and must get none when written.
        plain = declared.lower().replace("_", "-")
        unmarked = {"utf-16": "utf-16-le", "utf16": "utf-16-le", "utf-8-sig": "utf-8"}
        return unmarked.get(plain, declared), b"", True
    head = data[: 1 << 16]
    # Half of all Chinese characters are plain letters to UTF-8 when UTF-16 writes them, so that
    # what has a zero byte is UTF-8 only if it has ideographs as such.
    if _decodes(data, "utf-8") and (0 not in head or _has_few_zeros(data.decode())):
        return "utf-8", b"", True
    if 0 in head:
        # Legacy encodings have no zero byte; in UTF-16 blanks and line ends have one.
        share, encoding = max(
            (_share_of_text(head, candidate), candidate) for candidate in ("utf-16-le", "utf-16-be")
        )
        # So many characters of UTF-16 have no byte beyond ASCII only where most are Latin.
        latin = len(head) > 64 and head.isascii() and head.count(0) < len(head) * 0.4
        if share < _SURE or latin:
            raise fail("R-BINARY", "the file is binary, not text", path=name, hints=(_SAVE,))
        return encoding, b"", False
    scores = sorted(((_score(data, encoding), encoding) for encoding in _LEGACY), reverse=True)
    (best, encoding), (second, _) = scores
    damage = _damage(data)
    if best <= 0 or damage:
        message = "the file is in none of UTF-8, UTF-16, GB18030 and Big5"
        raise fail(
            "R-ENCODING",
            f"the file is UTF-8 but for {damage}" if damage else message,
            path=name,
            hints=("save it as UTF-8, or name its encoding in book.toml: [source] encoding",),
        )
    return encoding, b"", best >= _SURE and best - second > 0.2


def _reason(error: Exception) -> str:
    """Why bytes do not decode, and where they stand."""
    if not isinstance(error, UnicodeDecodeError):
        return str(error)
    where = "" if error.encoding.startswith("utf-16") else f", {_bytes_at(error)}"
    return f"{error.reason}{where}"


def _bytes_at(error: UnicodeDecodeError) -> str:
    """``the bytes C9 BD of line 3 (offset 71)``, in a file whose line ends are bytes."""
    lines = error.object[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = lines.count(b"\n") + 1
    shown = error.object[error.start : max(error.end, error.start + 2)].hex(" ").upper()
    return f"the bytes {shown} of line {line} (offset {error.start})"


def _damage(data: bytes) -> str:
    """What is wrong in a file that is UTF-8 but for a few bytes, and where the first stand; the
    empty text for a file that is something else."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        bad = text.count("\ufffd")
        if bad * _SOUND > sum(map(has_han, text)):
            return ""
        more = "" if bad == 1 else ", the first of several that are wrong"
        return _bytes_at(error) + more
    return ""


def _has_few_zeros(text: str) -> bool:
    """Whether the zero bytes of a file are residue in a Chinese text."""
    return text.count("\0") <= max(_ZEROS, len(text) * _ZERO_SHARE) and has_han(text)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _share_of_text(data: bytes, encoding: str) -> float:
    """Share of the characters that Chinese text is made of, decoded as UTF-16."""
    text = data[: len(data) // 2 * 2].decode(encoding, errors="replace")
    known = sum(
        has_han(character)
        or is_chinese_punctuation(character)
        or " " <= character <= "~"
        or character in "\t\r\n"
        for character in text
    )
    return known / max(1, len(text))


def _score(data: bytes, encoding: str) -> float:
    """Share of the frequent characters among those beyond ASCII; -1 where it does not decode.

    Both legacy sets put their frequent ideographs on a first level of their own (GB 2312
    level 1, Big5 level 1), so that text decoded as the wrong one scatters over the rest.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    beyond = [character for character in text[:20_000] if ord(character) > 0x7F]
    if not beyond:
        return -1.0
    return sum(map(_is_frequent, beyond, (encoding,) * len(beyond))) / len(beyond)


def _is_frequent(character: str, encoding: str) -> bool:
    code = character.encode(encoding)
    if len(code) != 2:
        return False
    if encoding == "gb18030":
        # GB 2312 rows 1-3 (marks, full-width forms) and 16-55 (level 1).
        return (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xD7) and code[1] >= 0xA1
    return 0xA1 <= code[0] <= 0xC6
