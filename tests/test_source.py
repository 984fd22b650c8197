"""show_source: the code that is shown is the code that runs."""

import ast
import functools

import numpy as np
import pytest

import nnlib
from nnlib.kernels.dense import dense_forward
from nnlib.layers import Dense, ReLU
from nnlib.source import show_source
from nnlib.threads import limited_blas_threads


class Sample:
    """A class to show.

    Of several lines.
    """

    rate = 1

    def first(self):
        """One line."""
        return "\n".join(["a", "b"])

    def second(self):
        """Nothing else."""

    def third(self):
        """Other quotes.

        ```
        fence
        ```
        """

        def inner():
            """Inside."""
            return 3

        return inner  # a comment stays

    @property
    def fourth(self):
        """Read only."""
        return 4

    @staticmethod
    def fifth():
        "Plain quotes."
        return """no docstring
at the margin"""


BARE = '''class Sample:
    rate = 1

    def first(self):
        return "\\n".join(["a", "b"])

    def second(self):
        ...

    def third(self):
        def inner():
            return 3

        return inner  # a comment stays

    @property
    def fourth(self):
        return 4

    @staticmethod
    def fifth():
        return """no docstring
at the margin"""'''


def test_docstrings_are_dropped_and_nothing_else():
    assert repr(show_source(Sample)) == BARE
    assert '"""A class to show.' in repr(show_source(Sample, docstring=True))


@pytest.mark.parametrize(
    ("thing", "code"),
    [
        (Sample.first, 'def first(self):\n    return "\\n".join(["a", "b"])'),
        (Sample().first, 'def first(self):\n    return "\\n".join(["a", "b"])'),
        (Sample.second, "def second(self):\n    ..."),
        (Sample.fourth, "@property\ndef fourth(self):\n    return 4"),
        (
            Sample.fifth,  # cannot be moved to the margin
            '    @staticmethod\n    def fifth():\n        return """no docstring\nat the margin"""',
        ),
    ],
)
def test_methods_are_shown_at_the_margin(thing, code):
    assert repr(show_source(thing)) == code


def test_a_kernel_shows_its_python():
    shown = repr(show_source(dense_forward))
    assert shown.startswith("@chain\ndef dense_forward(x: Array,")
    assert "np.dot(x, weight, out)" in shown
    assert '"""' not in shown
    assert '"""out = x @ weight + bias."""' in repr(show_source(dense_forward, docstring=True))


def test_a_wrapped_function_shows_what_was_written():
    assert "_enter()" in repr(show_source(limited_blas_threads))


def test_several_objects_follow_one_another():
    shown = repr(show_source(ReLU, dense_forward))
    assert shown == f"{show_source(ReLU)!r}\n\n\n{show_source(dense_forward)!r}"


@pytest.mark.parametrize("name", nnlib.__all__)
def test_every_public_name_can_be_shown_and_is_valid_python(name):
    thing = getattr(nnlib, name)
    bare, whole = repr(show_source(thing)), repr(show_source(thing, docstring=True))
    assert len(bare) < len(whole)
    trees = [ast.parse(code) for code in (bare, whole)]
    for node in ast.walk(trees[0]):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            assert ast.get_docstring(node) is None
    for node in ast.walk(trees[1]):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Expr(ast.Constant(...))]
    assert ast.dump(trees[0]) == ast.dump(trees[1])


def test_a_notebook_gets_a_python_block_and_nothing_runs_away():
    shown = show_source(Dense)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"
    fenced = show_source(Sample.third, docstring=True)._repr_markdown_()
    assert fenced.startswith("````python\n")
    assert fenced.endswith("\n````")


def one_line(): "On the line of the def."; return 1  # fmt: skip  # noqa: E702


def test_a_docstring_that_shares_its_line_stays():
    assert repr(show_source(one_line)).startswith(
        'def one_line(): "On the line of the def."; return'
    )


square = lambda value: value**2  # noqa: E731


@pytest.mark.parametrize(
    ("thing", "error", "message"),
    [
        (len, ValueError, "len, whose source was not found"),
        (np.ndarray, ValueError, "ndarray, whose source was not found"),
        (square, ValueError, "got a lambda; write it with def"),
        (3, TypeError, r"got int; for an instance, show its class: show_source\(int\)"),
        (ReLU(), TypeError, r"got ReLU; .* show_source\(ReLU\)"),
        (nnlib, TypeError, "got module"),
        (functools.partial(len), TypeError, "got partial"),
        (None, TypeError, "got NoneType"),
    ],
)
def test_what_has_no_code_is_refused(thing, error, message):
    with pytest.raises(error, match=message):
        show_source(thing)


def test_code_from_nowhere_is_refused():
    namespace = {}
    exec("def made(): return 1", namespace)
    with pytest.raises(ValueError, match="made, whose source was not found"):
        show_source(namespace["made"])
    with pytest.raises(TypeError, match=r"got none; try show_source\(Dense\)"):
        show_source()
