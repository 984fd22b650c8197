"""What a run leaves behind: curves of bounded length, snapshots of bounded size."""

import math

import numpy as np
import pytest

from nnlib.live import Series, Snapshots


def filled(count, capacity=20, every=1):
    series = Series("loss", capacity=capacity)
    for step in range(0, count * every, every):
        series.append(step, loss=step / 2)
    return series


def steps_of(series, name="loss"):
    return series.curve(name)[0].tolist()


# ---------------------------------------------------------------- curves


def test_an_empty_series_has_curves_of_no_points():
    series = Series("train", "test")
    for name in ("train", "test"):
        assert series.curve(name).shape == (2, 0)
        assert series.curve(name).dtype == np.float32
        assert math.isnan(series.last(name))


def test_curves_are_steps_above_values():
    series = Series("train", "test")
    series.append(3, train=0.5, test=0.75)
    series.append(8, train=0.25, test=0.5)
    np.testing.assert_array_equal(series.curve("train"), np.float32([[3, 8], [0.5, 0.25]]))
    np.testing.assert_array_equal(series.curve("test"), np.float32([[3, 8], [0.75, 0.5]]))
    assert series.curve("test").dtype == np.float32
    assert (series.last("train"), series.last("test")) == (0.25, 0.5)


def test_a_value_for_every_curve_is_asked_for():
    with pytest.raises(KeyError, match="test"):
        Series("train", "test").append(0, train=1.0)


@pytest.mark.parametrize("capacity", [2, 4, 20, 600])
@pytest.mark.parametrize("every", [1, 7])
def test_thinning_keeps_bound_first_newest_order_and_values(capacity, every):
    series = Series("loss", capacity=capacity)
    for step in range(0, 3000 * every, every):
        series.append(step, loss=step / 2)
        assert series.last("loss") == step / 2
        if step % (97 * every) == 0:
            steps, values = series.curve("loss")
            assert steps.size <= capacity
            assert steps[0] == 0
            assert steps[-1] == step
            assert (np.diff(steps) > 0).all()
            np.testing.assert_array_equal(values, steps / 2)


@pytest.mark.parametrize("count", [700, 1900, 9000, 30_000])
def test_a_thinned_curve_covers_the_whole_run_evenly(count):
    """The fall of the loss at the beginning is what a learner wants to see at the end, too."""
    steps = filled(count, capacity=600).curve("loss")[0]
    assert steps.size >= 300
    gaps = np.diff(steps)
    assert gaps.max() <= 4 * count / 600
    assert (steps < count / 2).sum() >= steps.size / 3


def test_thinning_copes_with_steps_at_very_different_distances():
    series = Series("loss", capacity=20)
    for step in [*range(100), *range(100, 100_000, 900), *range(100_000, 100_050)]:
        series.append(step, loss=0.0)
    steps = series.curve("loss")[0]
    assert steps[0] == 0
    assert steps[-1] == 100_049
    assert np.diff(steps).max() < 20_000


def test_cut_forgets_what_came_after():
    series = filled(10)
    series.cut(4)
    assert steps_of(series) == [0, 1, 2, 3, 4]
    series.cut(4)
    series.cut(100)
    assert steps_of(series) == [0, 1, 2, 3, 4]
    series.cut(-1)
    assert steps_of(series) == []
    assert math.isnan(series.last("loss"))


def test_a_second_record_of_a_step_replaces_the_first():
    series = filled(5)
    series.append(4, loss=99.0)
    assert steps_of(series) == [0, 1, 2, 3, 4]
    assert series.last("loss") == 99.0


def test_an_append_after_a_rewind_drops_what_it_overtakes():
    series = filled(10)
    series.append(3, loss=99.0)
    assert steps_of(series) == [0, 1, 2, 3]
    assert series.last("loss") == 99.0


def test_single_steps_show_again_after_a_rewind_into_the_dense_past():
    series = filled(1000, capacity=20)
    series.cut(0)
    for step in range(1, 5):
        series.append(step, loss=0.0)
    assert steps_of(series) == [0, 1, 2, 3, 4]


def test_a_rewind_alone_merges_no_points():
    series = filled(10, every=100)
    series.cut(300)
    for step in range(301, 305):
        series.append(step, loss=0.0)
    assert steps_of(series) == [0, 100, 200, 300, 301, 302, 303, 304]


def test_rewinding_puts_aside_what_lies_ahead_and_going_on_forgets_it():
    series = filled(10)
    series.rewind(4)
    assert steps_of(series) == [0, 1, 2, 3, 4]
    assert series.last("loss") == 2.0
    series.rewind(7)
    assert steps_of(series) == list(range(8))
    series.rewind(9)
    assert steps_of(series) == list(range(10))
    series.rewind(4)
    series.append(5, loss=99.0)
    assert steps_of(series) == [0, 1, 2, 3, 4, 5]
    series.rewind(9)
    assert steps_of(series) == [0, 1, 2, 3, 4, 5]
    assert series.last("loss") == 99.0


def test_going_on_from_between_two_points_keeps_none_of_the_future():
    series = filled(5, every=10)
    series.rewind(15)
    series.append(16, loss=1.0)
    assert steps_of(series) == [0, 10, 16]


