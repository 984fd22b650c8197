"""The extension of the Jupyter server: frames leave at once, and it is switched on as installed."""

import asyncio
import importlib
import json
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from nnlib import server

ROOT = Path(__file__).resolve().parents[1]
SWITCH = "etc/jupyter/jupyter_server_config.d/nnlib.json"


class Handler:
    """Stands in for the channel to a kernel; writes down what is called, in order."""

    def __init__(self, trouble=None):
        self.calls = []
        self.trouble = trouble

    def set_nodelay(self, value):
        self.calls.append(("set_nodelay", value))

    async def open(self, kernel_id):
        self.calls.append(("open", kernel_id))
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble
        self.calls.append("opened")


@pytest.fixture
def app(monkeypatch):
    """A server with the extension loaded, and a handler class of its own."""
    websocket = pytest.importorskip("jupyter_server.services.kernels.websocket")
    handler = type("Handler", (Handler,), {})
    monkeypatch.setattr(websocket, "KernelWebsocketHandler", handler)
    lines = []
    app = SimpleNamespace(log=SimpleNamespace(info=lines.append), lines=lines, handler=handler)
    server._load_jupyter_server_extension(app)
    return app


def test_the_extension_names_a_module_that_can_be_loaded():
    (point,) = server._jupyter_server_extension_points()
    assert point == {"module": "nnlib.server"}
    module = importlib.import_module(point["module"])
    assert callable(module._load_jupyter_server_extension)


def test_the_delay_is_off_before_the_channel_opens_and_the_opening_is_awaited(app):
    channel = app.handler()
    asyncio.run(channel.open(kernel_id="abc"))  # by name, as tornado passes it on
    assert channel.calls == [("set_nodelay", True), ("open", "abc"), "opened"]


def test_an_error_while_opening_comes_through(app):
    channel = app.handler(trouble=RuntimeError("no such kernel"))
    with pytest.raises(RuntimeError, match="no such kernel"):
        asyncio.run(channel.open("abc"))
    assert channel.calls == [("set_nodelay", True), ("open", "abc")]


def test_the_log_says_that_it_is_on(app):
    assert app.lines == ["nnlib: frames of live views are sent without delay."]


def test_the_real_handler_has_what_is_called():
    websocket = pytest.importorskip("jupyter_server.services.kernels.websocket")
    handler = websocket.KernelWebsocketHandler
    assert asyncio.iscoroutinefunction(handler.open)
    assert callable(handler.set_nodelay)


def test_the_server_knows_the_extension_by_its_module():
    extension = pytest.importorskip("jupyter_server.extension.manager")
    package = extension.ExtensionPackage(name="nnlib.server", enabled=True)
    assert package.validate()
    (point,) = package.extension_points.values()
    assert point.module is server
    assert point._get_loader() is server._load_jupyter_server_extension


def test_the_file_that_switches_it_on_names_the_module():
    switch = json.loads((ROOT / "nnlib" / "server.json").read_text(encoding="utf-8"))
    (point,) = server._jupyter_server_extension_points()
    assert switch == {"ServerApp": {"jpserver_extensions": {point["module"]: True}}}


def test_installing_switches_it_on():
    try:
        files = metadata.files("nnlib") or []
    except metadata.PackageNotFoundError:
        files = []
    shipped = [file.locate() for file in files if file.as_posix().endswith(SWITCH)]
    installed = Path(shipped[0] if shipped else Path(sys.prefix) / SWITCH)
    if not shipped and not installed.exists():
        pytest.skip("nnlib is not installed as a distribution that ships the extension's file")
    assert installed.resolve() == (Path(sys.prefix) / SWITCH).resolve()
    switch = (ROOT / "nnlib" / "server.json").read_text(encoding="utf-8")
    assert json.loads(installed.read_text(encoding="utf-8")) == json.loads(switch)
