"""Controls: what they take, what they refuse, and that the refusal can be read."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest

from nnlib.live import Choice, Slider, Toggle
from nnlib.live.controls import spec

RATE = Slider("rate", "Learning rate", 0.001, 10.0, 0.1, log=True)
NOISE = Slider("noise", "Noise", 0.0, 0.3, 0.03)
UNITS = Slider("units", "Units", 1, 32, 16, integer=True, restarts=True)
SHIFT = Slider("shift", "Shift", -2.0, 2.0, 0.0)
MENU = Choice("menu", "Optimizer", ("SGD", "Adam"), "SGD")
SWITCH = Toggle("switch", "Show test data", False)


class OddText(str):
    """Equal to everything, as a hostile value may be."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("SGD")


def nested(depth):
    floor = []
    for _ in range(depth):
        floor = [floor]
    return floor


@pytest.mark.parametrize(
    ("control", "value", "cleaned"),
    [
        (RATE, 0.001, 0.001),  # both limits can be reached
        (RATE, 10.0, 10.0),
        (RATE, 10, 10.0),
        (RATE, 0.123456, 0.123),  # three significant digits, however small
        (RATE, 0.00123456, 0.00123),
        (RATE, 9.9999, 10.0),
        (RATE, 10 ** (-0.5), 0.316),  # a place on the log scale
        (RATE, 10.0 * (1 + 1e-12), 10.0),  # what rounding in the browser may leave
        (RATE, np.float64(0.5), 0.5),
        (RATE, np.float32(0.5), 0.5),
        (RATE, Fraction(1, 2), 0.5),
        (NOISE, 0, 0.0),
        (NOISE, 0.3, 0.3),
        (NOISE, 0.1 + 0.2, 0.3),
        (NOISE, -1e-12, 0.0),
        (NOISE, 0.2996, 0.3),
        (SHIFT, -2.0, -2.0),
        (SHIFT, -1.23456, -1.23),
        (UNITS, 1, 1),
        (UNITS, 32, 32),
        (UNITS, 7.4, 7),
        (UNITS, 7.6, 8),
        (UNITS, np.int64(7), 7),
        (MENU, "Adam", "Adam"),
        (MENU, "SGD", "SGD"),
        (SWITCH, True, True),
        (SWITCH, False, False),
    ],
)
def test_good_values_are_taken(control, value, cleaned):
    result = control.clean(value)
    assert result == cleaned
    assert type(result) is type(cleaned)  # JSON knows it, whatever came in
    assert control.clean(result) == result


NO_NUMBERS = [
    math.nan,
    math.inf,
    -math.inf,
    1e400,
    10**5000,
    -(10**5000),
    [10**5000],
    True,
    False,
    None,
    "0.1",
    "<script>alert(1)</script>",
    "x" * 1_000_000,
    [0.1],
    (0.1,),
    {"value": 0.1},
    b"0.1",
    object(),
    1 + 0j,
    np.array([0.1]),
    np.bool_(True),
    nested(100_000),
]


def refusal(control, value):
    with pytest.raises(ValueError, match=r"expects .*, got .*; it stays as it was") as caught:
        control.clean(value)
    text = str(caught.value)
    assert text.startswith(control.label)
    assert len(text) < 200
    return text


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("control", [RATE, NOISE, UNITS, SHIFT], ids=lambda control: control.name)
def test_a_slider_refuses_what_is_no_finite_number(control, value):
    assert f"from {control.minimum:g} to {control.maximum:g}" in refusal(control, value)


@pytest.mark.parametrize(
    ("control", "value"),
    [
        *[(RATE, value) for value in (0.0, 0.00099, 10.01, -1, 1e308)],
        *[(NOISE, value) for value in (0.31, -0.001)],
        *[(UNITS, value) for value in (0, 0.6, 32.4, 33)],
        (SHIFT, 2.001),
    ],
)
def test_a_slider_refuses_what_is_out_of_range(control, value):
    assert repr(value) in refusal(control, value)


@pytest.mark.parametrize(
    "value",
    [
        *(value for value in NO_NUMBERS if not isinstance(value, str)),
        "",
        "sgd",
        "SGD ",
        "Adam\x00",
        "SGD, Adam",
        "<script>alert(1)</script>",
        "\ud800",
        "S" * 1_000_000,
        OddText("SGD"),
        OddText("nothing of the kind"),
        ["SGD"],
        b"SGD",
        0,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_choice_refuses_what_is_no_option(value):
    assert "one of SGD, Adam" in refusal(MENU, value)


@pytest.mark.parametrize(
    "value",
    [value for value in NO_NUMBERS if not isinstance(value, bool)] + [0, 1, "true", "True", 1.0],
    ids=lambda value: type(value).__name__,
)
def test_a_toggle_refuses_what_is_neither_true_nor_false(value):
    assert "true or false" in refusal(SWITCH, value)


def test_a_log_slider_keeps_its_digits_over_the_whole_range():
    for power in np.linspace(-3.0, 1.0, 200):
        value = float(10**power)
        assert RATE.clean(value) == pytest.approx(value, rel=0.0051)
        assert RATE.minimum <= RATE.clean(value) <= RATE.maximum


def test_an_integer_slider_gives_every_number_between_its_limits():
    got = {UNITS.clean(float(value)) for value in np.linspace(1, 32, 1000)}
    assert got == set(range(1, 33))


@pytest.mark.parametrize("control", [RATE, UNITS, MENU, SWITCH], ids=lambda control: control.name)
def test_the_spec_is_plain_data(control):
    plain = json.loads(json.dumps(spec(control), allow_nan=False))
    assert plain["name"] == control.name
    assert plain["value"] == control.value == control.clean(control.value)
    assert plain["kind"] == type(control).__name__.lower()
    assert plain["restarts"] is control.restarts
