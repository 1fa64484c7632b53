"""Where two texts agree again after a difference, and how that is told."""

from __future__ import annotations

from publish.text.threads import CONTEXT

#: Characters searched for the place where both texts agree again (more than two full pages).
HORIZON = 2000


def meeting(expected: str, found: str) -> tuple[int, int] | None:
    """The least (characters lost, characters added) after which both texts agree again.

    Agreement is a run of eight equal characters; failing that, of four or two close by.
    """
    for length, horizon in ((8, HORIZON), (4, 120), (2, 24)):
        places: dict[str, int] = {}
        for i in range(min(len(expected), horizon) - length + 1):
            places.setdefault(expected[i : i + length], i)
        best: tuple[int, int] | None = None
        for j in range(min(len(found), horizon) - length + 1):
            if best is not None and j >= sum(best):
                break
            i = places.get(found[j : j + length], -1)
            if i >= 0 and (best is None or i + j < sum(best)):
                best = (i, j)
        if best is not None:
            return best
    return None


def short(text: str) -> str:
    """A text as a person is shown it: whole, or its beginning and its end."""
    return text if len(text) <= 3 * CONTEXT else f"{text[: 2 * CONTEXT]}…{text[-CONTEXT:]}"


def characters(number: int) -> str:
    """So many characters, in words."""
    return "1 character" if number == 1 else f"{number} characters"


def difference(lost: str, added: str) -> tuple[str, str]:
    """The code of a difference, and what it is in words."""
    if lost and added:
        return "T-CHANGED", f"⟦{short(lost)}⟧ became ⟦{short(added)}⟧"
    if lost:
        return "T-LOST", f"{characters(len(lost))} lost: ⟦{short(lost)}⟧"
    return "T-ADDED", f"{characters(len(added))} added: ⟦{short(added)}⟧"
