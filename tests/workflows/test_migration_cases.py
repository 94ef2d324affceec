"""Changing the diagram under a running case: what may be done, and what is refused and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.workflows import models as m
from tests.workflows.driving import KEY, NOW, Case
from workflows import (
    MessageAwaited,
    MessageUnawaited,
    Passed,
    StateRefused,
    TaskOpened,
    TimerCleared,
    TimerSet,
    read,
)
from workflows import state as codec
from workflows.migration import (
    MigrationRefused,
    Plan,
    TaskMoved,
    Verdict,
    WaitMoved,
    dry_run,
    migrate,
    propose,
    validate,
)

S, E = m.start(), m.end()
LINE = m.process(S, m.user("a"), m.user("b"), m.user("c"), E, "start -> a -> b -> c -> end")
PAR = m.process(
    S, m.parallel("f"), m.user("x"), m.user("y"), m.parallel("j"), m.user("z"), E,
    "start -> f; f -> x -> j; f -> y -> j; j -> z -> end",
)  # fmt: skip


def at_b(model: bytes = LINE, **variables: object) -> Case:
    case = Case(model, variables)  # type: ignore[arg-type]
    case.done("a")
    return case


def moved(case: Case, new: bytes, plan: Plan | None = None, later: timedelta = timedelta()) -> Case:
    """The case goes on under the new version, in place."""
    target = read({"model.bpmn": new})
    used = propose(case.definition, target) if plan is None else plan
    case.now += later
    made = migrate(used, case.definition, target, case.state, case=case.name, key=KEY, now=case.now)
    case.definition = target
    case.moved = made.moved  # type: ignore[attr-defined]
    for note in made.moved:
        held = next((e for e in case.open.values() if e.task == note.task), None)  # type: ignore[attr-defined]
        if held is None:
            continue  # one of many instances, of which `open` keeps the last
        case.open = {name: event for name, event in case.open.items() if event is not held}
        fields = {n: getattr(note, n) for n in type(note).__slots__ if hasattr(held, n)}
        case.open[note.element] = replace(held, **fields)  # type: ignore[type-var]
    case._told(made.advance)
    return case


def verdict(case: Case, new: bytes, plan: Plan | None = None) -> Verdict:
    target = read({"model.bpmn": new})
    used = propose(case.definition, target) if plan is None else plan
    return dry_run(used, case.definition, target, case.state, case=case.name, key=KEY, now=case.now)


def refused(case: Case, new: bytes, plan: Plan | None = None) -> dict[str, str]:
    """Rule → sentence of a refusal, which also leaves no trace."""
    answer = verdict(case, new, plan)
    assert not answer.ok and answer.after == ()
    with pytest.raises(MigrationRefused):
        moved(case, new, plan)
    return {finding.rule: finding.text for finding in answer.refusals}


# ── the eight cases, and the ones that a join makes ──────────────────────────────────────────────────


def test_case_1_a_task_added_after_the_current_one_is_done_next() -> None:
    users = [m.user(name) for name in "abnc"]
    new = m.process(S, *users, E, "start -> a -> b -> n -> c -> end")
    case = moved(at_b(), new)
    assert case.events == ()
    case.done("b")
    assert case.tasks() == ["n"]


def test_case_2_a_renamed_task_keeps_its_id_and_is_told_of() -> None:
    case = at_b()
    task = case.task("b")
    new = LINE.replace(b'id="b" name="B"', b'id="b" name="Granska"')
    moved(case, new)
    assert case.moved == (TaskMoved(task, "b", "Granska", ""),)  # type: ignore[attr-defined]
    case.done("b")
    assert case.tasks() == ["c"]


def test_case_3_a_removed_current_task_is_refused_until_somebody_says_where_it_goes() -> None:
    case = at_b()
    new = m.process(S, m.user("a"), m.user("c"), E, "start -> a -> c -> end")
    texts = refused(case, new)
    assert texts == {
        "unmapped-token": "Uppgiften ”B” finns inte i den nya versionen, och ärendet väntar där."
    }
    task = case.task("b")
    plan = propose(case.definition, read({"model.bpmn": new})).with_target("b", "c")
    assert not [f for f in validate(plan, case.definition, read({"model.bpmn": new})) if f.level == "error"]
    moved(case, new, plan)
    assert case.moved == (TaskMoved(task, "c", "C", ""),)  # type: ignore[attr-defined]
    case.done("c")
    assert case.ended


def test_case_3_a_removed_task_that_is_done_does_not_matter() -> None:
    new = m.process(S, m.user("b"), m.user("c"), E, "start -> b -> c -> end")
    case = moved(at_b(), new)
    case.done("b")
    assert case.tasks() == ["c"]


def test_case_4_a_task_inserted_before_the_current_one_is_not_gone_back_to() -> None:
    users = [m.user(name) for name in "anbc"]
    new = m.process(S, *users, E, "start -> a -> n -> b -> c -> end")
    case = moved(at_b(), new)
    assert case.tasks() == ["b"]
    case.done("b")
    assert case.tasks() == ["c"]


def test_case_5_the_current_task_wrapped_in_a_subprocess_is_refused_with_the_subprocess_named() -> None:
    inner = m.subprocess("d", m.start("ds"), m.user("b"), m.end("de"), "ds -> b -> de")
    new = m.process(S, m.user("a"), inner, m.user("c"), E, "start -> a -> d -> c -> end")
    texts = refused(at_b(), new)
    assert texts == {
        "other-level": "Uppgiften ”B” ligger i ”D” i den nya versionen, men ärendet är på en annan nivå."
    }
    case = at_b()
    case.done("b")
    assert moved(case, new).tasks() == ["c"]


def test_case_6_a_task_drawn_anew_under_another_id_is_found_again() -> None:
    case = at_b()
    task = case.task("b")
    new = m.process(S, m.user("a"), m.user("q"), m.user("c"), E, "start -> a -> q -> c -> end")
    same_name = new.replace(b'name="Q"', b'name="B"')
    plan = propose(case.definition, read({"model.bpmn": same_name}))
    assert plan.mapping["b"] == "q" and plan.guessed == frozenset()
    by_place = propose(case.definition, read({"model.bpmn": new}))
    assert by_place.mapping["b"] == "q" and by_place.guessed == {"b"}
    moved(case, same_name)
    assert case.moved == (TaskMoved(task, "q", "B", ""),)  # type: ignore[attr-defined]
    case.done("q")
    assert case.tasks() == ["c"]


EDGED = m.process(
    S, m.user("a"), m.user("b"), m.boundary("t", "b", m.timer("PT10H")), m.user("late"), m.user("c"), E,
    "start -> a -> b -> c -> end; t -> late -> end",
)  # fmt: skip


def test_case_7_a_deadline_added_to_the_current_task_counts_from_now() -> None:
    case = moved(at_b(), EDGED, later=timedelta(hours=1))
    set_now = [event for event in case.events if isinstance(event, TimerSet)]
    assert [(e.element, e.attached_to, e.due) for e in set_now] == [("t", "b", NOW + timedelta(hours=11))]
    case.due("t")
    assert case.tasks() == ["late"]


def test_case_7_a_deadline_that_runs_keeps_its_time() -> None:
    case = at_b(EDGED)
    due = case.open["t"].due  # type: ignore[attr-defined]
    new = EDGED.replace(b"PT10H", b"PT99H").replace(b'name="C"', b'name="Slut"')
    moved(case, new, later=timedelta(hours=5))
    assert case.events == ()
    assert case.open["t"].due == due  # type: ignore[attr-defined]
    case.due("t")
    assert case.tasks() == ["late"]


def test_case_7_a_deadline_taken_away_is_cleared_and_the_task_stays() -> None:
    case = at_b(EDGED)
    timer = case.task("t")
    moved(case, LINE)
    assert case.events == (TimerCleared(timer, "t"),)
    case.done("b")
    assert case.tasks() == ["c"]


def test_case_7_a_reminder_that_has_fired_does_not_begin_again() -> None:
    old = EDGED.replace(b'cancelActivity="true"', b'cancelActivity="false"')
    case = at_b(old)
    case.due("t")
    assert sorted(case.tasks()) == ["b", "late"]
    moved(case, old.replace(b'name="C"', b'name="Slut"'))
    assert case.events == ()
    case.done("b")
    case.done("late")
    assert case.tasks() == ["c"]


def test_case_8_a_task_that_has_become_another_type_is_refused() -> None:
    new = m.process(S, m.user("a"), m.service("b"), m.user("c"), E, "start -> a -> b -> c -> end")
    texts = refused(at_b(), new)
    assert texts == {"other-type": "Uppgiften ”B” är av en annan typ i den nya versionen."}


def test_case_9_a_third_branch_in_a_running_parallel_block_would_starve_the_join() -> None:
    case = Case(PAR)
    case.done("x")
    new = m.process(
        S, m.parallel("f"), m.user("x"), m.user("y"), m.user("w"), m.parallel("j"), m.user("z"), E,
        "start -> f; f -> x -> j; f -> y -> j; f -> w -> j; j -> z -> end",
    )  # fmt: skip
    texts = refused(case, new)
    assert texts == {
        "would-starve": "”j” skulle vänta för alltid på ett flöde som det här ärendet aldrig får."
    }
    before, after = Case(m.process(S, m.user("x"), m.user("z"), E, "start -> x -> z -> end")), PAR
    assert "would-starve" in refused(before, after)
    case.done("y")
    assert moved(case, new).tasks() == ["z"]


def test_case_10_a_task_in_the_middle_of_a_changed_repetition_is_refused() -> None:
    def many(count: int) -> bytes:
        loop = m.instances(f"<loopCardinality>{count}</loopCardinality>")
        return m.process(S, m.user("a"), m.user("b", loop), m.user("c"), E, "start -> a -> b -> c -> end")

    assert "instances" in refused(at_b(many(2)), many(3))
    assert "instances" in refused(at_b(many(2)), LINE)
    case = at_b(many(2))
    opened = [event for event in case.events if isinstance(event, TaskOpened)]
    moved(case, many(2).replace(b'name="B"', b'name="Svara"'))
    assert {note.task for note in case.moved} == {event.task for event in opened}  # type: ignore[attr-defined]
    for event in opened:
        case.open["b"] = event
        case.done("b")
    assert case.tasks() == ["c"]


# ── joins, gateways, levels ──────────────────────────────────────────────────────────────────────────


def test_a_branch_taken_away_lets_a_waiting_join_go_on_by_itself() -> None:
    three = m.process(
        S, m.parallel("f"), m.user("x"), m.user("y"), m.user("w"), m.parallel("j"), m.user("z"), E,
        "start -> f; f -> x -> j; f -> y -> j; f -> w -> j; j -> z -> end",
    )  # fmt: skip
    case = Case(three)
    case.done("x")
    case.done("y")
    assert "unmapped-token" in refused(case, PAR)
    case.done("w")
    assert case.tasks() == ["z"]
    early = Case(PAR)
    early.done("x")
    lone = m.process(
        S, m.parallel("f"), m.user("x"), m.parallel("j"), m.user("z"), E, "start -> f -> x -> j -> z -> end"
    )
    plan = propose(early.definition, read({"model.bpmn": lone}))
    assert "unmapped-token" in refused(early, lone, plan)


def test_two_parallel_tasks_that_become_a_sequence_would_be_done_twice() -> None:
    case = Case(PAR)
    line = m.process(S, m.user("x"), m.user("y"), m.user("z"), E, "start -> x -> y -> z -> end")
    texts = refused(case, line)
    assert texts["not-together"].startswith("”X” och ”Y” pågår samtidigt, men det kan de inte göra")
    case.done("x")
    assert "unmapped-token" in refused(case, line)  # the join that x waits at is gone


def test_a_task_inserted_before_a_join_does_not_strand_the_branch_that_is_done() -> None:
    case = Case(PAR)
    case.done("x")
    new = m.process(
        S, m.parallel("f"), m.user("x"), m.user("n"), m.user("y"), m.parallel("j"), m.user("z"), E,
        "start -> f; f -> x -> n -> j; f -> y -> j; j -> z -> end",
    )  # fmt: skip
    moved(case, new)
    case.done("y")
    assert case.tasks() == ["z"]


def test_an_operation_in_flight_keeps_its_key_and_another_operation_is_refused() -> None:
    def with_operation(name: str, label: str) -> bytes:
        drawn = m.service("b", name).replace('name="B"', f'name="{label}"')
        return m.process(S, m.user("a"), drawn, m.user("c"), E, "start -> a -> b -> c -> end")

    case = at_b(with_operation("register", "Registrera"))
    task = case.task("b")
    texts = refused(case, with_operation("inform", "Registrera"))
    assert texts["other-operation"] == (
        "Åtgärden ”Registrera” väntar på svar på åtgärden ”register”, men i den nya versionen är "
        "åtgärden ”inform”."
    )
    moved(case, with_operation("register", "Diarieför"))
    assert case.moved == (WaitMoved(task, "operation", "b", "Diarieför"),)  # type: ignore[attr-defined]
    assert case.events == ()
    case.answered("b")
    assert case.tasks() == ["c"]


def events_model(*caught: str, names: tuple[str, ...] = ("Svar",)) -> bytes:
    drawn = {"svar": m.message("Svar"), "tid": m.timer("P30D"), "nej": m.message("Nej")}
    flows = "; ".join(f"e -> {name} -> c" for name in caught)
    return m.process(
        S, m.user("a"), m.event_gateway("e"), *(m.catch(n, drawn[n]) for n in caught), m.user("c"), E,
        f"start -> a -> e; {flows}; c -> end", beside=m.messages(*names),
    )  # fmt: skip


def test_a_new_event_after_an_event_gateway_begins_to_be_waited_for_and_a_removed_one_ends() -> None:
    case = at_b(events_model("svar", "tid"))
    timer = case.task("tid")
    moved(case, events_model("svar", "nej", names=("Svar", "Nej")))
    assert TimerCleared(timer, "tid") in case.events
    assert [e.name for e in case.events if isinstance(e, MessageAwaited)] == ["Nej"]
    case.arrived("nej")
    assert case.tasks() == ["c"]
    assert "no-option-left" in refused(at_b(events_model("svar", "tid")), events_model("nej", names=("Nej",)))


def test_a_message_with_another_key_is_waited_for_anew() -> None:
    def waits(key: str) -> bytes:
        drawn = m.catch("b", m.message("Svar"), correlation=key)
        return m.process(S, m.user("a"), drawn, m.user("c"), E, "start -> a -> b -> c -> end",
                         beside=m.messages("Svar"))  # fmt: skip

    case = at_b(waits('"ett"'))
    old = case.task("b")
    moved(case, waits('"två"'))
    closed, awaited = case.events
    assert closed == MessageUnawaited(old, "b")
    assert isinstance(awaited, MessageAwaited) and awaited.correlation == "två" and awaited.task != old
    case.arrived("b")
    assert case.tasks() == ["c"]


def test_a_case_inside_a_subprocess_moves_with_it_and_not_out_of_it() -> None:
    def nested(name: str) -> bytes:
        inner = m.subprocess(name, m.start("ds"), m.user("b"), m.user("i"), m.end("de"), "ds -> b -> i -> de")
        return m.process(S, m.user("a"), inner, m.user("c"), E, f"start -> a -> {name} -> c -> end")

    case = moved(at_b(nested("d")), nested("q"))
    case.done("b")
    case.done("i")
    assert case.tasks() == ["c"]
    texts = refused(at_b(nested("d")), LINE)
    assert texts["unmapped-token"].startswith("Delprocessen ”D” finns inte i den nya versionen")


# ── plans, seals, sentences ──────────────────────────────────────────────────────────────────────────


def test_moving_to_the_same_version_changes_nothing() -> None:
    case = at_b(EDGED)
    plan = propose(case.definition, case.definition)
    assert plan == Plan({name: name for name in case.definition.elements})
    made = migrate(plan, case.definition, case.definition, case.state, case=case.name, key=KEY, now=NOW)
    assert (made.advance.state, made.advance.events, made.moved) == (case.state, (), ())


def test_the_moved_state_belongs_to_the_new_version_only() -> None:
    case = at_b()
    old = case.definition
    moved(case, EDGED)
    with pytest.raises(StateRefused):
        codec.load(case.state, case=case.name, definition=old.hash, key=KEY)
    assert codec.load(case.state, case=case.name, definition=case.definition.hash, key=KEY).frames


def test_a_dry_run_says_what_stays_what_changes_and_what_begins() -> None:
    new = EDGED.replace(b'id="b" name="B"', b'id="b" name="Svara"')
    answer = verdict(at_b(), new)
    assert [(c.kind, c.element, c.text) for c in answer.after] == [
        ("changed", "b", "Uppgiften ”B” ligger kvar och heter nu ”Svara”."),
        ("new", "t", "”t” börjar räknas nu och inträffar den 21 november 2026 kl. 23.00."),
    ]


def test_a_plan_that_does_not_fit_is_refused_with_what_to_change() -> None:
    old, new = read({"model.bpmn": LINE}), read({"model.bpmn": EDGED})
    inner = m.subprocess("d", m.start("ds"), m.user("i"), m.end("de"), "ds -> i -> de")
    nested = read({"model.bpmn": m.process(S, m.user("a"), inner, E, "start -> a -> d -> end")})
    rules = {
        f.rule
        for plan, target in [
            (Plan({"b": "finns_inte"}), new),
            (Plan({"b": "t"}), new),
            (Plan({"okänd": "b"}), new),
            (Plan({"b": "i"}), nested),
        ]
        for f in validate(plan, old, target)
        if f.level == "error"
    }
    assert rules == {"no-target", "other-type", "no-source", "other-level"}
    other = read({"model.bpmn": LINE.replace(b'process id="p"', b'process id="q"')})
    assert "other-process" in {f.rule for f in validate(Plan(), old, other)}
    assert validate(propose(old, new), old, new) == ()


def test_a_deadline_that_cannot_be_read_on_this_case_refuses_the_move() -> None:
    texts = refused(at_b(frist="i morgon"), EDGED.replace(b"PT10H", b"frist"))
    assert texts["cannot-go-on"] == "Tiden vid ”t” går inte att tolka: ”i morgon”."


def test_an_ended_case_stays_where_it_ended() -> None:
    case = at_b()
    case.done("b")
    case.done("c")
    assert refused(case, EDGED) == {"ended": "Ärendet har redan nått sitt slut."}


def test_a_branch_that_is_all_there_is_left_passes_its_join() -> None:
    """The join of two becomes a join of one: what waits there goes on as soon as the case has moved."""
    inner = m.process(
        S, m.parallel("f"), m.user("x"), m.service("y"), m.parallel("j"), m.user("z"), E,
        "start -> f; f -> x -> j; f -> y -> j; j -> z -> end",
    )  # fmt: skip
    case = Case(inner)
    case.answered("y")
    new = m.process(
        S, m.parallel("f"), m.user("x"), m.user("y2"), m.parallel("j"), m.user("z"), E,
        "start -> f; f -> x -> j; f -> y2 -> j; j -> z -> end",
    )  # fmt: skip
    moved(case, new)
    case.done("x")
    assert case.tasks() == ["z"]
    assert case.path[-1] == "j" and Passed("j", "") in case.events
