"""How many reports visitors may send: counted by keyed hashes within the hour, so that nobody is tracked."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.errors import TooMany
from service.store import VisitorCountRow, keys_of

MAX_FROM_ONE = 10
"""Reports in an hour from one net address, which may be a whole library's."""
MAX_TO_CHANNEL = 60
"""Reports in an hour about one channel."""
HOUR = timedelta(hours=1)


def count(session: Session, channel_id: str, net: str, now: datetime) -> None:
    """Count one more report from the net address `net` about the channel. Raises TooMany, with the
    seconds to wait. What is older than its hour is forgotten."""
    keys = keys_of(session)
    session.execute(delete(VisitorCountRow).where(VisitorCountRow.until <= now))
    for purpose, value, most in (
        ("visitor/net", net, MAX_FROM_ONE),
        ("visitor/channel", channel_id, MAX_TO_CHANNEL),
    ):
        mark = keys.fingerprint(purpose, value.encode("utf-8", "surrogatepass"))
        row = session.get(VisitorCountRow, mark, with_for_update=True)
        if row is None:
            row = VisitorCountRow(key=mark, count=0, until=now + HOUR)
            session.add(row)
        if row.count >= most:
            raise TooMany(math.ceil((row.until - now).total_seconds()))
        row.count += 1
