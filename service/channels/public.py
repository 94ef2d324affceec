"""What everybody may see of the register, and whether an account is the municipality's own.

No name of anybody with an account or a mandate leaves here, whatever somebody wrote where.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels import addresses, facts, naming
from service.channels.naming import Names
from service.channels.words import POLITICIAN, PUBLIC
from service.errors import NotFound
from service.store import ChannelRow

Answer = Literal["yes", "no", "closed", "unreadable"]


@dataclass(frozen=True, slots=True)
class PublicChannel:
    """The public facts of a channel. Dates are Swedish days; `changed_at` is aware UTC."""

    id: str
    name: str
    platform: str
    kind: str
    url: str
    unit: str
    administration: str
    board: str
    purpose: str
    target_group: str
    answers: str
    answers_not: str
    contact: str
    opened_on: date | None
    ends_on: date | None
    closed_on: date | None
    archive_place: str
    comments_on: bool
    comments_off_reason: str
    disclaimer: str
    changed_at: datetime

    @property
    def closed(self) -> bool:
        return self.closed_on is not None

    @property
    def politician(self) -> bool:
        return self.kind == POLITICIAN


@dataclass(frozen=True, slots=True)
class Register:
    """The public register: channels in use, closed channels (the latest first), links to politicians' own
    channels, and the administrations that have any of them."""

    channels: tuple[PublicChannel, ...]
    closed: tuple[PublicChannel, ...]
    links: tuple[PublicChannel, ...]
    administrations: tuple[str, ...]
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address is an account of the municipality: `yes`, `no`, `closed` (it was, until it was
    closed), or `unreadable` where it is no address. `channel` is the one meant. `linked` is a politician's
    own channel: it is not the municipality's."""

    answer: Answer
    channel: PublicChannel | None = None
    linked: bool = False


def listing(session: Session, administration: str = "") -> Register:
    """The register; with `administration`, the part that it keeps itself (HAP-24)."""
    names = facts.names_of(session)
    rows = session.scalars(
        select(ChannelRow).where(ChannelRow.state.in_(PUBLIC)).order_by(ChannelRow.name, ChannelRow.id)
    ).all()
    everything = [_shown(row, names) for row in rows]
    asked = [one for one in everything if not administration or one.administration == administration]
    ours = [one for one in asked if not one.politician]
    closed = sorted((one for one in ours if one.closed), key=lambda one: one.closed_on or date.min)
    return Register(
        tuple(one for one in ours if not one.closed),
        tuple(reversed(closed)),
        tuple(one for one in asked if one.politician and not one.closed),
        tuple(sorted({one.administration for one in everything if one.administration})),
        max((one.changed_at for one in asked), default=None),
    )


def channel(session: Session, channel_id: str) -> PublicChannel:
    """One channel of the public register. Raises NotFound, also for one that is not public."""
    row = session.get(ChannelRow, channel_id)
    if row is None or row.state not in PUBLIC:
        raise NotFound()
    return _shown(row, facts.names_of(session))


def shown(session: Session, row: ChannelRow) -> PublicChannel:
    """What the public register says, or would say, of the channel."""
    return _shown(row, facts.names_of(session))


def verify(session: Session, address: str) -> Verdict:
    """Whether `address` is an account of the municipality. Only the text is looked at: nothing is
    fetched, and what cannot be told apart from another address is never answered with yes."""
    try:
        keys = addresses.candidates(address)
    except addresses.NoAddress:
        return Verdict("unreadable")
    rows = session.scalars(
        select(ChannelRow).where(ChannelRow.url_key.in_(keys), ChannelRow.state.in_(PUBLIC))
    ).all()
    # the longest address that fits; of the same address the one in use, else the last that was
    rows = sorted(
        rows, key=lambda r: (len(r.url_key or ""), r.closed_on is None, r.closed_on or date.min), reverse=True
    )
    if not rows:
        return Verdict("no")
    found = _shown(rows[0], facts.names_of(session))
    if found.politician:
        return Verdict("no", found, linked=True)
    return Verdict("closed" if found.closed else "yes", found)


def _shown(row: ChannelRow, names: Names) -> PublicChannel:
    def text(value: str | None) -> str:
        kept = value or ""
        return "" if names.in_text(kept) or naming.personal_addresses(kept) else kept

    contact = "" if not row.contact or naming.person_in_contact(row.contact, names) else row.contact
    url = "" if names.in_address(row.url or "") else row.url or ""
    return PublicChannel(
        row.id,
        text(row.name) or row.platform,
        text(row.platform),
        row.kind,
        url,
        text(row.unit),
        text(row.administration),
        text(row.board),
        text(row.purpose),
        text(row.target_group),
        text(row.answers),
        text(row.answers_not),
        contact,
        row.opened_on,
        row.ends_on,
        row.closed_on,
        text(row.archive_place),
        row.comments_on,
        text(row.comments_off_reason),
        text(row.disclaimer),
        row.changed_at,
    )
