"""The lessons of the course, and where each keeps its notebook and its explorables."""

from dataclasses import dataclass
from pathlib import Path

from nnlib.exercises.overview import COURSE, notebook_of


@dataclass(frozen=True)
class CourseLesson:
    """One lesson.

    Attributes
    ----------
    number : str
        Of two digits.
    title : str
    package : str
        Of its explorables, in `nnlib.explorables`.
    """

    number: str
    title: str
    package: str

    @property
    def name(self) -> str:
        """Number and title, as a learner reads them: "3 gradient descent and momentum"."""
        return f"{int(self.number)} {self.title}"

    def notebook(self, folder: Path) -> Path | None:
        """Return its notebook in a folder, or None where there is none (yet)."""
        return notebook_of(self.number, folder)


_PACKAGES = {
    "00": "start_here",
    "01": "neuron",
    "02": "perceptron",
    "03": "gradient_descent",
    "04": "backpropagation",
    "05": "activations",
    "06": "cnn",
    "07": "regularisation",
    "08": "autoencoders",
    "09": "recurrent",
    "10": "playground",
}

#: All lessons by number, the start page included.
LESSONS = {
    number: CourseLesson(number, title, _PACKAGES[number])
    for number, title in {"00": "start here", **COURSE}.items()
}
