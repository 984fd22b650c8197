"""A slow link between browser and server: a TCP proxy that holds back what goes through it."""

import asyncio
import threading
import time
from dataclasses import dataclass, field

PACKET = 2920  # bytes that a slow link carries in one piece: two segments
PIECE = 65536


@dataclass
class Way:
    """One direction of the link, shared by all connections.

    `bits_per_second` 0 is no limit. `backlog` counts the bytes that have gone in and not come out,
    `most` the largest backlog since it was last set back, `carried` the bytes that went in.
    """

    bits_per_second: float = 0.0
    delay: float = 0.0
    free: float = 0.0
    backlog: int = 0
    most: int = 0
    carried: int = 0

    def enter(self, size: int) -> float:
        """When this many bytes come out again."""
        now = time.monotonic()
        self.backlog += size
        self.carried += size
        self.most = max(self.most, self.backlog)
        if not self.bits_per_second:
            return now
        self.free = max(self.free, now) + 8 * size / self.bits_per_second
        return self.free + self.delay


@dataclass
class SlowLink:
    """A way to the server on this port, as fast as it can until `throttle` is called."""

    port: int
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)

    def __enter__(self) -> "SlowLink":
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def throttle(self, bits_per_second: float, round_trip: float) -> None:
        """Limit both ways; 0 lifts the limit."""
        for way in (self.up, self.down):
            way.bits_per_second, way.delay, way.free = bits_per_second, round_trip / 2, 0.0

    async def _work(self, ready: threading.Event) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._end.wait()
        server.close()
        # Connections that are still open end with the loop, and need not say so.
        self._loop.set_exception_handler(lambda *_: None)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            self._carry(reader, back, self.up), self._carry(there, writer, self.down)
        )

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> None:
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(_deliver(pieces, writer, way))
        try:
            while data := await reader.read(PACKET if way.bits_per_second else PIECE):
                pieces.put_nowait((way.enter(len(data)), data))
        except OSError:
            pass
        pieces.put_nowait((0.0, b""))
        await delivery


async def _deliver(
    pieces: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter, way: Way
) -> None:
    """Let each piece out when it is due; an empty one is the end."""
    try:
        while data := (piece := await pieces.get())[1]:
            await asyncio.sleep(max(piece[0] - time.monotonic(), 0))
            way.backlog -= len(data)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()
