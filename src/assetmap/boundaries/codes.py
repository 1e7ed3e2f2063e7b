"""Codes and names of boundaries as files hold them: text, numbers or neither."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from assetmap.issues import LONGEST_CODE, too_long

_NO_TEXT = "is not text or a whole number"

# Control characters, halves of a character, and the mark of one that was damaged.
_UNUSABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffd]")

_UNSTORED = re.compile("[\x00\ud800-\udfff]")


def code_text(sent: Any) -> str:
    """A code as text; empty where there is none."""
    if isinstance(sent, str):
        return sent.strip()
    if isinstance(sent, (dict, list, tuple, np.ndarray)):
        return str(sent)
    if pd.isna(sent):
        return ""
    is_whole = isinstance(sent, (float, np.floating)) and float(sent).is_integer()
    return str(int(sent)) if is_whole else str(sent)


def code_fault(sent: Any) -> str | None:
    """What is wrong with a code that is there."""
    if isinstance(sent, (bool, np.bool_)):
        return _NO_TEXT
    text = code_text(sent)
    if len(text) > LONGEST_CODE:
        return too_long(LONGEST_CODE)
    if isinstance(sent, str):
        # GDAL gives the text of an object or a list where other codes are plain.
        if text.startswith(("{", "[")):
            return _NO_TEXT
        if _UNUSABLE.search(text):
            return "holds characters that are no text"
        return None
    is_whole = isinstance(sent, (int, float, np.integer, np.floating))
    return None if not text or (is_whole and text.lstrip("-").isdigit()) else _NO_TEXT


def codes_of(sent: Sequence[Any]) -> tuple[list[str], list[str | None]]:
    """The codes of a column as text, and what is wrong with each."""
    if _is_plain(sent, _UNUSABLE) and not any(
        each[:1] in "{[" or len(each) > LONGEST_CODE for each in sent
    ):
        return [each.strip() for each in sent], [None] * len(sent)
    return [code_text(each) for each in sent], [code_fault(each) for each in sent]


def names_of(sent: Sequence[Any]) -> list[str]:
    """The names of a column as text."""
    if _is_plain(sent, _UNSTORED):
        return [each.strip() for each in sent]
    return [name_text(each) for each in sent]


def _is_plain(sent: Sequence[Any], unusable: re.Pattern[str]) -> bool:
    """Whether a column is all text without certain characters: looked at at once."""
    is_text = all(type(each) is str for each in sent)
    return is_text and unusable.search("".join(sent)) is None


def name_text(sent: Any) -> str:
    """A name as text, without what no database stores; empty where there is none."""
    return _UNSTORED.sub("", code_text(sent)).strip()


def shown(text: str) -> str:
    """Text that can be printed and stored, whatever it holds."""
    return _UNUSABLE.sub(lambda match: repr(match[0])[1:-1], text)
