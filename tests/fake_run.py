"""A run and a clock that do what a test tells them to."""

import math

import numpy as np

from nnlib.training import Step

EPOCH = 10  # steps


class Clock:
    """Seconds that pass only when somebody spends them."""

    def __init__(self):
        self.now = 100.0
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return self.now


class FakeRun:
    """Trains one number, and writes down what it is asked to do."""

    def __init__(self, clock=None, *, step_cost=1e-3, frame_cost=1e-3, pace=math.inf):
        self.clock = clock
        self.step_cost, self.frame_cost, self.speed = step_cost, frame_cost, pace
        self.calls = []
        self.trouble = {}  # step -> what is raised instead of that step
        self.length = 10**9
        self.frame_trouble = self.record_trouble = self.summary_trouble = None

    def spend(self, seconds):
        if self.clock is not None:
            self.clock.now += seconds

    def start(self):
        self.calls.append("start")
        self.weight = np.zeros(1)

    def steps(self):
        self.calls.append("steps")
        return self._steps()

    def _steps(self):
        while self.weight[0] < self.length:
            done = int(self.weight[0])
            if done + 1 in self.trouble:
                raise self.trouble[done + 1]
            self.spend(self.step_cost)
            self.weight += 1
            yield Step(done // EPOCH, done + 1, 1.0 / (done + 1), 0.1, (done + 1) % EPOCH == 0)

    units = ("batch", "epoch")

    end_text = "The training is over."

    def begin_unit(self, unit):
        self.calls.append(f"begin {unit}")

    def ends_unit(self, unit, item):
        return unit == "batch" or item.ends_epoch

    def frame(self):
        self.calls.append("frame")
        if self.frame_trouble:
            raise self.frame_trouble
        self.spend(self.frame_cost)
        return {"panel": {"weight": self.weight.copy()}}

    def summary(self):
        if self.summary_trouble:
            raise self.summary_trouble
        return f"weight {self.weight[0]}"

    def record(self, step):
        self.calls.append(("record", step))
        if self.record_trouble:
            raise self.record_trouble

    def save_state(self):
        return {"arrays": self.weight.copy()}

    def load_state(self, state, step):
        self.calls.append(("load", step))
        self.weight[:] = state["arrays"]

    def check(self):
        if not np.isfinite(self.weight).all():
            raise FloatingPointError("a weight is no longer finite")

    def pace(self):
        return self.speed
