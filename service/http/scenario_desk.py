"""A draft's scenarios on the desk: the recording that goes along in the form, signed, and its steps in words.

Nothing of a recording is kept on the server or in a cookie: the steps so far are in the page itself, bounded
and signed for one draft, and are played anew at each press.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy.orm import Session

from service import definitions, drafts, profiles
from service.errors import Invalid
from service.http.language import t
from service.operations import OPERATIONS
from service.store import DraftRow, keys_of
from workflows import Definition, ModelRefused, forms, scenarios
from workflows.definition import model
from workflows.forms import Form
from workflows.scenarios import plain_yaml
from workflows.scenarios.case import Waiting
from workflows.steps import MessageAwaited, OperationRequested, TaskOpened, TimerSet, Value
from workflows.wording import Vocabulary, vocabulary

FILE = "scenarios.yaml"
MAX_STATE = 64_000
"""Characters of a recording that a page carries."""
UNNAMED = "Inspelning"
LENGTHS = ("PT1H", "PT24H", "P7D", "P30D")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_PURPOSE = "scenario recording"
_OWN = "s."
"""How the page's own fields begin; no question of a form may have a dot in its name."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft that can be read, opened for its scenarios."""

    process: str
    draft: DraftRow
    files: Mapping[str, bytes]
    definition: Definition

    @property
    def data(self) -> bytes | None:
        return self.files.get(FILE)

    def there(self) -> tuple[scenarios.Scenario, ...]:
        """Raises ModelRefused when the file cannot be read."""
        return () if self.data is None else scenarios.read(self.data)


def desk(session: Session, process: str, ident: str) -> Desk:
    """Raises NotFound, and ModelRefused while the drawing cannot be read."""
    row = drafts.read_draft(session, process, ident)
    files = drafts.files_of(session, row.content)
    return Desk(process, row, files, drafts.content_of(session, row))


# ── what the page carries ────────────────────────────────────────────────────────────────────────────


def sealed(session: Session, seen: Desk, scenario: scenarios.Scenario) -> str:
    """The recording as the text of a hidden field. Raises Invalid when it has become too long."""
    text = json.dumps(scenarios.as_mapping(scenario), ensure_ascii=False, separators=(",", ":"))
    if len(text) > MAX_STATE:
        raise Invalid(t("story.too_long"))
    return f"{_mark(session, seen, text)}.{text}"


def opened(session: Session, seen: Desk, sent: str) -> scenarios.Scenario:
    """The recording that a page carried. Raises Invalid for anything else than what `sealed` gave."""
    mark, _, text = sent.partition(".")
    if len(text) > MAX_STATE or not hmac.compare_digest(
        mark.encode("utf-8", "replace"), _mark(session, seen, text).encode()
    ):
        raise Invalid(t("story.not_ours"))
    try:
        return scenarios.one(json.loads(text))
    except (ValueError, ModelRefused):
        raise Invalid(t("story.not_ours")) from None


def _mark(session: Session, seen: Desk, text: str) -> str:
    bound = f"{seen.draft.id}\0{text}".encode("utf-8", "surrogatepass")
    return keys_of(session).fingerprint(_PURPOSE, bound)


def sent() -> tuple[dict[str, str], dict[str, str | list[str]]]:
    """The page's own fields, without their beginning, and the answers to a task's form. Files are refused."""
    own: dict[str, str] = {}
    answers: dict[str, str | list[str]] = {}
    if request.files:
        raise Invalid(t("error.unknown_field"))
    for name, values in request.form.lists():
        if name == "csrf":
            continue
        if not name.startswith(_OWN):
            answers[name] = values[0] if len(values) == 1 else values
        elif len(values) > 1:
            raise Invalid(t("error.repeated"))
        else:
            own[name.removeprefix(_OWN)] = values[0].replace("\r\n", "\n")
    return own, answers


def begun(own: Mapping[str, str]) -> scenarios.Scenario:
    """An empty recording, from the form that begins one. Raises Invalid with what to change."""
    profile = own.get("profile", "") or None
    if profile is not None and profile not in profiles.names():
        raise Invalid(fields={"s.profile": t("story.no_profile")})
    try:
        at = datetime.fromisoformat(own.get("at", ""))
    except ValueError:
        raise Invalid(fields={"s.at": t("story.bad_time")}) from None
    at = at.replace(tzinfo=STOCKHOLM) if at.tzinfo is None else at
    given = mapping(own.get("given", ""), "s.given")
    return scenarios.Scenario(UNNAMED, (), at, given, (), scenarios.Expectation(), profile)


def mapping(text: str, name: str) -> Mapping[str, Value]:
    """Names and values, one a line. Raises Invalid on the field `name`."""
    made = _plain(text, name)
    if made is None:
        return {}
    if not isinstance(made, dict) or not all(isinstance(key, str) for key in made) or len(made) > 50:
        raise Invalid(fields={name: t("story.bad_values")})
    return made


