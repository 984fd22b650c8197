"""Lesson 03 on landscapes: what each control does, and what the pictures and texts then say."""

import math
import re

import numpy as np
import pytest

from nnlib.convergence import learning_rate_limit, optimal_gradient_descent, optimal_momentum
from nnlib.explorables.gradient_descent import (
    BreakIt,
    GradientField,
    OneParameter,
    OptimizerRace,
    PhaseMap,
    RateDepthMap,
)
from nnlib.explorables.gradient_descent.descent import path_data
from nnlib.explorables.gradient_descent.race import RACERS
from nnlib.explorables.gradient_descent.racer import MOST_STEPS
from nnlib.explorables.gradient_descent.rate_depth import DEPTHS, RATES

#: Ways that need more than sixty steps, with every kind of memory at work.
WAYS = {
    "one": lambda: OneParameter(learning_rate=0.02),
    "field": lambda: GradientField(landscape="Rosenbrock", learning_rate=0.001),
    "break": lambda: BreakIt(learning_rate=0.05, momentum=0.8),
    "phase": lambda: PhaseMap(alpha=1.0, beta=0.9, kappa=500),
    "race": lambda: OptimizerRace(kappa=500, adagrad_rate=0.1, nesterov_rate=0.1),
}
each_way = pytest.mark.parametrize("make", WAYS.values(), ids=WAYS.keys())
KINDS = (OneParameter, GradientField, BreakIt, PhaseMap, OptimizerRace, RateDepthMap)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def paths(view):
    return [racer.path.copy() for racer in view.racers]


def assert_same_paths(view, others):
    for racer, other in zip(view.racers, others, strict=True):
        np.testing.assert_array_equal(racer.path, other, err_msg=racer.name)


def numbers(text):
    return [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text.replace("−", "-"))]


# ---------------------------------------------------------------------- frames and words


@each_kind
def test_frames_hold_what_the_panels_declare(kind):
    view = kind()
    for steps in (0, 1, 12):
        view.run(steps)
        frame = view.frame()
        assert set(frame) == {panel.name for panel in view.panels}
        for panel in view.panels:
            data = frame[panel.name]
            declared = {
                line["name"]
                for part in ("series", "paths", "lines", "trails")
                for line in getattr(panel, part, ())
            }
            assert declared <= set(data)
            for name in declared:
                assert data[name].dtype == np.float32
                assert data[name].ndim == 2
                assert data[name].shape[0] == 2
                assert np.isfinite(data[name]).all(), (panel.name, name)
            assert len(data["alt"]) > 20
        for text in (view.summary(), *(data["alt"] for data in frame.values())):
            assert not re.search(r"\b(nan|inf|None)\b", text), text
    assert view.stage.picture().startswith(b"\x89PNG")


def test_words_of_one_parameter_say_what_is_true():
    view = OneParameter(start=2.0, learning_rate=0.1)
    view.run(1)
    assert view.summary() == "Step 1: b = 1.600, slope 3.200. Next: b − 0.1 × 3.200 = 1.280."
    assert "b = 1.600, f = 2.560" in view.frame()["curve"]["alt"]
    assert "from 4.000 to 2.560" in view.frame()["progress"]["alt"]
    b, f = view.frame()["curve"]["steps"]
    np.testing.assert_allclose(f, b**2)
    (left, right), (low, high) = view.frame()["curve"]["tangent"]
    assert (high - low) / (right - left) == pytest.approx(3.2)
    assert (low + high) / 2 == pytest.approx(1.6**2)


def test_words_of_the_field_say_what_is_true():
    view = GradientField(start_1=2.4, start_2=1.6)
    said = view.frame()["field"]["alt"]
    assert said.endswith("The point is (2.40, 1.60), its gradient (4.80, 3.20).")
    promised, brought = numbers(view.summary())[-2:]
    before = view.landscape.value(view.racers[0].point)
    assert promised == pytest.approx(before - 0.1 * (4.8**2 + 3.2**2))
    view.run(1)
    assert brought == pytest.approx(view.landscape.value(view.racers[0].point), abs=5e-4)


