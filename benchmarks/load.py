"""The load: connections that send one session update after another, in a process of their own.

`python -m benchmarks.load` reads a `Job` from its input and writes a `Done` to its output. A
connection waits for each answer, and stays open. Little is done here for each request, so that the
server is measured and not this.
"""

import asyncio
import gc
import random
import subprocess
import sys
import time
from typing import Final, cast

import msgspec
import uvloop
from msgspec import Struct

from benchmarks import carts

CARTS: Final = 64  # different ones
LATE_SECONDS_MAX: Final = 30  # how long answers may take that are still awaited at the end
LENGTH: Final = b"content-length:"
BUSY: Final = b"HTTP/1.1 503"


class Job(Struct):
    """What is to be sent, where, and for how long."""

    host: str
    port: int
    key: str
    connections: int
    seconds: float
    dry: bool
    effects: int  # how many every answer has


class Done(Struct):
    """What came of it. Latencies are in microseconds."""

    seconds: float
    latencies: list[int]
    cpu_seconds: float  # of the caller
    unmeasured: int = 0  # requests before the measurement began
    refused: int = 0  # answers that said that the server is busy
    failures: int = 0
    failure: str = ""


class Load:
    """What all connections share: the job, the bodies, the result."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.chance = random.Random()
        self.bodies = carts.pieces(CARTS)
        self.states = carts.states()
        self.done = Done(0, [], 0)
        self.ends_at = time.perf_counter() + job.seconds
        self.query = "?dry=true" if job.dry else ""
        self.headers = (
            f" HTTP/1.1\r\nHost: {job.host}:{job.port}\r\nAuthorization: ApiKey-v1 {job.key}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )

    def request(self, session: str, customer: int, code: int, step: int) -> bytes:
        """An update of a session, as it goes over the wire."""
        state = self.states[step]
        before, between, after = self.chance.choice(self.bodies[state])
        body = "".join((before, carts.customer(customer), between, carts.code(code), after))
        path = f"PUT /v2/customer_sessions/{session}{self.query}"
        return f"{path}{self.headers}{len(body)}\r\n\r\n{body}".encode()

    def count(self, began: float, head: bytes, body: bytes) -> None:
        """Take an answer in, and whether it is what it should be."""
        self.done.latencies.append(int((time.perf_counter() - began) * 1_000_000))
        is_good = head.startswith(b"HTTP/1.1 200")
        if not is_good or body.count(b'"effectType"') != self.job.effects:
            self.done.failures += 1
            self.done.failure = self.done.failure or (head + body).decode()[:2_000]


class Connection(asyncio.Protocol):
    """One connection, with a session that it updates until it is closed, then the next."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.step = 0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.Transport, transport)
        self.send()

    def send(self) -> None:
        """Send the next update, or stop when the time is over."""
        if time.perf_counter() >= self.load.ends_at:
            self.transport.close()
            return
        if self.step == 0:
            chance = self.load.chance
            self.session = f"{chance.getrandbits(64):016x}"
            self.customer = chance.randrange(carts.CUSTOMERS)
            self.code = chance.randrange(carts.CODES)
        self.received = b""
        self.began = time.perf_counter()
        self.transport.write(self.load.request(self.session, self.customer, self.code, self.step))
        self.step = (self.step + 1) % carts.STEPS

    def data_received(self, data: bytes) -> None:
        """Gather the answer; when it is whole, count it and go on."""
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found or len(body) < length_of(head):
            return
        if head.startswith(BUSY):  # Nothing was done; the same is asked for again.
            self.load.done.refused += 1
            self.step = (self.step - 1) % carts.STEPS
        else:
            self.load.count(self.began, head, body)
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end; before its time it is a failure."""
        if exc is not None or time.perf_counter() < self.load.ends_at:
            self.load.done.failures += 1
            self.load.done.failure = self.load.done.failure or f"connection lost: {exc}"
        self.ended.set_result(None)


def length_of(head: bytes) -> int:
    """The length that an answer says it has."""
    lower = head.lower()
    at = lower.index(LENGTH) + len(LENGTH)
    return int(lower[at : at + 20].partition(b"\r")[0])


async def put_load(job: Job) -> Done:
    """Keep all connections busy until the time is over."""
    load = Load(job)
    gc.freeze()
    loop = asyncio.get_running_loop()
    began, cpu = time.perf_counter(), time.process_time()
    load.ends_at = began + job.seconds
    made = [
        await loop.create_connection(lambda: Connection(load), job.host, job.port)
        for _ in range(job.connections)
    ]
    endings = [connection.ended for _, connection in made]
    await asyncio.wait_for(asyncio.gather(*endings), job.seconds + LATE_SECONDS_MAX)
    load.done.seconds = time.perf_counter() - began
    load.done.cpu_seconds = time.process_time() - cpu
    return load.done


def run(job: Job) -> Done:
    """Put a load on a server from another process. Raises when an answer is not as it should be."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        check=True,
        timeout=job.seconds + 2 * LATE_SECONDS_MAX,
    )
    done = msgspec.json.decode(ended.stdout, type=Done)
    if done.failures:
        raise RuntimeError(f"{done.failures} answers were wrong, the first: {done.failure}")
    return done


def main() -> None:
    """Do what the input says."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    done = uvloop.run(put_load(job))
    sys.stdout.buffer.write(msgspec.json.encode(done))


if __name__ == "__main__":
    main()
