"""The course as a whole: its lessons, and indexes of concepts, misconceptions and terms.

The tables are `concepts.toml`, `misconceptions.toml` and `glossary.toml` beside this file.
"""

from nnlib.course.entries import (
    Concept,
    Misconception,
    Term,
    concepts,
    glossary,
    misconceptions,
)
from nnlib.course.index import Index, index
from nnlib.course.lessons import LESSONS, CourseLesson
from nnlib.course.pages import pages

__all__ = [
    "LESSONS",
    "Concept",
    "CourseLesson",
    "Index",
    "Misconception",
    "Term",
    "concepts",
    "glossary",
    "index",
    "misconceptions",
    "pages",
]