def test_words_of_the_valley_say_what_is_true():
    view = BreakIt(learning_rate=0.3, momentum=0.5)
    assert "The rate 0.3 is below the limit 0.75" in view.summary()
    view.set("learning_rate", 0.75)
    assert "not below" in view.summary()
    view.set("momentum", 0.0)
    view.set("learning_rate", 0.3)
    flat, steep = view.frame()["factors"]["values"]
    assert (flat, steep) == pytest.approx((1 - 0.3 * 0.2, abs(1 - 0.3 * 4)))
    view.run(10)
    np.testing.assert_allclose(view.racers[0].point, [4 * 0.94**10, 0.2**10], rtol=1e-9)
    f = numbers(view.frame()["progress"]["alt"])[-1]
    assert f == pytest.approx(view.landscape.value(view.racers[0].point), rel=0.01)


def test_words_of_the_phase_map_say_what_is_true():
    view = PhaseMap(alpha=1.0, beta=0.0, kappa=4)
    assert "converges without oscillating; each step leaves 0.750" in view.summary()
    view.run(10)
    measured, theory = (view.frame()["distance"][name] for name in ("measured", "theory"))
    assert measured[1, -1] == pytest.approx(0.75**10 / math.sqrt(2), rel=1e-4)
    assert theory[1, -1] == pytest.approx(0.75**10, rel=1e-4)
    for alpha, beta, words in (
        (1.5, 0.1, "oscillates in the steep direction"),
        (1.0, 0.81, "oscillates in both"),
        (2.1, 0.0, "diverges"),
    ):
        assert words in PhaseMap(alpha=alpha, beta=beta, kappa=4).frame()["phase"]["alt"]


def test_words_of_the_race_say_who_arrived_when():
    race = OptimizerRace(adam_runs=False, sgd_rate=9.0)
    race.run(200)
    words = race.summary()
    for racer in race.racers:
        if racer.arrived:
            assert f"{racer.name} arrived at step {racer.steps}" in words
        elif not racer.broke:
            assert f"{racer.name} on its way" in words
    assert "SGD left the map at step" in words
    assert "Adam" not in words
    assert sum(racer.arrived for racer in race.racers) > 1


# ---------------------------------------------------------------------- what the controls do


def test_the_curve_and_its_start_begin_anew():
    view = OneParameter()
    view.run(5)
    view.set("start", -2.0)
    assert view.player.step == 0
    assert view.racers[0].point.tolist() == [-2.0]
    before = view.frame()["curve"]
    view.set("curve", "two valleys")
    assert (view.frame()["curve"]["f"][1] != before["f"][1]).any()
    assert view.frame()["curve"]["y_range"] != before["y_range"]
    view.run(300)
    assert view.racers[0].point == pytest.approx(view.landscape.minima[0], abs=1e-3)


@pytest.mark.parametrize(
    ("make", "name", "attribute"),
    [
        (OneParameter, "learning_rate", "learning_rate"),
        (GradientField, "learning_rate", "learning_rate"),
        (BreakIt, "learning_rate", "learning_rate"),
        (BreakIt, "momentum", "momentum"),
    ],
)
def test_a_new_setting_acts_on_the_next_step(make, name, attribute):
    view, twin = make(learning_rate=0.1), make(learning_rate=0.1)
    for lesson in (view, twin):
        lesson.run(4)
    view.set(name, 0.23)
    assert view.player.step == 4
    racer = view.racers[0]
    assert getattr(racer.optimizer, attribute) == 0.23
    if name == "learning_rate":
        expected = racer.point - 0.23 * view.landscape.gradient(racer.point)
        view.run(1)
        np.testing.assert_allclose(racer.point, expected)
    else:
        view.run(2)
        twin.run(2)
        assert (racer.point != twin.racers[0].point).any()
        np.testing.assert_array_equal(racer.path[:5], twin.racers[0].path[:5])


@pytest.mark.parametrize("landscape", ["0.1 x₁² + 2 x₂²", "Himmelblau", "Rosenbrock"])
def test_the_field_shows_the_landscape_that_was_chosen(landscape):
    view = GradientField()
    before = view.frame()["field"]
    view.run(3)
    view.set("landscape", landscape)
    assert view.player.step == 0
    after = view.frame()["field"]
    assert (after["values"] != before["values"]).any()
    assert after["x_range"] == list(view.landscape.x_range)
    x, y, dx, dy = after["arrows"].astype(float)
    gradient = view.landscape.gradient(np.stack([x, y], axis=1))
    along = gradient[:, 0] * dx + gradient[:, 1] * dy
    assert (along <= 0).all()  # against the gradient
    assert (along < 0).mean() > 0.98  # none at a stationary point
    assert after["values"] is view.frame()["field"]["values"]  # sent once


