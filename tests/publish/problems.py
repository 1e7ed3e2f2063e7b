"""What every refusal looks like."""

from typing import Any


def check_problem(answer: Any, status: int, slug: str | None = None) -> dict[str, Any]:
    """The body of a refusal, once it is seen to be problem details."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    for member in ("type", "title", "detail", "instance"):
        assert isinstance(body[member], str)
        assert body[member]
    assert body["instance"].startswith("/")
    if slug is not None:
        assert body["type"] == f"/problems/{slug}"
    return body
