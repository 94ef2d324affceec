"""The pages that are made from constants and tables in the code: bounds, and functions of expressions.

python -m tests.repository.bounds      writes them anew
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module

from tests.repository.tree import ROOT, python, text
from workflows.expressions import FUNCTIONS, Function
from workflows.expressions.budget import FUEL, MAX_INT, MAX_LENGTH, MAX_NESTING, MAX_NODES, MAX_SOURCE

Row = tuple[str, str, str]
"""What is bounded, the constant, and the unit."""

SECTIONS: dict[str, tuple[Row, ...]] = {
    "Channels": (
        ("characters of an address", "service.channels.addresses.MAX_ADDRESS", ""),
        ("characters of what is left of it to compare", "service.channels.addresses.MAX_KEY", ""),
        ("characters of an address that a visitor asks about", "service.http.public_pages.MAX_ASKED", ""),
        ("characters of a text about a channel", "service.channels.facts.MAX_TEXT", ""),
        ("characters of a sealed note or a consent", "service.channels.mandates.MAX_NOTE", ""),
        ("people named in one answer of an application", "service.channels.applications.MAX_PEOPLE", ""),
        ("events shown of a channel", "service.channels.reading.MAX_EVENTS", ""),
        ("characters of a visitor's report", "service.visitors.MAX_REPORT", ""),
        ("reports in an hour from one net address", "service.channels.limits.MAX_FROM_ONE", ""),
        ("reports in an hour about one channel", "service.channels.limits.MAX_TO_CHANNEL", ""),
        ("characters of a reason for crisis mode", "service.crisis.mode.MAX_REASON", ""),
        ("earlier crises shown", "service.crisis.mode.MAX_KEPT", ""),
        ("items in one summary of a crisis", "service.crisis.digest.MAX_ITEMS", ""),
    ),
    "Absence": (
        ("days of one absence", "service.people.absence.MAX_DAYS", "days"),
        ("days ahead that one may begin", "service.people.absence.MAX_AHEAD", "days"),
        ("people with the same deputy at the same time", "service.people.absence.MAX_FOR_ONE", ""),
        ("absences looked at together", "service.people.absence.MAX_LISTED", ""),
        ("steps from deputy to deputy", "service.secrecy.standing_in.MAX_LINKS", ""),
        ("people whose work one person sees", "service.secrecy.standing_in.MAX_NAMES", ""),
    ),
    "A process folder": (
        ("files", "workflows.folder.MAX_FILES", ""),
        ("one form, decision or text", "workflows.folder.MAX_FILE", "bytes"),
        ("all files", "workflows.folder.MAX_ALL", "bytes"),
        ("files, when deployed", "service.definitions.MAX_FILES", ""),
        ("all files, when deployed", "service.definitions.MAX_BYTES", "bytes"),
    ),
    "A draft": (
        ("an uploaded archive", "service.drafts.archives.MAX_ARCHIVE", "bytes"),
        ("entries of it", "service.drafts.archives.MAX_ENTRIES", ""),
        ("characters of a note or a reason", "service.drafts.review.MAX_NOTE", ""),
        ("characters of a comment", "service.drafts.comments.MAX_COMMENT", ""),
        ("comments on one draft", "service.drafts.comments.MAX_COMMENTS", ""),
        ("running cases moved at one press", "service.http.moving_pages.MAX_STEP", ""),
        ("incidents tried again at one press", "service.http.operations_view.MAX_STEP", ""),
        ("incidents read when one is looked for", "service.standing.MAX_READ", ""),
        ("timers, registrations and paused cases listed at once", "service.standing.MAX_LISTED", ""),
        (
            "characters of why a case is paused, moved or cancelled",
            "service.cases.intervening.MAX_REASON",
            "",
        ),
        ("characters of a note on an incident", "service.interventions.notes.MAX_NOTE", ""),
        ("running cases listed at once", "service.http.moving_pages.MAX_SHOWN", ""),
        ("incidents read at once", "service.standing.MAX_INCIDENTS", ""),
        ("findings told while somebody draws", "service.http.editor_api.MAX_FINDINGS", ""),
    ),
    "A replay": (
        ("closed cases that are replayed", "service.replay.running.MAX_LAST", ""),
        ("cases of each verdict that a report names", "service.replay.running.MAX_LISTED", ""),
        ("runs that a draft keeps", "service.replay.trials.KEPT", ""),
        ("sentences of each verdict that a page shows", "service.replay.trials.MAX_CAUSES", ""),
        ("cases shown of which the same is said", "service.replay.trials.MAX_LISTED", ""),
        ("characters of why something is published all the same", "service.replay.trials.MAX_REASON", ""),
        ("runs that one round of upkeep nudges", "service.replay.trials.MAX_NUDGED", ""),
        ("steps that one case is played for", "workflows.replay.playing.MAX_TURNS", ""),
        ("places kept for cases that go alike", "workflows.replay.tree.MAX_PLACES", ""),
    ),
    "A model": (
        ("the file", "workflows.normalise.xml.MAX_BYTES", "bytes"),
        ("XML elements", "workflows.normalise.xml.MAX_ELEMENTS", ""),
        ("XML attributes", "workflows.normalise.xml.MAX_ATTRIBUTES", ""),
        ("XML depth", "workflows.normalise.xml.MAX_DEPTH", ""),
        ("nodes", "workflows.normalise.limits.MAX_NODES", ""),
        ("sequence flows", "workflows.normalise.limits.MAX_FLOWS", ""),
        ("subprocesses inside each other", "workflows.normalise.limits.MAX_NESTING", ""),
        ("a written loop cardinality", "workflows.checks.nodes.MAX_COUNT", ""),
        ("markings played when a scope is checked for soundness", "workflows.checks.tokens.MAX_MARKINGS", ""),
        ("tokens looked at in that play", "workflows.checks.tokens.MAX_WORK", ""),
        ("tokens on one flow before it is called a flood", "workflows.checks.tokens.MAX_ON_FLOW", ""),
        ("shapes drawn", "workflows.plane.diagram.MAX_SHAPES", ""),
        ("edges drawn", "workflows.plane.diagram.MAX_EDGES", ""),
        ("points of one edge", "workflows.plane.diagram.MAX_POINTS", ""),
        ("characters of a drawn name", "workflows.plane.diagram.MAX_NAME", ""),
        ("distance from the origin of a drawing", "workflows.plane.diagram.MAX_PLACE", "pixels"),
        ("characters of a name, when edited", "workflows.editing.sheet.MAX_NAME", ""),
        ("characters of a setting or an expression, when edited", "workflows.editing.sheet.MAX_TEXT", ""),
        ("inputs of an operation, when edited", "workflows.editing.settings.MAX_INPUTS", ""),
        ("ways out of a choice, when edited", "workflows.editing.adding.MAX_WAYS", ""),
    ),
    "A running case": (
        ("engine steps in one transaction", "workflows.engine.running.MAX_STEPS", ""),
        ("instances of one multi-instance activity", "workflows.engine.instances.MAX_INSTANCES", ""),
        ("tasks in memory while instances begin", "workflows.engine.instances.MAX_TASKS", ""),
        ("live tokens", "workflows.engine.freezing.MAX_TOKENS", ""),
        ("saved state before it is packed", "workflows.state.seal.MAX_PAYLOAD", "bytes"),
        ("all variables of one scope, and one step's answers", "workflows.values.MAX_BYTES", "bytes"),
        ("depth of one variable", "workflows.values.MAX_DEPTH", ""),
        ("characters of a variable's name", "workflows.values.MAX_NAME", ""),
        ("size of a whole number", "workflows.values.MAX_INTEGER", ""),
        ("how far ahead a timer may be", "workflows.timers.MAX_YEARS", "years"),
        ("a cron text", "workflows.cron.MAX_LENGTH", "characters"),
        ("internal operations that one step leads to", "service.cases.stepping.MAX_OPERATIONS", ""),
    ),
    "Expressions": (
        ("characters of a condition or a cell", "workflows.expressions.budget.MAX_SOURCE", ""),
        ("characters, wherever it is written", "workflows.expressions.budget.MAX_SOURCE_EVER", ""),
        ("parts", "workflows.expressions.budget.MAX_NODES", ""),
        ("nesting, also of data and results", "workflows.expressions.budget.MAX_NESTING", ""),
        ("steps of one evaluation", "workflows.expressions.budget.FUEL", ""),
        ("no whole number reaches", "workflows.expressions.budget.MAX_INT", ""),
        ("characters or items of a value that is made", "workflows.expressions.budget.MAX_LENGTH", ""),
        ("values in one result", "workflows.expressions.budget.MAX_RESULT", ""),
        ("arguments of one call", "workflows.expressions.functions.MANY", ""),
    ),
    "A municipality's promise": (
        ("hours or days until an answer is due", "service.deadlines.rules.MAX_HOURS", ""),
    ),
    "Decisions": (
        ("one DMN file", "workflows.decisions.model.MAX_BYTES", "bytes"),
        ("decisions in one file", "workflows.decisions.model.MAX_DECISIONS", ""),
        ("rows of one table", "workflows.decisions.model.MAX_RULES", ""),
        ("columns of one table", "workflows.decisions.model.MAX_COLUMNS", ""),
        ("characters of a label or a name, when edited", "workflows.decisions.editing.MAX_LABEL", ""),
        ("characters of a note, when edited", "workflows.decisions.editing.MAX_NOTE", ""),
        ("cells of a table that a page edits", "service.http.decision_desk.MAX_CELLS", ""),
        ("characters of an answer in a case that is tried", "service.http.decision_cases.MAX_ANSWER", ""),
        ("decisions that need each other, in a row", "workflows.decisions.model.MAX_REQUIREMENT_DEPTH", ""),
        ("steps of one evaluation of a whole graph", "workflows.decisions.model.FUEL", ""),
    ),
    "Forms": (
        ("questions", "workflows.forms.metaschema.MAX_FIELDS", ""),
        ("choices of one question", "workflows.forms.metaschema.MAX_CHOICES", ""),
        ("characters of a title", "workflows.forms.metaschema.MAX_TITLE", ""),
        ("characters of a description", "workflows.forms.metaschema.MAX_DESCRIPTION", ""),
        ("size of a number", "workflows.forms.metaschema.MAX_NUMBER", ""),
        ("values in a form's file, counted at all levels", "workflows.forms.schema.MAX_PARTS", ""),
        ("depth of a form's file", "workflows.forms.schema.MAX_DEPTH", ""),
        ("characters of an answer without a limit of its own", "workflows.forms.fields.MAX_TEXT", ""),
    ),
    "Scenarios and answers to a headless run": (
        ("the file", "workflows.scenarios.plain_yaml.MAX_BYTES", "bytes"),
        ("depth", "workflows.scenarios.plain_yaml.MAX_DEPTH", ""),
        ("scenarios", "workflows.scenarios.plan.MAX_SCENARIOS", ""),
        ("steps of one scenario", "workflows.scenarios.plan.MAX_STEPS", ""),
        ("rules that one scenario names", "workflows.scenarios.plan.MAX_RULES", ""),
        ("channels of one scenario", "workflows.scenarios.plan.MAX_CHANNELS", ""),
        ("fields, entries or lines of one step", "workflows.scenarios.plan.MAX_ENTRIES", ""),
        ("characters of a scenario's name", "workflows.scenarios.recording.MAX_NAME", ""),
        ("answers put into one scenario at once", "workflows.scenarios.mending.MAX_ADDED", ""),
        ("characters of a recording that a page carries", "service.http.scenario_desk.MAX_STATE", ""),
        ("characters of the rules that a recording names", "service.http.scenario_press.MAX_RULES_TEXT", ""),
        ("finished cases to make a scenario from", "service.replay.retold.MAX_CHOSEN", ""),
        ("timers that go off while the clock is moved", "workflows.scenarios.case.MAX_FIRED", ""),
        ("the same in the whole house", "service.proving.playing.MAX_FIRED", ""),
        ("turns of a headless run", "service.cli.headless.MAX_TURNS", ""),
    ),
    "Profiles and guidelines": (
        ("a profile's file", "service.profiles.reading.MAX_BYTES", "bytes"),
        ("characters of a quoted sentence", "service.profiles.reading.MAX_QUOTE", ""),
        ("characters of another text", "service.profiles.parts.MAX_TEXT", ""),
        ("size of a whole number", "service.profiles.parts.MAX_WHOLE", ""),
        ("roles that take a stand, in order", "service.profiles.parts.MAX_STEPS", ""),
        ("rules of one guideline", "service.profiles.guidelines.MAX_RULES", ""),
    ),
    "Mail": (
        ("one message", "adapters.mail.values.MAX_BYTES", "bytes"),
        ("its header section", "adapters.mail.values.MAX_HEADER_BYTES", "bytes"),
        ("one header line", "adapters.mail.values.MAX_HEADER", "bytes"),
        ("header lines", "adapters.mail.values.MAX_HEADERS", ""),
        ("parts", "adapters.mail.values.MAX_PARTS", ""),
        ("parts inside each other", "adapters.mail.values.MAX_NESTING", ""),
        ("attachments", "adapters.mail.values.MAX_ATTACHMENTS", ""),
        ("recipients kept", "adapters.mail.values.MAX_RECIPIENTS", ""),
        ("characters shown of the text", "adapters.mail.values.MAX_TEXT", ""),
    ),
    "Captures and the archive": (
        ("a capture as PDF/A", "adapters.archive.pdfa.MAX_PDF", "bytes"),
        ("its pages", "adapters.archive.pdfa.MAX_PAGES", ""),
        ("pictures in it", "adapters.archive.pdfa.MAX_IMAGES", ""),
        ("pixels of one picture", "adapters.archive.pdfa.MAX_PIXELS", ""),
        ("characters of its text", "adapters.archive.pdfa.MAX_TEXT", ""),
        ("files of a package to the archive", "adapters.archive.folder.MAX_FILES", ""),
    ),
    "The web and the diarium": (
        ("a request", "service.http.bounded.MAX_BODY", "bytes"),
        ("a form's fields in a request", "service.http.bounded.MAX_FORM", "bytes"),
        ("parts of a form", "service.http.bounded.MAX_PARTS", ""),
        ("depth of JSON", "service.http.bounded.MAX_JSON_DEPTH", ""),
        ("files in one call of the API", "service.http.api.MAX_FILES", ""),
        ("one evidence file", "service.evidence.kinds.MAX_UPLOAD", "bytes"),
        ("evidence files at a time", "service.evidence.kinds.MAX_UPLOADS", ""),
        ("pixels of a picture", "service.evidence.kinds.MAX_PIXELS", ""),
        ("characters of a message's name, correlation or id", "service.messages.MAX_NAME", ""),
        ("characters of a message's source", "service.messages.MAX_SOURCE", ""),
        ("characters of a search", "service.inbox.searching.MAX_SEARCH", ""),
        ("characters of a number written by hand", "service.outbox.resolve.MAX_NUMBER", ""),
        ("days that a deputy may know of a locked case", "service.secrecy.clearing.MAX_DEPUTY_DAYS", ""),
        ("characters of the reason for it", "service.secrecy.clearing.MAX_REASON", ""),
        ("chapter of the secrecy act in a mark", "service.secrecy.marking.MAX_CHAPTER", ""),
        ("characters of a mark's section", "service.secrecy.marking.MAX_SECTION", ""),
        ("characters of a mark's authority", "service.secrecy.marking.MAX_AUTHORITY", ""),
        ("characters of a protected subject", "service.secrecy.marking.MAX_PROTECTED", ""),
        ("months that a rule of disposal may say", "service.retention.rules.MAX_MONTHS", ""),
        (
            "cases on one list for disposal; the rest come on the next",
            "service.retention.proposing.MAX_LINES",
            "",
        ),
        ("lines of a report's table; the rest is summed", "service.reports.MAX_ROWS", ""),
        ("a reply from the diarium", "adapters.soap.transport.MAX_REPLY", "bytes"),
        ("signs < and = in such a reply", "adapters.soap.client.MAX_MARKS", ""),
    ),
}

SHOWN_ONLY = {
    "workflows.forms.schema.MAX_FINDINGS",
    "workflows.forms.uses.MAX_SCENARIOS",
    "workflows.forms.validation.MAX_UNKNOWN",
    "workflows.wording.names.MAX_NAME",
    "service.http.steps.MAX_NEXT",
}
"""How much is told, not how much is taken in."""

_GROUPS = {"text": "Text", "tal": "Tal", "listor": "Listor", "datum": "Datum och tid", "övrigt": "Övrigt"}


def value(constant: str) -> float:
    module, _, name = constant.rpartition(".")
    found = getattr(import_module(module), name)
    assert isinstance(found, int | float), constant
    return found


def written(amount: float, unit: str) -> str:
    """2 MB, 64 KiB, 20,000, 10^15."""
    if unit == "bytes":
        for size, name in ((1024**2, "MiB"), (1024, "KiB"), (10**6, "MB"), (10**3, "kB")):
            if amount >= size and amount % size == 0:
                return f"{amount / size:,.0f} {name}"
    exponent = len(f"{amount:.0f}") - 1
    power = f"10^{exponent}" if exponent > 9 and amount == 10**exponent else f"{amount:,.0f}"
    return f"{power} {unit}".rstrip()


def bounds() -> str:
    """The page of bounds."""
    page = (
        "# Bounds\n\n"
        "Models, forms, mail and answers are data from strangers. What is larger is refused with a\n"
        "sentence; a row says so where it is kept whole but shown in part. The bounds are constants in the\n"
        "code, and this page is checked against them.\n"
    )
    for title, rows in SECTIONS.items():
        page += f"\n## {title}\n\n| what | at most | constant |\n| --- | --- | --- |\n"
        page += "".join(
            f"| {what} | {written(value(name), unit)} | `{name}` |\n" for what, name, unit in rows
        )
    return page


def constants() -> Iterator[str]:
    """Every public MAX_ of the packages; the demonstration diarium has bounds of its own."""
    for path in python("workflows", "adapters", "service"):
        if path.is_relative_to("service/demo"):
            continue
        module = ".".join(path.with_suffix("").parts)
        for node in ast.parse(text(path) or "").body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets:
                if isinstance(target, ast.Name) and target.id.startswith("MAX_"):
                    yield f"{module}.{target.id}"


def expressions() -> str:
    """The page of functions, for process owners: in Swedish, as they are."""
    page = (
        "# Funktioner i uttryck\n\n"
        "Villkor, tider, parametrar och beslutstabeller skrivs i FEEL, eller som i Python. Det här är alla\n"
        "funktioner som finns; andra godtas inte när modellen läses. Sidan görs från tabellen i koden.\n\n"
        f"Ett uttryck får ha högst {MAX_SOURCE} tecken, {MAX_NODES} delar och {MAX_NESTING} nivåer.\n"
        f"Det får ta högst {FUEL} steg, och göra texter och listor med högst {MAX_LENGTH} tecken eller\n"
        f"poster. Hela tal är mindre än {written(MAX_INT, '')}.\n\n"
        "Saknas ett värde blir svaret null, och ett villkor som blir null stämmer inte.\n"
    )
    for group, title in _GROUPS.items():
        page += f"\n## {title}\n\n| skriv | ger | också |\n| --- | --- | --- |\n"
        page += "".join(_row(function) for function in FUNCTIONS if function.group == group)
    return page


def _row(function: Function) -> str:
    spellings = sorted({*function.python, function.name.replace(" ", "_")} - {function.name})
    also = ", ".join(f"`{name}`" for name in spellings)
    return f"| `{function.signature}` | {function.help} | {also} |\n".replace("|  |", "| |")


PAGES = {"bounds.md": bounds, "expressions.md": expressions}


def write() -> None:
    for name, made in PAGES.items():
        (ROOT / "docs" / name).write_text(made(), "utf-8")


if __name__ == "__main__":
    write()
