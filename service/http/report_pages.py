"""The report: a year or a month in numbers, on a page to print and as CSV."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from service import reports
from service.deadlines import STOCKHOLM
from service.errors import Invalid
from service.http.house import actor, now, reading
from service.http.language import known, t
from service.reports import Report

pages = Blueprint("reports", __name__)


@pages.get("/rapport")
def page() -> ResponseReturnValue:
    found = _asked()
    return render_template(
        "report.html",
        here="report",
        report=found,
        outcomes=[(_outcome(name), number) for name, number in found.by_outcome],
        years=range(now().astimezone(STOCKHOLM).year, found.period.year - 5, -1),
        months=t("time.months_long").split(),
    )


@pages.get("/rapport.csv")
def table() -> ResponseReturnValue:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("tabell", "rad", "antal"))
    for row in reports.lines(_asked()):
        writer.writerow(tuple(f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in row))
    return Response(
        "\ufeff" + text.getvalue(),  # without the mark a spreadsheet reads å, ä and ö as something else
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="rapport.csv"'},
    )


def _outcome(name: str) -> str:
    """The outcome in words, where it is one of ours; a process owner's own code as it is."""
    process, _, code = name.partition("/")
    key = f"outcome.{code}"
    return f"{t(key) if known(key) else code} ({process})"


def _asked() -> Report:
    today = now().astimezone(STOCKHOLM)
    year = _number(request.args.get("ar", ""), 2000, 2200) or today.year
    month = _number(request.args.get("manad", ""), 1, 12)
    with reading() as session:
        return reports.report(session, actor(), reports.period(year, month), now=now())


def _number(text: str, least: int, most: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
        raise Invalid(t("report.bad_period"))
    return int(text)
