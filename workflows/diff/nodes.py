"""What changes in a node that both versions have: name, type, form, times, messages, operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.diff.sides import Pair
from workflows.diff.values import Change, Sentence, sentence
from workflows.model import Instances, Kind, Message, Node, Operation, Timer, TimerKind
from workflows.normalise import OURS
from workflows.normalise.vocabulary import SCHEDULE
from workflows.wording import (
    Vocabulary,
    in_words,
    plain,
    quoted,
    same_meaning,
    series,
    value_in_words,
    when,
)

_TYPES = {
    Kind.START: "starthändelse", Kind.END: "sluthändelse", Kind.USER: "användaruppgift",
    Kind.SERVICE: "tjänsteuppgift", Kind.DECISION: "regeluppgift",
    Kind.RECEIVE: "mottagande uppgift", Kind.CATCH: "väntande händelse",
    Kind.THROW: "händelse", Kind.BOUNDARY: "kanthändelse", Kind.SUBPROCESS: "delprocess",
    Kind.CALL: "anrop av en annan process", Kind.EXCLUSIVE: "exklusiv grind (en väg tas)",
    Kind.PARALLEL: "parallell grind (alla vägar tas)",
    Kind.INCLUSIVE: "inkluderande grind (en eller flera vägar tas)",
    Kind.EVENT_GATEWAY: "händelsegrind (det som händer först)",
}  # fmt: skip
_TOLD = {"form", "text", "due", "correlation", "four_eyes", *OURS}
_SETTINGS = {
    "why": "Varför-regeln", "guard": "Spärren", "starts": "Det som startar ärendet",
    "starts_with": "Det som är känt när ärendet startar",
}  # fmt: skip
"""What people call the properties that models carry; another is called by its own name."""


def node_changes(both: Pair) -> Iterator[Sentence]:
    for name in both.common:
        yield from _changes(both, both.a.nodes[name], both.b.nodes[name])


def _changes(both: Pair, old: Node, new: Node) -> Iterator[Sentence]:
    name, called = new.id, both.b.called(new.id)
    if old.kind is not new.kind:
        yield sentence(Change.TYPE, name, f"{called} ändras från {_TYPES[old.kind]} till {_TYPES[new.kind]}.")
    if old.name != new.name:
        yield sentence(Change.RENAMED, name, _renamed(both, old, new))
    if old.attached_to != new.attached_to and new.attached_to in both.b.nodes:
        yield sentence(
            Change.ATTACHED,
            name,
            f"{both.b.noun(name)} sitter nu på {both.b.called(new.attached_to)}.",
        )
    if old.interrupting is not new.interrupting:
        yield sentence(Change.INTERRUPTING, name, _interrupting(both, new))
    yield from _trigger(both, old, new)
    yield from _task(both, old, new)
    yield from _operation(both, new, old.operation, new.operation)
    yield from _instances(both, new, old.instances, new.instances)
    for key in sorted((old.properties.keys() | new.properties.keys()) - _TOLD):
        before, now = old.properties.get(key), new.properties.get(key)
        if before != now:
            what = f"{_SETTINGS.get(key) or f'Inställningen {quoted(key)}'} för {called}"
            same = before is not None and now is not None and quoted(before) == quoted(now)
            if key == "guard":  # the caller knows what its guards are called
                swapped = _swap(_known(both.a.words, before), _known(both.b.words, now), bare=True)
            else:
                swapped = "skrivs på ett annat sätt" if same else _swap(before, now)
            yield sentence(Change.PROPERTY, name, f"{what} {swapped}.")
    yield from _others(both, old, new)
    yield from _schedule(both, old, new)


def _others(both: Pair, old: Node, new: Node) -> Iterator[Sentence]:
    """Two pairs of eyes: which tasks somebody else must have done."""
    was, becomes = (set(node.properties.get("four_eyes", "").split()) for node in (old, new))
    if was == becomes:
        return
    noun = both.b.noun(new.id)
    before, now = (
        both.a.series(_drawn(both.a.nodes, was), "eller"),
        both.b.series(_drawn(both.b.nodes, becomes), "eller"),
    )
    if not becomes:
        text = f"{noun} får nu göras också av den som gjorde {before}."
    elif not was:
        text = f"{noun} får inte längre göras av den som gjorde {now}."
    else:
        text = f"{noun} får nu inte göras av den som gjorde {now}; förut gällde det {before}."
    yield sentence(Change.PROPERTY, new.id, text)


def _drawn(nodes: Mapping[str, Node], named: set[str]) -> list[str]:
    """Those of the names that are nodes, as they are drawn, then the others."""
    return [*(n for n in nodes if n in named), *sorted(named - nodes.keys())]


def _schedule(both: Pair, old: Node, new: Node) -> Iterator[Sentence]:
    """When cases are opened by the clock."""
    before, now = old.properties.get(SCHEDULE, ""), new.properties.get(SCHEDULE, "")
    if before == now:
        return
    was, becomes = _clock(both.a.words, before), _clock(both.b.words, now)
    if was == becomes:
        was, becomes = quoted(before), quoted(now)
    noun = both.b.noun(new.id)
    if not now:
        text = f"{noun} inträffar inte längre av sig själv; förut {was}."
    elif not before:
        text = f"{noun} inträffar nu av sig själv: {becomes}."
    else:
        text = f"{noun} inträffar nu av sig själv {becomes} i stället för {was}."
    yield sentence(Change.TIMER, new.id, text)


def _clock(words: Vocabulary, schedule: str) -> str:
    return series([when(Timer(TimerKind.CYCLE, text), words) for text in schedule.splitlines()])


def _renamed(both: Pair, old: Node, new: Node) -> str:
    if not old.name:
        return f"{both.a.noun(old.id)} heter nu {quoted(new.name)}."
    return (
        f"{both.a.noun(old.id)} heter nu {quoted(new.name)}."
        if new.name
        else f"{both.a.noun(old.id)} har inget namn längre."
    )


def _interrupting(both: Pair, new: Node) -> str:
    host = both.b.nodes.get(new.attached_to or "")
    what = both.b.noun_inside(host.id) if host is not None else "det som pågår"
    stays = "låg den kvar" if host is not None and host.kind is Kind.USER else "fortsatte den"
    if new.interrupting:
        return f"{both.b.noun(new.id)} avbryter nu {what}; förut {stays}."
    stays = "ligger kvar" if host is not None and host.kind is Kind.USER else "fortsätter"
    return f"{both.b.noun(new.id)} avbryter inte längre {what}, som i stället {stays}."


def _trigger(both: Pair, old: Node, new: Node) -> Iterator[Sentence]:
    """Timer, message, error or nothing: one sentence when it becomes another sort of event."""
    before, now = _sort(old), _sort(new)
    if before != now and old.kind is new.kind:
        was, becomes = (_event(both.a.words, old), _event(both.b.words, new))
        yield sentence(Change.TYPE, new.id, f"{both.b.noun(new.id)} ändras från {was} till {becomes}.")
    elif before == now:
        if old.timer is not None and new.timer is not None and not _same(old.timer, new.timer):
            yield sentence(Change.TIMER, new.id, _timer(both, old.timer, new, new.timer))
        if old.message is not None and new.message is not None:
            yield from _message(both, new, old.message, new.message)
        if old.error != new.error:
            yield sentence(
                Change.ERROR,
                new.id,
                f"{both.b.noun(new.id)} gäller nu {_error(new)} i stället för {_error(old)}.",
            )


def _sort(node: Node) -> str:
    return (
        "timer"
        if node.timer is not None
        else "message"
        if node.message is not None
        else "error"
        if node.error is not None
        else "terminate"
        if node.terminate
        else ""
    )


def _event(words: Vocabulary, node: Node) -> str:
    if node.timer is not None:
        return f"en tidsgräns ({when(node.timer, words)})"
    if node.message is not None:
        return f"meddelandet {quoted(node.message.name)}"
    if node.error is not None:
        return _error(node)
    if node.terminate:
        return "att avbryta allt som pågår"
    return "ett vanligt slut" if node.kind is Kind.END else "en händelse utan villkor"


def _error(node: Node) -> str:
    return f"felet {quoted(node.error)}" if node.error else "alla fel"


def _same(old: Timer, new: Timer) -> bool:
    return old.kind is new.kind and (old.text == new.text or same_meaning(old.text, new.text))


def _timer(both: Pair, old: Timer, new: Node, now: Timer) -> str:
    before, after = when(old, both.a.words), when(now, both.b.words)
    if before == after:  # the same length written in another way, or of another kind
        before, after = f"«{plain(old.text)}»", f"«{plain(now.text)}»"
    if new.kind is Kind.BOUNDARY and new.attached_to in both.b.nodes:
        return f"Tidsgränsen på {both.b.called(new.attached_to)} ändras från {before} till {after}."
    return f"Väntetiden vid {quoted(new.name or new.id)} ändras från {before} till {after}."


def _message(both: Pair, node: Node, old: Message, new: Message) -> Iterator[Sentence]:
    called = both.b.called(node.id)
    if old.name != new.name:
        yield sentence(
            Change.MESSAGE,
            node.id,
            f"{both.b.noun(node.id)} väntar nu på meddelandet "
            f"{quoted(new.name)} i stället för {quoted(old.name)}.",
        )
    if not same_meaning(old.correlation, new.correlation):
        before, now = (_key(m.correlation, w.words) for m, w in ((old, both.a), (new, both.b)))
        yield sentence(
            Change.MESSAGE,
            node.id,
            f"Meddelandet till {called} hittar ärendet med {now} i stället för {before}.",
            1,
        )
    if old.variable != new.variable:
        yield sentence(
            Change.MESSAGE,
            node.id,
            f"Innehållet i meddelandet till {called} sparas "
            f"{_place(new.variable)} i stället för {_place(old.variable)}.",
            1,
        )


def _key(correlation: str | None, words: Vocabulary) -> str:
    return "ärendets id" if correlation is None else value_in_words(correlation, words)


def _place(variable: str | None) -> str:
    return f"som {quoted(variable)}" if variable else "under sina egna namn"


def _task(both: Pair, old: Node, new: Node) -> Iterator[Sentence]:
    called = both.b.called(new.id)
    if old.form != new.form:
        a, b = both.a.words.forms, both.b.words.forms
        before = None if old.form is None else a.get(old.form, old.form)
        now = None if new.form is None else b.get(new.form, new.form)
        if before == now:
            before, now = old.form, new.form
        yield sentence(Change.FORM, new.id, f"Formuläret för {called} {_swap(before, now)}.")
    if old.text != new.text:
        yield sentence(Change.TEXT, new.id, f"Hjälptexten för {called} {_swap(old.text, new.text)}.")
    before, now = old.properties.get("due"), new.properties.get("due")
    if before != now:
        was, becomes = _known(both.a.words, before), _known(both.b.words, now)
        yield sentence(
            Change.DEADLINE,
            new.id,
            f"Tidsfristen för {called} {_swap(was, becomes, bare=True)}.",
        )
    if old.decision != new.decision:
        yield sentence(
            Change.CALLED,
            new.id,
            f"Beslutstabellen för {called} "
            f"{_swap(_decision(both.a.words, old), _decision(both.b.words, new))}.",
        )
    if old.scope != new.scope and old.kind is new.kind is Kind.CALL:
        yield sentence(
            Change.CALLED, new.id, f"Processen som {called} anropar {_swap(old.scope, new.scope)}."
        )


def _decision(words: Vocabulary, node: Node) -> str | None:
    return None if node.decision is None else words.decisions.get(node.decision, node.decision)


def _operation(both: Pair, node: Node, old: Operation | None, new: Operation | None) -> Iterator[Sentence]:
    called = both.b.called(node.id)
    before = _known(both.a.words, old.name if old is not None else None)
    now = _known(both.b.words, new.name if new is not None else None)
    if before != now:
        yield sentence(Change.OPERATION, node.id, f"Åtgärden vid {called} {_swap(before, now, bare=True)}.")
    if old is None or new is None:
        return
    for key in sorted(old.parameters.keys() | new.parameters.keys()):
        was, becomes = old.parameters.get(key), new.parameters.get(key)
        if not same_meaning(was, becomes):
            said, says = (
                None if v is None else value_in_words(v, w.words)
                for v, w in ((was, both.a), (becomes, both.b))
            )
            yield sentence(
                Change.OPERATION,
                node.id,
                f"Underlaget {quoted(key)} till åtgärden vid {called} {_swap(said, says, bare=True)}.",
                1,
            )
    if old.result != new.result:
        yield sentence(
            Change.OPERATION,
            node.id,
            f"Svaret från åtgärden vid {called} sparas "
            f"{_place(new.result)} i stället för {_place(old.result)}.",
            1,
        )


def _instances(both: Pair, node: Node, old: Instances | None, new: Instances | None) -> Iterator[Sentence]:
    called = both.b.called(node.id)
    if old is None or new is None:
        if old is not new:
            how = "görs nu flera gånger" if new is not None else "görs nu bara en gång"
            plan = f": {_plan(both.b.words, new)}" if new is not None else ""
            yield sentence(Change.INSTANCES, node.id, f"{both.b.noun(node.id)} {how}{plan}.")
        return
    if old.sequential is not new.sequential:
        order = (
            "en i taget i stället för samtidigt" if new.sequential else "samtidigt i stället för en i taget"
        )
        yield sentence(Change.INSTANCES, node.id, f"Upprepningen av {called} görs {order}.")
    if not (same_meaning(old.items, new.items) and same_meaning(old.count, new.count)):
        yield sentence(
            Change.INSTANCES,
            node.id,
            f"Upprepningen av {called} ändras från "
            f"{_plan(both.a.words, old)} till {_plan(both.b.words, new)}.",
        )
    if not same_meaning(old.until, new.until):
        was, becomes = (
            None if p.until is None else in_words(p.until, w.words) for p, w in ((old, both.a), (new, both.b))
        )
        yield sentence(
            Change.INSTANCES,
            node.id,
            f"Villkoret som avslutar upprepningen av {called} i förtid {_swap(was, becomes, bare=True)}.",
        )
    for what, was, becomes in (
        ("Variabeln för varje värde", old.item, new.item),
        ("Listan med resultat", old.output, new.output),
        ("Variabeln med varje resultat", old.output_item, new.output_item),
    ):
        if was != becomes:
            yield sentence(
                Change.INSTANCES,
                node.id,
                f"{what} i upprepningen av {called} {_swap(was, becomes)}.",
                1,
            )


def _plan(words: Vocabulary, plan: Instances) -> str:
    if plan.items is not None:
        return f"en gång för varje värde i {value_in_words(plan.items, words)}"
    if plan.count is not None:
        return f"antalet {value_in_words(plan.count, words)}"
    return "ett obestämt antal gånger"


def _known(words: Vocabulary, name: str | None) -> str | None:
    """What the caller calls an operation or a deadline rule, else its own name."""
    return None if name is None else words.words.get(name) or quoted(name)


def _swap(before: str | None, now: str | None, bare: bool = False) -> str:
    """What becomes of a value, as the end of a sentence without its full stop."""
    old, new = ((v if v is None else plain(v) if bare else quoted(v)) for v in (before, now))
    if old is None:
        return f"är nu {new} och fanns inte förut"
    return f"tas bort (förut {old})" if new is None else f"ändras från {old} till {new}"
