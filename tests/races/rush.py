"""Requests that arrive at once: everything is sent but the last byte, then all last bytes follow.

Raw sockets, because a client library would spread the requests over the time that it takes to
build them.
"""

import socket
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPException, HTTPResponse
from typing import Any

import httpx
import msgspec

from largesse.storage.db import from_json
from tests import contracts
from tests.races.cluster import Node

SECONDS_MAX = 60  # for one answer; a request that hangs fails its test


@dataclass(frozen=True)
class Sent:
    """One request to one process."""

    node: Node
    method: str
    path: str
    key: str  # the Authorization header
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def by_post(self) -> "Sent":
        """The same with another method."""
        return replace(self, method="POST")

    def raw(self) -> bytes:
        """The request as it goes over the wire."""
        content = b"" if self.body is None else msgspec.json.encode(self.body)
        headers = {
            "Host": f"127.0.0.1:{self.node.port}",
            "Authorization": self.key,
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **self.headers,
        }
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: the process died before it answered."""

    sent: Sent
    status: int = 0
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        """The JSON of the answer, exact."""
        return from_json(self.content.decode())

    def effects(self, kind: str) -> list[dict[str, Any]]:
        """The properties of the effects of a kind."""
        return [one["props"] for one in self.body["effects"] if one["effectType"] == kind]

    def kind(self) -> tuple[Any, ...]:
        """What tells answers apart that differ in more than values."""
        if self.status != 200:
            return (self.status,)
        told = [(one["effectType"], *sorted(one["props"])) for one in self.body["effects"]]
        return (self.status, *sorted(self.body), *sorted(told))

    def check(self) -> None:
        """Fail when the answer does not fit its contract."""
        url = f"http://127.0.0.1{self.sent.path}"
        request = httpx.Request(self.sent.method, url)
        named = {"headers": self.headers, "content": self.content, "request": request}
        contracts.check(httpx.Response(self.status, **named))


def rush(requests: Sequence[Sent]) -> list[Answer]:
    """Send all at once; the answers in the order of the requests.

    One answer of each kind is compared with the contract.
    """
    with ExitStack() as stack:
        lines = [stack.enter_context(Line(one)) for one in requests]
        for line in lines:
            line.send(line.raw[:-1])
        for line in lines:
            line.send(line.raw[-1:])
        answers = [line.answer() for line in lines]
    check_kinds(answers)
    return answers


class Line:
    """A connection for one request. It is dead when the process is."""

    def __init__(self, sent: Sent) -> None:
        self.sent, self.raw = sent, sent.raw()
        self.socket: socket.socket | None = None

    def __enter__(self) -> "Line":
        with suppress(ConnectionError):
            self.socket = socket.create_connection(("127.0.0.1", self.sent.node.port), SECONDS_MAX)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, part: bytes) -> None:
        """Send a part of the request."""
        if self.socket is not None:
            try:
                self.socket.sendall(part)
            except ConnectionError:
                self.hang_up()

    def answer(self) -> Answer:
        """What comes back."""
        if self.socket is None:
            return Answer(self.sent)
        with HTTPResponse(self.socket, method=self.sent.method) as response:
            try:
                response.begin()
                content = response.read()
            except (ConnectionError, HTTPException):
                return Answer(self.sent)
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(self.sent, response.status, content, headers)


def check_kinds(answers: Iterable[Answer]) -> None:
    """Compare one answer of each kind with the contract."""
    for answer in {one.kind(): one for one in answers if one.status}.values():
        answer.check()


def statuses(answers: Iterable[Answer]) -> list[int]:
    """The statuses of answers, sorted."""
    return sorted(answer.status for answer in answers)
