"""What a publisher's service may answer in place of what it should.

Each is a function of a request's handler; it writes to the real socket.
"""

import gzip
import json
import socket
import struct
import time


def status(code, said="", **headers):
    """An answer with a status, and headers (Retry_After and so on)."""

    def answer(handler):
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        handler.send(said.encode(), code, named)

    return answer


def page(title="Sorry"):
    """A web page with status 200, as gateways and maintenance pages come."""
    said = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head></html>"
    return lambda handler: handler.send(said.encode(), 200, {}, "text/html")


def error(code, message, details=()):
    """ArcGIS's error object, which comes with status 200."""
    body = {"error": {"code": code, "message": message, "details": details}}
    return lambda handler: handler.send_json(body)


def text(said, kind="application/json"):
    return lambda handler: handler.send(said.encode(), 200, {}, kind)


def cut_short(handler):
    """Half of the body, then the connection is closed."""
    body = handler.body()
    handler.start(len(body), handler.tags())
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def too_little_promised(handler):
    """A Content-Length that is less than the body: the rest is never read."""
    body = handler.body()
    handler.start(len(body) // 2, {})
    handler.wfile.write(body)
    handler.close_connection = True


def reset(handler):
    """The connection is reset in the middle of the body."""
    body = handler.body()
    handler.start(len(body), handler.tags())
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    time.sleep(0.05)
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def silence(seconds):
    """Nothing, for a while."""

    def answer(handler):
        time.sleep(seconds)
        handler.close_connection = True

    answer.takes_time = True
    return answer


def drip(every_s, count):
    """A byte at a time: never silent for long, and never done."""

    def answer(handler):
        handler.start(1_000_000, {})
        for _ in range(count):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                break
            time.sleep(every_s)
        handler.close_connection = True

    answer.takes_time = True
    return answer


def endless(handler):
    """A body that never ends and does not say how long it is."""
    handler.start(None, {})
    block = b"E1,2\n" * 20_000
    try:
        for _ in range(10_000):
            handler.wfile.write(block)
    except OSError:
        pass
    handler.close_connection = True


def packed(cut=0, broken=False):
    """The body packed by gzip: whole, cut short by some bytes, or broken."""

    def answer(handler):
        body = gzip.compress(handler.body())
        if broken:
            body = body[:20] + b"\0\0\0\0" + body[24:]
        handler.send(body[: len(body) - cut], 200, {"Content-Encoding": "gzip"})

    return answer


def moved(to):
    return status(302, "", Location=to)


def changed(how):
    """The right answer, changed as Python data by a function before it is sent."""

    def answer(handler):
        told = json.loads(handler.body())
        how(told)
        handler.send_json(told)

    return answer
