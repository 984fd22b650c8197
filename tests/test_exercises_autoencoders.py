"""Lesson 08: every stored answer is computed anew."""

import numpy as np

from nnlib import KLSparsity
from nnlib.boltzmann import DeepBelief, RestrictedBoltzmann
from nnlib.exercises.autoencoders import lesson
from nnlib.explorables.autoencoders import (
    Bottleneck,
    DrawAndDenoise,
    FewLabels,
    HoleFinder,
    Overcomplete,
    PCADuel,
)
from nnlib.explorables.autoencoders.digits import Neighbours
from nnlib.zoo import convolutional_autoencoder


def rng(seed=0):
    return np.random.default_rng(seed)


# ---------------------------------------------------------------------------- stored answers


def test_the_linear_network_finds_the_plane_and_no_more() -> None:
    view = PCADuel(code=3, seed=1)
    view.run(300)
    rows = view.rows() / np.linalg.norm(view.rows(), axis=1, keepdims=True)
    plane = view.cosines().min() > 0.9995
    weights = np.abs(rows @ view.components[:3].T).max(axis=1).min() > 0.999
    upright = np.abs((rows @ rows.T)[np.triu_indices(3, 1)]).max() < 0.01
    lesson.prove("rows", "plane" if plane and not weights and not upright else "weights")
    lesson.prove("cosine", round(float(view.cosines().min()), 3))


def test_eight_bent_numbers_are_worth_twelve_straight_ones() -> None:
    view = Bottleneck(code=8, seed=1)
    view.run(1000)
    needed = next(size for size in range(1, 33) if view.pca_error(size) <= view.error())
    lesson.prove("eight", "half more" if 10 <= needed <= 14 else "same")


def test_filters_do_not_grow_with_the_picture() -> None:
    network = convolutional_autoencoder(rng=rng())
    counts = set()
    for side in (8, 28):
        x = np.zeros((1, 1, side, side), dtype=np.float32)
        assert network.forward(x).shape == x.shape
        counts.add(sum(parameter.value.size for parameter in network.parameters()))
    lesson.prove("conv", "same" if len(counts) == 1 else "twelve")


def test_what_stands_in_the_way_of_a_copy() -> None:
    repaired, left = {}, 0.0
    settings = {
        "wide": {"code": 100},
        "narrow": {"code": 16},
        "sparse": {"code": 100, "sparsity": 0.01},
        "spoilt": {"code": 100, "noise": 0.4},
    }
    errors = {}
    for name, values in settings.items():
        view = Overcomplete(seed=1, **values)
        view.run(1200)
        left = float(np.mean((view._broken - view.data.x_test) ** 2))
        repaired[name], errors[name] = view.repair_error() / left, view.error()
    lesson.prove("copy", "holes" if repaired["wide"] > 0.65 else "whole")
    # A copy is what has next to no error on whole digits; training on only makes it better.
    helps = {name for name in repaired if errors[name] > 2 * errors["wide"]}
    lesson.prove("identity", helps)


def test_a_cross_is_moved_towards_digits() -> None:
    view = DrawAndDenoise(seed=1)
    view.run(900)
    view.choose("A cross, which is no digit")
    real = Neighbours(view.data.x_train)
    before, after = real.distance(view.seen())[0], real.distance(view.cleaned(view.seen()))[0]
    lesson.prove("cross", "towards" if after < before - 0.04 else "X")
    view.set("amount", 0.3)
    clean, asked = view.cleaned(view.spoilt(view.data.x_test)), view.data.x_test
    closer = np.mean((clean - asked) ** 2) < np.mean((clean - view.spoilt(asked)) ** 2)
    lesson.prove("target", "whole" if closer else "noisy")


def test_between_the_codes_there_are_digits_and_holes() -> None:
    view = HoleFinder(seed=1)
    codes = view.codes()[0]
    empty = [np.hypot(*(codes - place).T).min() > 0.5 for place in view.grid(24)]
    holes = float((view.distances().ravel()[empty] > view.limit).mean())
    lesson.prove("hole", "untold" if 0.03 < holes < 0.9 else "digit")
    at_codes = (view.neighbours.distance(view.decode(codes)) > view.limit).mean()
    lesson.prove("generate", "loss" if at_codes < holes / 2 else "small")


def test_hidden_units_go_their_own_way() -> None:
    """Given v, P(h) is the product of what each unit does alone, in a machine of 64 and 100."""
    machine = RestrictedBoltzmann(64, 100, rng=rng(), dtype=np.float64)
    machine.weight.value[...] = rng(1).normal(size=(64, 100))
    v = (rng(2).random((1, 64)) < 0.5).astype(float)
    on = machine.hidden_probability(v)[0]
    h = (rng(3).random((1, 100)) < 0.5).astype(float)
    alone = 0
    for unit in range(100):  # its odds are the same whatever the others do
        odds = []
        for others in (h, 1 - h):
            states = np.repeat(others, 2, axis=0)
            states[:, unit] = [0.0, 1.0]
            off, lit = machine.energy(np.repeat(v, 2, axis=0), states)
            odds.append(off - lit)
        alone += np.allclose(odds, np.log(on[unit] / (1 - on[unit])), atol=1e-6)
    lesson.prove("gibbs", alone)


def test_the_penalty_of_the_quiz() -> None:
    layer = KLSparsity(0.5, 1.0)
    layer.forward(np.full((4, 1), 0.9), training=True)
    lesson.prove("kl", round(layer.value, 3))
    reverse = 0.9 * np.log(0.9 / 0.5) + 0.1 * np.log(0.1 / 0.5)
    slips = (0.0, reverse, 0.5 * np.log(0.5 / 0.1), layer.value / np.log(2))
    assert np.allclose(list(lesson.questions["kl"].feedback), slips, atol=6e-4)


def test_what_is_true_of_the_machines() -> None:
    machine = RestrictedBoltzmann(5, 3, rng=rng(), dtype=np.float64)
    machine.weight.value[...] = rng(1).normal(size=(5, 3))
    h = np.eye(3)
    into = np.log(machine.visible_probability(h) / (1 - machine.visible_probability(h)))
    true = {"both"} if np.allclose(into, machine.weight.value.T) else set()
    states = machine.gibbs(np.zeros((200, 5)), rng=rng(2))[0]
    true |= {"chance"} if len(np.unique(states, axis=0)) > 1 else set()
    free = machine.free_energy(states)
    _, which, counts = np.unique(states, axis=0, return_inverse=True, return_counts=True)
    true |= {"energy"} if np.corrcoef(free, counts[which.ravel()])[0, 1] < 0 else set()
    lesson.prove("machine", true)
    belief = DeepBelief((5, 4, 3), rng=rng())
    x = (rng(1).random((6, 5)) < 0.5).astype(np.float32)
    below = belief.machines[0].hidden_probability(x)
    lesson.prove("stack", "hidden" if np.array_equal(belief.up(x, 1), below) else "pixels")


def test_with_one_label_of_each_kind_the_machine_wins() -> None:
    view = FewLabels(each=1)
    view.run(4 * 20)
    names = ("pixels", "bottleneck", "denoising", "boltzmann")
    lesson.prove("labels", names[int(np.argmax(view.means()))])


def test_the_gain_with_ten_labels_is_not_that_of_one_lucky_training() -> None:
    for seed in (1, 2):
        view = FewLabels(each=1, seed=seed)
        view.run(4 * 12)
        (narrow, spread), (wide, of_wide), (machine, of_machine) = map(
            view.error_of_gain, (1, 2, 3)
        )
        assert narrow < spread
        assert wide > 2 * of_wide
        assert machine > 2 * of_machine
