"""A statement ends when the client that it is for goes away."""

import socket
import threading
import time

import pytest
import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from assetmap.publish import problems
from assetmap.publish.api.listening import heeded, listening
from tests.databases import process_on

ASLEEP = text(
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
    " AND query LIKE 'SELECT pg_sleep%' AND datname = current_database()"
)


class Working:
    """Work without the database that goes on for a minute, step by step."""

    def __init__(self):
        self.begun = self.ended = 0

    def __call__(self, session):
        self.begun += 1
        try:
            for step in range(600):
                heeded(session)("Working", step, 600)
                time.sleep(0.1)
        finally:
            self.ended += 1


@pytest.fixture
def working():
    return Working()


def not_to_end(session):
    """Work that reads, in a transaction whose end will fail."""

    @event.listens_for(session, "before_commit")
    def fail(session):
        raise OperationalError("COMMIT", {}, Exception("the server is gone"))

    return session.scalar(text("SELECT 'read'"))


@pytest.fixture
def server(town_url, working):
    """A server whose routes sleep in the database, or work on without it."""
    app = FastAPI()
    problems.install(app)

    @app.get("/sleep")
    async def sleep(request: Request, seconds: float) -> dict[str, str]:
        asked = text("SELECT pg_sleep(:seconds)")
        await listening(request, lambda s: s.execute(asked, {"seconds": seconds}))
        return {"slept": "well"}

    @app.get("/work")
    async def work(request: Request) -> None:
        await listening(request, working)

    @app.get("/torn")
    async def torn(request: Request) -> str:
        return await listening(request, not_to_end)

    chosen = uvicorn.Config(
        app, port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(chosen)
    with process_on(town_url):
        running = threading.Thread(target=server.run)
        running.start()
        while not server.started:
            time.sleep(0.01)
        yield server
        server.should_exit = True
        running.join()


@pytest.fixture
def port(server):
    return server.servers[0].sockets[0].getsockname()[1]


def asked(port, seconds):
    return sent(port, f"/sleep?seconds={seconds}")


def sent(port, path):
    door = socket.create_connection(("127.0.0.1", port))
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"
    door.sendall(request.encode())
    return door


def asleep(engine):
    with engine.connect() as connection:
        return connection.scalar(ASLEEP)


def wait_until(is_so, limit_s=10.0):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def test_the_statement_of_a_client_that_leaves_is_ended(port, town_url):
    engine = create_engine(town_url, poolclass=NullPool)
    door = asked(port, 60)
    assert wait_until(lambda: asleep(engine) == 1)
    door.close()
    assert wait_until(lambda: asleep(engine) == 0)


def test_those_who_stay_are_answered_while_others_leave(port, town_url):
    engine = create_engine(town_url, poolclass=NullPool)
    leaving = [asked(port, 60) for _ in range(3)]
    staying = asked(port, 2)
    assert wait_until(lambda: asleep(engine) == 4)
    for door in leaving:
        door.close()
    assert staying.recv(1000).startswith(b"HTTP/1.1 200")
    staying.close()
    assert wait_until(lambda: asleep(engine) == 0)


def test_an_answer_that_only_read_does_not_wait_for_its_transaction(port, caplog):
    door = sent(port, "/torn")
    answer = b""
    while b'"read"' not in answer:
        part = door.recv(1000)
        assert part, answer
        answer += part
    door.close()
    assert wait_until(lambda: "did not end" in caplog.text)


def test_work_of_a_client_that_leaves_goes_no_further(port, working):
    door = sent(port, "/work")
    assert wait_until(lambda: working.begun == 1)
    door.close()
    assert wait_until(lambda: working.ended == 1)


def test_work_goes_no_further_once_the_server_has_waited_for_it(server, port, working):
    door = sent(port, "/work")
    assert wait_until(lambda: working.begun == 1)
    server.should_exit = True
    assert wait_until(lambda: working.ended == 1)
    door.close()
