"""How a team of threads shares the instructions of a table, and which of them come last."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nnstudio.engine import layout
from nnstudio.engine.sharing import GRAIN, ROOM, SLIM
from nnstudio.engine.vectors import BYTES

# A team of threads takes about half a microsecond to share an instruction, the time of some 50,000 multiply-adds. But
# one that is only called now and then has to wake up: what is small is shared where something large is.
WORTH_SHARING, LARGE, WORTH_IN_TURN, CHUNK = 400_000, 2_000_000, 120_000, 100_000
WORTH_HALVES = 400_000  # a number of its own: sums in halves are other bits, whatever is shared
Row = list[int]


def units(row: Row, lanes: int) -> int:
    """How many neurons an instruction that can be shared works on; of a product in halves, how many lanes."""
    if row[0] == layout.HALVES:
        return 2 * -(-lanes // GRAIN) * GRAIN
    place = {layout.PRODUCT: 5, layout.SLOPE_BY_TILES: 4, layout.SEND_BACK: 4, layout.PULL: 4, layout.FLIP: 2}
    return row[place.get(row[0], 3)]


def chunks(units: int, cost: int, team: int, worth: int, grain: int = GRAIN) -> int:
    """Into how many pieces of ``grain`` units at least work is cut: one, where it costs less than ``worth``."""
    if team == 1 or cost < worth:
        return 1
    return max(1, min(units // grain, max(team, cost // CHUNK), 16 * team))


def grain(row: Row) -> int:
    """How many units a piece of an instruction has at least.

    A product copies what all its rows are multiplied by, so these are many; tiles of one in halves are two vectors
    wide.
    """
    tall = {layout.PRODUCT: 4 * GRAIN, layout.SEND_BACK: 4 * GRAIN, layout.HALVES: 2 * BYTES // 4, layout.WIRE: SLIM}
    return tall.get(row[0], GRAIN)


def worth_sharing(costs: Iterable[int]) -> int:
    """From which cost on instructions are shared, where these are those of all."""
    return WORTH_IN_TURN if max(costs, default=0) >= LARGE else WORTH_SHARING


def in_halves(sources: int, targets: int, lanes: int) -> bool:
    """Whether a forward product is shared by sources, not by targets: where these are few.

    A thread then reads what it wrote before, its own sources' values and weights, and only sums go from one to the
    other. It depends on sizes alone, since sums in halves are other sums.
    """
    return sources >= 2 * targets and sources * targets * lanes >= WORTH_HALVES


def parted(rows: list[Row], shared: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    """The backward rows that come first, and the shared slopes of weights, which can wait: nothing else reads them.

    When everything else is done, it is known that they will be finite, and weights can take their step as their slopes
    come up, which then need not be written to memory and read again. None waits where penalties are added to slopes,
    or where there is no room for some.
    """
    late = [row for row in rows if row[0] == layout.SLOPE_BY_TILES and shared(row)]
    if any(row[0] == layout.PENALIZE for row in rows) or any(row[5] * GRAIN > ROOM for row in late):
        return rows, []
    return [row for row in rows if not any(row is other for other in late)], late


def with_flips(rows: list[Row]) -> list[Row]:
    """The same with what slopes by tiles need before them: the target's d, flipped."""
    made: list[Row] = []
    flipped = -1
    for row in rows:
        if row[0] == layout.SLOPE_BY_TILES and row[2] != flipped:
            flipped = row[2]
            made.append([layout.FLIP, flipped, row[5]])
        made.append(row)
    return made


def blocks_of(rows: list[Row], known: set[int]) -> list[tuple[int, int]]:
    """The blocks that slopes by tiles are made from, but for the ``known`` ones, and how many neurons each has."""
    found = {row[1]: row[4] for row in rows} | {row[2]: row[5] for row in rows}
    return [(block, neurons) for block, neurons in found.items() if block not in known]
