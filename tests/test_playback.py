"""Playback: forward and back by steps, and never a stay at numbers that broke."""

import numpy as np
import pytest

from fake_run import EPOCH, Clock, FakeRun
from nnlib.live.playback import LONGEST_UNIT, Playback
from nnlib.training import Step


def playback(**options):
    """A playback of a fake run by a clock of its own; return both."""
    clock = Clock()
    run = FakeRun(clock, **options)
    return Playback(run, clock=clock), run


def weight(run):
    return int(run.weight[0])


def records(run):
    """The steps at which the run has been measured."""
    return [call[1] for call in run.calls if call[0] == "record"]


# ---------------------------------------------------------------- reset


def test_it_starts_at_step_0_measured_and_kept():
    play, run = playback()
    assert (play.step, weight(run), play.snapshots.steps, records(run)) == (0, 0, [0], [0])
    assert run.calls[0] == "start"
    assert (play.playing, play.changed, play.message, play.rate) == (False, True, "", 0.0)


def test_reset_makes_all_anew_and_measures_at_step_0():
    play, run = playback()
    run.trouble[8] = ValueError("odd shape")
    play.advance("epoch")
    run.trouble.clear()
    run.calls.clear()
    play.changed = False
    play.reset()
    assert run.calls == ["start", "steps", ("record", 0)]
    assert (play.step, weight(run), play.snapshots.steps) == (0, 0, [0])
    assert (play.playing, play.changed, play.message, play.rate) == (False, True, "", 0.0)
    play.advance()
    assert play.step == weight(run) == 1


def test_what_cannot_be_measured_at_the_start_is_said():
    run = FakeRun()
    run.record_trouble = TypeError("no such curve")
    play = Playback(run)
    assert play.message == "TypeError while measuring: no such curve"
    assert play.snapshots.steps == [0]
    run.record_trouble = None
    play.run(3)
    assert (play.step, play.message) == (3, "")


# ---------------------------------------------------------------- one step, one epoch


def test_one_step_at_a_time():
    play, run = playback()
    for step in range(1, 4):
        play.advance()
        assert play.step == weight(run) == step
        assert not play.playing
    assert records(run) == [0, 1, 2, 3]


def test_an_epoch_at_a_time():
    play, run = playback()
    for epochs in (1, 2, 3):
        play.advance("epoch")
        assert play.step == weight(run) == epochs * EPOCH
        assert not play.playing
    assert records(run) == [0, EPOCH, 2 * EPOCH, 3 * EPOCH]  # not at each step