@pytest.mark.parametrize("step", [15, 20, 40])
def test_a_measurement_where_it_was_rewound_to_forgets_nothing(step):
    """Every frame after a seek measures; only training forgets."""
    series = filled(5, every=10)
    series.rewind(step)
    series.append(step, loss=77.0)
    series.append(step, loss=78.0)
    assert steps_of(series) == [*range(0, step, 10), step]
    assert series.last("loss") == 78.0
    series.rewind(40)
    assert steps_of(series) == [0, 10, 20, 30, 40]
    series.rewind(step)
    series.append(step, loss=78.0)
    series.append(step + 1, loss=79.0)
    assert steps_of(series)[-2:] == [step, step + 1]


def test_scrubbing_a_full_series_keeps_its_bound():
    series = filled(20, capacity=20)
    for step in (3, 17, 5, 11, 19):
        series.rewind(step)
        series.append(step, loss=0.0)
        assert len(steps_of(series)) == step + 1
    series.append(20, loss=0.0)
    assert len(steps_of(series)) <= 20


def test_clear_forgets_the_rewinding_too():
    series = filled(10)
    series.rewind(2)
    series.clear()
    series.append(5, loss=1.0)
    assert steps_of(series) == [5]


# ---------------------------------------------------------------- snapshots


def state(value=0.0, size=100):
    return {"arrays": np.full(size, float(value)), "n": int(value)}


def recorded(count, **options):
    """Keep snapshots as the player does, when they are due."""
    snapshots = Snapshots(**options)
    for step in range(count):
        if snapshots.due(step):
            snapshots.keep(step, state(step))
    return snapshots


def nbytes(snapshots):
    return sum(snapshots.get(step)["arrays"].nbytes for step in snapshots.steps)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 50, 1000, 5000])
@pytest.mark.parametrize("most", [2, 3, 8, 128])
def test_snapshots_stay_within_their_number(count, most):
    snapshots = recorded(count, most=most)
    assert 1 <= len(snapshots.steps) <= most
    assert snapshots.steps[0] == 0
    assert snapshots.steps == sorted(set(snapshots.steps))
    for step in snapshots.steps:
        assert snapshots.get(step)["n"] == step


@pytest.mark.parametrize("budget", [3_000, 10_000, 100_000])
def test_snapshots_stay_within_their_bytes(budget):
    snapshots = recorded(2000, budget=budget)
    assert nbytes(snapshots) <= budget
    assert len(snapshots.steps) >= 2


def test_larger_states_of_before_count_with_their_own_size():
    """The states of one optimizer may be three times those of the next."""
    snapshots = Snapshots(budget=30_000)
    for step in range(40):
        snapshots.keep(step, state(step, size=300 if step < 12 else 100))
        assert nbytes(snapshots) <= 30_000


def test_two_states_are_kept_even_if_they_break_the_budget():
    snapshots = Snapshots(budget=10)
    for step in range(5):
        snapshots.keep(step, state(step))
    assert snapshots.steps == [0, 4]


@pytest.mark.parametrize("count", [100, 1000, 7777])
def test_after_thinning_snapshots_cover_the_whole_run(count):
    snapshots = recorded(count, most=16)
    places = [*snapshots.steps, count]
    assert max(np.diff(places)) <= 4 * count / 16
    assert len(snapshots.steps) >= 8
    assert 1 < snapshots.interval <= 4 * count / 16


def test_a_state_is_due_once_enough_steps_have_passed():
    snapshots = Snapshots()
    assert snapshots.due(0)
    snapshots.keep(0, state())
    assert snapshots.due(1)
    snapshots.interval = 10
    assert not snapshots.due(9)
    assert snapshots.due(10)


@pytest.mark.parametrize("interval", [1, 10])
def test_a_state_is_due_where_later_ones_are_out_of_date(interval):
    snapshots = recorded(21)
    snapshots.interval = interval
    assert snapshots.due(1)
    assert snapshots.due(19)
    assert snapshots.due(20)  # the state kept at 20 is of the run that was left behind
    assert snapshots.due(21) == (interval == 1)
    snapshots.keep(5, state(99))
    assert snapshots.steps == [0, 1, 2, 3, 4, 5]
    assert not snapshots.due(6) or interval == 1
    assert snapshots.due(5 + interval)


def test_before_and_nearest():
    snapshots = Snapshots()
    assert snapshots.before(10) is None
    assert snapshots.nearest(10) is None
    for step in (0, 10, 20):
        snapshots.keep(step, state(step))
    assert [snapshots.before(step) for step in (0, 1, 10, 11, 999)] == [None, 0, 0, 10, 20]
    assert [snapshots.nearest(step) for step in (-5, 4, 6, 20, 10**9)] == [0, 0, 10, 20, 20]


def test_keeping_an_earlier_step_forgets_the_later_ones():
    snapshots = recorded(10)
    snapshots.keep(4, state(99))
    assert snapshots.steps == [0, 1, 2, 3, 4]
    assert snapshots.get(4)["n"] == 99


def test_cut_and_clear():
    snapshots = recorded(10)
    snapshots.cut(6)
    assert snapshots.steps == [0, 1, 2, 3, 4, 5, 6]
    snapshots.cut(-1)
    assert snapshots.steps == []
    snapshots.interval = 64
    snapshots.clear()
    assert snapshots.due(0)
    assert snapshots.interval == 1
