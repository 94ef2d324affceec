"""Registering what came in: a post by hand, or an e-mail as a file."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from adapters.mail import MailRefused
from service import evidence, inbox, items
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Invalid, Refusal, TooLarge, Unsupported
from service.http import bounded
from service.http.house import actor, house, now, reading, writing
from service.http.language import t
from workflows.forms.formats import is_web_address

pages = Blueprint("register", __name__)
_FIELDS = ("kanal", "lank", "avsandare", "text", "tid", "las")
_LENGTHS = {"kanal": 120, "lank": 2000, "avsandare": 200, "text": 20_000}
_MAY_FAIL = (Conflict, Invalid, TooLarge, Unsupported)


@pages.get("/registrera")
def form() -> ResponseReturnValue:
    return _form({}, {})


@pages.post("/registrera")
def post() -> ResponseReturnValue:
    fields = bounded.form((*_FIELDS, "bild"))
    uploads = [evidence.Upload(f.filename or "", f.mimetype, f.read()) for f in bounded.files("bild")]
    posted_at, errors = _checked(fields, bool(uploads))
    if errors:
        return _form(fields, errors)
    try:
        with writing() as session:
            received = items.receive_post(
                session,
                _post(fields, posted_at),
                uploads,
                actor=actor(),
                now=now(),
                unit=house().settings.unit,
                process=items.SECRET if fields.get("las") else items.PROCESS,
            )
            place = _where(session, received)
    except _MAY_FAIL as wrong:
        return _form(
            fields,
            _beside(
                wrong,
                {
                    "channel": "kanal",
                    "url": "lank",
                    "author": "avsandare",
                    "text": "text",
                    "posted_at": "tid",
                },
                "bild",
            ),
        )
    return redirect(place, 303)


@pages.get("/registrera/epost")
def mail_form() -> ResponseReturnValue:
    return render_template("mail.html", here="register", errors={})


@pages.post("/registrera/epost")
def mail() -> ResponseReturnValue:
    bounded.form(("brev",))
    uploads = bounded.files("brev")
    if len(uploads) != 1:
        return _mail_form({"brev": t("register.need_mail")})
    try:
        with writing() as session:
            received = items.receive_mail(
                session, uploads[0].read(), actor=actor(), now=now(), unit=house().settings.unit
            )
            place = _where(session, received)
    except (*_MAY_FAIL, MailRefused) as wrong:
        return _mail_form({"brev": str(wrong)})
    return redirect(place, 303)


def _form(values: dict[str, str], errors: dict[str, str]) -> ResponseReturnValue:
    with reading() as session:
        channels = inbox.channels(session, actor(), now=now())
    return render_template(
        "register.html", here="register", channels=channels, values=values, errors=errors
    ), 422 if errors else 200


def _mail_form(errors: dict[str, str]) -> ResponseReturnValue:
    return render_template("mail.html", here="register", errors=errors), 422


def _checked(fields: dict[str, str], files: bool) -> tuple[datetime | None, dict[str, str]]:
    """When it was published, and what must be corrected, in the order of the form."""
    errors: dict[str, str] = {}
    posted_at = None
    if not fields.get("kanal", "").strip():
        errors["kanal"] = t("register.need_channel")
    if fields.get("lank") and not is_web_address(fields["lank"].strip()):
        errors["lank"] = t("register.bad_link")
    if not files and not any(fields.get(name, "").strip() for name in ("text", "lank")):
        errors["text"] = t("register.need_something")
    if fields.get("tid"):
        posted_at = local_time(fields["tid"])
        if posted_at is None:
            errors["tid"] = t("register.bad_time")
        elif posted_at > now() + timedelta(minutes=5):
            errors["tid"] = t("register.future_time")
    errors |= {
        name: t("register.too_long", n=most)
        for name, most in _LENGTHS.items()
        if len(fields.get(name, "")) > most
    }
    return posted_at, errors


def local_time(text: str) -> datetime | None:
    """A browser's `datetime-local`, which is the clock on a Swedish wall."""
    try:
        moment = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=STOCKHOLM)
        return moment if 2000 <= moment.year <= 2200 else None
    except ValueError:
        return None


def _post(fields: dict[str, str], posted_at: datetime | None) -> items.Post:
    return items.Post(
        channel=fields["kanal"].strip(),
        url=fields.get("lank", "").strip() or None,
        author=fields.get("avsandare", "").strip() or None,
        text=fields.get("text", ""),
        posted_at=posted_at,
    )


def _where(session: Session, received: items.Received) -> str:
    """The first task of the case that the asker may do, else the case."""
    session.flush()  # the task that was just opened is looked for
    task = inbox.next_task(session, actor(), received.case_id, now=now())
    notice = "fanns" if received.duplicate else "registrerat"
    path = f"/uppgifter/{task}" if task else f"/arenden/{received.case_id}"
    return f"{path}?meddelande={notice}"


def _beside(wrong: Refusal, names: dict[str, str], otherwise: str) -> dict[str, str]:
    """The room's errors beside the form's fields."""
    fields = wrong.fields if isinstance(wrong, Invalid) else {}
    return {names.get(name, otherwise): text for name, text in fields.items()} or {otherwise: str(wrong)}
