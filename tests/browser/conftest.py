"""A JupyterLab server and a Chromium for the browser tests, and what they need to look inside."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from lab import Lab

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WELL_KNOWN = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
#: Where `playwright install chromium` puts one, on Linux, macOS and Windows.
PLAYWRIGHT = (
    (".cache/ms-playwright", "chromium-*/chrome-linux*/chrome"),
    ("Library/Caches/ms-playwright", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"),
    ("AppData/Local/ms-playwright", "chromium-*/chrome-win*/chrome.exe"),
)
HOW_TO_GET_ONE = (
    "no Chromium found: install it (Debian, Ubuntu: apt-get install chromium; elsewhere Chrome "
    "from its maker, or: playwright install chromium), or set NNLIB_CHROMIUM to its path"
)
FLAGS = [
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of a Chromium: the one named, one on the path, or one at a usual place."""
    named = os.environ.get("NNLIB_CHROMIUM")
    if named:
        return shutil.which(named)
    found = [shutil.which(name) for name in BROWSERS]
    found += filter(os.path.exists, WELL_KNOWN)
    found += (str(p) for folder, names in PLAYWRIGHT for p in (Path.home() / folder).glob(names))
    return next((path for path in found if path), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it where there is no browser to run it."""
    missing = find_chromium() is None
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if "report" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.measured)
            # JupyterLab loses a message now and then, and a busy machine misses a threshold; what
            # fails three times is broken. The summary of the run says which were tried again.
            item.add_marker(pytest.mark.flaky(reruns=2))
            if missing and not os.environ.get("NNLIB_REQUIRE_BROWSER"):
                item.add_marker(pytest.mark.skip(reason=HOW_TO_GET_ONE))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder of a JupyterLab server with settings of its own."""
    home = tmp_path_factory.mktemp("lab")
    notebooks = home / "notebooks"
    notebooks.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: v for name, v in os.environ.items() if name != "NNLIB_DATA_DIR"}
    environment |= {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    _no_news(home / "settings")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
        f"--ServerApp.root_dir={notebooks}",
    ]
    with (home / "log.txt").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, home / "log.txt")
        yield url, notebooks
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _no_news(settings: Path) -> None:
    """Keep JupyterLab from asking, over the page, whether it may fetch news."""
    folder = settings / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True)
    (folder / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(f"{url}/api", timeout=5):
            return
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A headless Chromium.

    It ends with each test file: as long as Playwright works, no other event loop can run in this
    thread.
    """
    path = find_chromium()
    if path is None:
        pytest.fail(HOW_TO_GET_ONE)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as api:
        chromium = api.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def lab(server: tuple[str, Path], browser: object) -> Iterator[Lab]:
    """A fresh page with JupyterLab; at the end nothing may have gone wrong in its console."""
    opened = Lab(*server, browser)
    yield opened
    problems = list(opened.problems)  # before a frame meets a page that is being closed
    opened.close()
    assert problems == []


_measured: list[tuple[str, str]] = []


@pytest.fixture
def report() -> Callable[[str, str], None]:
    """Keep a measured figure for the table at the end of the run."""
    return lambda name, figure: _measured.append((name, figure))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured in the browser."""
    if _measured:
        terminalreporter.section("measured in the browser")
        for name, figure in _measured:
            terminalreporter.line(f"{name:<50} {figure}")
