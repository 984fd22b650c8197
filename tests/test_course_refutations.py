"""Each misconception of nnlib/course is refuted by the explorable that it names: this does it.

A lesson without a notebook is not ready, and its misconceptions are skipped.
"""

import importlib
import inspect
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nnlib.course import LESSONS, Misconception, misconceptions

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
REFUTATIONS: dict[str, Callable[[ModuleType], bool]] = {}


def refutes(belief: str) -> Callable:
    """Keep the function that refutes a belief; it gets the lesson's explorables."""

    def keep(function: Callable[[ModuleType], bool]) -> Callable[[ModuleType], bool]:
        assert belief not in REFUTATIONS, belief
        REFUTATIONS[belief] = function
        return function

    return keep


def test_every_refutation_is_that_of_a_misconception() -> None:
    assert {wrong.belief for wrong in misconceptions()} == set(REFUTATIONS)


@pytest.mark.parametrize("wrong", misconceptions(), ids=lambda wrong: wrong.belief)
def test_the_explorable_refutes_it(wrong: Misconception) -> None:
    lesson = LESSONS[wrong.lesson]
    if lesson.notebook(NOTEBOOKS) is None:
        pytest.skip(f"lesson {lesson.number} has no notebook yet")
    live = importlib.import_module(f"nnlib.explorables.{lesson.package}")
    refutation = REFUTATIONS[wrong.belief]
    assert f"live.{wrong.explorable}(" in inspect.getsource(refutation), "it uses another one"
    assert refutation(live)


def after(view, steps):
    """The view, after a number of steps; one that breaks on its way stays where it was."""
    with suppress(FloatingPointError):
        view.run(steps)
    return view


# ---------------------------------------------------------------------------- 00 start here


@refutes("a larger learning rate only makes learning faster")
def _(live):
    view = after(live.DigitsTraining(data="digits"), 400)
    before = view.test_accuracy()
    view.set("learning_rate", 10)
    view.run(200)
    view.set("learning_rate", 0.1)
    view.run(500)
    return view.test_accuracy() < 0.5 < 0.9 < before


@refutes("Adam is always better than SGD")
def _(live):
    lowest = {}
    for name in ("Adam", "SGD"):
        view = after(live.DigitsTraining(data="digits", optimizer=name, learning_rate=0.1), 500)
        lowest[name] = min(after(view, 10).test_accuracy() for _ in range(30))
    return lowest["Adam"] < lowest["SGD"] - 0.03


@refutes("a training loss that falls shows that the network gets better")
def _(live):
    view = after(live.SpiralBoundary(), 2000)
    view.set("noise", 0.1)
    view.run(4000)
    loss = {name: view.frame()["loss"][name][1] for name in ("train", "test")}
    return loss["test"][-1] > 1.3 * loss["train"][-1]


# ---------------------------------------------------------------------------- 01 neuron


@refutes("large weights make a neuron more clever")
def _(live):
    once, twice = live.OneNeuron(w1=1.2, w2=0.9, b=0.6), live.OneNeuron(w1=2.4, w2=1.8, b=1.2)
    return np.isclose(once.distance(), twice.distance()) and twice.length() > once.length()


@refutes("a larger bias moves the line along the arrow")
def _(live):
    return live.OneNeuron(b=1.8).distance() < live.OneNeuron(b=0.8).distance()


@refutes("a threshold neuron and a logistic neuron are two different machines")
def _(live):
    return live.SoftStep(steepness=200).width() < 0.03 < 4 < live.SoftStep(steepness=1).width()


@refutes("who is right on every point has found the neuron")
def _(live):
    view = after(live.GuessTheNeuron(count=6), 400)
    return view.right() == 6 and view.agreement() < 0.97


@refutes("with the right weights one neuron can do any truth table")
def _(live):
    return after(live.TruthTables(inputs="two"), 16).counts()[0] == 14


@refutes("a batch of more samples needs a larger weight matrix")
def _(live):
    one, six = (live.LayerProduct(samples=count) for count in (1, 6))
    return one.weight.shape == six.weight.shape and len(six.x) > len(one.x)


@refutes("a classifier with an accuracy of 99 % is good")
def _(live):
    found = after(live.StarsAndQuasars(share=0.01), 400).scores()
    return found.accuracy > 0.99 and found.recall == 0.1


# ---------------------------------------------------------------------------- 02 perceptron


