"""What a line says its element does, before it says what follows."""

from __future__ import annotations

from workflows.model import Instances, Kind, Node, Timer, TimerKind
from workflows.normalise.vocabulary import SCHEDULE
from workflows.outline.values import Link, Phrase
from workflows.wording import (
    Vocabulary,
    after,
    does,
    in_words,
    plain,
    quoted,
    raised,
    sentence,
    series,
    until,
    value_in_words,
    when,
)

SYSTEM = "Systemet"


def step(node: Node, words: Vocabulary) -> str:
    """One or more sentences about a task, a start, an end or an event in the flow."""
    match node.kind:
        case Kind.USER:
            return _join(
                sentence(does(node.role, plain(node.name) or "Uppgift utan namn")),
                _form(node, words),
                _due(node, words),
                _help(node),
                _guard(node, words),
                repeated(node.instances, words),
            )
        case Kind.SERVICE:
            return _join(
                sentence(does(SYSTEM, plain(node.name) or "Åtgärd utan namn")),
                _operation(node, words),
                _due(node, words),
                repeated(node.instances, words),
            )
        case Kind.DECISION:
            return _join(_decision(node, words), repeated(node.instances, words))
        case Kind.START:
            begin = f"Start: {sentence(plain(node.name))}" if node.name else "Start."
            return _join(begin, _schedule(node, words))
        case Kind.END:
            return _end(node)
        case Kind.CATCH | Kind.RECEIVE:
            waiting = sentence(f"väntar {_awaited(node, words)}")
            text = f"{plain(node.name)}: {waiting}" if node.name else raised(waiting)
            return _join(text, repeated(node.instances, words))
        case Kind.THROW:
            return sentence(f"Passerar {quoted(node.name)}" if node.name else "Flödet går vidare")
        case (
            Kind.BOUNDARY
            | Kind.SUBPROCESS
            | Kind.CALL
            | Kind.EXCLUSIVE
            | Kind.PARALLEL
            | Kind.INCLUSIVE
            | Kind.EVENT_GATEWAY
        ):
            return sentence(plain(node.name))


def trigger(node: Node, words: Vocabulary) -> str:
    """When an event happens, as the beginning of a sentence."""
    if node.timer is not None:
        return after(node.timer, words)
    if node.message is not None:
        return f"När meddelandet {quoted(node.message.name)} kommer"
    if node.error is not None:
        return f"Om felet {quoted(node.error)} uppstår" if node.error else "Om något fel uppstår"
    return "När händelsen inträffar"


def edge(node: Node, host: Node | None, link: Link | None, words: Vocabulary) -> Phrase:
    """An event on the edge of an activity: when it comes, and what becomes of the activity."""
    begin = trigger(node, words)
    place: Phrase = (begin,) if link is None else (f"{begin} under steg ", link)
    name = f": {sentence(plain(node.name))}" if node.name else "."
    noun = host_noun(host)
    left = "ligger kvar" if host is not None and host.kind is Kind.USER else "fortsätter"
    return (*place, f"{name} {noun} {'avbryts' if node.interrupting else left}.")


def host_noun(host: Node | None) -> str:
    match host.kind if host is not None else None:
        case Kind.USER:
            return "Uppgiften"
        case Kind.SUBPROCESS:
            return "Delprocessen"
        case Kind.CALL:
            return "Delflödet"
        case Kind.SERVICE:
            return "Åtgärden"
        case Kind.RECEIVE:
            return "Väntan"
        case _:
            return "Steget"


def repeated(plan: Instances | None, words: Vocabulary) -> str:
    """How often an activity is done; "" when once."""
    if plan is None:
        return ""
    order = "en i taget" if plan.sequential else "alla samtidigt"
    if plan.items is not None:
        text = f"Görs en gång för varje värde i {value_in_words(plan.items, words)}, {order}."
    elif plan.count is not None:
        text = f"Görs så här många gånger: {value_in_words(plan.count, words)}, {order}."
    else:
        text = f"Görs flera gånger, {order}."
    if plan.until is not None:
        text += f" Resten hoppas över så snart {in_words(plan.until, words)}."
    return text


def _form(node: Node, words: Vocabulary) -> str:
    return "" if node.form is None else f"Formulär: {quoted(words.forms.get(node.form, node.form))}."


def _due(node: Node, words: Vocabulary) -> str:
    rule = node.properties.get("due")
    return "" if not rule else f"Tidsfrist: {plain(words.words.get(rule) or quoted(rule))}."


def _help(node: Node) -> str:
    return "" if node.text is None else "Hjälptext finns."


def _guard(node: Node, words: Vocabulary) -> str:
    guard = node.properties.get("guard")
    return "" if not guard else f"Spärr: {plain(words.words.get(guard) or quoted(guard))}."


def _schedule(node: Node, words: Vocabulary) -> str:
    """When the clock opens a case by itself."""
    times = [
        when(Timer(TimerKind.CYCLE, text), words) for text in node.properties.get(SCHEDULE, "").splitlines()
    ]
    return f"Inträffar av sig själv: {series(times)}." if times else ""


def _operation(node: Node, words: Vocabulary) -> str:
    if node.operation is None:
        return ""
    known = words.words.get(node.operation.name)
    return f"Åtgärd i ett annat system: {plain(known) if known else quoted(node.operation.name)}."


def _decision(node: Node, words: Vocabulary) -> str:
    name = plain(node.name) or "Beslut utan namn"
    begin = does(SYSTEM, name)
    if begin.startswith(f"{SYSTEM}:"):
        begin = f"{SYSTEM} avgör {quoted(name)}"
    table = words.decisions.get(node.decision or "", node.decision or "")
    known = bool(table) and plain(table) != plain(name)
    return f"{begin} efter beslutstabellen {quoted(table)}." if known else f"{begin} efter en beslutstabell."


def _awaited(node: Node, words: Vocabulary) -> str:
    if node.timer is not None:
        return until(node.timer, words)
    if node.message is not None:
        return f"på meddelandet {quoted(node.message.name)}"
    return "på en händelse"


def _end(node: Node) -> str:
    text = f"Slut: {sentence(plain(node.name))}" if node.name else "Slut."
    if node.terminate:
        text += " Allt annat som pågår avbryts."
    if node.error is not None:
        text += f" Felet {quoted(node.error)} uppstår." if node.error else " Ett fel uppstår."
    return text


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
