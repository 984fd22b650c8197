"""One word for one thing: variants that are out, over all that a reader reads.

That is the text of the notebooks, the pages, the indexes, and the words in explorables and
exercises. Titles of papers keep their spelling, and names in code are code.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesson_form import source

ROOT = Path(__file__).resolve().parents[1]

#: What is out, and what to write. A small letter in front stands for a capital one too.
VARIANTS = {
    r"(?<!also called )transfer functions?": "activation function",
    r"sigmoid (?:activation )?functions?|logistic sigmoid": "logistic function",
    r"back[- ]propagat\w+": "backpropagation",
    r"mini ?batch(?:es)?": "mini-batch",
    r"datasets?": "data set",
    r"cross entropy": "cross-entropy",
    r"soft-max": "softmax",
    r"auto-encoders?": "autoencoder",
    r"over-fit\w*": "overfitting",
    r"dropouts": "dropout",
    r"neural nets?": "neural network",
    r"learningrate|learn rate|step rate": "learning rate",
    r"(?:kaiming|xavier) (?:initialisation|initialization|weights)": "He, Glorot",
    r"optimis(?:er|ers)": "optimizer",
    r"batch-norm(?:alisation)?|(?-i:[Bb]atchnorm)": "batch norm, batch normalisation",
    r"(?:normal|regular|general|visual|minim|maxim|discre[t]|vector|real|recogn|summa[r]|organ)"
    r"iz(?:e|es|ed|ing|ation|ations)": "the same with s",
    r"initializ(?:e|es|ed|ing|ation|ations)": "initialis...; the class is an initializer",
    r"color(?:s|ed|ing|ful)?": "colour",
    r"gray\w*": "grey",
    r"center(?:s|ed)?": "centre",
    r"behaviors?": "behaviour",
    r"neighbor\w*": "neighbour",
    r"favorite\w*": "favourite",
    r"analyz\w+": "analyse",
    r"label(?:ed|ing)": "labelled, labelling",
    r"model(?:ed|ing)": "modelled, modelling",
    r"hyper-?parameters?": "setting",
    r"per cent": "percent, or %",
}


def readable(text: str) -> str:
    """Prose without code, links and titles of papers."""
    text = re.sub(r"^(`{3,}).*?^\1", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]+>|https?://\S+", " ", text)
    text = re.sub(r"(?<!\*)\*(?!\*)[^*]{12,}?\*", " ", text)  # a title, in italics
    return re.sub(r"[\"“][^\"”]{12,}?[\"”]", " ", text, flags=re.DOTALL)  # or in quotes


def strings(path: Path) -> Iterator[str]:
    """The strings of a module that are words for a reader."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield re.sub(r">>>.*|\w+\.\w+|\w+_\w+|\w+=\S+", " ", node.value)


def texts() -> dict[str, str]:
    """All that a reader reads, by the file that it stands in."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    pages += (ROOT / "nnlib" / "course").glob("*.toml")
    found = {page.name: readable(page.read_text(encoding="utf-8")) for page in pages}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = [source(cell) for cell in cells if cell["cell_type"] == "markdown"]
        found[path.name] = readable("\n\n".join(prose))
    for part in ("explorables", "exercises", "course"):
        for path in sorted((ROOT / "nnlib" / part).rglob("*.py")):
            found[str(path.relative_to(ROOT))] = readable("\n\n".join(strings(path)))
    return found


def variants(text: str) -> list[str]:
    """What is out, with the word to write."""
    return [
        f"{' '.join(match[0].split())!r}: write {right}"
        for wrong, right in VARIANTS.items()
        for match in re.finditer(rf"\b(?:{wrong})\b", text, re.IGNORECASE)
    ]


def test_every_text_has_one_word_for_one_thing() -> None:
    found = {name: variants(text) for name, text in texts().items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The transfer function is sigmoid.", True),
        ("an activation function, also called transfer function", False),
        ("the sigmoid function", True),
        ("two sigmoid units", False),
        ("Back-propagation through time", True),
        ("backpropagation, which backpropagates", False),
        ("a minibatch", True),
        ("a dataset", True),
        ("a data set", False),
        ("batch normalization", True),
        ("batch normalisation and batch norm", False),
        ("batchnorm is", True),
        ("an initializer and an optimizer", False),
        ("colors", True),
        ("the colours of stars", False),
        ("neural nets", True),
        ("neural networks", False),
        ('Ioffe and Szegedy (2015), "Batch normalization"', False),
        ("in `datasets`", False),
    ],
)
def test_variants_are_told_from_words(text: str, wrong: bool) -> None:
    assert bool(variants(readable(text))) == wrong
