"""Notes: numbered by chapter in the order of their calls, and put together at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from publish.diagnostics import Diagnostic, Source, did_you_mean
from publish.model import book as b
from publish.model.tree import walk
from publish.read.markdown import FileBlocks
from publish.read.pieces import spliced

#: Notes within notes are followed so far.
_DEPTH = 3
#: What is done to a block before it stands in the book: figures numbered, images found.
Prepare = Callable[[b.Block], b.Block]


class Notes:
    """The notes of all files; a label belongs to its file."""

    def __init__(
        self, files: Sequence[FileBlocks], prepare: Prepare, found: list[Diagnostic]
    ) -> None:
        self.files, self.prepare, self.found = files, prepare, found
        self.index = {id(file.source): number for number, file in enumerate(files)}
        self.used: set[tuple[int, str]] = set()
        #: Whether there can be calls: each has this sign, ``[^1]`` or ``^[…]``.
        self.any = any("^" in file.source.text for file in files)

    def number(self, value: Any, anchor: str) -> tuple[Any, tuple[b.Note, ...]]:
        """A chapter's title and blocks with their calls numbered from one, and its notes.

        A note that is called twice has one number; in print and on screen the second
        call leads to the same note.
        """
        if not self.any:
            return value, ()
        numbers: dict[tuple[int, str], int] = {}
        notes: list[b.Note] = []

        def expand(node: b.Inline) -> tuple[b.Inline, ...]:
            if not isinstance(node, b.NoteRef):
                return (node,)
            note, key = self.defined(node)
            if note is None:
                return (b.Text(f"[^{node.note}]", span=node.span),)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                name = f"{anchor}-n{numbers[key]}"
                blocks = tuple(self.prepare(block) for block in self.flat(note.blocks, (key,)))
                notes.append(b.Note(name, numbers[key], blocks, span=note.span))
            return (b.NoteRef(f"{anchor}-n{numbers[key]}", numbers[key], span=node.span),)

        return spliced(value, expand), tuple(notes)

    def flat(self, value: Any, above: tuple[tuple[int, str], ...] = ()) -> Any:
        """Text where no note can stand, in a part or in another note: its notes in brackets."""

        def expand(node: b.Inline) -> tuple[b.Inline, ...]:
            if not isinstance(node, b.NoteRef):
                return (node,)
            note, key = self.defined(node)
            if note is None or key in above or len(above) > _DEPTH:
                return (b.Text(f"[^{node.note}]", span=node.span),)
            place = "in a note" if above else "in a part's title or lead"
            self.warn(f"{place} no other note can stand; it is set in brackets", node)
            inside = [n for block in note.blocks for n in walk(block)]
            lines = [n.children for n in inside if isinstance(n, b.Paragraph)]
            words = tuple(child for line in lines for child in line)
            return (b.Text("（"), *self.flat(words, (*above, key)), b.Text("）"))

        return spliced(value, expand)

    def defined(self, call: b.NoteRef) -> tuple[b.Note | None, tuple[int, str]]:
        """The note that a call means, or None and a warning; its file and label."""
        source: Source | None = call.span.source if call.span else None
        index = self.index.get(id(source), 0)
        key = (index, call.note)
        note = self.files[index].notes.get(call.note)
        self.used.add(key)
        if note is None:
            hints = did_you_mean(call.note, self.files[index].notes)
            hints = hints or (
                f"a note is a paragraph that begins with [^{call.note}]: and a blank",
            )
            self.warn(f"there is no note [^{call.note}] in this file", call, hints)
        elif not note.blocks:
            self.warn(f"the note [^{call.note}] is empty", call)
            note = None
        return note, key

    def unused(self) -> None:
        """Tell of the notes that nothing calls."""
        for index, file in enumerate(self.files):
            for label, note in file.notes.items():
                if (index, label) not in self.used:
                    hints = (f"call it where it belongs: [^{label}]",)
                    message = f"nothing calls the note [^{label}]; it is left out"
                    self.warn(message, note, hints)

    def warn(self, message: str, node: b.Node, hints: tuple[str, ...] = ()) -> None:
        """Tell something of a note, in its place."""
        self.found.append(Diagnostic("R-NOTE", "warning", message, node.span, hints))
