"""What makes a run what it is, as one line of text: controls, seed, data set.

Such a line comes from a colleague, a web page or a file: it is read with care, and refused with
a message that says what is wrong.
"""

import json
from collections.abc import Mapping
from typing import Any

from nnlib.live.controls import Control
from nnlib.live.values import short

MOST_STATE = 40_000  # characters of a state string that are read at all
LARGEST_SEED = 2**32 - 1
_PARTS = ("explorable", "values", "seed", "data")


def clean_seed(seed: object) -> int:
    """Return a seed if it is one, or raise ValueError.

    Parameters
    ----------
    seed : object

    Returns
    -------
    int
        From 0 to 4,294,967,295.

    Raises
    ------
    ValueError
        If it is no whole number in this range.

    Examples
    --------
    >>> clean_seed(7)
    7
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(
            f"Seed expects a whole number from 0 to {LARGEST_SEED:,}, got {short(seed)}; "
            "it stays as it was"
        )
    return seed


def write_state(kind: str, values: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return a state as one line of JSON.

    Parameters
    ----------
    kind : str
        Class of the explorable.
    values : mapping
        Where the controls stand.
    settings : mapping
        Seed and data set, where there are.

    Returns
    -------
    str

    Examples
    --------
    >>> write_state("Spiral", {"noise": 0.1}, {"seed": 3})
    '{"explorable": "Spiral", "values": {"noise": 0.1}, "seed": 3}'
    """
    return json.dumps({"explorable": kind, "values": dict(values), **settings})


def read_state(kind: str, state: object) -> tuple[dict[str, object], dict[str, object]]:
    """Take a state string apart, without a look at the values themselves.

    Parameters
    ----------
    kind : str
        Class of the explorable that it must be of.
    state : object
        The text.

    Returns
    -------
    values : dict
        Of the controls.
    settings : dict
        Seed and data set; strings of before these were kept have neither.

    Raises
    ------
    ValueError
        If this is no state of that class.

    Examples
    --------
    >>> read_state("Spiral", '{"explorable": "Spiral", "values": {"noise": 0.1}, "seed": 3}')
    ({'noise': 0.1}, {'seed': 3})
    """
    try:
        if not isinstance(state, str) or len(state) > MOST_STATE:
            raise ValueError("too long, or no text")
        data = json.loads(state)
        if data["explorable"] != kind:
            raise ValueError(f"it belongs to {str(data['explorable'])[:40]}")
        unknown = [name for name in data if name not in _PARTS]
        if unknown:
            raise ValueError(f"it has a part {unknown[0][:40]!r} that is not known here")
        values = dict(data["values"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"This is not a state of {kind} ({str(error)[:100]}); nothing has changed. "
            "Copy the whole line, from { to }"
        ) from error
    return values, {name: data[name] for name in ("seed", "data") if name in data}


def clean_presets(
    presets: Mapping[str, Mapping[str, object]], controls: Mapping[str, Control]
) -> dict[str, dict[str, Any]]:
    """Return presets with every value checked by its control.

    Parameters
    ----------
    presets : mapping of str to mapping
        Values of controls, by the name of the preset.
    controls : mapping of str to Control

    Returns
    -------
    dict of str to dict

    Raises
    ------
    ValueError
        If a preset names no control, or a value that the control refuses.

    Examples
    --------
    >>> from nnlib.live.controls import Toggle
    >>> clean_presets({"Quiet": {"noise": False}}, {"noise": Toggle("noise", "Noise", True)})
    {'Quiet': {'noise': False}}
    """
    cleaned: dict[str, dict[str, Any]] = {}
    for preset, values in presets.items():
        unknown = [name for name in values if name not in controls]
        if unknown:
            raise ValueError(
                f"The preset {preset!r} expects controls among {', '.join(controls)}, "
                f"got {unknown[0]!r}"
            )
        cleaned[preset] = {name: controls[name].clean(value) for name, value in values.items()}
    return cleaned
