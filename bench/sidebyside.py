"""Compare speeds fairly: everybody in turn, round after round, in one process.

On a shared machine two measurements an hour apart say little, and a mean says less. Here each
round times every contestant once, and only ratios within a round are kept; their median is the
result.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    """Seconds per step of each contestant, one number for each round."""

    seconds: dict[str, list[float]]

    def step(self, name: str) -> float:
        """Median seconds per step."""
        return median(self.seconds[name])

    def ratio(self, name: str, to: str) -> float:
        """How many times as long `name` takes as `to`: the median over the rounds."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return median(slow / fast for slow, fast in pairs)


def measure(runs: dict[str, Iterator[float]], *, rounds: int, block: float = 0.02) -> Result:
    """Advance each run by a block of steps in every round, and time it.

    A block is as many steps as take about `block` seconds. The order turns by one place in each
    round, so that nobody always follows the same neighbour and finds its data in the cache, or
    not. Before the first round everybody warms up.
    """
    steps = {name: max(5, round(block / time_of(run, steps=50))) for name, run in runs.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    for _ in range(rounds):
        for name in names:
            seconds[name].append(time_of(runs[name], steps=steps[name]))
        names = names[1:] + names[:1]
    return Result(seconds)


def time_of(run: Iterator[float], *, steps: int) -> float:
    """Seconds per step."""
    start = time.perf_counter()
    for _ in range(steps):
        next(run)
    return (time.perf_counter() - start) / steps