def test_the_phase_map_draws_its_map_for_kappa_and_starts_anew_for_the_pair():
    view = PhaseMap(kappa=20.0)
    view.run(30)
    before = view.frame()["phase"]
    view.set("beta", 0.5)
    assert view.player.step == 0
    assert view.frame()["phase"]["values"] is before["values"]
    assert view.racers[0].optimizer.momentum == 0.5
    view.set("kappa", 100.0)
    after = view.frame()["phase"]
    assert (after["values"] != before["values"]).any()
    alpha, beta, factor = optimal_momentum(0.01, 1.0)
    np.testing.assert_allclose(after["marks"][:, 0], [alpha, beta], rtol=1e-6)
    # The best pair stands where the map is smallest, but for the size of a cell.
    assert after["values"].min() == pytest.approx(factor, abs=0.02)


@pytest.mark.parametrize("kappa", [1.0, 20.0, 1000.0])
def test_the_toggle_best_sets_what_theory_says(kappa):
    race = OptimizerRace(kappa=kappa)
    race.run(5)
    race.set("best", True)
    assert race.player.step == 0
    rate, _ = optimal_gradient_descent(1 / kappa, 1.0)
    fast, gamma, _ = optimal_momentum(1 / kappa, 1.0)
    sgd, momentum = race.racers[:2]
    assert sgd.optimizer.learning_rate == race.values["sgd_rate"] == pytest.approx(rate)
    assert momentum.optimizer.learning_rate == pytest.approx(fast)
    assert momentum.optimizer.momentum == race.values["momentum_gamma"] == pytest.approx(gamma)
    race.set("kappa", 50.0)
    assert race.racers[0].optimizer.learning_rate == pytest.approx(2 / 1.02)


@pytest.mark.parametrize("name", ["sgd_rate", "momentum_rate", "momentum_gamma"])
def test_moving_a_slider_turns_best_off_and_restarts_nothing(name):
    race = OptimizerRace(best=True)
    race.run(5)
    race.set("adam_rate", 0.2)
    assert race.values["best"]
    race.set(name, 0.3)
    assert not race.values["best"]
    assert race.player.step == 5


def test_a_state_with_best_is_restored_as_it_is():
    race = OptimizerRace(kappa=77.0, best=True)
    race.run(10)
    before = paths(race)
    race.restore(race.state)
    assert race.values["best"]
    assert race.player.step == 10
    other = OptimizerRace()
    other.restore(race.state)
    assert other.values == race.values
    other.run(10)
    assert_same_paths(other, before)


@pytest.mark.parametrize("key", RACERS)
def test_a_racer_leaves_the_race_and_comes_back(key):
    race = OptimizerRace()
    race.set(f"{key}_runs", False)
    assert RACERS[key] not in [racer.name for racer in race.racers]
    race.run(3)
    assert key not in race.frame()["map"]
    race.set(f"{key}_runs", True)
    race.run(3)
    assert race.frame()["map"][key].shape == (2, 4)


@pytest.mark.parametrize(
    ("name", "racer", "attribute"),
    [(f"{key}_rate", name, "learning_rate") for key, name in RACERS.items()]
    + [
        ("momentum_gamma", "Momentum", "momentum"),
        ("nesterov_gamma", "Nesterov", "momentum"),
        ("rmsprop_decay", "RMSprop", "decay"),
        ("adam_beta1", "Adam", "beta1"),
        ("adam_beta2", "Adam", "beta2"),
    ],
)
def test_the_settings_of_a_racer_act_on_its_next_step_and_on_no_other(name, racer, attribute):
    race, twin = OptimizerRace(), OptimizerRace()
    for lesson in (race, twin):
        lesson.run(3)
    race.set(name, 0.123)
    chosen = next(r for r in race.racers if r.name == racer)
    assert getattr(chosen.optimizer, attribute) == 0.123
    for lesson in (race, twin):
        lesson.run(2)
    changed = [
        r.name
        for r, other in zip(race.racers, twin.racers, strict=True)
        if (r.path != other.path).any()
    ]
    assert changed == [racer]


