"""Schedules: the learning rate at the start, on the way, at the end and beyond."""

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest

from nnlib import (
    ConstantSchedule,
    CosineAnnealing,
    ExponentialDecay,
    LinearDecay,
    StepHalving,
    WarmUp,
    schedules,
)

SCHEDULES = [
    # A schedule, and the rates it should give at some iterations.
    (ConstantSchedule(0.3), {0: 0.3, 1: 0.3, 10**9: 0.3}),
    # From 1 to 0.2 in 8 iterations: 0.1 less at each.
    (LinearDecay(1.0, 0.2, 8), {0: 1.0, 1: 0.9, 4: 0.6, 7: 0.3, 8: 0.2, 9: 0.2, 10**9: 0.2}),
    (LinearDecay(0.1, 0.5, 4), {0: 0.1, 2: 0.3, 4: 0.5, 5: 0.5}),  # up is allowed: a warm-up
    (LinearDecay(1.0, 0.0, 1), {0: 1.0, 1: 0.0}),
    (StepHalving(0.8, 10), {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2, 40: 0.05, 10**6: 0.0}),
    (StepHalving(0.8, 1), {0: 0.8, 1: 0.4, 2: 0.2}),
    (ExponentialDecay(0.8, 0.25, 2), {0: 0.8, 1: 0.4, 2: 0.2, 3: 0.1, 4: 0.05, 10**6: 0.0}),
    (ExponentialDecay(0.5, 0.1), {0: 0.5, 1: 0.05, 2: 0.005}),
    (ExponentialDecay(0.5, 1.0), {0: 0.5, 10**9: 0.5}),
    # Quarters of 0.8 up to the fourth update, then the other schedule from its own start.
    (WarmUp(4, StepHalving(0.8, 2)), {0: 0.2, 1: 0.4, 3: 0.8, 4: 0.8, 5: 0.8, 6: 0.4, 8: 0.2}),
    (WarmUp(1, ConstantSchedule(0.3)), {0: 0.3, 1: 0.3, 99: 0.3}),
    # cos(pi / 3) = 1/2: after a third of the way 3/4 of the distance are left.
    (
        CosineAnnealing(1.0, 0.2, 6),
        {0: 1.0, 1: 0.6 + 0.4 * math.sqrt(3) / 2, 2: 0.8, 3: 0.6, 4: 0.4, 6: 0.2, 7: 0.2, 99: 0.2},
    ),
]


def test_every_schedule_has_a_row():
    classes = {c for c in vars(schedules).values() if dataclasses.is_dataclass(c)}
    assert {type(schedule) for schedule, _ in SCHEDULES} == classes


@pytest.mark.parametrize(("schedule", "rates"), SCHEDULES, ids=lambda value: repr(value)[:30])
def test_rates(schedule, rates):
    for iteration, rate in rates.items():
        assert schedule(iteration) == pytest.approx(rate, rel=1e-12, abs=1e-12)
        assert schedule(np.int64(iteration)) == schedule(iteration)
        assert isinstance(schedule(iteration), float)


@pytest.mark.parametrize("make", [LinearDecay, CosineAnnealing])
def test_falls_all_the_way_and_never_outside(make):
    rates = [make(1.0, 0.2, 50)(iteration) for iteration in range(60)]
    assert all(later <= earlier for earlier, later in pairwise(rates))
    assert len(set(rates)) == 51
    assert min(rates) >= 0.2
    assert max(rates) == 1.0


@pytest.mark.parametrize("schedule", [schedule for schedule, _ in SCHEDULES], ids=repr)
def test_is_immutable_and_compares_by_value(schedule):
    name = dataclasses.fields(schedule)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(schedule, name, 0.5)
    assert schedule == dataclasses.replace(schedule)
    assert hash(schedule) == hash(dataclasses.replace(schedule))


@pytest.mark.parametrize("period", [0, -1, 2.5, "10", None, True, math.inf])
@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda n: LinearDecay(1.0, 0.0, n), "LinearDecay expects iterations"),
        (lambda n: CosineAnnealing(1.0, 0.0, n), "CosineAnnealing expects iterations"),
        (lambda n: StepHalving(1.0, n), "StepHalving expects every"),
        (lambda n: ExponentialDecay(1.0, 0.5, n), "ExponentialDecay expects every"),
        (lambda n: WarmUp(n, ConstantSchedule(1.0)), "WarmUp expects iterations"),
    ],
)
def test_a_period_that_is_no_positive_integer_is_refused(make, argument, period):
    with pytest.raises(ValueError, match=f"{argument} to be an integer, 1 or more, got"):
        make(period)


@pytest.mark.parametrize("make", [LinearDecay, CosineAnnealing])
def test_a_period_may_be_a_numpy_integer(make):
    assert make(1.0, 0.0, np.int64(10))(5) == pytest.approx(0.5)


@pytest.mark.parametrize("factor", [0.0, -0.5, 1.5, math.nan, math.inf, None, "0.5", True])
def test_a_factor_that_does_not_decay_is_refused(factor):
    message = "ExponentialDecay expects factor to be a finite number, more than 0 and at most 1, g"
    with pytest.raises(ValueError, match=message):
        ExponentialDecay(1.0, factor)


@pytest.mark.parametrize("then", [0.1, None, "constant"])
def test_warm_up_refuses_what_is_no_schedule(then):
    with pytest.raises(TypeError, match=r"WarmUp expects a schedule to follow, got .*; for "):
        WarmUp(10, then)
