"""The player: what it obeys, and what it never does, by a clock of its own."""

import asyncio
import gc
import math
import threading
import time
import weakref

import numpy as np
import pytest

from fake_run import Clock, FakeRun
from nnlib.live import Player
from nnlib.live import player as player_module
from nnlib.live.budget import CREDITS
from nnlib.live.player import PATIENCE


class Table:
    """A player with its fake run, clock and browser."""

    def __init__(self, *, shown=True, answers=True, **options):
        self.clock = Clock()
        self.run = FakeRun(self.clock, **options)
        self.player = Player(self.run, clock=self.clock)
        self.frames = []  # when each was drawn, at which step
        self.answers = answers
        if shown:
            self.player.draw = self.draw

    def draw(self, frame, summary):
        self.frames.append((self.clock.now, self.player.step))
        if self.answers:
            self.player.acknowledge(self.player.budget.sent)

    def pass_time(self, seconds, turn=1e-3):
        """Turn the loop as `_work` does, for this long."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.player.tick()
            self.clock.now += turn

    def weight(self):
        return int(self.run.weight[0])


# ---------------------------------------------------------------- commands


def test_play_trains_until_pause():
    table = Table()
    table.player.play()
    table.pass_time(0.1)
    assert table.player.playing
    trained = table.player.step
    assert trained == table.weight() > 70
    table.player.pause()
    table.pass_time(0.1)
    assert table.player.step == table.weight() == trained
    assert not table.player.playing


def test_nothing_happens_before_play():
    table = Table()
    table.pass_time(0.5)
    assert table.player.step == 0
    assert len(table.frames) == 1  # the picture to begin with


def test_a_step_while_playing_is_the_last():
    table = Table()
    table.player.play()
    table.pass_time(0.05)
    before = table.player.step
    table.player.advance()
    table.pass_time(0.05)
    assert table.player.step == before + 1


def test_seek_goes_to_the_nearest_snapshot_and_stands_still():
    table = Table()
    table.player.play()
    table.pass_time(0.2)
    last = table.player.step
    table.player.seek(last / 2)
    reached = table.player.step
    assert reached in table.player.snapshots.steps
    assert abs(reached - last / 2) <= table.player.snapshots.interval
    assert table.weight() == reached
    assert not table.player.playing
    table.player.play()
    table.pass_time(0.01)
    assert table.player.step == table.weight() > reached


def test_reset_makes_all_anew():
    table = Table()
    table.player.play()
    table.pass_time(0.1)
    table.player.reset()
    assert (table.player.step, table.weight()) == (0, 0)
    assert not table.player.playing
    assert table.player.snapshots.steps == [0]
    assert table.run.calls.count("start") == 2
    table.pass_time(0.1)
    assert table.frames[-1][1] == 0
    table.player.advance()
    assert table.player.step == table.weight() == 1


# ---------------------------------------------------------------- headless


def test_run_asks_no_clock_and_draws_nothing():
    table = Table()
    calls = table.clock.calls
    table.player.run(250)
    assert table.clock.calls == calls
    assert table.frames == []
    assert "frame" not in table.run.calls
    assert table.player.step == table.weight() == 250


def test_run_does_the_same_every_time_at_any_pace():
    tables = [Table(pace=1), Table(step_cost=9.0), Table(shown=False)]
    for table in tables:
        table.player.run(250)
        table.player.run(17)
    first, *others = [table.run.calls for table in tables]
    assert 100 <= sum(call[0] == "record" for call in first) <= 160
    assert ("record", 250) in first
    assert ("record", 267) in first
    assert all(calls == first for calls in others)
    for table in tables[1:]:
        assert table.player.snapshots.steps == tables[0].player.snapshots.steps


# ---------------------------------------------------------------- drawing


@pytest.mark.parametrize("turn", [1e-4, 3e-3, 7e-3, 13e-3])
def test_the_frame_rate_has_a_limit_and_reaches_it(turn):
    table = Table()
    table.player.play()
    table.pass_time(10.0, turn=turn)
    assert len(table.frames) <= 302
    assert len(table.frames) >= 270
    gaps = np.diff([when for when, _ in table.frames[1:]])
    assert gaps.min() >= 1 / 60 - 1e-9


@pytest.mark.parametrize("frame_cost", [0.02, 0.1, 0.5])
def test_expensive_frames_keep_to_their_share(frame_cost):
    table = Table(frame_cost=frame_cost)
    table.player.play()
    table.pass_time(15.0, turn=5e-3)
    share = len(table.frames) * frame_cost / 15.0
    assert 0.15 <= share <= 0.22


def test_frames_show_only_what_is_new():
    table = Table(pace=2)
    table.player.play()
    table.pass_time(5.0)
    shown = [step for _, step in table.frames]
    assert len(shown) == len(set(shown)) + (shown.count(0) > 1)
    assert len(shown) <= 13


def test_a_moved_control_draws_at_once():
    table = Table(frame_cost=1e-3)
    table.player.play()
    table.pass_time(1.0)
    while table.clock.now > table.frames[-1][0] + 0.01:  # just after a frame
        table.player.tick()
    drawn = len(table.frames)
    table.player.enqueue(lambda: setattr(table.player, "changed", True))
    asked = table.clock.now
    table.pass_time(0.02)
    assert len(table.frames) > drawn
    assert table.frames[drawn][0] - asked < 0.01


def test_a_moved_control_draws_while_paused():
    table = Table()
    table.pass_time(1.0)
    drawn = len(table.frames)
    table.player.redraw()
    table.pass_time(0.01)
    assert len(table.frames) == drawn + 1


def drag(table, seconds):
    """Move a control 60 times a second."""
    for _ in range(int(seconds * 60)):
        table.player.enqueue(table.player.redraw)
        table.pass_time(1 / 60)


def test_a_drag_takes_at_most_half_of_the_time():
    table = Table(frame_cost=0.05)
    table.player.play()
    table.pass_time(1.0)
    drawn, start = len(table.frames), table.clock.now
    drag(table, 5.0)
    spent = (len(table.frames) - drawn) * 0.05
    assert spent <= 0.6 * (table.clock.now - start)
    assert table.player.step > 1000


def test_after_a_long_drag_frames_come_as_before():
    table = Table()
    table.player.play()
    drag(table, 5.0)
    drawn = len(table.frames)
    table.pass_time(1.0)
    assert len(table.frames) - drawn >= 25


# ---------------------------------------------------------------- back-pressure and silence


def test_without_answers_it_trains_on_and_stops_drawing():
    table = Table(answers=False)
    table.player.play()
    table.pass_time(PATIENCE / 2)
    assert len(table.frames) == CREDITS == 8
    before = table.player.step
    table.pass_time(PATIENCE / 3)
    assert table.player.step > before + 500
    assert len(table.frames) == CREDITS
    table.player.acknowledge(3)
    table.pass_time(1.0)
    assert len(table.frames) == CREDITS + 3
    table.player.acknowledge(CREDITS + 3)
    table.pass_time(1.0)
    assert len(table.frames) == 2 * CREDITS + 3


@pytest.mark.parametrize("sequence", [-1, 0, 4, 9, 10**30, -(10**30)])
def test_answers_out_of_order_are_ignored(sequence):
    table = Table(answers=False)
    table.player.play()
    table.pass_time(2.0)
    table.player.acknowledge(5)
    assert (table.player.budget.sent, table.player.budget.acknowledged) == (8, 5)
    table.player.acknowledge(sequence)
    assert table.player.budget.acknowledged == 5


def test_no_answer_for_long_stops_until_there_is_one():
    table = Table(answers=False)
    table.player.play()
    table.pass_time(PATIENCE - 0.2)
    assert table.player.step > 1000 * (PATIENCE - 0.2) / 2
    table.pass_time(0.4)
    stopped = table.player.step
    table.pass_time(PATIENCE)
    assert (table.player.step, len(table.frames)) == (stopped, CREDITS)
    table.answers = True
    table.player.acknowledge(table.player.budget.sent)
    table.pass_time(0.5)
    assert table.player.step > stopped + 200
    assert len(table.frames) > CREDITS + 10


SAID = {
    "an answer": lambda player: player.acknowledge(1),
    "an old answer": lambda player: player.acknowledge(0),
    "an answer of nonsense": lambda player: player.acknowledge(10**30),
    "a command": lambda player: player.enqueue(lambda: None),
    "a sign of life": lambda player: player.hear(),
}


@pytest.mark.parametrize("say", SAID.values(), ids=SAID.keys())
def test_frames_that_were_lost_are_forgiven_as_soon_as_the_page_says_anything(say):
    table = Table(answers=False)
    table.player.play()
    table.pass_time(PATIENCE + 0.2)
    stopped = table.player.step
    assert not table.player.watched
    assert table.player.budget.sent - table.player.budget.acknowledged == CREDITS
    table.pass_time(10.0, turn=0.1)
    table.answers = True
    say(table.player)
    table.pass_time(1.0)
    assert table.player.watched
    assert table.player.playing
    assert table.player.step > stopped + 500
    assert len(table.frames) > CREDITS + 20
    assert table.player.budget.acknowledged == table.player.budget.sent == len(table.frames)


@pytest.mark.parametrize("say", SAID.values(), ids=SAID.keys())
def test_frames_that_were_lost_while_it_is_paused_are_forgiven_too(say):
    """A paused view trains nothing that could be stopped, but what is moved must show."""
    table = Table(answers=False)
    for _ in range(2 * CREDITS):
        table.player.redraw()
        table.pass_time(0.01)
    assert len(table.frames) == CREDITS
    table.pass_time(PATIENCE, turn=0.1)
    say(table.player)
    table.pass_time(0.1)
    assert len(table.frames) == CREDITS + 1
    assert table.player.step == 0
    assert not table.player.playing


def test_a_page_that_is_only_slow_is_forgiven_nothing():
    table = Table(answers=False)
    table.player.play()
    for _ in range(10):
        table.pass_time(PATIENCE - 0.2, turn=0.01)
        table.player.hear()
    assert len(table.frames) == CREDITS
    assert table.player.playing
    assert table.player.watched


def test_a_page_that_says_first_that_nobody_looks_revives_nothing():
    table = Table(answers=False)
    table.player.play()
    table.pass_time(PATIENCE + 0.2)
    stopped = table.player.step
    table.player.enqueue(lambda: table.player.look(False))
    table.pass_time(0.5)
    assert table.player.step == stopped
    assert not table.player.watched


def test_an_answer_from_a_page_that_was_left_starts_nothing():
    table = Table(answers=False)
    table.player.play()
    table.pass_time(PATIENCE + 0.2)
    table.player.look(False)  # the page says itself that nobody looks
    stopped = table.player.step
    table.player.acknowledge(table.player.budget.sent)
    table.pass_time(0.5)
    assert table.player.step == stopped
    table.player.look(True)
    table.pass_time(0.5)
    assert table.player.step > stopped


def test_an_answer_does_not_play_what_the_learner_has_paused():
    table = Table(answers=False)
    table.player.play()
    table.pass_time(PATIENCE + 0.2)
    table.player.pause()
    stopped = table.player.step
    table.player.acknowledge(table.player.budget.sent)
    table.pass_time(0.5)
    assert table.player.step == stopped
    table.player.play()
    table.answers = True
    table.player.acknowledge(table.player.budget.sent)
    table.pass_time(0.5)
    assert table.player.step > stopped


def test_a_page_that_answers_is_never_paused():
    table = Table(pace=5)
    table.player.play()
    table.pass_time(3 * PATIENCE, turn=5e-3)
    assert table.player.playing


# ---------------------------------------------------------------- pace


@pytest.mark.parametrize(
    ("pace", "seconds", "least", "most"),
    [
        (1, 10.0, 10, 11),
        (100, 5.0, 490, 501),
        (1000, 2.0, 1900, 2010),
        (math.inf, 1.0, 7500, 10_000),
    ],
)
def test_the_pace_is_kept(pace, seconds, least, most):
    table = Table(pace=pace, step_cost=1e-4)
    table.player.play()
    table.pass_time(seconds)
    assert least <= table.player.step <= most


def test_a_slow_pace_starts_at_once():
    table = Table(pace=1)
    table.player.play()
    table.pass_time(0.01)
    assert table.player.step == 1


def test_a_raised_pace_counts_at_once():
    table = Table(pace=1, step_cost=1e-4)
    table.player.play()
    table.pass_time(0.1)
    table.run.speed = 1000
    before = table.player.step
    table.pass_time(0.1)
    assert table.player.step - before >= 90


def test_owed_steps_do_not_pile_up():
    table = Table(pace=100)
    table.player.play()
    table.pass_time(0.1)
    before = table.player.step
    table.clock.now += 60.0  # another cell blocked
    table.player.acknowledge(table.player.budget.sent)
    table.pass_time(0.1)
    assert table.player.step - before <= 14


def test_the_measured_rate_follows_the_pace():
    table = Table(pace=100)
    table.player.play()
    table.pass_time(2.0)
    assert table.player.rate == pytest.approx(100, rel=0.05)
    table.player.pause()
    assert table.player.rate == 0.0


# ---------------------------------------------------------------- trouble


def play_into(table, seconds=0.1):
    table.player.play()
    table.pass_time(seconds)
    assert not table.player.playing


def test_an_error_in_a_step_stops_and_shows_type_step_and_text():
    table = Table()
    table.run.trouble[8] = ValueError("Dense expects 64 features")
    play_into(table)
    assert table.player.step == 7
    assert table.player.message == "ValueError at update 8: Dense expects 64 features"
    assert table.frames[-1][1] == 7  # and it is shown
    table.run.trouble.clear()
    table.player.play()
    table.pass_time(0.1)
    assert table.player.step > 50


def test_an_error_in_a_frame_stops_and_shows_type_and_text():
    table = Table()
    table.player.play()
    table.pass_time(0.1)
    table.run.frame_trouble = IndexError("no such digit")
    table.pass_time(0.1)
    assert not table.player.playing
    assert table.player.message == "IndexError while drawing: no such digit"
    drawn = len(table.frames)
    table.pass_time(1.0)
    assert len(table.frames) == drawn  # it does not try for ever
    table.run.frame_trouble = None
    table.player.play()
    table.pass_time(0.1)
    assert len(table.frames) > drawn


def test_an_error_in_the_summary_is_shown_and_the_frames_go_on():
    table = Table()
    shown = []
    table.player.draw = lambda frame, summary: (
        shown.append((frame, summary, table.player.message)),
        table.draw(frame, summary),
    )
    table.player.play()
    table.pass_time(0.1)
    table.run.summary_trouble = ZeroDivisionError("no test digits")
    table.pass_time(0.1)
    assert not table.player.playing
    assert shown[-1] == ({}, "", "ZeroDivisionError while drawing: no test digits")
    drawn = len(shown)
    table.pass_time(1.0)
    assert len(shown) == drawn  # it does not try for ever
    table.run.summary_trouble = None
    table.player.play()
    table.pass_time(0.1)
    assert len(shown) > drawn
    frame, summary, message = shown[-1]
    assert list(frame) == ["panel"]
    assert (summary, message) == (f"weight {table.frames[-1][1]}.0", "")


def test_an_error_while_measuring_stops_and_shows():
    table = Table()
    table.player.play()
    table.pass_time(0.05)
    table.run.record_trouble = TypeError("no such curve")
    table.pass_time(0.1)
    assert not table.player.playing
    assert table.player.message == "TypeError while measuring: no such curve"


def test_divergence_goes_back_to_a_finite_state_and_on_from_there():
    table = Table()
    table.run.trouble[300] = FloatingPointError("the loss is nan, try about 0.01")
    play_into(table, 1.0)
    reached = table.player.step
    assert table.player.message == (
        f"Stopped at update 299 and went back to {reached}: the loss is nan, try about 0.01"
    )
    assert reached in table.player.snapshots.steps
    assert 250 < reached == table.weight() < 299
    assert table.frames[-1][1] == table.player.step
    table.run.trouble.clear()
    table.player.play()
    table.pass_time(0.2)
    assert table.player.step == table.weight() > 300
    assert table.player.message == ""


def test_a_state_that_breaks_again_and_again_is_left_behind():
    """Weights may be finite and too large all the same; the way out must not need a reset."""
    table = Table()
    table.run.trouble[50] = FloatingPointError("the loss is nan")
    reached = []
    for _ in range(3):
        play_into(table)
        reached.append(table.player.step)
        table.run.trouble = {table.player.step + 1: FloatingPointError("again")}
    assert reached[0] > reached[1] > reached[2]


def test_divergence_at_the_first_step_stays_at_the_start():
    table = Table()
    table.run.trouble[1] = FloatingPointError("the loss is nan")
    for _ in range(2):
        play_into(table)
        assert (table.player.step, table.weight()) == (0, 0)
        assert table.player.message == "Stopped at update 0: the loss is nan"
    table.run.trouble.clear()
    table.player.advance()
    assert table.player.step == 1


def test_the_end_of_the_data_is_said():
    table = Table()
    table.run.length = 25
    play_into(table)
    assert table.player.step == 25
    assert "training is over" in table.player.message
    table.player.advance("epoch")
    assert table.player.step == 25
    table.player.reset()
    assert table.player.message == ""
    table.player.advance()
    assert table.player.step == 1


# ---------------------------------------------------------------- one run for each key


@pytest.fixture
def registry(monkeypatch):
    players = weakref.WeakValueDictionary()
    monkeypatch.setattr(player_module, "_players", players)
    return players


def test_the_newer_of_one_key_closes_the_older(registry):
    clock = Clock()
    older = Player(FakeRun(clock), key="cell 1", clock=clock)
    other = Player(FakeRun(clock), key="cell 2", clock=clock)
    drawn = []
    older.draw = lambda frame, summary: drawn.append(frame)
    older.play()
    newer = Player(FakeRun(clock), key="cell 1", clock=clock)
    assert older.closed
    assert not older.playing
    assert "took over" in older.message
    assert len(drawn) == 1  # it says so itself
    assert list(drawn[0]) == ["panel"]
    assert not newer.closed
    assert not other.closed
    assert registry["cell 1"] is newer


def test_players_without_a_key_leave_one_another_alone(registry):
    players = [Player(FakeRun()) for _ in range(3)]
    assert not any(player.closed for player in players)
    assert len(registry) == 0


def test_a_player_that_nobody_holds_is_freed(registry):
    for number in range(20):
        player = Player(FakeRun(), key=f"cell {number}")
        player.run(5)
    del player
    gc.collect()
    assert len(registry) == 0


def test_a_closed_player_is_still():
    table = Table()
    table.player.play()
    table.pass_time(0.1)
    table.player.close()
    drawn, step = len(table.frames), table.player.step
    table.pass_time(1.0)
    assert (len(table.frames), table.player.step) == (drawn, step)
    assert table.player.message == "This view is closed."


def test_unwatched_it_neither_trains_nor_draws():
    table = Table()
    table.player.play()
    table.pass_time(0.1)
    table.player.look(False)
    drawn, step = len(table.frames), table.player.step
    table.pass_time(2 * PATIENCE, turn=0.01)
    assert (len(table.frames), table.player.step) == (drawn, step)
    table.player.look(True)
    table.pass_time(0.1)
    assert table.player.step > step


# ---------------------------------------------------------------- on a real event loop


def live(scenario, *, pace=math.inf, answers=True):
    """Run a scenario on a real loop, with a real clock; whatever is left running is an error."""
    drawn = []

    async def main():
        run = FakeRun(pace=pace)
        player = Player(run)
        player.attach()

        def draw(frame, summary):
            drawn.append(player.step)
            if answers:
                player.acknowledge(player.budget.sent)

        player.draw = draw
        problems = []
        asyncio.get_running_loop().set_exception_handler(lambda _, what: problems.append(what))
        await asyncio.wait_for(scenario(player, drawn), 10)
        assert problems == []

    asyncio.run(main())


async def until(condition, seconds=5.0):
    end = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < end, "waited in vain"
        await asyncio.sleep(0.002)


def workers():
    """How many tasks the player has running."""
    return sum("_work" in repr(task.get_coro()) for task in asyncio.all_tasks())


def alone():
    return workers() == 0


@pytest.mark.parametrize("pace", [1, 50, math.inf])
def test_the_task_ends_when_paused_and_starts_again(pace):
    async def scenario(player, drawn):
        for _ in range(3):
            before = player.step
            player.enqueue(player.play)
            await until(lambda before=before: player.step > before)
            assert not alone()
            player.enqueue(player.pause)
            await until(alone)
            stopped = player.step
            await asyncio.sleep(0.02)
            assert player.step == stopped
        assert drawn

    live(scenario, pace=pace)


def test_closing_leaves_no_task():
    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: player.step > 10)
        player.close()
        await until(alone)

    live(scenario)


def test_looking_away_ends_the_task_and_looking_back_goes_on():
    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: player.step > 10)
        player.enqueue(lambda: player.look(False))
        await until(alone)
        stopped = player.step
        player.enqueue(lambda: player.look(True))
        await until(lambda: player.step > stopped)
        player.enqueue(player.close)
        await until(alone)

    live(scenario)


def test_a_page_that_falls_silent_ends_the_task_and_its_answer_starts_it_again(monkeypatch):
    monkeypatch.setattr(player_module, "PATIENCE", 0.2)

    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: len(drawn) > 0)
        await until(alone)
        stopped = player.step
        player.acknowledge(player.budget.sent)
        await until(lambda: player.step > stopped)
        player.enqueue(player.close)
        await until(alone)

    live(scenario, answers=False)


def test_silence_of_the_page_does_not_keep_a_paused_task_alive():
    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: len(drawn) == CREDITS)
        player.enqueue(player.pause)
        await until(alone)
        assert len(drawn) == CREDITS
        player.acknowledge(player.budget.sent)  # the frame that was owed comes now
        await until(lambda: len(drawn) == CREDITS + 1)
        await until(alone)

    live(scenario, answers=False)


def test_other_tasks_get_their_turns_while_it_trains():
    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: player.step > 10)
        waits = []
        for _ in range(20):
            start = time.perf_counter()
            await asyncio.sleep(0)
            waits.append(time.perf_counter() - start)
        assert np.median(waits) < 0.05
        player.enqueue(player.pause)
        await until(alone)

    live(scenario)


def test_commands_from_other_threads_are_obeyed_in_order_on_the_loop():
    async def scenario(player, drawn):
        here = threading.get_ident()
        got = []

        def talk(name):
            for number in range(100):
                player.enqueue(
                    lambda number=number: got.append((name, number, threading.get_ident()))
                )
                if number % 10 == 0:
                    time.sleep(0.001)

        player.enqueue(player.play)
        threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        await until(lambda: len(got) == 400)
        for thread in threads:
            thread.join()
        for name in range(4):
            assert [number for who, number, _ in got if who == name] == list(range(100))
        assert {where for _, _, where in got} == {here}
        player.enqueue(player.pause)
        await until(alone)

    live(scenario)


def test_a_command_wakes_a_loop_that_sleeps():
    async def scenario(player, drawn):
        done = asyncio.Event()
        start = time.perf_counter()
        thread = threading.Timer(0.02, lambda: player.enqueue(done.set))
        thread.start()
        await asyncio.wait_for(done.wait(), 5)
        assert time.perf_counter() - start < 2.5
        thread.join()
        await until(alone)

    live(scenario)


def test_however_often_it_is_woken_it_has_one_task():
    async def scenario(player, drawn):
        most = 0
        player.enqueue(player.play)
        for _ in range(50):
            player.redraw()
            player.enqueue(lambda: None)
            await asyncio.sleep(0)
            most = max(most, workers())
        assert most == 1
        player.enqueue(player.pause)
        await until(alone)

    live(scenario)


def test_a_command_that_comes_while_it_falls_asleep_is_not_lost():
    async def scenario(player, drawn):
        got = []

        def talk():
            for number in range(200):
                player.enqueue(lambda number=number: got.append(number))
                time.sleep(0.0005)

        thread = threading.Thread(target=talk)
        thread.start()
        await until(lambda: len(got) == 200)
        thread.join()
        await until(alone)

    live(scenario)


def test_an_error_in_the_summary_does_not_kill_the_loop():
    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: player.step > 10)
        player._run.summary_trouble = ZeroDivisionError("no test digits")
        await until(alone)
        assert player.message == "ZeroDivisionError while drawing: no test digits"
        stopped, player._run.summary_trouble = player.step, None
        player.enqueue(player.play)
        await until(lambda: player.step > stopped)
        assert player.message == ""
        player.enqueue(player.close)
        await until(alone)

    live(scenario)


def test_an_answer_after_a_long_silence_wakes_a_paused_loop(monkeypatch):
    async def scenario(player, drawn):
        player.enqueue(player.play)
        await until(lambda: len(drawn) == CREDITS)
        player.enqueue(player.pause)
        await until(alone)
        monkeypatch.setattr(player_module, "PATIENCE", 0.01)
        await asyncio.sleep(0.02)
        player.hear()
        await until(lambda: len(drawn) == CREDITS + 1)
        await until(alone)

    live(scenario, answers=False)


def test_without_a_loop_commands_wait_for_the_next_turn():
    player = Player(FakeRun())
    player.attach()
    player.enqueue(player.advance)
    assert player.step == 0
    player.tick()
    assert player.step == 1


def test_after_its_loop_has_closed_nothing_raises():
    player = Player(FakeRun())

    async def main():
        player.attach()

    asyncio.run(main())
    player.enqueue(player.play)
    player.redraw()
    player.acknowledge(1)
    player.close()


def test_claiming_a_key_twice_closes_nobody(registry):
    player = Player(FakeRun(), key="cell 1")
    player.claim("cell 1")
    assert not player.closed
    assert registry["cell 1"] is player