def test_start_rotation_and_landscape_of_the_race_begin_anew():
    race = OptimizerRace()
    for name, value in (("start_1", 2.0), ("start_2", -1.0), ("angle", 60.0), ("kappa", 5.0)):
        race.run(3)
        before = race.frame()["map"]["values"]
        race.set(name, value)
        assert race.player.step == 0
        assert (race.frame()["map"]["values"] != before).any() == (name in ("angle", "kappa"))
    assert all(racer.point.tolist() == [2.0, -1.0] for racer in race.racers)
    eigenvalues, vectors = np.linalg.eigh(race.landscape.hessian([0.0, 0.0]))
    np.testing.assert_allclose(eigenvalues, [0.2, 1.0])
    assert abs(vectors[1, 0] / vectors[0, 0]) == pytest.approx(math.tan(math.radians(60)))
    race.set("landscape", "Beale")
    assert race.landscape.minima.tolist() == [[3.0, 0.5]]


# ---------------------------------------------------------------------- forward and back


@each_way
def test_snapshots_lead_back_to_the_very_same_run(make):
    whole, broken = make(), make()
    whole.run(90)
    broken.run(30)
    broken.run(30)
    player = broken.player
    for step in (12, 47, 30, 60):
        player.seek(step)
        assert player.step == step
        assert_same_paths(broken, [path[: step + 1] for path in paths(whole)])
    player.seek(30)
    broken.run(60)
    assert player.step == 90
    assert_same_paths(broken, paths(whole))
    for racer, other in zip(broken.racers, whole.racers, strict=True):
        assert racer.optimizer.iteration == other.optimizer.iteration == 90
        for mine, theirs in zip(racer.optimizer.memory, other.optimizer.memory, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    "make",
    [
        lambda: OneParameter(learning_rate=0.4),
        lambda: BreakIt(learning_rate=0.3),
        lambda: OptimizerRace(kappa=2.0),
        lambda: RateDepthMap(updates=50),
    ],
)
def test_from_the_end_one_can_go_back_and_on(make):
    view = make()
    view.run(20_000)  # past the end
    end = view.player.step
    assert 0 < end < 20_000
    last = view.frame()
    view.player.advance()
    assert view.player.message == "This run is over. Reset begins anew."
    assert view.player.step == end
    view.player.back()
    assert view.player.step < end
    view.player.advance()
    assert view.player.message == ""
    view.run(20_000)
    assert view.player.step == end
    for name, data in view.frame().items():
        for key, value in data.items():
            np.testing.assert_array_equal(value, last[name][key])


@each_way
def test_the_largest_speed_is_what_its_label_says(make):
    view = make()
    view.set("speed", view.speed.maximum)
    assert view.pace() == view.speed.maximum == 1000
    assert view.speed.top_label == ""


def test_ten_steps_are_ten():
    view = BreakIt()
    view.run(3)
    for expected in (10, 20):
        view.player.advance("epoch")
        assert view.player.step == expected


def test_a_long_path_is_thinned_out_and_its_points_keep_their_numbers():
    race = OptimizerRace(landscape="Rosenbrock", start_1=-1.2, start_2=1.0, sgd_rate=0.0005)
    race.run(2000)
    sgd = race.racers[0]
    assert sgd.steps == 2000
    data = path_data("sgd", sgd)
    path, steps = data["sgd"], data["sgd_steps"].astype(int)
    assert path.shape[1] == len(steps) <= 401
    assert (steps[0], steps[-1]) == (0, 2000)
    assert (np.diff(steps) > 0).all()
    np.testing.assert_array_equal(path, sgd.path[steps].T.astype(np.float32))


# ---------------------------------------------------------------------- divergence

BREAKS = {
    "parabola": (OneParameter, {"learning_rate": 1.3}),
    "two valleys": (OneParameter, {"curve": "two valleys", "learning_rate": 2.0}),
    "valley": (BreakIt, {"learning_rate": 0.51}),
    "valley with momentum": (BreakIt, {"learning_rate": 0.9, "momentum": 0.5}),
    "valley in the field": (GradientField, {"landscape": "0.1 x₁² + 2 x₂²", "learning_rate": 0.8}),
    "Himmelblau": (GradientField, {"landscape": "Himmelblau", "learning_rate": 0.1}),
    "on a hill of Himmelblau": (
        GradientField,
        {"landscape": "Himmelblau", "start_1": 0.3, "start_2": -1.0, "learning_rate": 0.5},
    ),
    "Rosenbrock": (GradientField, {"landscape": "Rosenbrock", "learning_rate": 0.01}),
}


