"""What each lesson needs: memory and processor time of its kernel for Run All.

`python bench/lessons.py` prints the table of docs/teaching.md, `python bench/lessons.py 03` only
the row of lesson 03. Each notebook runs in a fresh kernel, without a browser, from top to bottom.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MOST_MEGABYTES = 1000

# Asked of the kernel itself, at the end. On Linux the peak of this very process stands in
# /proc/self/status: what getrusage says there may be that of the process that started it.
ASK = """
def _needed():
    import re, sys, time
    from pathlib import Path
    status = Path("/proc/self/status")
    if status.exists():
        peak = int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) / 1000
    elif sys.platform == "win32":
        import psutil
        peak = psutil.Process().memory_info().peak_wset / 1e6
    else:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return peak, time.process_time()
print(*_needed())
"""


def measure(path: Path) -> tuple[float, float, float]:
    """Run a notebook; peak memory in MB, processor seconds, seconds on the clock."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    start = time.perf_counter()
    client.execute()
    seconds = time.perf_counter() - start
    peak, processor = map(float, notebook.cells[-1].outputs[0]["text"].split())
    return peak, processor, seconds


def row(path: Path) -> str:
    """One row of the table."""
    peak, processor, seconds = measure(path)
    warning = f" (more than {MOST_MEGABYTES})" if peak > MOST_MEGABYTES else ""
    return f"| {path.stem[:2]} | {peak:.0f}{warning} | {processor:.0f} | {seconds:.0f} |"


def main(numbers: list[str]) -> None:
    """Print the table, row by row as the notebooks end."""
    print("| lesson | peak memory, MB | processor, s | clock, s |")
    print("|---|---|---|---|")
    for path in sorted(NOTEBOOKS.glob("[01][0-9]-*.ipynb")):
        if not numbers or path.stem[:2] in numbers:
            print(row(path), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
