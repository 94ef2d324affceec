"""One press in a recording: a task done, an operation that answers or not, time that goes, a step undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from service import definitions, profiles
from service.errors import Invalid
from service.http.language import t
from service.http.scenario_desk import LENGTHS, Desk, form_of, mapping, value
from workflows import ModelRefused, scenarios
from workflows.scenarios import Scenario, Timed, Walk
from workflows.steps import MessageAwaited, OperationRequested, TaskOpened, TimerSet, Value

MAX_RULES_TEXT = 200


@dataclass(slots=True)
class Press:
    """One press in a recording, and what the page shall show after it."""

    seen: Desk
    own: Mapping[str, str]
    answers: Mapping[str, str | list[str]]
    walked: Walk
    chosen: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    status: int = 200
    retold: bool = False
    version: int | None = None

    def take(self, planned: scenarios.Planned) -> None:
        """One more step, when the draft takes it."""
        try:
            longer = scenarios.another(self.walked.scenario, planned)
        except ModelRefused as refused:
            self.notes = tuple(finding.text for finding in refused.findings)
            return
        after = scenarios.walk(self.seen.definition, longer, variables_of=definitions.variables_of)
        if after.problem is not None:
            self.notes, self.status = (after.problem[:1].upper() + after.problem[1:],), 422
        self.walked = after


def take(press: Press) -> bool:
    """What the button asks for. True when the recording shall be saved, which is the page's own business.
    Raises Invalid with what to change."""
    action, _, rest = press.own.get("action", "").partition(":")
    match action:
        case "borja":
            pass
        case "valj":
            press.chosen = _index(press, rest)
        case "gor":
            _do(press, _index(press, press.own.get("wait", "")))
        case "fel":
            _fail(press, _index(press, press.own.get("wait", "")))
        case "till":
            wait = press.walked.waiting[_index(press, rest)]
            press.take(Timed("timer", scenarios.called(press.walked, wait)))
        case "tid":
            _pass_time(press)
        case "angra":
            _undo(press)
        case "spara":
            return True
        case _:
            raise Invalid(t("error.bad_action"))
    return False


def _index(press: Press, text: str) -> int:
    """Which of the things that wait. Raises Invalid when it no longer does."""
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) < len(press.walked.waiting)):
        raise Invalid(t("story.gone"))
    return int(text)


def _do(press: Press, at: int) -> None:
    press.chosen = at
    wait = press.walked.waiting[at]
    name = scenarios.called(press.walked, wait)
    match wait:
        case TaskOpened():
            planned = Timed("task", name, answered(press, wait))
        case OperationRequested():
            planned = Timed("operation", name, given(press))
        case MessageAwaited():
            planned = Timed("message", name, mapping(press.own.get("payload", ""), "s.payload"))
        case TimerSet():
            planned = Timed("timer", name)
    before = len(press.walked.scenario.steps)
    press.take(planned)
    if len(press.walked.scenario.steps) > before:
        press.chosen = None


def answered(press: Press, task: TaskOpened) -> Mapping[str, Value]:
    """What was filled in, as the form takes it; and the way out that the drawing leaves to the person.
    Raises Invalid field by field."""
    form = form_of(press.seen.definition, task)
    asked = press.seen.definition.choices.get(task.element)
    filled = {k: v for k, v in press.answers.items() if asked is None or k != asked.variable}
    found: dict[str, Value] = {}
    errors: dict[str, str] = {}
    if form is not None:
        checked = form.validate(form.parse(filled))
        found, errors = dict(checked.values), dict(checked.errors)
    elif filled:
        raise Invalid(t("error.unknown_field"))
    if asked is not None:
        label = press.answers.get(asked.variable)
        if label not in {text for _, text in asked.options}:
            errors[asked.variable] = t("story.want_way")
        else:
            found[asked.variable] = str(label)
    if errors:
        raise Invalid(fields=errors)
    return found


def given(press: Press) -> Mapping[str, Value]:
    """What the operation is to answer with. Raises Invalid field by field."""
    found: dict[str, Value] = {}
    for name, text in press.own.items():
        if name.startswith("out.") and text.strip():
            found[name.removeprefix("out.")[:60]] = value(text, f"s.{name}")
    return {**found, **mapping(press.own.get("payload", ""), "s.payload")}


def _fail(press: Press, at: int) -> None:
    press.chosen = at
    wait = press.walked.waiting[at]
    code = press.own.get("code", "").strip()
    if not isinstance(wait, OperationRequested) or not code or len(code) > 60:
        raise Invalid(fields={"s.code": t("story.want_code")})
    before = len(press.walked.scenario.steps)
    press.take(Timed("operation", scenarios.called(press.walked, wait), fails=code))
    if len(press.walked.scenario.steps) > before:
        press.chosen = None


def _pass_time(press: Press) -> None:
    length = press.own.get("length", "")
    if length not in LENGTHS:
        raise Invalid(fields={"s.length": t("story.want_length")})
    press.take(scenarios.Clock(length))


def _undo(press: Press) -> None:
    scenario = press.walked.scenario
    shorter = replace(scenario, steps=scenario.steps[:-1])
    press.walked = scenarios.walk(press.seen.definition, shorter, variables_of=definitions.variables_of)


def finished(press: Press) -> Scenario:
    rules = press.own.get("rules", "")[:MAX_RULES_TEXT].replace(",", " ").upper().split()
    if unknown := [rule for rule in rules if rule not in profiles.rules()]:
        raise Invalid(fields={"s.rules": t("story.no_rule", rule=unknown[0][:40])})
    if len(rules) > scenarios.MAX_RULES:
        raise Invalid(fields={"s.rules": t("story.many_rules", n=scenarios.MAX_RULES)})
    made = scenarios.finished(press.seen.definition, press.walked, press.own.get("name", ""), rules)
    result = scenarios.run(press.seen.definition, made, variables_of=definitions.variables_of)
    if not result.held:
        raise Invalid(fields={"s.name": result.difference or ""})
    return made