@pytest.mark.parametrize(("kind", "values"), BREAKS.values(), ids=BREAKS.keys())
def test_the_rate_that_the_message_names_helps(kind, values):
    view = kind(**values)
    with pytest.raises(FloatingPointError) as error:
        view.run(3000)
    message = view.player.message
    assert str(error.value) in message
    step = int(re.search(r"left the map at step (\d+)\.", message)[1])
    assert view.player.step in (step - 1, step - 2)
    assert np.isfinite(view.racers[0].path).all()
    rate = float(re.search(r"(?:curvature|start), ([\d.e-]+) (?:would|did) not", message)[1])
    assert rate < values["learning_rate"]
    tried = kind(**(values | {"learning_rate": rate}))
    tried.run(3000)
    assert tried.player.message == ""
    end = tried.landscape.value(tried.racers[0].point)
    assert end < tried.landscape.value(tried.racers[0].path[0])
    # And the learner who stays in the view gets on from where it broke.
    view.set("learning_rate", rate)
    view.run(1)
    assert view.player.message == ""


@pytest.mark.parametrize(
    ("momentum", "rate", "limit"), [(0.0, 0.51, "2/λ = 0.5"), (0.5, 0.76, "2 (1 + 0.5)/λ = 0.75")]
)
def test_the_message_names_limit_and_direction(momentum, rate, limit):
    view = BreakIt(learning_rate=rate, momentum=momentum)
    assert view.limit() == pytest.approx(float(learning_rate_limit(4.0, momentum)))
    with pytest.raises(FloatingPointError):
        view.run(3000)
    assert f"above the limit {limit} along x₂ (curvature λ = 4)" in view.player.message


def test_live_a_divergence_stops_the_run_and_tells_why():
    view = BreakIt(learning_rate=1.0)
    while view.player.message == "":
        view.player.advance()
    assert "left the map at step" in view.player.message
    assert not view.player.playing
    step = view.player.step
    view.player.advance()
    view.player.advance()
    assert "left the map" in view.player.message  # it breaks again
    view.set("learning_rate", 0.4)
    view.player.advance()
    assert view.player.message == ""
    assert 0 < view.player.step <= step + 1


def test_in_the_race_the_others_go_on():
    race = OptimizerRace(sgd_rate=5.0)
    race.run(20)
    sgd = race.racers[0]
    assert sgd.broke == race.player.message
    assert f"SGD left the map at step {sgd.steps + 1}. The learning rate 5 is above" in sgd.broke
    assert all(racer.steps == 20 for racer in race.racers[1:] if not racer.arrived)
    race.run(20)
    assert race.racers[-1].steps == 40
    assert sgd.steps < 10
    race.player.seek(1)
    assert sgd.broke == ""
    race.set("sgd_rate", 0.5)
    race.run(20)
    assert sgd.steps == 21


def test_an_adaptive_racer_that_breaks_blames_no_curvature():
    race = OptimizerRace(landscape="Rosenbrock", adam_rate=10.0, adam_beta1=0.9, adam_beta2=0.5)
    race.run(300)
    adam = race.racers[-1]
    assert "λ" not in adam.broke
    rate = float(re.search(r"From the same start, ([\d.]+) did not diverge", adam.broke)[1])
    race.set("adam_rate", rate)
    race.player.reset()
    race.run(300)
    assert race.racers[-1].broke == ""


# ---------------------------------------------------------------------- odd starts and ends


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (OneParameter, {"start": 0.0}),
        (GradientField, {"start_1": 0.0, "start_2": 0.0}),
        (GradientField, {"landscape": "Himmelblau", "start_1": 3.0, "start_2": 2.0}),
        (BreakIt, {"start_1": 0.0, "start_2": 0.0}),
        (OptimizerRace, {"start_1": 0.0, "start_2": 0.0}),
        (OptimizerRace, {"landscape": "Rosenbrock", "start_1": 1.0, "start_2": 1.0}),
    ],
)
def test_a_start_on_a_minimum_is_over_at_once(kind, values):
    view = kind(**values)
    assert all(racer.arrived for racer in view.racers)
    view.run(10)
    view.player.advance()
    assert view.player.step == 0
    assert view.player.message == "This run is over. Reset begins anew."
    for panel, data in view.frame().items():
        for name, value in data.items():
            if isinstance(value, np.ndarray):
                assert np.isfinite(value).all(), (panel, name)
    assert "nan" not in view.summary()


@pytest.mark.parametrize("kind", [GradientField, OptimizerRace])
def test_a_start_outside_of_what_is_drawn_is_moved_to_its_edge(kind):
    view = kind(landscape="Rosenbrock", start_1=-5.0, start_2=5.0)
    assert view.racers[0].path[0].tolist() == [-2.0, 3.0]
    assert (view.values["start_1"], view.values["start_2"]) == (-2.0, 3.0)
    view = kind(start_1=4.0, start_2=-4.0)
    view.set("landscape", "Rosenbrock")
    assert view.racers[0].path[0].tolist() == [2.0, -1.0]
    assert '"start_1": 2.0' in view.state