@refutes("a smaller learning rate is safer")
def _(live):
    view = after(live.LearningRateMyth(), 2000)
    return view.same_mistakes() and {pupil.mistakes for pupil in view.pupils} == {18}


@refutes("after a mistake the perceptron answers that sample rightly")
def _(live):
    view = after(live.OneMistake(data="AND"), 24)
    return view.pupils[0].counts == [1, 3, 3, 2, 1, 0]


@refutes("a smaller gap between the classes makes the bound only a little larger")
def _(live):
    wide, narrow = (live.MarginBound(margin=gap).bound(gap) for gap in (0.2, 0.1))
    return np.allclose([wide, narrow], [50, 200], atol=0.5)


@refutes("the perceptron always comes to an end, if it is given time")
def _(live):
    view = live.YourPoints()
    view.choose("One point astray")
    view.run(3000)
    return not view.separable and min(view.pupils[0].counts[:-1]) > 0


@refutes("on XOR a perceptron only needs more epochs")
def _(live):
    from nnlib.explorables.perceptron.xor_carousel import ORDERS

    views = [after(live.XorCarousel(order=order), 80) for order in ORDERS]
    return all(set(view.pupils[0].counts[2:]) == {4} and view.returned() for view in views)


@refutes("more layers make a network more powerful, whatever they compute")
def _(live):
    answers = after(live.FourNetworks(), 1000).answers()
    return np.allclose(answers[:3], 0.5, atol=1e-3) and np.allclose(
        answers[3], [0, 1, 1, 0], atol=1e-3
    )


# ---------------------------------------------------------------------------- 03 descent


@refutes("a learning rate that is too large only takes detours")
def _(live):
    view = after(live.OneParameter(start=2.5, learning_rate=1.1), 2)
    return np.allclose(view.racers[0].path[:, 0], [2.5, -3.0, 3.6])


@refutes("gradient descent finds the lowest minimum")
def _(live):
    view = after(live.OneParameter(curve="two valleys", start=2.5), 200)
    low, value = view.landscape.minima[0], view.landscape.value
    return value(low) < value(view.racers[0].point) - 0.01


@refutes("the gradient says how far to go")
def _(live):
    view = live.GradientField(start_1=2.4, start_2=1.6, learning_rate=0.1)
    f, promised, _second = view.taylor(np.array([0.0, 1.0]))
    return np.allclose([promised[1], f[1]], [4.992, 5.325], atol=5e-4)


@refutes("flat directions allow a larger learning rate")
def _(live):
    good, bad = (after(live.BreakIt(learning_rate=rate), 300) for rate in (0.49, 0.51))
    return np.linalg.norm(good.racers[0].point) < 1e-3 and abs(bad.racers[0].point[1]) > 10


@refutes("momentum should be 0.9")
def _(live):
    best = live.PhaseMap(alpha=2.31, beta=0.27, kappa=10).factor()
    rates = np.linspace(0.05, 3, 60)
    return (
        best
        < 0.6
        < 0.94
        < min(live.PhaseMap(alpha=rate, beta=0.9, kappa=10).factor() for rate in rates)
    )


@refutes("adaptive optimizers make the shape of the valley irrelevant")
def _(live):
    straight = after(live.OptimizerRace(kappa=20, best=True, angle=0), 31).arrivals()
    turned = after(live.OptimizerRace(kappa=20, best=True, angle=45), 400).arrivals()
    return straight["AdaGrad"] == 31 and turned.get("AdaGrad") is None


@refutes("one learning rate suits all networks")
def _(live):
    from nnlib.explorables.gradient_descent.rate_depth import RATES

    view = live.RateDepthMap()
    view.run(7 * 17)
    best = RATES[view.losses.argmin(axis=1)]
    return np.allclose([best[0], best[-1]], [3.16, 0.178], atol=3e-3)


@refutes("a larger batch always learns faster, as its gradient is better")
def _(live):
    losses = {}
    for size, updates in ((4, 1080), (64, 69)):
        view = after(live.BatchNoise(batch_size=size, learning_rate=0.1), updates)
        losses[size] = view.train_loss()
    return losses[4] < losses[64] - 0.4


# ---------------------------------------------------------------------------- 04 backpropagation


