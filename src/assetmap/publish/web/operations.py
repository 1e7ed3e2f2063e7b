"""The REST interface told from its OpenAPI document, for a page without scripts."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_NOT_SAID = "any"
_LIMITS = (
    ("minimum", "at least"),
    ("exclusiveMinimum", "above"),
    ("maximum", "at most"),
    ("maxLength", "characters at most"),
    ("maxItems", "items at most"),
)


@dataclass(frozen=True)
class Value:
    """A parameter, or a member of a body."""

    name: str
    where: str
    kind: str
    required: bool
    default: str
    description: str


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    group: str
    parameters: tuple[Value, ...]
    body: tuple[Value, ...]
    body_types: tuple[str, ...]
    answers: tuple[str, ...]
    """The codes of answers that are no errors."""


def operations_of(document: Json) -> list[Operation]:
    """Every operation of an OpenAPI document, in its order."""
    return [
        _operation(document, path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def _operation(document: Json, path: str, method: str, told: Json) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    schemas = [each.get("schema", {}) for each in content.values()]
    return Operation(
        told.get("operationId", f"{method}{path}"),
        method.upper(),
        path,
        told.get("summary", ""),
        told.get("description", ""),
        (told.get("tags") or ["other"])[0],
        tuple(_parameter(document, each) for each in told.get("parameters", [])),
        tuple(value for each in schemas for value in _members(document, each)),
        tuple(content),
        tuple(code for code in told.get("responses", {}) if code < "400"),
    )


def _parameter(document: Json, told: Json) -> Value:
    schema = told.get("schema", {})
    return Value(
        told["name"],
        told["in"],
        kind_of(document, schema),
        bool(told.get("required")),
        _default(schema),
        told.get("description", ""),
    )


def _members(document: Json, schema: Json) -> list[Value]:
    found = _resolved(document, schema)
    needed = found.get("required", [])
    return [
        Value(
            name,
            "body",
            kind_of(document, each),
            name in needed,
            _default(each),
            each.get("description", ""),
        )
        for name, each in found.get("properties", {}).items()
    ]


def _default(schema: Json) -> str:
    value = schema.get("default")
    return "" if value is None else str(value)


def _resolved(document: Json, schema: Json) -> Json:
    """The schema that a reference means; empty where it means nothing."""
    name = schema.get("$ref")
    if name is None:
        return schema
    found: Json = document.get("components", {}).get("schemas", {})
    resolved: Json = found.get(name.rpartition("/")[2], {})
    return resolved


def kind_of(document: Json, schema: Json) -> str:
    """What a value is, in words."""
    if "$ref" in schema:
        resolved = _resolved(document, schema)
        return str(resolved.get("title", schema["$ref"].rpartition("/")[2]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            kinds = [kind_of(document, each) for each in schema[several]]
            return " or ".join(each for each in kinds if each != "null") or _NOT_SAID
    if "enum" in schema:
        return "one of " + ", ".join(str(each) for each in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {kind_of(document, schema.get('items', {}))}{_limits(schema)}"
    kind = schema.get("format") or schema.get("type", _NOT_SAID)
    return f"{kind}{_limits(schema)}"


def _limits(schema: Json) -> str:
    said = [f"{words}: {schema[key]:,}" for key, words in _LIMITS if key in schema]
    return f" ({', '.join(said)})" if said else ""
