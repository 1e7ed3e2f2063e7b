"""JSON Schemas of Open Referral UK 3, written from its tables of entities.

``!`` after a name is what the standard requires; what stands in brackets is nested.
No text, list or null of ours may be empty: what has no value is left out.
"""

from typing import Any

import jsonschema_rs

TEXT = {"type": "string", "minLength": 1}
FORMATS = {
    "uuid": {**TEXT, "format": "uuid"},
    "uri": {**TEXT, "format": "uri"},
    "email": {**TEXT, "format": "email"},
    "moment": {**TEXT, "format": "date-time"},
    "day": {**TEXT, "format": "date"},
    "time": {**TEXT, "pattern": "^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$"},
    "byday": {
        **TEXT,
        "pattern": "^(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
        "(,(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU))*$",
    },
    "number": {"type": "number"},
    "text": TEXT,
    "freq": {"enum": ["WEEKLY", "MONTHLY"]},
    "status": {"enum": ["active", "inactive", "defunct", "temporarily closed"]},
    "place": {"enum": ["physical", "postal", "virtual"]},
}
ENTITIES = {
    "service": "id!uuid organization_id:uuid name!text description:text url:uri "
    "email:email status!status fees:text assured_date:day last_modified:moment "
    "schedules:[schedule] service_areas:[service_area] languages:[language] "
    "service_at_locations:[service_at_location] organization:organization "
    "contacts:[contact] attributes:[attribute]",
    "organization": "id!uuid name!text description!text email:email website:uri "
    "uri:uri parent_organization_id:uuid attributes:[attribute] "
    "organization_identifiers:[organization_identifier]",
    "organization_identifier": "id!uuid organization_id:uuid identifier_scheme:text "
    "identifier_type!text identifier!text",
    "service_at_location": "id!uuid service_id:uuid location_id:uuid "
    "location:location service:service schedules:[schedule]",
    "location": "id!uuid location_type!place name:text description:text "
    "latitude:number longitude:number external_identifier:text "
    "external_identifier_type:text addresses:[address] accessibility:[accessibility]",
    "address": "id!uuid location_id:uuid address_1!text city!text region:text "
    "state_province!text postal_code!text country!text address_type!place",
    "accessibility": "id!uuid description:text",
    "service_area": "id!uuid service_id:uuid name:text extent:text extent_type:text "
    "uri:uri",
    "schedule": "id!uuid freq:freq byday:byday opens_at:time closes_at:time "
    "description:text",
    "contact": "id!uuid service_id:uuid phones:[phone]",
    "phone": "id!uuid contact_id:uuid number!text",
    "language": "id!uuid service_id:uuid name:text code:text",
    "attribute": "id!uuid link_id:uuid link_type:text taxonomy_term_id:uuid "
    "taxonomy_term:taxonomy_term",
    "taxonomy": "id!uuid name!text description!text uri:uri "
    "taxonomy_terms:[taxonomy_term]",
    "taxonomy_term": "id!uuid name!text description!text parent_id:uuid "
    "taxonomy:text taxonomy_id:uuid term_uri:uri term:text",
}
ENVELOPE = {
    "total_items": {"type": "integer", "minimum": 0},
    "total_pages": {"type": "integer", "minimum": 0},
    "page_number": {"type": "integer", "minimum": 1},
    "size": {"type": "integer", "minimum": 0},
    "first_page": {"type": "boolean"},
    "last_page": {"type": "boolean"},
    "empty": {"type": "boolean"},
}


def _entity(written: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "object",
        "required": [each.split("!")[0] for each in written.split() if "!" in each],
        "properties": {},
        "additionalProperties": TEXT,
    }
    for each in written.split():
        name, kind = each.replace("!", ":").split(":")
        told["properties"][name] = _value(kind)
    return told


def _value(kind: str) -> dict[str, Any]:
    if kind.startswith("["):
        return {"type": "array", "minItems": 1, "items": _value(kind[1:-1])}
    return FORMATS.get(kind) or {"$ref": f"#/$defs/{kind}"}


DEFS = {name: _entity(written) for name, written in ENTITIES.items()}


def check(kind: str, body: Any) -> None:
    """Nothing, if a body is an entity by its schema.

    Raises:
        jsonschema_rs.ValidationError: it is not; says where.
    """
    schema = {"$ref": f"#/$defs/{kind}", "$defs": DEFS}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(body)


def check_page(kind: str, body: Any) -> None:
    """Nothing, if a body is a page of entities by its schema.

    Raises:
        jsonschema_rs.ValidationError: it is not; says where.
    """
    items = {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}}
    told = {**ENVELOPE, "contents": items}
    schema = {
        "type": "object",
        "required": list(told),
        "properties": told,
        "additionalProperties": False,
        "$defs": DEFS,
    }
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(body)
