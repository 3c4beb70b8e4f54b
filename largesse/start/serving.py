"""The web server around the app: its port, its signals, its end."""

import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn
from litestar import Litestar

from largesse.config import CannotStart

GRACE_SECONDS: Final = 5  # how long requests under way may take when we are told to stop
KEEP_ALIVE_SECONDS: Final = 75
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Server(uvicorn.Server):
    """Uvicorn's server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, then tell."""
        await super().startup(sockets)
        if self.started:
            self.ready()


def serve(app: Litestar, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until we are told to stop; requests under way are finished first."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config, ready)
    try:
        server.run([listener])
    except KeyboardInterrupt:
        return  # Uvicorn raises again what it was told, after a clean end.
    except OSError as problem:  # Two processes can bind a port at once; only one can listen.
        host, port = listener.getsockname()[:2]
        raise CannotStart(unusable(host, port, problem)) from None


def take_port(host: str, port: int) -> socket.socket:
    """Bind the port before anything else is started, so that a taken one is known at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise CannotStart(f"LARGESSE_HOST (--host): {host} is not an address here") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as problem:
        listener.close()
        raise CannotStart(unusable(host, port, problem)) from None
    return listener


def unusable(host: str, port: int, problem: OSError) -> str:
    """Why a port cannot be taken, and what to do."""
    if problem.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program; choose a free one with --port"
    if problem.errno == errno.EACCES:
        return f"port {port} is for administrators only; choose one above 1023 with --port"
    return f"cannot listen on {host} port {port}: {problem.strerror}"


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, SIGTERM and a closed terminal mean what Ctrl-C means, and only the first counts.

    What is being stopped then is stopped in full, however often Ctrl-C is pressed; it takes
    seconds at most.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        raise KeyboardInterrupt

    def hang_up(_signal: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)  # While we serve, uvicorn answers that one.

    actions = {signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGHUP: hang_up}
    before = {ending: signal.signal(ending, action) for ending, action in actions.items()}
    try:
        yield
    finally:
        for ending, action in before.items():
            signal.signal(ending, action)
