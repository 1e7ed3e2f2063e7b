"""One client that keeps its connection, as a program that asks many times does."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from bench.service import HOST

Connection = http.client.HTTPConnection


@contextmanager
def client(port: int) -> Iterator[Connection]:
    """A connection to a service on loopback."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def get(connection: Connection, path: str, **parameters: str) -> bytes:
    """The body of an answer.

    Raises:
        RuntimeError: the answer is not 200.
    """
    query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
    connection.request("GET", f"{path}?{query}" if query else path)
    return _body(connection)


def post(connection: Connection, path: str, body: bytes, kind: str) -> bytes:
    """The body of an answer to a body of a media type.

    Raises:
        RuntimeError: the answer is not 200.
    """
    connection.request("POST", path, body, {"Content-Type": kind})
    return _body(connection)


def _body(connection: Connection) -> bytes:
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"answered {answer.status}: {body[:500]!r}")
    return body
