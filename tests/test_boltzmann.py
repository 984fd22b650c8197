"""Boltzmann machines: against the enumeration of all states of a machine small enough for it."""

from itertools import product

import numpy as np
import pytest

from nnlib import SGD
from nnlib.boltzmann import DeepBelief, RestrictedBoltzmann, fit_boltzmann
from nnlib.datasets import load_digits

VISIBLE, HIDDEN = 4, 3


def rng(seed=0):
    return np.random.default_rng(seed)


def all_states(units):
    """Every state of so many units, one in a row."""
    return np.array(list(product((0.0, 1.0), repeat=units)))


@pytest.fixture
def machine():
    """A machine of 4 and 3 units with weights that matter, in float64."""
    made = RestrictedBoltzmann(VISIBLE, HIDDEN, rng=rng(), dtype=np.float64)
    for parameter, spread in zip(made.parameters(), (1.0, 0.5, 0.5), strict=True):
        parameter.value[...] = rng(1).normal(0.0, spread, parameter.value.shape)
    return made


def joint(machine):
    """P(v, h) for every pair of states, by the definition: (2^visible, 2^hidden)."""
    energies = np.zeros((2**VISIBLE, 2**HIDDEN))
    w, b, c = (parameter.value for parameter in machine.parameters())
    for row, v in enumerate(all_states(VISIBLE)):
        for column, h in enumerate(all_states(HIDDEN)):
            energies[row, column] = -(v @ b) - (h @ c) - v @ w @ h
    likely = np.exp(-energies)
    return likely / likely.sum()


def exact_gradient(machine, data):
    """Of the negative log-likelihood by each parameter, from the joint distribution."""
    model = joint(machine)
    v, h = all_states(VISIBLE), all_states(HIDDEN)
    on = machine.hidden_probability(data)
    return (
        np.einsum("vh,vi,hj->ij", model, v, h) - data.T @ on / len(data),
        model.sum(axis=1) @ v - data.mean(axis=0),
        model.sum(axis=0) @ h - on.mean(axis=0),
    )


# ---------------------------------------------------------------------------- probabilities


def test_conditional_probabilities_are_those_of_the_enumeration(machine):
    model = joint(machine)
    given_v = (model @ all_states(HIDDEN)) / model.sum(axis=1, keepdims=True)
    given_h = (model.T @ all_states(VISIBLE)) / model.sum(axis=0)[:, None]
    np.testing.assert_allclose(machine.hidden_probability(all_states(VISIBLE)), given_v, rtol=1e-12)
    np.testing.assert_allclose(machine.visible_probability(all_states(HIDDEN)), given_h, rtol=1e-12)


def test_energies_are_those_of_the_enumeration(machine):
    v, h = all_states(VISIBLE), all_states(HIDDEN)
    model = joint(machine)
    pairs = machine.energy(np.repeat(v, len(h), axis=0), np.tile(h, (len(v), 1)))
    likely = np.exp(-pairs)
    np.testing.assert_allclose((likely / likely.sum()).reshape(model.shape), model, rtol=1e-12)
    free = np.exp(-machine.free_energy(v))
    np.testing.assert_allclose(free / free.sum(), model.sum(axis=1), rtol=1e-12)


def test_free_energy_does_not_overflow(machine):
    machine.weight.value *= 1e4
    assert np.isfinite(machine.free_energy(all_states(VISIBLE))).all()


def test_gibbs_sampling_comes_to_the_distribution_of_the_machine(machine):
    start = np.zeros((20_000, VISIBLE))
    end, probability = machine.gibbs(start, steps=30, rng=rng(2))
    assert start.sum() == 0
    assert set(np.unique(end)) == {0.0, 1.0}
    codes = end @ (2.0 ** np.arange(VISIBLE - 1, -1, -1))
    shares = np.bincount(codes.astype(int), minlength=2**VISIBLE) / len(end)
    exact = joint(machine).sum(axis=1)
    assert np.abs(shares - exact).max() < 4 * np.sqrt(exact.max() / len(end))
    np.testing.assert_allclose(probability.mean(axis=0), exact @ all_states(VISIBLE), atol=0.015)


# ---------------------------------------------------------------------------- gradients


def test_contrastive_divergence_comes_to_the_exact_gradient_as_k_grows(machine):
    data = np.repeat([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]], 20_000, axis=0)
    exact = exact_gradient(machine, data)
    away = []
    for k in (1, 3, 30):
        machine.gradient(data, k=k, rng=rng(3))
        found = [parameter.grad for parameter in machine.parameters()]
        away.append(max(np.abs(a - b).max() for a, b in zip(found, exact, strict=True)))
    assert away[0] > 3 * away[2]
    assert away[2] < 0.02
    assert away[0] > away[1]


