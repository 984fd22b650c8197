"""The frame budget: a rate, a share of the time, and no more frames than the page can take."""

import pytest

from nnlib.live.budget import CREDITS, FrameBudget


def budget(**options):
    return FrameBudget(**{"frames_per_second": 30.0, "share": 0.2, **options})


def test_the_first_frame_may_be_drawn_at_once():
    assert budget().allows(0.0, urgent=False)
    assert budget().allows(0.0, urgent=True)


# ---------------------------------------------------------------- credits


def test_so_many_frames_may_be_under_way():
    frames = budget()
    for _ in range(CREDITS):
        assert frames.has_credit()
        frames.send(0.0)
    assert not frames.has_credit()
    assert not frames.allows(1e9, urgent=True)
    assert not frames.allows(1e9, urgent=False)
    frames.acknowledge(1, 0.1)
    assert frames.has_credit()
    assert frames.allows(1e9, urgent=False)


def test_an_answer_counts_for_all_frames_before_it():
    frames = budget(sent=8)
    frames.acknowledge(6, 0.1)
    assert (frames.sent, frames.acknowledged) == (8, 6)


@pytest.mark.parametrize("sequence", [-1, 0, 4, 5, 9, 10**30, -(10**30)])
def test_answers_that_are_late_twice_or_of_the_future_change_nothing(sequence):
    frames = budget(sent=8, acknowledged=5)
    frames.acknowledge(sequence, 0.1)
    assert (frames.sent, frames.acknowledged) == (8, 5)


def test_frames_that_went_astray_are_forgiven():
    frames = budget(sent=20, acknowledged=12)
    assert not frames.has_credit()
    frames.forgive()
    assert (frames.sent, frames.acknowledged) == (20, 20)
    frames.acknowledge(13, 0.1)  # one of them turns up all the same
    assert frames.acknowledged == 20


# ---------------------------------------------------------------- time


def test_a_cheap_frame_waits_for_the_frame_rate():
    frames = budget(frames_per_second=10.0)
    frames.next_frame = 5.0
    frames.spend(5.0, 5.001)
    assert frames.next_frame == pytest.approx(5.1)
    assert not frames.allows(5.09, urgent=False)
    assert frames.allows(5.1, urgent=False)


def test_a_dear_frame_waits_until_it_is_only_its_share_of_the_time():
    frames = budget(share=0.25)
    frames.spend(5.0, 5.4)
    assert frames.next_frame == pytest.approx(5.0 + 0.4 / 0.25)


@pytest.mark.parametrize("cost", [0.001, 0.02, 0.3])
def test_an_urgent_frame_leaves_half_of_the_time_to_training(cost):
    frames = budget()
    frames.spend(5.0, 5.0 + cost)
    assert frames.soonest == pytest.approx(5.0 + 2 * cost)
    assert not frames.allows(5.0 + 1.9 * cost, urgent=True)
    assert frames.allows(5.0 + 2.1 * cost, urgent=True)


def test_a_late_frame_is_made_up_for_by_a_shorter_wait():
    frames = budget(frames_per_second=10.0)
    frames.next_frame = 5.0
    frames.spend(5.03, 5.031)
    assert frames.next_frame == pytest.approx(5.1)  # not 5.13: the rate is kept on average
    frames.spend(5.18, 5.181)
    assert frames.next_frame == pytest.approx(5.23)  # but never less than half of the wait


def test_frames_missed_long_ago_are_not_made_up_for():
    frames = budget(frames_per_second=10.0)
    frames.spend(5.0, 5.001)
    frames.spend(100.0, 100.001)
    assert frames.next_frame == pytest.approx(100.05)
    frames.spend(100.05, 100.051)
    assert frames.next_frame == pytest.approx(100.15)


def test_urgent_frames_in_between_do_not_put_the_next_ones_off():
    frames = budget(frames_per_second=10.0)
    for urgent in range(20):
        now = 5.0 + urgent * 0.01
        frames.spend(now, now + 0.001)
        assert now < frames.next_frame <= now + 0.1 + 1e-9
