"""Every edit of every own model is refused with a sentence, or does what it says and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import bpmn
from tests.workflows.test_layout import holds as is_drawn
from workflows import Definition, ModelRefused, editing, read
from workflows.definition import model as model_of
from workflows.diff import Change, diff
from workflows.editing import Direction, Edit, StepKind, Way
from workflows.lanes import roles_in_order
from workflows.model import Kind, Model, TimerKind
from workflows.outline import outline
from workflows.plane.diagram import read as drawing_of

FOLDERS = sorted(p.parent for p in Path(bpmn.__file__).parent.glob("*/model.bpmn"))
ROLES = ("Handläggare", "Registrator", "Kanaladministratör", "Arkivarie", "Kommunikationschef")
NAME = "Ring upp den som skrev"
MOVED = {Change.FLOW_MOVED, Change.ADDED, Change.REMOVED, Change.LEVEL, Change.ROLE}

KINDS: Mapping[type[Edit], set[Change]] = {
    editing.Rename: {Change.RENAMED, Change.FLOW_NAME, Change.ROLE},
    editing.SetRole: {Change.ROLE},
    editing.SetForm: {Change.FORM},
    editing.SetDeadline: {Change.DEADLINE},
    editing.SetGuidance: {Change.TEXT},
    editing.SetWhy: {Change.PROPERTY},
    editing.SetSetting: {Change.PROPERTY, Change.MESSAGE},
    editing.SetOperation: {Change.OPERATION},
    editing.SetDecision: {Change.CALLED},
    editing.SetCondition: {Change.CONDITION},
    editing.SetDefault: {Change.DEFAULT, Change.CONDITION},
    editing.SetTarget: {Change.FLOW_MOVED},
    editing.SetTimer: {Change.TIMER},
    editing.SetMessage: {Change.MESSAGE},
    editing.SetInterrupting: {Change.INTERRUPTING},
    editing.SetDocumentation: {Change.NOTE},
    editing.AddStep: {Change.ADDED, Change.ROLE},
    editing.AddTimeLimit: {Change.ADDED, Change.ROLE},
    editing.AddChoice: {Change.ADDED},
    editing.AddWay: {Change.FLOW_ADDED},
    editing.RemoveStep: {Change.REMOVED},
    editing.RemoveWay: {Change.REMOVED, Change.FLOW_REMOVED},
    editing.MoveStep: {Change.FLOW_MOVED},
}
SEVERAL = (
    editing.SetRole, editing.SetOperation, editing.SetDefault, editing.AddStep, editing.AddTimeLimit,
    editing.RemoveStep, editing.RemoveWay, editing.MoveStep,
)  # fmt: skip
"""What may take more than one sentence: a lane is made, several inputs change, a default is chosen, events
follow, or what only one way led to goes with it."""


@cache
def folder(path: Path) -> tuple[dict[str, bytes], Definition]:
    files = {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    return files, read(files)


def edits(model: Model) -> st.SearchStrategy[Edit]:
    """Any edit of anything in the model, fitting or not."""
    nodes = [node for node in model.nodes() if not node.synthetic]
    step = st.sampled_from([node.id for node in nodes])
    person = st.sampled_from([node.id for node in nodes if node.kind is Kind.USER])
    gates = [node.id for node in nodes if node.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE, Kind.PARALLEL)]
    gate = st.sampled_from(gates) if gates else step
    way = st.sampled_from([flow.id for flow in model.flows()])
    role = st.sampled_from(ROLES)
    text = st.sampled_from(["category", "assess", "hide", None])
    condition = st.sampled_from(['category = "x"', "not(urgent)", "", None])
    timed = st.sampled_from([n.id for n in nodes if n.timer is not None] or [nodes[0].id])
    ways = st.lists(
        st.builds(Way, st.sampled_from(["Ja", "Nej", ""]), condition, st.one_of(st.none(), step)), max_size=3
    ).map(tuple)
    return st.one_of(
        st.builds(editing.Rename, st.one_of(step, way), st.sampled_from([NAME, "", " Ä  å "])),
        st.builds(editing.SetRole, step, role),
        st.builds(editing.SetForm, st.one_of(person, step), text),
        st.builds(editing.SetDeadline, st.one_of(person, step), st.sampled_from(["answer", "head", None])),
        st.builds(editing.SetGuidance, step, text),
        st.builds(editing.SetWhy, step, st.sampled_from(["", "sla.answer", "HAP-17, SAT-28"])),
        st.builds(editing.SetSetting, step, st.sampled_from(["guard", "four_eyes", "form"]), text),
        st.builds(
            editing.SetOperation, step, st.sampled_from(["seal_evidence", "record_removal"]),
            st.sampled_from([(), (("a", "1"),), (("process", '"x"'), ("b", ""))]), text,
        ),
        st.builds(editing.SetDecision, step, text),
        st.builds(editing.SetCondition, way, condition),
        st.builds(editing.SetDefault, gate, way),
        st.builds(editing.SetDefault, gate, st.none()),
        st.builds(editing.SetTarget, way, step),
        st.builds(editing.SetTimer, timed, st.just(TimerKind.DURATION), st.sampled_from(["P2D", "PT4H"])),
        st.builds(editing.SetMessage, step, st.just("Svar")),
        st.builds(editing.SetInterrupting, step, st.booleans()),
        st.builds(editing.SetDocumentation, step, st.sampled_from(["Så här gör vi.", ""])),
        st.builds(
            editing.AddStep, st.one_of(step, way), st.sampled_from(StepKind), st.just(NAME),
            st.one_of(st.just(""), role), text, st.sampled_from(["answer", None]),
        ),
        st.builds(editing.AddTimeLimit, step, st.just("P3D"), st.just(NAME), st.one_of(st.just(""), role)),
        st.builds(editing.AddChoice, st.one_of(step, way), st.just("Bråttom?"), ways),
        st.builds(editing.AddWay, gate, st.just("Kanske"), step, condition),
        st.builds(editing.RemoveStep, step),
        st.builds(editing.RemoveWay, way),
        st.builds(editing.MoveStep, step, st.sampled_from(Direction)),
    )  # fmt: skip


def does_what_it_says(path: Path, edit: Edit) -> bool:
    """Whether the edit was done; a refusal is a sentence about what was meant."""
    files, old = folder(path)
    try:
        made = editing.applied(files["model.bpmn"], [edit])
    except ModelRefused as refused:
        (finding,) = refused.findings
        assert (finding.text.endswith(".") and finding.text[0].isupper()) or finding.text[0] == "”", finding
        return False
    new = read(files | {"model.bpmn": made.model})
    told = diff(old, new).sentences
    assert told, "an edit that nobody is told of"
    assert {said.kind for said in told} <= KINDS[type(edit)], [said.text for said in told]
    assert len(told) == 1 or isinstance(edit, SEVERAL), [said.text for said in told]
    nothing_else(old, new, edit, made.element)
    twin(new, edit, made.element)
    root = etree.fromstring(made.model)
    assert roles_in_order(root)[: len(old.roles)] == old.roles, "lanes keep their order"
    if isinstance(edit, _STRUCTURAL):
        is_drawn(root, drawing_of(made.model))
    back = editing.reverse(files["model.bpmn"], edit)
    if back is not None:
        again = read(files | {"model.bpmn": editing.apply(made.model, *back)})
        assert [said.text for said in diff(old, again).sentences] == []
    return True


_STRUCTURAL = (
    editing.SetRole, editing.SetTarget, editing.AddStep, editing.AddTimeLimit, editing.AddChoice,
    editing.AddWay, editing.RemoveStep, editing.RemoveWay, editing.MoveStep,
)  # fmt: skip


def nothing_else(old: Definition, new: Definition, edit: Edit, element: str) -> None:
    """Nodes that the edit is not about are as they were, but for the ways between them."""
    before, after = ({n.id: n for n in model_of(d).nodes()} for d in (old, new))
    came, went = after.keys() - before.keys(), before.keys() - after.keys()
    if not isinstance(edit, editing.AddStep | editing.AddTimeLimit | editing.AddChoice):
        assert not came, came
    if not isinstance(edit, editing.RemoveStep | editing.RemoveWay):
        assert not went, went
    named = {getattr(edit, field.name) for field in fields(edit)} - {None, ""}
    # A question without conditions belongs to the task before it, and follows what is put between.
    asking = {n.id for nodes in (before, after) for n in nodes.values() if "choice" in n.properties}
    for name in before.keys() & after.keys():
        if before[name] != after[name] and name not in named | asking | {element}:
            assert before[name].attached_to in named, (name, before[name], after[name])


def twin(new: Definition, edit: Edit, element: str) -> None:
    """The text twin tells of the edit."""
    told = outline(new)
    match edit:
        case editing.Rename(name=name) if name.strip() and told.find(element) is not None:
            line = told.find(element)
            assert line is not None and "".join(name.split())[-4:].lower() in _letters(line.text)
        case editing.AddStep() | editing.AddTimeLimit() | editing.AddChoice():
            assert told.find(element) is not None
        case editing.SetRole(role=role):
            assert any(s.role == role for s in told.sections)
        case editing.RemoveStep(element=gone):
            assert told.find(gone) is None


def _letters(text: str) -> str:
    return "".join(text.split()).lower()


@st.composite
def an_edit(draw: Callable[..., object]) -> tuple[Path, Edit]:
    path = draw(st.sampled_from(FOLDERS))
    assert isinstance(path, Path)
    edit = draw(edits(model_of(folder(path)[1])))
    return path, edit  # type: ignore[return-value]


@settings(max_examples=200, deadline=None)
@given(an_edit())
def test_an_edit_is_refused_in_words_or_does_exactly_what_it_says(given: tuple[Path, Edit]) -> None:
    does_what_it_says(*given)