def test_exact_gradient_is_that_of_the_likelihood(machine):
    """The enumeration itself against finite differences, so that the test above means something."""
    data = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 1.0]])

    def loss():
        every = -machine.free_energy(all_states(VISIBLE))
        return float(machine.free_energy(data).mean() + np.log(np.exp(every).sum()))

    for parameter, exact in zip(machine.parameters(), exact_gradient(machine, data), strict=True):
        for index in np.ndindex(parameter.value.shape):
            kept, sides = parameter.value[index], []
            for h in (1e-5, -1e-5):
                parameter.value[index] = kept + h
                sides.append(loss())
            parameter.value[index] = kept
            assert (sides[0] - sides[1]) / 2e-5 == pytest.approx(exact[index], abs=1e-8)


def test_persistent_chains_begin_where_they_are_told(machine):
    data, chains = all_states(VISIBLE), np.ones((5, VISIBLE))
    end = machine.gradient(data, rng=rng(), chains=chains)
    assert end.shape == chains.shape
    again, _ = machine.gibbs(chains, rng=rng())
    np.testing.assert_array_equal(end, again)


# ---------------------------------------------------------------------------- training


@pytest.mark.parametrize("persistent", [False, True])
def test_a_small_machine_learns_what_is_likely(persistent):
    """Two of 16 pictures make up the data; training must put most of the probability on them."""
    data = np.repeat([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]], 50, axis=0)
    machine = RestrictedBoltzmann(VISIBLE, HIDDEN, rng=rng(), dtype=np.float64)
    optimizer = SGD(machine.parameters(), 0.2, momentum=0.5)
    before = joint(machine).sum(axis=1)
    for _ in fit_boltzmann(
        machine, optimizer, data, k=5, epochs=150, persistent=persistent, rng=rng(1)
    ):
        pass
    after = joint(machine).sum(axis=1)
    assert before[0b1100] + before[0b0011] < 0.2
    assert after[0b1100] + after[0b0011] > 0.7


def test_reconstructions_of_digits_get_better():
    x = load_digits(rng=rng()).x_train
    machine = RestrictedBoltzmann(64, 50, rng=rng())
    optimizer = SGD(machine.parameters(), 0.1, momentum=0.5)
    steps = list(fit_boltzmann(machine, optimizer, x, epochs=15, rng=rng(1)))
    assert steps[-1].loss < 0.6 * steps[0].loss
    assert [step.ends_epoch for step in steps[:45]] == [False] * 44 + [True]
    assert steps[-1].epoch == 14
    assert steps[-1].iteration == len(steps) == 15 * 45
    shuffled = rng(2).permuted(x[:200], axis=1)
    assert machine.free_energy(x[:200]).mean() < machine.free_energy(shuffled).mean() - 10


def test_the_same_seed_gives_the_same_machine():
    x = (rng().random((50, 6)) < 0.5).astype(np.float32)
    values = []
    for _ in range(2):
        machine = RestrictedBoltzmann(6, 4, rng=rng(1))
        list(fit_boltzmann(machine, SGD(machine.parameters(), 0.1), x, rng=rng(2)))
        values.append(machine.weight.value.copy())
    np.testing.assert_array_equal(*values)


# ---------------------------------------------------------------------------- the stack


def test_a_stack_of_two_learns_greedily():
    x = load_digits(rng=rng()).x_train
    belief = DeepBelief((64, 50, 30), rng=rng())
    first, second = belief.machines
    kept = []
    for level, machine in enumerate(belief.machines):
        data = belief.up(x, level)
        optimizer = SGD(machine.parameters(), 0.1, momentum=0.5)
        losses = [s.loss for s in fit_boltzmann(machine, optimizer, data, epochs=10, rng=rng(1))]
        assert losses[-1] < 0.8 * losses[0]
        kept.append(first.weight.value.copy())
    np.testing.assert_array_equal(*kept)  # the first is not moved by what the second learns
    back = belief.down(belief.up(x))
    assert ((back - x) ** 2).mean() < 0.8 * ((x.mean(axis=0) - x) ** 2).mean()
    chains, shown = belief.sample(
        (rng().random((40, 64)) < 0.5).astype(np.float32), steps=50, rng=rng()
    )
    assert chains.shape == shown.shape == (40, 64)
    noise = rng(2).permuted(x[:200], axis=1)
    assert first.free_energy(shown).mean() < first.free_energy(noise).mean() - 5
    np.testing.assert_array_equal(belief.up(x, 1), first.hidden_probability(x))
    assert second.weight.value.shape == (50, 30)


