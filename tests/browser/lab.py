"""JupyterLab as a learner sees it: open a notebook, run cells, move controls, look at a view."""

import json
import re
import textwrap
import time
from pathlib import Path
from typing import Any

import nbformat

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
#: What JupyterLab and the browser say by themselves, whatever this project does. The comm is the
#: one through which JupyterLab asks a fresh kernel for its widgets: a kernel that answers late
#: closes what JupyterLab has given up. (Its name has dashes; those of widgets have none.)
NOT_OURS = re.compile(
    r"Failed to load resource|net::ERR_|ResizeObserver loop|willReadFrequently"
    r"|Comm not found for comm id \w+-"
)


#: What each cell of code has shown: its number, None if it has not run, and its outputs in text.
OUTPUTS = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
  const all = [...Array(cells.length).keys()].map(i => cells.get(i));
  const code = all.filter(cell => cell.type === 'code');
  return code.map(cell => [cell.sharedModel.getSource(), cell.executionCount,
    JSON.stringify(cell.outputs.toJSON())]);
}"""
#: Whether some or every cell has run.
RAN = f"() => ({OUTPUTS})().%s(([source, count]) => count !== null)"


class Lab:
    """One page with one notebook."""

    def __init__(self, url: str, folder: Path, browser: Any) -> None:
        self.url, self.folder = url, folder
        self.context = browser.new_context(viewport={"width": 1400, "height": 1000})
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.problems: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))

    def _note(self, message: Any) -> None:
        if message.type == "error" and not NOT_OURS.search(message.text):
            self.problems.append(message.text)

    # ------------------------------------------------------------------ the notebook

    def open_cells(self, *cells: str) -> None:
        """Open a new notebook with these code cells."""
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
        notebook.cells = [
            nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells
        ]
        path = self.folder / f"test-{time.monotonic_ns()}.ipynb"
        nbformat.write(notebook, path)
        self.open(path.name)

    def open(self, name: str) -> None:
        """Open a notebook of the server's folder and wait for its kernel.

        Now and then JupyterLab misses the first word of a kernel and never calls it idle; a
        learner would reload the page, and so does this.
        """
        idle = (
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'"
        )
        self.name = name
        for attempts_left in (2, 1, 0):
            self.page.goto(f"{self.url}/lab/tree/{name}?reset")
            try:
                self.page.wait_for_selector(".jp-NotebookPanel-notebook")
                self.page.wait_for_function(idle, timeout=25_000)
                self._in_the_light()
                return
            except Exception:
                if not attempts_left:
                    raise

    def _in_the_light(self) -> None:
        """Take back the dark theme that an earlier page may have chosen: the server keeps it."""
        if self.page.evaluate("() => document.body.dataset.jpThemeLight") == "false":
            self.theme("JupyterLab Light")
            self.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'true'")

    def show(self, *cells: str) -> "View":
        """Open a new notebook with these code cells, run them, and return the first view."""
        self.open_cells(*cells)
        self.run_to_start()
        try:
            return self.view(timeout=30_000)
        except Exception:
            raise AssertionError(f"no view came: {self.describe()}") from None

    def run_to_start(self) -> None:
        """Run every cell, and wait until one has run.

        Now and then JupyterLab does not send the cells to a fresh kernel; a learner would reload
        the page, and so does this.
        """
        for attempts_left in (1, 0):
            self.run_all()
            try:
                self.page.wait_for_function(RAN % "some", timeout=40_000)
                return
            except Exception:
                assert attempts_left, f"no cell ran: {self.describe()}"
                print(f"reloaded, as no cell ran: {self.describe()}")
                self.open(self.name)

    def prompts(self) -> list[str]:
        """What stands before each cell: [*] while it waits or runs, then its number."""
        found: list[str] = self.page.locator(".jp-InputPrompt").all_inner_texts()
        return [prompt.strip().rstrip(":") for prompt in found]

    def describe(self) -> str:
        """What the page shows where something is missing, for the message of a failed test."""
        kernel: list[str] = self.page.evaluate(
            """() => {
              const context = window.jupyterapp.shell.currentWidget?.sessionContext;
              const kernel = context?.session?.kernel;
              return [context?.kernelDisplayStatus, kernel?.status, kernel?.connectionStatus];
            }"""
        )
        outputs = self.page.locator(".jp-OutputArea-output").all_inner_texts()
        return f"kernel {kernel}, prompts {self.prompts()}, outputs {str(outputs)[:500]}"

    def run_all(self) -> None:
        """Run every cell, without waiting."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")

    def run_cell(self, index: int) -> None:
        """Run one cell, without waiting."""
        self.page.evaluate(
            "index => { const panel = window.jupyterapp.shell.currentWidget;"
            "panel.content.activeCellIndex = index;"
            "window.jupyterapp.commands.execute('notebook:run-cell') }",
            index,
        )

    def execute(self, code: str) -> str:
        """Run code in the kernel, beside the notebook, and return what it prints."""
        return self.execute_in(self.kernel(), code)

    def kernel(self) -> str:
        """The id of the notebook's kernel."""
        kernel: str = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
        )
        return kernel

    def execute_in(self, kernel: str, code: str) -> str:
        """Run code in a kernel, even of a notebook that is closed, and return what it prints."""
        result: str = self.page.evaluate(
            """async ([id, code]) => {
              const kernels = window.jupyterapp.serviceManager.kernels;
              const connections = (window.connections ??= {});
              connections[id] ??= kernels.connectTo({ model: { id, name: 'python3' } });
              const kernel = connections[id];
              const future = kernel.requestExecute({ code, store_history: false });
              let text = '';
              future.onIOPub = message => {
                if (message.header.msg_type === 'stream') text += message.content.text;
                if (message.header.msg_type === 'error') text += message.content.evalue;
              };
              await future.done;
              return text;
            }""",
            [kernel, code],
        )
        return result.strip()

    def theme(self, name: str) -> None:
        """Switch JupyterLab's theme."""
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: name })",
            name,
        )

    def close(self) -> None:
        """Shut the kernel down and close the page."""
        try:
            self.page.evaluate(
                "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()"
            )
        finally:
            self.context.close()

    # ------------------------------------------------------------------ a view on the page

    def scroll_to(self, source: str) -> None:
        """Bring the cell that holds this text into view; JupyterLab renders no others."""
        self.page.evaluate(
            """async source => {
              const notebook = window.jupyterapp.shell.currentWidget.content;
              const text = cell => cell.model.type === 'code' && cell.model.sharedModel.getSource();
              const index = notebook.widgets.findIndex(cell => (text(cell) || '').includes(source));
              notebook.activeCellIndex = index;
              await notebook.scrollToItem(index, 'start');
            }""",
            source,
        )

    def view(self, index: int = 0, timeout: float = 60_000) -> "View":
        """The live view with this number on the page, once its first frame is painted."""
        self.page.wait_for_function(
            "index => document.querySelectorAll('.nn-stage')[index]?.dataset.sequence > 0",
            arg=index,
            timeout=timeout,
        )
        return View(self.page, self.page.locator(".nn-stage").nth(index))

    def named_view(self, title: str) -> "View":
        """The live view with this title, once its first frame is painted."""
        found = self.page.locator(f".nn-stage[aria-label='{title}']")
        found.wait_for(state="visible")
        view = View(self.page, found)
        view.wait("stage.dataset.sequence > 0", timeout=60_000)
        return view