def value(text: str, name: str) -> Value:
    """One value as scenarios write it: true, 3, or a text. Raises Invalid on the field `name`."""
    made: Value = _plain(text, name)  # type: ignore[assignment]  # what plain YAML holds is what a value is
    return made


def _plain(text: str, name: str) -> object:
    try:
        return plain_yaml.read(text[:MAX_STATE].encode("utf-8", "replace"))
    except plain_yaml.NotPlain as wrong:
        raise Invalid(fields={name: f"{t('story.bad_values')} {wrong}"}) from None


# ── what waits, and what has been done ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that waits, for the page. `outputs` pairs what an operation answers with, by name, with what
    another scenario had; `codes` are what it may be refused with; `choice` is the variable, the question and
    the answers that the drawing leaves to the person."""

    kind: str
    name: str
    element: str
    role: str = ""
    form: Form | None = None
    choice: tuple[str, str, tuple[str, ...]] | None = None
    due: datetime | None = None
    outputs: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    guidance: str = ""


def open_things(seen: Desk, walked: scenarios.Walk) -> list[Open]:
    return [open_thing(seen, wait) for wait in walked.waiting]


def open_thing(seen: Desk, wait: Waiting) -> Open:
    drawn = seen.definition.elements.get(wait.element)
    name = (drawn.name if drawn else "") or wait.element
    match wait:
        case TaskOpened():
            asked = seen.definition.choices.get(wait.element)
            return Open(
                "task",
                name,
                wait.element,
                wait.role,
                form_of(seen.definition, wait),
                None
                if asked is None
                else (asked.variable, asked.question or name, tuple(label for _, label in asked.options)),
                guidance=seen.definition.texts.get(wait.text or "", ""),
            )
        case OperationRequested():
            return Open(
                "operation",
                name,
                wait.element,
                outputs=_outputs(seen, wait.operation),
                codes=_codes(seen.definition, wait),
            )
        case TimerSet():
            return Open("timer", name, wait.element, due=wait.due)
        case MessageAwaited():
            return Open("message", name, wait.element)


def form_of(definition: Definition, task: TaskOpened) -> Form | None:
    schema = definition.forms.get(task.form or "")
    if schema is None:
        return None
    try:
        return forms.load(task.form or "", schema)
    except ModelRefused:
        return None  # the checks have told of it


def _outputs(seen: Desk, operation: str) -> tuple[tuple[str, str], ...]:
    """What the operation answers with: by the catalogue, and as the draft's other scenarios have it."""
    found: dict[str, str] = (
        dict.fromkeys(OPERATIONS[operation].outputs, "") if operation in OPERATIONS else {}
    )
    if operation in definitions.OPERATIONS and operation not in OPERATIONS:
        found["number"] = "KS 2026/1"
    try:
        there = seen.there()
    except ModelRefused:
        there = ()
    for story in there:
        for step in story.steps:
            if isinstance(step, scenarios.Timed) and step.kind == "operation" and step.name == operation:
                for name, given in step.values.items():
                    found[name] = found.get(name) or _written(given)
    return tuple(found.items())


def _written(given: Value) -> str:
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def _codes(definition: Definition, wait: OperationRequested) -> tuple[str, ...]:
    """What the operation may be refused with: by the catalogue, and where the drawing takes care of it."""
    known = OPERATIONS[wait.operation].codes if wait.operation in OPERATIONS else ()
    caught = (n.error for n in model(definition).nodes() if n.attached_to == wait.element and n.error)
    return tuple(dict.fromkeys((*known, *caught)))


def told(seen: Desk, scenario: scenarios.Scenario) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The steps so far: the kind of each, what it is called, and what was answered."""
    words = vocabulary(seen.definition)
    found = []
    for step in scenario.steps:
        match step:
            case scenarios.Timed():
                said = [_said(words, name, given) for name, given in step.values.items()]
                if step.fails is not None:
                    said.append((t("story.code"), step.fails))
                found.append((step.kind, _called(seen.definition, step.name), said))
            case scenarios.Clock():
                key = f"story.length_{step.until}"
                found.append(("clock", t(key) if step.until in LENGTHS else step.until, []))
            case _:
                continue
    return found


def _called(definition: Definition, name: str) -> str:
    drawn = definition.elements.get(name)
    if drawn is None:
        drawn = next(
            (
                definition.elements[n.id]
                for n in model(definition).nodes()
                if n.operation is not None and n.operation.name == name and n.id in definition.elements
            ),
            None,
        )
    return (drawn.name if drawn is not None else "") or name


def _said(words: Vocabulary, name: str, given: Value) -> tuple[str, str]:
    listed = given if isinstance(given, list) else [given]
    texts = []
    for one in listed:
        if isinstance(one, bool):
            texts.append(t("form.yes") if one else t("form.no"))
        elif isinstance(one, str):
            texts.append(words.answers.get((name, one), one))
        else:
            texts.append(_written(one))
    return words.variables.get(name, name), ", ".join(texts)