def test_up_and_down_go_through_every_level():
    belief = DeepBelief((6, 5, 4), rng=rng())
    x = np.ones((3, 6), np.float32)
    assert belief.up(x, 0) is x
    assert [belief.up(x, level).shape[1] for level in range(3)] == [6, 5, 4]
    assert belief.down(np.ones((3, 4), np.float32)).shape == (3, 6)
    one = belief.sample(x, level=1, rng=rng(3))[0]
    np.testing.assert_array_equal(one, belief.machines[0].gibbs(x, rng=rng(3))[0])


# ---------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("bad", [0, -1, 2.5, True, "4", None])
def test_sizes_are_whole_and_positive(bad):
    with pytest.raises(ValueError, match="integer, 1 or more"):
        RestrictedBoltzmann(bad, 3, rng=rng())
    with pytest.raises(ValueError, match="integer, 1 or more"):
        RestrictedBoltzmann(3, bad, rng=rng())
    with pytest.raises(ValueError, match="integer, 1 or more"):
        DeepBelief((3, bad), rng=rng())


def test_chance_must_be_handed_over(machine):
    v = all_states(VISIBLE)
    for call in (
        lambda: RestrictedBoltzmann(2, 2, rng=0),
        lambda: machine.gibbs(v, rng=None),
        lambda: machine.gradient(v, rng=np.random),
        lambda: DeepBelief((2, 2), rng=0),
        lambda: fit_boltzmann(machine, SGD(machine.parameters(), 0.1), v, rng=1),
    ):
        with pytest.raises(TypeError, match="Generator"):
            call()


@pytest.mark.parametrize(
    "x",
    [
        np.zeros(VISIBLE),
        np.zeros((2, VISIBLE + 1)),
        np.zeros((2, 3, VISIBLE)),
        np.zeros((2, 2, 2)),
        [[0.0] * VISIBLE],
        None,
    ],
)
def test_samples_are_rows_of_the_right_length(machine, x):
    before = [parameter.grad.copy() for parameter in machine.parameters()]
    for call in (
        machine.hidden_probability,
        machine.free_energy,
        lambda v: machine.gibbs(v, rng=rng()),
        lambda v: machine.gradient(v, rng=rng()),
        lambda v: (
            machine.gradient(np.zeros((1, VISIBLE)), rng=rng(), chains=v)
            if v is not None
            else machine.gradient(v, rng=rng())
        ),
    ):
        with pytest.raises(ValueError, match="expects x of shape"):
            call(x)
    for parameter, grad in zip(machine.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.grad, grad)


def test_dtypes_are_not_mixed(machine):
    with pytest.raises(TypeError, match="float64"):
        machine.hidden_probability(np.zeros((1, VISIBLE), np.float32))


def test_options_of_training_are_checked_before_it(machine):
    x, optimizer = all_states(VISIBLE), SGD(machine.parameters(), 0.1)
    for option in ({"k": 0}, {"epochs": 0}, {"batch_size": 0}, {"k": 1.5}):
        with pytest.raises(ValueError, match="integer, 1 or more"):
            fit_boltzmann(machine, optimizer, x, rng=rng(), **option)
    with pytest.raises(ValueError, match="between 0 and 1"):
        fit_boltzmann(machine, optimizer, 16 * x, rng=rng())
    with pytest.raises(ValueError, match="finite"):
        fit_boltzmann(machine, optimizer, x + np.nan, rng=rng())
    with pytest.raises(ValueError, match="at least one sample"):
        fit_boltzmann(machine, optimizer, x[:0], rng=rng())
    other = RestrictedBoltzmann(VISIBLE, HIDDEN, rng=rng())
    with pytest.raises(ValueError, match="optimizer of this machine"):
        fit_boltzmann(machine, SGD(other.parameters(), 0.1), x, rng=rng())
    with pytest.raises(ValueError, match="at least one sample"):
        machine.gradient(x[:0], rng=rng())
    with pytest.raises(ValueError, match="integer, 1 or more"):
        machine.gibbs(x, steps=0, rng=rng())


def test_a_stack_needs_two_sizes_and_a_level_that_is_there():
    with pytest.raises(ValueError, match="two sizes"):
        DeepBelief((3,), rng=rng())
    belief = DeepBelief((3, 2), rng=rng())
    x = np.zeros((1, 3), np.float32)
    for level in (-1, 2, 0.5):
        with pytest.raises(ValueError, match="level"):
            belief.up(x, level)
    with pytest.raises(ValueError, match="level"):
        belief.sample(x, level=0, rng=rng())