@refutes("backpropagation is how a network learns")
def _(live):
    view = after(live.DrawADigit(data="digits"), 1500)
    weights = [parameter.value.copy() for parameter in view.network.parameters()]
    view.choose("a 3")
    three = view.read().answer
    view.choose("a 3 retouched into an 8")
    still = [p.value for p in view.network.parameters()]
    return (three, view.read().answer) == (3, 8) and all(map(np.array_equal, weights, still))


@refutes("a slope says what any change will bring")
def _(live):
    near, far = (live.Cascade(x=1.0, nudge=nudge).nudged() for nudge in (0.001, 0.3))
    return np.allclose([near, far], [-3.0045, -4.35])


@refutes("a value may pass its gradient on as soon as one arrives")
def _(live):
    view = live.Diamond()
    return view.answers() == (60, 39) and np.isclose(view.difference(), 39)


@refutes("the gradient of the weights gets larger in shape with the batch")
def _(live):
    few, many = (live.ShapePuzzle(wanted="dW₂", samples=count) for count in (2, 6))
    return few.wanted().shape == many.wanted().shape == (4, 1)


@refutes("a loss that falls proves that the gradient is right")
def _(live):
    view = after(live.GradientCheck(bug="case A"), 300)
    right, wrong = view.losses()
    return wrong < right and view.errors(1e-5)["W₁"] > 0.1


@refutes("the smaller the step of a difference, the better")
def _(live):
    errors = {h: live.GradientCheck().errors(h)["all parameters"] for h in (1e-5, 1e-12)}
    return errors[1e-12] > 100 * errors[1e-5]


# ---------------------------------------------------------------------------- 05 activations


@refutes("ReLU has ended vanishing gradients")
def _(live):
    flow = live.GradientFlow(activation="ReLU", initial="Glorot: 2 / (n_in + n_out)").flow()
    return flow[0].delta < flow[-1].delta / 1000


@refutes("large weights make up for small slopes")
def _(live):
    view, left = live.SlopeChain(), []
    for preset in ("w = 4, to make up for 1/4", "The best case: every z = 0"):
        view.choose(preset)
        left.append(view.left()[-1])
    view.choose("w = 4, to make up for 1/4")
    view.choose("Saturated: every z = 4")
    return left[-1] == 1 and view.left()[-1] < 1e-9


@refutes("a dead unit comes back with a lower learning rate")
def _(live):
    view = after(live.DeadUnit(learning_rate=1.0), 1)
    before = view.place()
    view.set("learning_rate", 0.01)
    view.run(500)
    return view.dead() and np.array_equal(before, view.place())


@refutes("equal gradients in the first and the last layer mean that all is well")
def _(live):
    flow = live.GradientFlow(activation="ReLU", initial="Glorot: 2 / (n_in + n_out)").flow()
    first, last = flow[0].weight_grad, flow[-1].weight_grad
    return 0.9 < first / last < 1.1 and first < 1e-5


@refutes("an output of softmax says how sure the network is")
def _(live):
    sure = [live.SoftmaxTemperature(temperature=tau).probabilities().max() for tau in (1.0, 0.5)]
    return np.allclose(sure, [0.603, 0.842], atol=5e-4)


@refutes("an activation function needs a special formula")
def _(live):
    view = live.DrawnActivation()
    view.choose("A wave")
    return after(view, 400).accuracy() > 0.95


@refutes("a network of ReLUs answers with a smooth curve")
def _(live):
    view = after(live.HingeFit(units=2), 200)
    x = np.linspace(-3, 3, 6001)[:, None]
    bends = np.abs(np.diff(view.network.forward(x)[:, 0], 2)) > 1e-6
    return 1 <= np.count_nonzero(np.diff(np.flatnonzero(bends), prepend=-9) > 1) <= 2


# ---------------------------------------------------------------------------- 06 CNN filtering


@refutes("a filter may write its result straight into the picture")
def _(live):
    right, wrong = (after(live.OnePixel(in_place=on), 2).pixels()[1] for on in (False, True))
    return (round(right), round(wrong)) == (205, 209)


@refutes("filters have to be designed by hand")
def _(live):
    return after(live.LearnFilter(), 300).found()["momentum"] < 300


@refutes("a layer for larger images needs more weights")
def _(live):
    small, large = (live.SharedWeights(side=side).counts() for side in (28, 56))
    return small["conv"] == large["conv"] and large["dense"] > 10 * small["dense"]


