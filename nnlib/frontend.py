"""Who asked for the cell that is running: which cell it is, and whether anybody sits there."""

from typing import Any


def cell_key(name: str) -> str | None:
    """Return a name and the notebook cell that is running.

    Parameters
    ----------
    name : str

    Returns
    -------
    str or None
        None outside a notebook.

    Examples
    --------
    >>> cell_key("Spiral") is None  # no notebook here
    True
    """
    try:
        return f"{name} {_request()['metadata']['cellId']}"
    except (AttributeError, KeyError, TypeError):
        return None


def attended() -> bool:
    """Tell whether the cell was run by somebody who could answer, or by a program.

    `nbconvert --execute` and its like say that nobody can type an answer. What they make is a page
    without a kernel, and on it a picture is worth more than a view that stays blank.

    Returns
    -------
    bool

    Examples
    --------
    >>> attended()  # as good as: nothing says otherwise
    True
    """
    try:
        return _request()["content"].get("allow_stdin") is not False
    except (AttributeError, KeyError, TypeError):
        return True


def in_kernel() -> bool:
    """Tell whether this runs in the kernel of a notebook.

    Returns
    -------
    bool

    Examples
    --------
    >>> in_kernel()
    False
    """
    try:
        return bool(_request())
    except (AttributeError, KeyError, TypeError):
        return False


def _request() -> Any:
    """The message that runs the present cell; what it raises outside a notebook is caught above."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython().kernel.get_parent("shell")