class View:
    """A live view: what it says of itself, and the ways to move it."""

    def __init__(self, page: Any, locator: Any) -> None:
        self.page, self.locator = page, locator
        locator.scroll_into_view_if_needed()

    def data(self) -> dict[str, str]:
        """What the view last painted: sequence, step, playing, applied, painted, rate."""
        found: dict[str, str] = self.locator.evaluate("stage => ({ ...stage.dataset })")
        return found

    @property
    def step(self) -> int:
        return int(self.data()["step"])

    @property
    def playing(self) -> bool:
        return self.data()["playing"] == "true"

    def message(self) -> str:
        """The message that the learner sees, empty if none."""
        return str(self.locator.locator(".nn-message").text_content())

    def values(self) -> dict[str, Any]:
        """Where the kernel says the controls stand."""
        state = self.locator.locator(".nn-state input").input_value()
        return dict(json.loads(state)["values"])

    def press(self, button: str) -> None:
        self.locator.locator(f"[data-button={button}]").click()

    def wait(self, condition: str, timeout: float = 15_000) -> None:
        """Wait until a JavaScript condition on the element `stage` holds."""
        self.page.wait_for_function(
            f"stage => {condition}", arg=self.locator.element_handle(), timeout=timeout
        )

    def play(self) -> None:
        if not self.playing:
            self.press("play")
        self.wait("stage.dataset.playing === 'true'")

    def pause(self) -> None:
        if self.playing:
            self.press("play")
        self.wait("stage.dataset.playing === 'false'")

    def slide(self, name: str, place: float) -> None:
        """Put a slider at a place from 0 to 1, as an input event of the pointer would."""
        self.locator.locator(f"[data-control={name}] input").evaluate(
            "(input, place) => { input.value = Math.round(place * input.max);"
            "input.dispatchEvent(new Event('input', { bubbles: true }));"
            "input.dispatchEvent(new Event('change', { bubbles: true })) }",
            place,
        )

    def choose(self, name: str, option: str) -> None:
        """Choose an option of a menu."""
        self.locator.locator(f"[data-control={name}] select").select_option(option)

    def step_until_changed(self, panel: str, most: int = 10) -> None:
        """Step until a panel clearly shows something else than what was kept of it."""
        for _ in range(most):
            self.page.wait_for_timeout(100)
            if self.difference(panel) > 0.0005:
                return
            self.press("step")
        raise AssertionError(f"after {most} steps the panel {panel!r} still shows the same")

    def settle(self) -> None:
        """Wait until the last moved control has taken effect and been painted."""
        self.page.wait_for_timeout(50)
        self.wait("Number(stage.dataset.applied) >= Number(stage.dataset.asked ?? 0)")

    def blank(self, panel: str) -> bool:
        """Whether a panel shows nothing but its ground."""
        code = """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return data.every((value, i) => value === data[i % 4]);
        }"""
        return bool(self.locator.locator(f"canvas[data-panel={panel}]").evaluate(code))

    def keep(self, panel: str) -> None:
        """Remember what a panel shows, to compare it later."""
        code = """canvas => {
          const { width, height } = canvas;
          window.kept = canvas.getContext('2d').getImageData(0, 0, width, height).data;
        }"""
        self.locator.locator(f"canvas[data-panel={panel}]").evaluate(code)

    def difference(self, panel: str) -> float:
        """Share of a panel's colour values that differ clearly from those kept.

        A canvas that has been read a few times is painted by another part of the browser, which
        smooths a few edges in another way: hashes would tell these apart.
        """
        code = """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let different = 0;
          data.forEach((value, i) => { different += Math.abs(value - window.kept[i]) > 8 });
          return different / data.length;
        }"""
        return float(self.locator.locator(f"canvas[data-panel={panel}]").evaluate(code))
