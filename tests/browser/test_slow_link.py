"""A slow link, such as that from Binder: fewer frames and smaller ones, and none of them late."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lab import Lab, View
from measure import DRAG, WATCH, Report, p95
from slow_link import SlowLink

#: A view whose curves are as long as they get, so that each frame is as large as it gets.
SPIRAL = """
from nnlib.explorables.start_here import SpiralBoundary
view = SpiralBoundary()
for _ in range(6):
    view.run(100)
view
"""
SLOW = 1e6  # bits in a second, each way
ROUND_TRIP = 0.1  # seconds
LEVEL = "pace = view.player.budget.pace; print(pace.level, round(1 / pace.interval))"


@pytest.fixture
def link(server: tuple[str, Path]) -> Iterator[SlowLink]:
    with SlowLink(urlsplit(server[0]).port) as opened:
        yield opened


@pytest.fixture
def lab(server: tuple[str, Path], link: SlowLink, browser: object) -> Iterator[Lab]:
    opened = Lab(link.url, server[1], browser)
    yield opened
    problems = list(opened.problems)
    link.throttle(0, 0)
    opened.close()
    assert problems == []


def watch(view: View, seconds: float = 5) -> float:
    return float(view.locator.evaluate(WATCH, seconds))


def test_a_slow_link_gets_fewer_frames_and_none_late(
    lab: Lab, link: SlowLink, report: Report
) -> None:
    view = lab.show(SPIRAL)
    view.play()
    lab.page.wait_for_timeout(3000)
    full = watch(view, 3)
    link.throttle(SLOW, ROUND_TRIP)
    lab.page.wait_for_timeout(4000)
    link.down.most, link.down.carried = 0, 0
    slow, first = watch(view), link.down.most
    report("1 Mbit/s: painted frames/s, and before", f"{slow:.1f}, {full:.1f}")
    report(
        "1 Mbit/s: bytes/s down, level and rate",
        f"{link.down.carried / 5:.0f}, {lab.execute(LEVEL)}",
    )
    drags = view.locator.evaluate(DRAG, ["learning_rate", 40])
    median = statistics.median(drags)
    report("1 Mbit/s: drag to visible effect, median / p95", f"{median:.0f} / {p95(drags):.0f} ms")
    link.down.most = 0
    watch(view)
    report("1 Mbit/s: largest backlog, first and last", f"{first}, {link.down.most} bytes")
    assert slow >= 8
    assert p95(drags) < 500
    assert link.down.most < 2 * max(first, 40_000)  # that is a third of a second
    link.throttle(0, 0)
    lab.page.wait_for_timeout(3000)
    back = watch(view, 3)
    report("1 Mbit/s: painted frames/s 3 s after it is lifted", f"{back:.1f}")
    assert back >= 0.8 * full
