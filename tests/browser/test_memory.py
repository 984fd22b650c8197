"""A view that trains for half an hour: memory of kernel and page stays as it is.

As many frames as half an hour of 60 a second, or with fewer for the usual run; sent as fast as the
page takes them.
"""

import os
import time

import pytest
from lab import Lab, View
from measure import Report

#: A small view without the usual limits of frames and time: the page paints the newest it has.
FAST = """
import psutil
from nnlib.explorables.start_here import SpiralBoundary
from nnlib.live import budget
from nnlib.live.pace import Pace
class Unpaced(Pace):
    def answered(self, *painted):
        self.forget()
class Fast(SpiralBoundary):
    resolution = 16
budget.CREDITS = 16
view = Fast(speed=10_000)
view.player.budget = budget.FrameBudget(frames_per_second=400.0, share=0.6)
view.player.budget.pace = Unpaced(1 / 400)
view
"""
#: Frames that were sent, and bytes of the kernel's memory in use.
KERNEL = """
import gc
gc.collect()
print(view.player.budget.sent, psutil.Process().memory_info().rss)
"""
LOOKS = 21  # at the memory, from the first frame to the last
MOST_GROWTH = 0.05  # after the first tenth
SOME_BYTES = 2e6  # what a page of 30 MB gains in its first seconds, as its code is compiled


class Memory:
    """What kernel and page hold, after all that is garbage has been thrown away."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.page = lab.context.new_cdp_session(lab.page)
        self.page.send("Performance.enable")
        self.page.send("HeapProfiler.enable")

    def look(self) -> tuple[int, float, float]:
        """Frames so far, bytes of the kernel, bytes of the page's objects."""
        self.page.send("HeapProfiler.collectGarbage")
        metrics = self.page.send("Performance.getMetrics")["metrics"]
        heap = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")
        sent, kernel = map(int, self.lab.execute(KERNEL).split())
        return sent, kernel, heap


def drive(lab: Lab, view: View, frames: int) -> list[tuple[int, float, float]]:
    """Play until so many frames were sent, and look at the memory now and then."""
    memory = Memory(lab)
    looks = [memory.look()]
    start = looks[0][0]
    give_up = time.monotonic() + 60 + frames / 20
    while looks[-1][0] < start + frames:
        due = start + len(looks) * frames / (LOOKS - 1)
        view.wait(f"Number(stage.dataset.sequence) >= {due}", timeout=60_000 + 100 * frames)
        looks.append(memory.look())
        print(*looks[-1], view.data()["painted"], flush=True)
        assert time.monotonic() < give_up
    return looks


def check_flat(lab: Lab, frames: int, report: Report) -> None:
    view = lab.show(FAST)
    view.play()
    start = time.monotonic()
    looks = drive(lab, view, frames)
    spent, painted = time.monotonic() - start, int(view.data()["painted"])
    early = looks[len(looks) // 10 : len(looks) // 10 + 3]  # the first tenth, and a little
    late = looks[-3:]
    report(f"{frames} frames in {spent:.0f} s: painted", f"{painted}")
    for place, name in ((1, "kernel"), (2, "page")):
        before, after = (min(look[place] for look in some) for some in (early, late))
        report(
            f"{frames} frames: memory of the {name}", f"{before / 1e6:.1f}, {after / 1e6:.1f} MB"
        )
        assert after < before * (1 + MOST_GROWTH) + (SOME_BYTES if name == "page" else 0)
    assert view.message() == ""


def test_memory_stays_flat_over_two_thousand_frames(lab: Lab, report: Report) -> None:
    check_flat(lab, 2_000, report)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("NNLIB_SLOW_TESTS"), reason="takes half an hour")
def test_memory_stays_flat_over_half_an_hour_of_frames(lab: Lab, report: Report) -> None:
    check_flat(lab, 100_000, report)
