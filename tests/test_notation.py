"""Every symbol in the text of a lesson stands in docs/notation.md.

A symbol is a letter that stands alone, Greek or Latin, with or without a hat and with any index; or
such a letter after d, as in dW. Words in formulas, numbers and functions are none.
"""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from lesson_form import source

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HAT = "\u0302"
#: What a backslash makes of these names in LaTeX; of other names nothing that is a symbol.
LETTERS = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "Phi": "Φ",
    "omega": "ω",
    "Omega": "Ω",
}
#: Marks and functions that everybody knows: e to a power, a sum, a root; and "I" is a word.
KNOWN = {"e", "I", "∑"}
#: Letters in words: cases and rows that a text calls by a letter, initials, L1, x-axis, x-ray.
WORDS = re.compile(
    r"\b(?:case|loop|row|column|type|axis|version|key) [A-Za-z]\b|\b[A-Z]\. ?(?=[A-Z])|\bL[12]\b"
    r"|\b[a-zA-Z]-(?=[a-z])|[’'][a-z]\b|\b(?:an|soft) S\b"
)


def plain(text: str) -> str:
    """The text of a markdown cell without code, links, tags and marks of emphasis."""
    text = re.sub(r"^(`{3,}).*?^\1", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]+>|https?://\S+", " ", text)
    return re.sub(r"[*|]", " ", text)


def formulas(text: str) -> tuple[list[str], str]:
    """The LaTeX in a text, and the text without it."""
    pattern = r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+)\$"
    found = [first or second for first, second in re.findall(pattern, text, re.DOTALL)]
    return found, re.sub(pattern, " ", text, flags=re.DOTALL)


def from_latex(formula: str) -> str:
    """A formula as letters: commands become letters, or nothing."""
    formula = re.sub(r"\\(?:text|mathrm|operatorname)\{[^}]*\}", " ", formula)
    formula = re.sub(r"_\{(?:[^{}]|\{[^{}]*\})*\}", lambda m: index(m[0]), formula)
    formula = re.sub(r"\\(?:hat|widehat)\s*\{?\s*(\\?[A-Za-z]+)\s*\}?", rf"\1{HAT} ", formula)
    formula = re.sub(r"\\([A-Za-z]+)", lambda m: f" {LETTERS.get(m[1], '')}", formula)
    return re.sub(r"(?<=[A-Za-z])(?=[A-Za-z])(?<!d)|_", " ", formula)  # xy is x times y


def index(written: str) -> str:
    """An index: its letters count, its words do not."""
    inside = re.sub(r"\\(?:text|mathrm)\{[^}]*\}|\\max|\\min", " ", written[2:-1])
    return f" {inside} "


def symbols(text: str) -> set[str]:
    """The symbols in a text without LaTeX."""
    text = unicodedata.normalize("NFD", WORDS.sub(" ", text))
    text = re.sub(r"[₀-₉⁰-⁹²³¹ᵀᵢⱼₖₗₘₙⁿᶻ′]", " ", text)
    text = re.sub(r"(?<=[A-Za-zα-ωΑ-Ω])_\w+", " ", text)
    letter = rf"(?:d[A-Z]|[A-Za-zα-ωΑ-Ω]{HAT}?)"
    found = re.findall(rf"(?<![A-Za-zα-ωΑ-Ω{HAT}_])({letter})(?![A-Za-zα-ωΑ-Ω{HAT}_’'])", text)
    return {unicodedata.normalize("NFC", symbol) for symbol in found} - KNOWN


def symbols_of(markdown: str) -> set[str]:
    """The symbols in a markdown cell."""
    latex, rest = formulas(plain(markdown))
    return symbols(rest).union(*(symbols(from_latex(formula)) for formula in latex))


# ---------------------------------------------------------------------------- the table


def tables() -> tuple[set[str], dict[str, set[str]]]:
    """The symbols of docs/notation.md: those of the course, and those of single lessons."""
    text = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")
    course: set[str] = set()
    local: dict[str, set[str]] = {}
    for row in re.findall(r"^\|(.+)\|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in row.split("|")]
        if re.fullmatch(r"\d\d", cells[0]):
            local.setdefault(cells[0], set()).update(symbols(cells[1]))
        else:
            course |= symbols(cells[0])
    return course, local


def lesson_symbols(path: Path) -> set[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return set().union(*(symbols_of(source(c)) for c in cells if c["cell_type"] == "markdown"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_symbol_of_a_lesson_is_in_the_table(path: Path) -> None:
    course, local = tables()
    missing = lesson_symbols(path) - course - local.get(path.stem[:2], set())
    assert missing == set(), (
        "give each a row in docs/notation.md: in the tables of the course, or, where it means "
        "something in this lesson only, in the last one"
    )


def test_no_symbol_of_a_single_lesson_is_idle() -> None:
    _, local = tables()
    used = {path.stem[:2]: lesson_symbols(path) for path in LESSONS}
    idle = {n: known - used[n] for n, known in local.items() if n in used and known - used[n]}
    assert idle == {}


def test_names_in_code_of_the_table_are_used_in_the_library() -> None:
    table = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")
    names = {
        n
        for row in re.findall(r"^\|[^|\n]*\|([^|\n]*)\|", table, re.M)
        for n in re.findall(r"`(\w+)`", row)
    }
    library = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "nnlib").rglob("*.py"))
    assert {name for name in names if not re.search(rf"\b{name}\b", library)} == set()


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        (r"$$\hat y = \sigma(w_1 x_1 + b)$$", {"ŷ", "σ", "w", "x", "b"}),
        (r"so that $\frac{\partial L}{\partial w_{ij}}$ is", {"L", "w", "i", "j"}),
        (r"$$L = -\log \hat y_{\text{right}}, \quad \max_j z_j$$", {"L", "ŷ", "z", "j"}),
        (
            "With η = 0.1 the *weights* w₁x₁ and dW₂ = A₁ᵀ dZ₂ fall.",
            {"η", "w", "x", "dW", "A", "dZ"},
        ),
        ("`x` is code, 3x is not; the case A of J. Smith", {"x"}),
        ("n_in and x̂ and ‖∇f‖²", {"n", "x̂", "f"}),
        ("It isn't a don't", {"a"}),
    ],
)
def test_symbols_are_found(markdown: str, found: set[str]) -> None:
    assert symbols_of(markdown) - {"a"} == {unicodedata.normalize("NFC", s) for s in found} - {"a"}
