"""Progress on long work: what the bar says, and that Cancel ends the work at once."""

import asyncio
import re

import pytest

from fake_run import Clock
from nnlib.live import Cancelled, Progress, progress


def made(work, title="Sweep", **options):
    clock = Clock()
    return Progress(work, title, clock=clock, **options), clock


# ---------------------------------------------------------------- what it says


def test_it_says_how_far_it_is_and_how_long_it_takes():
    bar, clock = made(range(40))
    assert str(bar) == "Sweep: 0 of 40"
    for number in bar:
        clock.now += 2.0
        if number == 10:
            assert str(bar) == "Sweep: 10 of 40 (25%), about 66 s left"
    assert (bar.done, bar.outcome, str(bar)) == (40, "done", "Sweep: 40 of 40, done in 80 s")


def test_without_a_length_it_says_what_is_done():
    bar, _ = made(iter("abc"), unit="rates")
    texts = [str(bar) for _ in bar]
    assert texts == ["Sweep: 0 rates", "Sweep: 1 rates", "Sweep: 2 rates"]
    assert str(bar) == "Sweep: 3 rates, done in 0.0 s"


def test_bytes_are_told_in_megabytes():
    bar, clock = made(None, "MNIST", unit="bytes")
    bar.total = 11_594_722
    clock.now += 3.0
    bar.update(2_898_681)
    assert str(bar) == "MNIST: 2.9 of 11.6 MB (25%), about 9.0 s left"
    bar.reset()
    assert bar.done == 0


@pytest.mark.parametrize("work", [0, [], iter([])], ids=["0", "list", "iterator"])
def test_nothing_to_do_is_done(work):
    bar, _ = made(work)
    assert list(bar) == []
    assert bar.outcome == "done"


@pytest.mark.parametrize("work", [-1, 1.5, True, object()])
def test_what_cannot_be_gone_through_is_refused(work):
    with pytest.raises(ValueError, match="expects items, or their number"):
        progress(work, "Sweep")


# ---------------------------------------------------------------- how it ends


def test_cancel_ends_the_loop_before_the_next_item():
    bar, _ = made(range(10))
    seen = []
    for number in bar:
        seen.append(number)
        if number == 3:
            bar.cancel()
    assert seen == [0, 1, 2, 3]
    assert (bar.outcome, str(bar)) == ("cancelled", "Sweep: cancelled at 4 of 10")


def test_leaving_the_loop_ends_the_work():
    bar, _ = made(range(10))
    items = iter(bar)
    next(items)
    items.close()
    assert bar.outcome == "cancelled"


def test_an_error_stands_in_the_bar_and_is_raised():
    def broken():
        yield 1
        raise FloatingPointError("the loss is nan")

    bar, _ = made(broken())
    with pytest.raises(FloatingPointError):
        list(bar)
    assert bar.outcome == "failed"
    assert str(bar) == "Sweep: stopped at 1: FloatingPointError: the loss is nan"


def test_cancel_ends_work_that_reports_by_itself():
    bar, _ = made(100)
    bar.update(30)
    bar.cancel()
    with pytest.raises(Cancelled, match="cancelled at 30 of 100"):
        bar.update(10)
    bar.close()
    assert (bar.done, bar.outcome) == (30, "cancelled")


# ---------------------------------------------------------------- on the event loop


def test_in_slices_others_get_their_turn_and_cancel_works():
    done = []

    def endless():
        while True:
            done.append(len(done))
            yield

    async def learner():
        bar = Progress(endless(), "Training")
        task = bar.start()
        turns = 0
        while len(done) < 1000:
            await asyncio.sleep(0)
            turns += 1
        bar.widget().children[1].click()
        await asyncio.wait_for(task, 5)
        return bar, turns

    bar, turns = asyncio.run(learner())
    assert turns >= 1
    assert bar.outcome == "cancelled"
    assert bar.done == len(done)


@pytest.mark.parametrize("error", [None, ValueError("odd <b>shape</b>")])
def test_in_slices_it_ends_with_the_work_or_with_its_error(error):
    def work():
        yield from range(5)
        if error:
            raise error

    async def learner():
        bar = Progress(work(), "Training")
        await bar.start()
        return bar

    bar = asyncio.run(learner())
    assert bar.done == 5
    assert (bar.outcome, bar.error) == (("failed", error) if error else ("done", None))


def test_without_an_event_loop_it_says_so():
    with pytest.raises(RuntimeError, match="no running event loop"):
        Progress(range(3), "Training").start()


# ---------------------------------------------------------------- on the page


def test_the_bar_has_a_name_a_value_and_a_button_that_ends_with_it():
    bar, clock = made(range(4), title="Sweep <b>&")
    html, button = bar.widget().children
    assert 'aria-label="Sweep &lt;b&gt;&amp;"' in html.value
    assert "<b>" not in html.value
    assert (button.description, button.disabled) == ("Cancel", False)
    for _ in bar:
        clock.now += 1.0
    assert 'value="4" max="4"' in html.value
    assert button.disabled


def test_the_bar_is_not_repainted_for_every_item():
    bar, clock = made(range(1000))
    changes = []
    bar.widget().children[0].observe(lambda change: changes.append(change["new"]), "value")
    for _ in bar:
        clock.now += 0.001
    assert 5 <= len(changes) <= 12
    assert "1,000 of 1,000" in changes[-1]


def test_headless_it_is_a_line_of_text(monkeypatch, capfd):
    bar = progress(range(3), "Sweep")
    assert [*bar] == [0, 1, 2]
    assert capfd.readouterr() == ("", "")
    assert re.fullmatch(r"Sweep: 3 of 3, done in \d+\.\d s", repr(bar))
    monkeypatch.setattr("nnlib.live.progress_bar.attended", lambda: False)
    assert bar._repr_mimebundle_() == {"text/plain": str(bar)}
