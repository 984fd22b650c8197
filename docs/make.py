"""Write the pages of this folder that are made from nnlib/course/: `python docs/make.py`."""

from pathlib import Path

from nnlib.course import pages

DOCS = Path(__file__).resolve().parent

if __name__ == "__main__":
    for name, text in pages(DOCS.parent / "notebooks").items():
        (DOCS / name).write_text(text, encoding="utf-8")
