"""What is wrong with the environment, told before anything else is done."""

import os
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from assetmap.settings.values import NESTED, PREFIX, Settings, settings


def faults() -> list[str]:
    """What is wrong with the values in the environment, each in one sentence.

    A value that may hold a password is not repeated.
    """
    try:
        settings()
    except ValidationError as error:
        return [_fault(each) for each in error.errors(include_url=False)]
    except SettingsError as error:
        return [f"{error}."]
    return []


def _fault(told: ErrorDetails) -> str:
    name = ".".join(str(each) for each in told["loc"])
    is_secret = any(word in name for word in ("url", "secret", "password"))
    value = "" if is_secret else f"={told['input']!r}"
    return f"{PREFIX}{name.upper()}{value}: {told['msg']}."


def unknown_names() -> list[tuple[str, str]]:
    """Names in the environment that begin as settings do and are none.

    Each with the setting that looks like it, or nothing.
    """
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    inner = tuple(f"{each}{NESTED}" for each in known)
    found = [
        each
        for each in sorted(os.environ)
        if each.startswith(PREFIX) and each not in known and not each.startswith(inner)
    ]
    return [(each, "".join(get_close_matches(each, known, 1, 0.8))) for each in found]