@pytest.mark.parametrize("done", [1, 4, EPOCH - 2, EPOCH - 1, EPOCH + 3])
def test_from_the_middle_of_an_epoch_to_its_end(done):
    play, run = playback()
    play.run(done)
    play.advance("epoch")
    assert play.step == weight(run) == (done // EPOCH + 1) * EPOCH


def test_a_long_epoch_ends_early():
    play, run = playback(step_cost=0.5)
    start = play._clock.now
    play.advance("epoch")
    assert play.step == weight(run) == 4
    assert play._clock.now - start == LONGEST_UNIT == 2.0
    play.advance("epoch")  # the next goes on in the same epoch
    assert play.step == 8
    play.advance("epoch")
    assert play.step == EPOCH


def test_a_step_ends_what_was_playing():
    play, _ = playback()
    play.playing, play.rate, play.changed = True, 7.0, False
    play.advance()
    assert (play.playing, play.rate, play.changed) == (False, 0.0, True)


def test_pause_stands_still_and_keeps_what_is_learnt():
    play, run = playback()
    play.run(5)
    play.playing, play.rate, play.changed = True, 7.0, False
    play.pause()
    assert (play.playing, play.rate, play.changed) == (False, 0.0, True)
    assert play.step == weight(run) == 5


class InThree(FakeRun):
    """Its steps are samples; four make a batch."""

    units = ("sample", "batch", "epoch")

    def ends_unit(self, unit, item):
        return {"sample": True, "batch": item.iteration % 4 == 0, "epoch": item.ends_epoch}[unit]


def test_steps_by_any_unit_of_the_run():
    play = Playback(InThree())
    reached = []
    for unit in (None, "batch", "sample", "batch", "epoch", "batch", "epoch"):
        play.advance(unit)
        reached.append(play.step)
    assert reached == [1, 4, 5, 8, 10, 12, 20]


@pytest.mark.parametrize("unit", ["sample", "", "Epoch", 5, True, ["epoch"], {}, "x" * 10_000])
def test_units_that_the_run_has_not_are_refused(unit):
    play, run = playback()
    play.run(3)
    play.playing = True
    with pytest.raises(
        ValueError, match=r"one of batch, epoch, got .*nothing has changed"
    ) as caught:
        play.advance(unit)
    assert len(str(caught.value)) < 150
    assert (play.step, weight(run), play.playing) == (3, 3, True)


def test_forward_makes_steps_and_tells_what_ends_them():
    play, run = playback()
    assert play.forward(7)
    assert (play.step, records(run)) == (7, [0, 7])
    run.length = 12
    assert not play.forward(7)
    assert (play.step, play.message) == (12, "The training is over.")
    run.length, run.trouble[14] = 100, ValueError("odd shape")
    play.renew_steps()
    assert not play.forward(7)
    assert play.message == "ValueError at update 14: odd shape"
    run.trouble.clear()
    assert play.forward(1)


def test_a_run_that_was_over_goes_on_from_where_it_is_rewound_to():
    for finish in (lambda play: play.run(100), lambda play: play.forward(100)):
        play, run = playback()
        run.length = 30
        finish(play)
        play.seek(12)
        play.advance()
        assert (play.step, weight(run), play.message) == (13, 13, "")


# ---------------------------------------------------------------- back


def test_back_undoes_steps_one_by_one():
    play, run = playback()
    for _ in range(5):
        play.advance()
    for step in (4, 3, 2, 1, 0, 0):
        play.back()
        assert play.step == weight(run) == step


def test_back_undoes_an_epoch():
    play, run = playback()
    play.snapshots.interval = 100  # so that only what Epoch itself keeps is there
    play.run(3)
    play.advance("epoch")
    play.back()
    assert play.step == weight(run) == 3


@pytest.mark.parametrize("asked", [-5, 0, 0.4])
def test_seek_before_the_start_goes_to_the_start(asked):
    play, run = playback()
    play.run(20)
    play.seek(asked)
    assert (play.step, weight(run)) == (0, 0)


def test_seek_goes_back_and_forth_while_nothing_trains():
    play, run = playback()
    play.run(20)
    for step in (5, 12, 0, 20, 19):
        play.changed = False
        play.seek(step)
        assert play.step == weight(run) == step
        assert play.changed
    assert play.snapshots.steps == list(range(21))


def test_seek_to_where_it_stands_only_pauses():
    play, run = playback()
    play.run(5)
    run.calls.clear()
    play.message = "as it was"
    play.seek(5)
    assert (run.calls, play.message) == ([], "as it was")


def test_seek_clears_the_message():
    play, _ = playback()
    play.run(5)
    play.message = "as it was"
    play.seek(2)
    assert play.message == ""


def test_training_after_a_rewind_forgets_the_future_of_before():
    play, _ = playback()
    play.run(20)
    play.seek(5)
    play.advance()
    assert play.snapshots.steps == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("rewound", [1, 2, 5, 19])
def test_run_after_a_rewind_forgets_the_future_at_its_first_step(rewound):
    """Even one step back and one on: the state at 20 is that of the new run, not of the old."""
    play, run = playback()
    play.run(20)
    play.seek(20 - rewound)
    run.weight[0] = 1000.0  # from here on it is another run
    play.run(1)
    assert play.snapshots.steps == list(range(22 - rewound))
    assert play.snapshots.get(21 - rewound)["arrays"][0] == 1001.0


@pytest.mark.parametrize("interval", [1, 3, 8, 1000])
@pytest.mark.parametrize("rewound", [1, 2, 7, 30])
def test_no_state_of_an_abandoned_future_is_left(interval, rewound):
    play, run = playback()
    play.snapshots.interval = interval
    play.run(40)
    play.seek(40 - rewound)
    run.weight[0] += 1000.0
    from_here = play.step
    play.run(rewound + 20)
    for step in play.snapshots.steps:
        expected = step + 1000.0 * (step > from_here)
        assert play.snapshots.get(step)["arrays"][0] == expected


# ---------------------------------------------------------------- many steps at once


@pytest.mark.parametrize("steps", [0, 1, 99, 101])
def test_run_makes_as_many_steps_as_asked(steps):
    play, run = playback()
    play.run(steps)
    assert play.step == weight(run) == steps
    assert records(run)[-1] == steps
    assert len(records(run)) == 1 + steps


def test_run_measures_a_hundred_times():
    play, run = playback()
    play.run(1000)
    assert records(run) == list(range(0, 1001, 10))


def test_run_ends_where_the_data_end():
    play, run = playback()
    run.length = 30
    play.run(100)
    assert play.step == weight(run) == 30


def test_run_raises_when_training_diverges_and_goes_back():
    play, run = playback()
    run.trouble[8] = FloatingPointError("the loss is nan")
    with pytest.raises(FloatingPointError, match="the loss is nan"):
        play.run(20)
    assert play.step == weight(run) == 6
    assert play.message == "Stopped at update 7 and went back to 6: the loss is nan"
    run.trouble.clear()
    play.run(20)  # it goes on, and the old message is gone
    assert play.step == weight(run) == 26
    assert play.message == ""


def test_large_numbers_in_a_message_are_grouped():
    play, run = playback()
    run.trouble[2001] = FloatingPointError("the loss is nan")
    with pytest.raises(FloatingPointError):
        play.run(3000)
    assert play.message == "Stopped at update 2,000 and went back to 1,984: the loss is nan"


def test_run_notices_weights_that_are_not_finite():
    play, run = playback()
    play.run(10)
    run.weight[0] = np.nan
    run.length = np.inf  # NaN is not below it: the iterator would end
    run._steps = lambda: iter([Step(0, 1, 1.0, 0.1)] * 5)
    play.renew_steps()
    with pytest.raises(FloatingPointError, match="no longer finite"):
        play.run(5)
    assert play.step == weight(run) == 10
    assert play.message == (
        "Stopped at update 11 and went back to 10: a weight is no longer finite"
    )


def test_run_passes_other_errors_on_and_can_be_called_again():
    play, run = playback()
    run.trouble[8] = KeyError("labels")
    with pytest.raises(KeyError, match="labels"):
        play.run(20)
    assert play.step == weight(run) == 7
    run.trouble.clear()
    play.run(3)
    assert play.step == 10


def test_new_steps_are_asked_for_when_what_they_work_on_was_replaced():
    play, run = playback()
    play.run(5)
    run.calls.clear()
    play.renew_steps()
    assert run.calls == ["steps"]
    play.run(2)
    assert play.step == weight(run) == 7


# ---------------------------------------------------------------- numbers that broke


def test_snapshots_that_are_not_finite_are_passed_over():
    play, run = playback()
    play.run(40)
    for step in range(31, 41):
        play.snapshots.get(step)["arrays"][:] = np.inf
    run.weight[0] = np.nan
    play._record()
    assert play.step == weight(run) == 30
    assert play.message == (
        "Stopped at update 40 and went back to 30: a weight is no longer finite"
    )
    assert max(play.snapshots.steps) == 30


def test_divergence_where_it_was_rewound_to_does_not_lead_into_the_future_left_behind():
    play, run = playback()
    play.run(20)
    play.seek(0)
    run.trouble[1] = FloatingPointError("the loss is nan")
    play.advance()
    assert play.step == weight(run) == 0
    assert play.message == "Stopped at update 0: the loss is nan"
    assert play.snapshots.steps == [0]


@pytest.mark.parametrize(
    ("error", "message", "step"),
    [
        (
            FloatingPointError("the loss is nan"),
            "Stopped at update 4 and went back to 3: the loss is nan",
            3,
        ),
        (ValueError("odd shape"), "ValueError at update 5: odd shape", 4),
    ],
)
def test_trouble_in_the_middle_of_an_epoch(error, message, step):
    play, run = playback()
    run.trouble[5] = error
    play.advance("epoch")
    assert play.message == message
    assert play.step == weight(run) == step
    assert not play.playing
    run.trouble.clear()
    play.advance()
    assert (play.step, play.message) == (step + 1, "")


def test_the_end_of_the_data_is_said_once_and_training_stands_still():
    play, run = playback()
    run.length = 25
    for step in (10, 20, 25, 25):
        play.advance("epoch")
        assert play.step == weight(run) == step
        assert (play.message == "The training is over.") == (step == 25)