def test_nobody_in_the_race():
    race = OptimizerRace(**{f"{key}_runs": False for key in RACERS})
    race.run(5)
    assert race.player.step == 0
    assert race.summary() == "Nobody is in the race: tick one of the optimizers."
    assert race.arrivals() == {}
    assert set(race.frame()) == {"map", "heights"}


def test_who_never_arrives_gives_up():
    race = OptimizerRace(sgd_rate=0.0001, **{f"{key}_runs": key == "sgd" for key in RACERS})
    race.run(MOST_STEPS + 100)
    assert race.player.step == MOST_STEPS
    assert "SGD gave up after 5,000 steps" in race.summary()
    race.player.advance()
    assert race.player.message == "This run is over. Reset begins anew."


# ---------------------------------------------------------------------- rate against depth

CELLS = len(DEPTHS) * len(RATES)


@pytest.fixture(scope="module")
def whole_map():
    view = RateDepthMap(updates=50, seed=1)
    view.run(CELLS)
    return view.losses.copy()


def test_the_map_is_the_same_every_time_and_fills_in_a_random_order(whole_map):
    view = RateDepthMap(updates=50, seed=1)
    view.run(40)
    known = np.isfinite(view.losses)
    assert known.sum() == view.trained == 40
    assert known.any(axis=1).all()  # every depth has begun
    np.testing.assert_array_equal(view.losses[known], whole_map[known])
    assert (RateDepthMap(seed=2).order != view.order).any()
    view.run(CELLS)
    np.testing.assert_array_equal(view.losses, whole_map)


def test_the_map_rewinds_and_goes_on(whole_map):
    view = RateDepthMap(updates=50, seed=1)
    view.run(20)
    half = view.losses.copy()
    view.run(10)
    view.player.seek(20)
    np.testing.assert_array_equal(view.losses, half)
    assert view.summary().startswith("20 of 119 networks trained.")
    view.run(CELLS)
    np.testing.assert_array_equal(view.losses, whole_map)


def test_the_bet_names_a_cell_and_is_judged(whole_map):
    view = RateDepthMap(updates=50, seed=1)
    assert "Your bet is not trained yet" in view.summary()
    view.run(CELLS)
    row, column = np.unravel_index(whole_map.argmin(), whole_map.shape)
    view.set("bet_rate", float(RATES[column]))
    view.set("bet_depth", DEPTHS[row])
    assert view.player.step == CELLS  # a bet trains nothing
    assert view.bet() == view.best()
    assert f"a loss of {whole_map.min():.3f}: none is better." in view.summary()
    frame = view.frame()
    np.testing.assert_array_equal(frame["curves"]["bet"], frame["curves"]["best"])
    np.testing.assert_allclose(frame["map"]["marks"][:, 0], [RATES[column], DEPTHS[row]])
    view.set("bet_rate", 0.001)
    view.set("bet_depth", 7)
    loss = whole_map[6, 0]
    assert f"a loss of {loss:.3f}: {(whole_map < loss).sum()} are better" in view.summary()


@pytest.mark.parametrize("updates", [50, 99, 200])
def test_curves_of_the_map_go_to_the_last_update(updates):
    view = RateDepthMap(updates=updates, bet_depth=1)
    view.run(3)
    row, column = divmod(int(view.order[0]), len(RATES))
    view.set("bet_rate", float(RATES[column]))
    view.set("bet_depth", DEPTHS[row])
    steps, losses = view.frame()["curves"]["bet"]
    assert (steps[0], steps[-1]) == (0, updates)
    assert (np.diff(steps) > 0).all()
    assert losses[-1] == pytest.approx(view.losses[row, column])


@pytest.mark.parametrize(
    ("name", "value"), [("optimizer", "Adam"), ("activation", "tanh"), ("updates", 80)]
)
def test_another_map_starts_from_nothing(name, value, whole_map):
    view = RateDepthMap(updates=50, seed=1)
    view.run(10)
    view.set(name, value)
    assert view.player.step == view.trained == 0
    assert np.isnan(view.losses).all()
    view.run(10)
    known = np.isfinite(view.losses)
    assert (view.losses[known] != whole_map[known]).any()
