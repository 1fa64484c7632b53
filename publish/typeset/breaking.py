"""Where lines end: first fit by cost, the best of the whole paragraph where a line is bad.

Widths are adjusted before a break is chosen (clreq, #prohibition_rules_for_line_start_end): what a
line would cost to set decides, reduction being tried before expansion.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import pairwise

from publish.typeset.pieces import ADDRESS, ANYWHERE, FORCED, HYPHEN, NO
from publish.typeset.prepared import Prepared

#: A first fit whose worst line costs more than this is thought over as a whole.
_GOOD_ENOUGH = 40.0
#: Words are hyphenated where a line would cost more.
HYPHENATE = 60.0
#: Costs: of a line that cannot be set, of a last line too short, of a hyphen, of a broken address,
#: of a line that takes the last resort (that of .067 em opened at every joint).
_IMPOSSIBLE, _RUNT, _HYPHEN, _ADDRESS, _TIGHT = 1e6, 400.0, 40.0, 4.0, 90.0
#: Cost of opening blanks and gaps as far as they go.
_SPREAD = 12.0
#: How far below the measure ends of a line are looked for, in em; further only if there is none.
_REACH = 3.0
#: Less than this is no overflow, in em: lengths of a style come rounded.
_SLIP = 1e-3

#: What a break of each kind costs more.
_KIND = {HYPHEN: _HYPHEN, FORCED: 0.0, ADDRESS: _ADDRESS, ANYWHERE: HYPHENATE + 1}

Candidates = list[tuple[int, float]]


class Breaker:
    """The line ends of a prepared paragraph for one width."""

    def __init__(
        self, prepared: Prepared, width: float, indent: float, start: int, justify: bool
    ) -> None:
        self.prepared = prepared
        self.width, self.indent, self.start, self.justify = width, indent, start, justify
        self._memo: dict[int, Candidates] = {}
        self._gap_stretch = prepared.rules.gap_stretch
        self.breaks = prepared.breaks
        # Without a wide word it takes as many characters as a line has squares to be too long.
        squares = max(1, int((width - indent) / prepared.em) - 1)
        if prepared.longest_word > width - indent or bytes(squares) in prepared.breaks:
            self.breaks = prepared.relented(width, width - indent, start)
        #: What the worst line costs.
        self.worst = 0.0

    def stops(self) -> list[int]:
        """The offsets at which lines begin and, last, the end of the text."""
        begin, stops, worst = self.start, [self.start], 0.0
        while begin < self.prepared.length:
            candidates = self._candidates(begin)
            begin, least = candidates[0]
            for end, cost in candidates:
                if cost < least:
                    begin, least = end, cost
            if least > worst:
                worst = least
            stops.append(begin)
        if worst > _GOOD_ENOUGH and len(stops) > 2:
            stops = self._best()
            worst = max(dict(self._memo[begin])[end] for begin, end in pairwise(stops))
        self.worst = worst
        return stops

    def _best(self) -> list[int]:
        """The cheapest way through all candidates."""
        length = self.prepared.length
        best: dict[int, tuple[float, int]] = {self.start: (0.0, -1)}
        queue, position = [self.start], 0
        while position < len(queue):
            begin = queue[position]
            position += 1
            if begin >= length:
                continue
            value = best[begin][0]
            for end, cost in self._candidates(begin):
                known = best.get(end)
                if known is None:
                    best[end] = (value + cost, begin)
                    insort(queue, end, position)
                elif value + cost < known[0]:
                    best[end] = (value + cost, begin)
        stops, end = [], length
        while end >= 0:
            stops.append(end)
            end = best[end][1]
        stops.reverse()
        return stops

    def _candidates(self, begin: int) -> Candidates:
        """The ends a line from ``begin`` may have, with what each costs."""
        found = self._memo.get(begin)
        if found is None:
            found = self._memo[begin] = self._look(begin)
        return found

    def _look(self, begin: int) -> Candidates:
        prepared = self.prepared
        total, breaks, text = prepared.total, self.breaks, prepared.text
        end_trim, length, em = prepared.end_trim, prepared.length, prepared.em
        width = self.width - (self.indent if begin == self.start else 0.0)
        first = begin
        while first < length - 1 and text[first] == " ":
            first += 1
        base = total[first] + prepared.start_trim.get(first, 0.0)
        # The first end to look at: the last possible one well below the measure, if there is one.
        end = max(first + 1, min(length, bisect_right(total, base + width - _REACH * em) - 1))
        forced = breaks.find(FORCED, first, end)
        if forced >= 0:
            last = forced + 1
            while last > first + 1 and text[last - 1] in " \n":
                last -= 1
            return [(forced + 1, self._cost(begin, first, last, 0.0, forced + 1))]
        while end > first + 1 and breaks[end - 1] == NO:
            end -= 1
        result: Candidates = []
        fits = end
        while end <= length:
            kind = breaks[end - 1]
            if kind == NO:
                end += 1
                continue
            last = end
            while last > first + 1 and text[last - 1] in " \n":
                last -= 1
            at = last - 1
            slack = width - (total[last] - base - end_trim.get(at, 0.0))
            if kind == HYPHEN:
                slack -= prepared.hyphen.get(end - 1, 0.0)
            if slack < -_SLIP * em:
                # What an opening mark has before it at the line's start is trimmed already.
                room = prepared.room_sums[at] - prepared.room_sums[first]
                room -= prepared.shrinks.get(first, (0, 0.0, 0.0))[1]
                room += prepared.end_room.get(at, 0.0)
                if not self.justify:
                    break
                if -slack > room + _SLIP * em:
                    if -slack > room + prepared.last_resort(first, at):
                        break
                    cost = _TIGHT
                else:
                    cost = 1 + 40 * (slack / em) ** 2 + 30 * (slack / room) ** 2
            else:
                cost = self._cost(begin, first, last, slack, end)
            fits = end
            if kind > 1:
                cost += _KIND[kind]
            result.append((end, cost))
            if kind == FORCED:
                break
            end += 1
        # Nothing can be set well: as much as fits, or one unit that sticks out.
        return result or [(self._first_break(first, fits), _IMPOSSIBLE)]

    def _cost(self, begin: int, first: int, last: int, slack: float, end: int) -> float:
        """What it costs to set a line that has ``slack`` to spare."""
        prepared = self.prepared
        em = prepared.em
        if end == prepared.length or prepared.breaks[end - 1] == FORCED:
            few = last - first <= 3 * prepared.rules.last_line and first > self.start
            return _RUNT if few and prepared.is_runt(begin, first, last) else 0.0
        if not self.justify:
            return 1 + (slack / em) ** 2
        at = last - 1
        gaps = prepared.gap_sums[at] - prepared.gap_sums[first]
        spaces = prepared.space_sums[at] - prepared.space_sums[first]
        first_room = gaps * self._gap_stretch + spaces * em / 4
        opened = slack if slack < first_room else first_room
        slack -= opened
        spread = _SPREAD * opened / first_room if first_room else 0.0
        places = prepared.place_sums[at] - prepared.place_sums[first] or spaces
        if not places:
            return 1 + spread + 2000 * (slack / em) ** 2
        each = slack / em / places
        return 1 + spread + 2e4 * each * each

    def _first_break(self, first: int, fits: int) -> int:
        """The first place where the line may end at all."""
        breaks, length = self.breaks, self.prepared.length
        end = max(first + 1, fits)
        while end < length and breaks[end - 1] == NO:
            end += 1
        return end
