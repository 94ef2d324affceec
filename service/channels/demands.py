"""What a municipality's profile demands of its channels, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service import profiles


@dataclass(frozen=True, slots=True)
class Demands:
    """The parts of a profile that channels answer to. `capture_months` and `min_posts` are 0 where there is
    no rule; `deposit_with` is a role, or empty where depositing is not demanded; `url_prefix` is what the
    last part of an address begins with, or empty; below `guardian_age` (years) a guardian consents too, and 0
    is no such rule."""

    admins_min: int = 1
    deputy: bool = False
    deposit_with: str = ""
    terms: bool = False
    url_prefix: str = ""
    account_type: str = "any"
    min_posts: int = 0
    inactivity: str = "none"
    capture_months: int = 0
    supervision: str = "none"
    crisis: str = "none"
    closing: str = "none"
    consent: str = "none"
    guardian_age: int = 0


def of_values(values: Mapping[str, object]) -> Demands:
    """The demands in a profile's workflow variables (`admins_min`, `deputy_appointed_by`, …). A variable
    that is not there demands nothing."""
    custody = _text(values, "credentials_custody")
    return Demands(
        admins_min=max(1, _whole(values, "admins_min")),
        deputy=_text(values, "deputy_appointed_by") not in ("", "none"),
        deposit_with=custody if custody in ("web_strategist", "communications_manager") else "",
        terms=values.get("terms_snapshot") is True,
        url_prefix=_text(values, "url_naming"),
        account_type=_text(values, "account_type") or "any",
        min_posts=_whole(values, "activity_min_posts"),
        inactivity=_text(values, "inactivity_action") or "none",
        capture_months=_whole(values, "capture_interval"),
        supervision=_text(values, "supervision") or "none",
        crisis=_text(values, "crisis") or "none",
        closing=_text(values, "closing_archive") or "none",
        consent=_text(values, "consent_photo") or "none",
        guardian_age=_whole(values, "consent_photo_guardian_age"),
    )


def of(session: Session) -> Demands:
    """The demands of the profile that this process was started with."""
    return of_values(profiles.of(session).variables())


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _whole(values: Mapping[str, object], name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
