"""The pace of frames on links that are fast, slow, far away, or change, by a clock of the test."""

import math
import random
import statistics

import pytest

from nnlib.live.budget import FrameBudget
from nnlib.live.pace import COARSE, COMPRESSED, LONGEST, PLAIN, Pace

TURN = 0.002  # seconds
SIZES = {PLAIN: 1.0, COMPRESSED: 0.5, COARSE: 0.35}


class Link:
    """A line that carries one frame after the other, and a page that paints and answers.

    As the page does, it answers for the last frame at most every 130 ms, and says how long ago it
    painted that one.
    """

    def __init__(self, seconds_per_frame=0.001, way=0.002):
        self.budget = FrameBudget(30.0, 0.2)
        self.seconds_per_frame, self.way = seconds_per_frame, way
        self.now = self.free = 0.0
        self.line = []  # (sequence, when sent, when it is through)
        self.answers = []  # (when it arrives, sequence, when painted)
        self.unanswered = None  # (sequence, when painted)
        self.answered = -1.0  # when the last answer was given
        self.painted = []  # (when, delay)
        self.intervals = []

    def send(self):
        self.budget.send(self.now)
        size = SIZES[self.budget.pace.level]
        self.free = max(self.free, self.now) + size * self.seconds_per_frame
        self.line.append((self.budget.sent, self.now, self.free + self.way))
        self.budget.spend(self.now, self.now + 0.001)

    def paint(self):
        while self.line and self.line[0][2] <= self.now:
            sequence, sent, _ = self.line.pop(0)
            self.painted.append((self.now, self.now - sent))
            self.unanswered = (sequence, self.now)
        if self.unanswered and self.now - self.answered >= 0.13:
            sequence, painted = self.unanswered
            self.answers.append((self.now + self.way, sequence, self.now - painted))
            self.unanswered, self.answered = None, self.now

    def run(self, seconds, urgent=lambda now: False):
        """Frames, delays of all frames painted in this time."""
        start = self.now
        while self.now < start + seconds:
            self.paint()
            while self.answers and self.answers[0][0] <= self.now:
                _, sequence, ago = self.answers.pop(0)
                self.budget.acknowledge(sequence, self.now, ago)
            if self.budget.allows(self.now, urgent=urgent(self.now)):
                self.send()
            self.intervals.append(self.budget.pace.interval)
            self.now += TURN
        delays = [delay for when, delay in self.painted if when >= start]
        return len(delays) / seconds, delays


def p95(delays):
    return sorted(delays)[int(0.95 * len(delays))]


def test_a_fast_link_gets_the_full_rate_and_all_in_full():
    link = Link()
    rate, delays = link.run(5.0)
    assert rate >= 29
    assert max(delays) < 0.02
    assert max(link.intervals) == pytest.approx(1 / 30)
    assert link.budget.pace.level == PLAIN


@pytest.mark.parametrize("way", [0.02, 0.07])  # above that the credits are the limit
def test_a_long_way_alone_slows_nothing_down(way):
    link = Link(way=way)
    rate, delays = link.run(5.0)
    assert rate >= 28
    assert max(delays) == pytest.approx(way, abs=0.01)
    assert not link.budget.pace.slowed


@pytest.mark.parametrize("way", [0.002, 0.05])
@pytest.mark.parametrize("seconds_per_frame", [0.06, 0.1, 0.2, 0.3])
def test_on_a_slow_link_frames_soon_wait_for_little_and_the_link_is_used(seconds_per_frame, way):
    link = Link(seconds_per_frame, way)
    link.run(8.0)
    rate, delays = link.run(10.0)
    size = SIZES[link.budget.pace.level]
    least = size * seconds_per_frame + way
    assert statistics.median(delays) < least + 0.1
    assert p95(delays) < least + max(0.2, 2.5 * size * seconds_per_frame)
    assert rate >= 0.75 * min(30, 1 / (size * seconds_per_frame))


def test_a_moved_control_keeps_its_priority_on_a_slow_link_and_makes_no_line():
    link = Link(0.1, 0.05)
    link.run(8.0)
    rate, delays = link.run(10.0, urgent=lambda now: True)
    assert p95(delays) < 0.3
    assert rate >= 0.7 / (SIZES[link.budget.pace.level] * 0.1)


def test_a_link_that_gets_slow_is_noticed_at_once_and_one_that_comes_back_within_3_s():
    link = Link(0.002, 0.01)
    link.run(5.0)
    link.seconds_per_frame, link.way = 0.15, 0.05
    link.run(3.0)
    _, delays = link.run(5.0)
    assert p95(delays) < 0.35
    link.seconds_per_frame, link.way = 0.002, 0.01
    link.run(3.0)
    rate, delays = link.run(3.0)
    assert rate >= 29
    assert max(delays) < 0.05


def test_a_way_that_gets_longer_is_got_used_to():
    link = Link(0.002, 0.01)
    link.run(5.0)
    link.way = 0.1
    link.run(6.0)
    rate, _ = link.run(3.0)
    assert rate >= 25  # the credits are the limit


def test_a_page_that_hung_for_a_second_is_soon_back_at_the_full_rate():
    link = Link()
    link.run(3.0)
    link.free = link.now + 1.0
    link.run(4.0)
    rate, _ = link.run(2.0)
    assert rate >= 29


def test_a_busy_machine_that_stumbles_now_and_then_is_not_a_slow_link():
    """Every half second all stands still, for up to a quarter of a second."""
    link, dice = Link(), random.Random(0)
    rates = []
    for _ in range(40):
        link.free = link.now + dice.uniform(0, 0.25)
        rate, _ = link.run(dice.uniform(0.3, 0.7))
        rates.append(rate)
    assert statistics.mean(rates) >= 24
    assert link.budget.pace.interval < 0.04


def test_the_level_rises_with_need_and_falls_when_the_link_is_back():
    link = Link(0.07)
    link.run(2.0)
    assert link.budget.pace.level == COMPRESSED
    link.seconds_per_frame = 0.6
    link.run(8.0)
    assert link.budget.pace.level == COARSE
    link.seconds_per_frame = 0.002
    link.run(20.0)
    assert link.budget.pace.level == PLAIN


def test_a_level_that_fails_again_and_again_is_tried_ever_more_rarely():
    link = Link(0.06)  # compressed it is fast enough, in full it is not
    levels = []
    for _ in range(240):
        link.run(0.5)
        levels.append(link.budget.pace.level)
    tries = [i for i, level in enumerate(levels) if level == PLAIN]
    assert 2 <= len(tries) <= 8  # of 240 looks
    assert len([i for i in tries if i >= 120]) <= 2
    assert COARSE not in levels


def test_answers_of_nonsense_hurt_nobody():
    pace = Pace(shortest=1 / 30)
    pace.answered(5, now=1.0)
    for sequence, ago in enumerate([-1.0, 1e9, math.inf, 0.0], start=1):
        pace.sent(sequence, now=float(sequence))
        pace.answered(sequence, now=sequence + 0.01, ago=ago)
    assert not pace.slowed


def test_a_frame_that_is_forgotten_measures_nothing():
    pace = Pace(shortest=1 / 30)
    pace.sent(1, now=1.0)
    pace.answered(1, now=1.01)
    pace.sent(2, now=1.1)
    pace.forget()
    pace.answered(2, now=60.0)
    assert (pace.slowed, pace.not_before) == (False, 0.0)


def test_the_interval_has_an_end():
    link = Link(2.0)
    link.run(60.0)
    assert max(link.intervals) == LONGEST
