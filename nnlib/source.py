"""The library's own code, shown in a notebook."""

import ast
import inspect
import textwrap
from typing import Any

_GONE = "\0"  # no line of code holds this


class Source:
    """Code that a notebook shows in the colours of its theme.

    JupyterLab colours Python in Markdown itself, so a view of this follows a change of theme and
    needs nothing from the network. As text it is the code.

    Attributes
    ----------
    code : str
    """

    def __init__(self, code: str) -> None:
        self.code = code

    def _repr_markdown_(self) -> str:
        fence = "```"
        while fence in self.code:  # a fence inside must not end the block
            fence += "`"
        return f"{fence}python\n{self.code}\n{fence}"

    def __repr__(self) -> str:
        return self.code


def show_source(*objects: Any, docstring: bool = False) -> Source:
    """Show the code of classes, functions and methods, kernels included.

    Put it on the last line of a cell.

    Parameters
    ----------
    *objects : class, function, method or kernel
        One or more; of a compiled kernel the Python code is shown.
    docstring : bool
        Whether to keep the docstrings. Without them the lines remain that do the work.

    Returns
    -------
    Source

    Raises
    ------
    TypeError
        If nothing is given, or something that has no code of its own.
    ValueError
        If the code of an object cannot be found: a built-in, a lambda, or what was typed into a
        Python prompt.

    Examples
    --------
    >>> from nnlib import Dense
    >>> show_source(Dense.parameters)
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.weight, self.bias)
    """
    if not objects:
        raise TypeError("show_source expects an object or more, got none; try show_source(Dense)")
    codes = (_code(thing) for thing in objects)
    return Source("\n\n\n".join(code if docstring else _without_docstrings(code) for code in codes))


def _code(thing: Any) -> str:
    """The source of one object, moved to the left margin."""
    thing = getattr(thing, "py_func", thing)  # the function inside a compiled kernel
    if isinstance(thing, property):
        thing = thing.fget
    name = getattr(thing, "__name__", None)
    if name == "<lambda>":
        raise ValueError("show_source expects code with a name, got a lambda; write it with def")
    if not (inspect.isclass(thing) or inspect.isroutine(thing)):
        raise TypeError(
            f"show_source expects a class, function or method, got {type(thing).__name__}; "
            f"for an instance, show its class: show_source({type(thing).__name__})"
        )
    try:
        return textwrap.dedent(inspect.getsource(thing)).rstrip()
    except (TypeError, OSError):  # OSError: the file is gone, or there never was one
        raise ValueError(
            f"show_source expects code written in Python and kept in a file or a notebook, got "
            f"{name}, whose source was not found"
        ) from None


def _without_docstrings(code: str) -> str:
    """The code without the docstrings in it, and the empty lines that follow them."""
    lines = code.split("\n")
    # What cannot be moved to the margin, as a string in it starts there, is parsed as a body.
    lead = ["if True:"] if code[:1].isspace() else []
    for node in ast.walk(ast.parse("\n".join([*lead, *lines]))):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        text = node.body[0]
        if ast.get_docstring(node, clean=False) is None or _shares_a_line(node):
            continue
        first = text.lineno - 1 - len(lead)
        last = (text.end_lineno or text.lineno) - len(lead)
        indent = " " * text.col_offset
        # Lines to leave out are marked, so that the numbers of the others stay right.
        lines[first:last] = [_GONE] * (last - first)
        if len(node.body) == 1:
            lines[first] = indent + "..."
            continue
        while last < len(lines) and not lines[last].strip():
            lines[last] = _GONE
            last += 1
    return "\n".join(line for line in lines if line != _GONE)


def _shares_a_line(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether other code stands on the first or the last line of a docstring."""
    text, *rest = node.body
    before = node.lineno == text.lineno
    return before or any(text.end_lineno == statement.lineno for statement in rest)
