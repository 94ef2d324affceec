"""The functions on texts. Each answers null when an argument is of the wrong kind."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Final

from workflows.expressions.budget import MAX_INT, MAX_LENGTH, Meter, too_long
from workflows.expressions.temporal import write
from workflows.expressions.values import Inner, YearMonthDuration, admit, is_list, is_number, number

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{1,20})?|\.[0-9]{1,20})")


def _two(one: Inner, other: Inner) -> tuple[str, str] | None:
    return (one, other) if isinstance(one, str) and isinstance(other, str) else None


def contains(meter: Meter, text: Inner, part: Inner) -> Inner:
    pair = _two(text, part)
    return pair[1] in pair[0] if pair else None


def starts_with(meter: Meter, text: Inner, part: Inner) -> Inner:
    pair = _two(text, part)
    return pair[0].startswith(pair[1]) if pair else None


def ends_with(meter: Meter, text: Inner, part: Inner) -> Inner:
    pair = _two(text, part)
    return pair[0].endswith(pair[1]) if pair else None


def upper_case(meter: Meter, text: Inner) -> Inner:
    return text.upper() if isinstance(text, str) else None


def lower_case(meter: Meter, text: Inner) -> Inner:
    return text.lower() if isinstance(text, str) else None


def trim(meter: Meter, text: Inner) -> Inner:
    return text.strip() if isinstance(text, str) else None


def string_length(meter: Meter, text: Inner) -> Inner:
    return len(text) if isinstance(text, str) else None


def substring(meter: Meter, text: Inner, start: Inner, length: Inner = 10**9) -> Inner:
    if not isinstance(text, str) or type(start) is not int or not is_number(length):
        return None
    if start == 0 or length < 0:
        return None
    first = start - 1 if start > 0 else max(len(text) + start, 0)
    return text[first : first + int(length)]


def substring_before(meter: Meter, text: Inner, mark: Inner) -> Inner:
    pair = _two(text, mark)
    if pair is None:
        return None
    head, found, _ = pair[0].partition(pair[1]) if pair[1] else ("", "", "")
    return head if found else ""


def substring_after(meter: Meter, text: Inner, mark: Inner) -> Inner:
    pair = _two(text, mark)
    if pair is None:
        return None
    return pair[0].partition(pair[1])[2] if pair[1] else pair[0]


def replace(meter: Meter, text: Inner, old: Inner, new: Inner) -> Inner:
    pair = _two(text, old)
    if pair is None or not isinstance(new, str) or not pair[1]:
        return None
    hits = pair[0].count(pair[1])
    # Counted before it is built: ten thousand hits of ten thousand characters is 100 MB.
    if len(pair[0]) + hits * (len(new) - len(pair[1])) > MAX_LENGTH:
        raise too_long()
    return pair[0].replace(pair[1], new)


def split(meter: Meter, text: Inner, mark: Inner) -> Inner:
    pair = _two(text, mark)
    if pair is None or not pair[1]:
        return None
    if pair[0].count(pair[1]) >= MAX_LENGTH:
        raise too_long()
    return list(pair[0].split(pair[1]))


def string_join(meter: Meter, parts: Inner, mark: Inner = "") -> Inner:
    if not is_list(parts) or not isinstance(mark, str | None):
        return None
    meter.spend(len(parts))
    words = [word for word in map(admit, parts) if word is not None]
    texts = [word for word in words if isinstance(word, str)]
    if len(texts) != len(words):
        return None
    mark = mark or ""
    if sum(map(len, texts)) + len(mark) * len(texts) > MAX_LENGTH:
        raise too_long()
    return mark.join(texts)


def to_string(meter: Meter, value: Inner) -> Inner:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            whole = float(value).is_integer() and abs(value) < MAX_INT
            return str(int(value)) if whole else repr(value)
        case date() | time() | timedelta() | YearMonthDuration():
            return write(value)
    return None


def to_number(meter: Meter, value: Inner) -> Inner:
    if is_number(value):
        return value
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return number(float(text) if "." in text else int(text))