@refutes("each convolution of 3 × 3 makes the receptive field three times as wide")
def _(live):
    return live.ReceptiveField(depth=5).fields() == [1, 3, 5, 7, 9, 11]


@refutes("a dense network that reads digits knows them wherever they stand")
def _(live):
    view = after(live.ShiftTest(), 150)
    return view.right(across=4)["dense"] < view.right(across=0)["dense"] - 0.4


# ---------------------------------------------------------------------------- 07 batch norm


@refutes("a network that has all training samples right has learnt well")
def _(live):
    view = after(live.Overfitting(), 1500)
    return view.train().accuracy == 1 and view.test().loss > 3 * view.lowest()[1]


@refutes("dropout throws away half of the network")
def _(live):
    view = live.LiveMasks(x=0.4)
    return np.isclose(view.mean(), view.whole()) and np.ptp(view.answers()) > 0


@refutes("a remedy against overfitting lowers the training loss")
def _(live):
    view = after(live.Remedies(dropout=True), 600)
    return view.score("dropout")[0] > view.score("none")[0]


@refutes("mean and variance of a batch are constants on the way back")
def _(live):
    right, wrong = (live.BatchNormTape(mistake=m) for m in ("none", "σ² taken for a constant"))
    gaps = [np.abs(view.check_rows()[0] - view.check_rows()[1]).max() for view in (right, wrong)]
    return gaps[0] < 1e-6 < 0.01 < gaps[1]


@refutes("batch norm cures overfitting")
def _(live):
    view = after(live.Remedies(norm=True), 1000)
    return abs(view.score("batch norm")[0] - view.score("none")[0]) < 0.03


# ---------------------------------------------------------------------------- 08 autoencoders


@refutes("a linear autoencoder finds something that PCA cannot")
def _(live):
    return after(live.PCADuel(code=2), 300).cosines().round(3).tolist() == [1, 1]


@refutes("every place of the latent plane decodes to a digit")
def _(live):
    return after(live.HoleFinder(), 10).hole_share() > 0


@refutes("an autoencoder whose code is longer than the sample can only copy")
def _(live):
    copying, forced = (after(live.Overcomplete(noise=noise), 500) for noise in (0.0, 0.4))
    return forced.repair_error() < copying.repair_error()


@refutes("a small error means a good code")
def _(live):
    plain, denoising = live.Overcomplete(), live.Overcomplete()
    denoising.choose("Denoising")
    for view in (plain, denoising):
        view.run(1500)
    worse = plain.repair_error() > 1.5 * denoising.repair_error()
    return worse and plain.error() < denoising.error()


# ---------------------------------------------------------------------------- 09 RNNs


@refutes("an LSTM remembers because it is an LSTM")
def _(live):
    view = after(live.MemoryRace(lstm_a=3.0, lstm_b=-1.0), 400)
    return view.accuracy("lstm_a") > view.accuracy("lstm_b") + 0.2


@refutes("an unfolded network has other weights at each step")
def _(live):
    view = live.ThroughTime()
    shares = [view.number(z, "gradient") * view.number(h) for z, h in (("z₃", "h₂"), ("z₂", "h₁"))]
    return min(map(abs, shares)) > 0 and np.isclose(view.number("u", "gradient"), sum(shares))


@refutes("a gradient that shrinks slowly reaches all the way back")
def _(live):
    return live.GradientHorizon(radius=0.5, size=0.0).horizon("RNN") == 10


@refutes("zeros that fill up short sequences do no harm")
def _(live):
    view = after(live.Lengths(padding=20), 5)
    held, moved = (np.ptp(view.answers(name, 0)[-20:]) for name in ("masked", "plain"))
    return held == 0 < moved


@refutes("an LSTM's gradient cannot vanish")
def _(live):
    view = live.GradientHorizon()
    view.choose("It vanishes: ρ = 0.4, biases 0")
    return view.shares("LSTM")[-1] < 1e-10


# ---------------------------------------------------------------------------- 10 playground


@refutes("a circle can only be learnt with a hidden layer")
def _(live):
    view = live.Playground()
    view.choose("Circle, squares and no hidden layer")
    return after(view, 1000).test().accuracy > 0.95


@refutes("the lower the training loss, the better the network")
def _(live):
    view = after(live.Overfitting(), 3000)
    return view.train().loss < 0.001 and view.test().loss > 4
