"""Profiles: one municipality's values with their sentences, and whether the models can do what they say."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workflows
from service import definitions, profiles
from service.actors import ROLES, SYSTEM
from service.profiles import KEYS, VARIABLES, Kind, Profile, ProfileRefused, Status
from service.store import Database
from tests.service.case_world import NOW
from tests.service.cli_world import ordna
from tests.workflows.decision_models import definitions as dmn
from tests.workflows.decision_models import table
from tests.workflows.models import decide, end, exclusive, lanes, process, start, user
from workflows.values import plain

_FOLDER = Path(str(resources.files("bpmn"))) / "profiles"
_MUNICIPALITIES = ("bromolla", "haparanda", "orebro", "sater", "ystad")


def _text(name: str = "sater") -> str:
    return (_FOLDER / f"{name}.yaml").read_text("utf-8")


def _entry(key: str, name: str = "sater") -> str:
    """The lines of one key in a profile's file."""
    after = _text(name).split(f"  {key}:\n", 1)[1].splitlines(keepends=True)
    own = next((n for n, line in enumerate(after) if not line.startswith("    ")), len(after))
    return f"  {key}:\n" + "".join(after[:own])


def _changed(**values: str) -> Profile:
    """Säter's profile with other values: `approval_mode="checklist"` is the key approval.mode."""
    text = _text()
    for variable, value in values.items():
        key = VARIABLES[variable].name
        was = _entry(key)
        lines = [
            f"    value: {value}\n" if ln.startswith("    value:") else ln for ln in was.splitlines(True)
        ]
        text = text.replace(was, "".join(lines))
    return profiles.read("sater", text.encode())


# ── what a profile holds ─────────────────────────────────────────────────────────────────────────────


def test_the_five_municipalities_and_the_laws_minimum_are_there() -> None:
    assert set(profiles.names()) == {*_MUNICIPALITIES, "lagens-minimum"}


@pytest.mark.parametrize("name", [*_MUNICIPALITIES, "lagens-minimum"])
def test_every_key_has_a_value_and_says_whose_word_it_is(name: str) -> None:
    profile = profiles.load(name)
    assert set(profile.variables()) == set(VARIABLES)
    for key in KEYS:
        source = profile.why(key)
        match source.status:
            case Status.RULE:
                assert source.quote and source.document and source.section
            case Status.LAW:
                assert source.quote is None and source.document and source.note
            case Status.CHOSEN:
                assert source.note
        assert profiles.words(KEYS[key], profile.value(key))
    assert all(plain(value) == value for value in profile.variables().values())


def test_there_are_31_keys_and_each_says_what_it_decides() -> None:
    assert len(KEYS) == 31
    assert all(key.label and key.explanation.endswith(".") for key in KEYS.values())


def test_no_two_municipalities_are_alike_and_the_differences_are_those_of_the_table() -> None:
    loaded = {name: profiles.load(name) for name in _MUNICIPALITIES}
    assert len({profile.hash for profile in loaded.values()}) == 5
    said = {name: profile.variables()["removed_register"] for name, profile in loaded.items()}
    assert said == {
        "bromolla": "secret",
        "ystad": "evidence_only",
        "sater": "all",
        "orebro": "secret_and_criminal",
        "haparanda": "all",
    }
    assert loaded["sater"].value("sla.answer") == {"calendar": "pause", "hours": 24}
    assert loaded["sater"].variables()["sla_answer_hours"] == 24
    assert loaded["ystad"].value("approval.steps") == [
        "head_of_administration",
        "web_strategist",
        "estrategy_group",
    ]


def test_what_a_guideline_says_two_things_about_is_chosen_with_both_told() -> None:
    for name, key in (("haparanda", "approval.mode"), ("orebro", "signature.template")):
        source = profiles.load(name).why(key)
        assert source.status is Status.CHOSEN and source.quote and "två saker" in (source.note or "")


def test_the_version_follows_the_content_and_not_the_layout() -> None:
    plain_copy = profiles.read("sater", _text().replace("# ", "#  ").encode())
    assert plain_copy.version == profiles.load("sater").version
    assert _changed(activity_min_posts="3").hash != plain_copy.hash
    assert len(profiles.load("lagens-minimum").version) <= 60


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("  supervision:\n", "  uppsikt:\n", "nyckeln ”uppsikt” finns inte"),
        (_entry("supervision"), "", "nyckeln ”supervision” saknas. Lägg till den: avgör hur ofta"),
        ("value: daily", "value: hourly", "Värdet ”hourly” finns inte för nyckeln ”supervision”"),
        ("[communications_manager, management_group]", "[mayor]", "Rollen ”mayor” finns inte"),
        ("[communications_manager, management_group]", "[registrar, registrar]", "samma roll två gånger"),
        ("{calendar: pause, hours: 24}", "pause", "ska ha calendar och hours"),
        ("{calendar: pause, hours: 24}", "{calendar: pause, hours: -1}", "heltal mellan 0 och 720"),
        ("{calendar: pause, hours: 24}", "{calendar: pause, hours: yes}", "hours i nyckeln ”sla.answer”"),
        ('"{förnamn}, {funktion}"', '"{personnummer}"', "får bara ha platserna"),
        ('"{förnamn}, {funktion}"', '"{förnamn"', "får bara ha platserna"),
        ("value: false", "value: nej", "ska vara true eller false"),
        ("status: rule\n  supervision", "status: okänd\n  supervision", "ska vara rule, law, chosen"),
        ('date: "2021-09-02"', 'date: "i höstas"', "ska vara ett datum"),
        ("    status: rule\n  supervision", "  supervision", "saknar ”status”"),
        (
            "    status: rule\n  supervision",
            "    status: rule\n    ort: Säter\n  supervision",
            "”ort” kan inte stå",
        ),
        ("name: Säters kommun\n", "", "ska ha ”name” och ”values”"),
        ("name: Säters kommun\n", "name: *a\n", "hänvisningar (*namn) stöds inte"),
    ],
)
def test_a_profile_that_is_wrong_says_which_key_and_what_to_change(was: str, becomes: str, said: str) -> None:
    assert was in _text()
    with pytest.raises(ProfileRefused, match="Profilen sater: ") as refused:
        profiles.read("sater", _text().replace(was, becomes, 1).encode())
    assert said in str(refused.value)


def test_a_rule_without_its_sentence_is_refused() -> None:
    was = _entry("supervision")
    without = "".join(
        "    quote: null\n" if ln.startswith("    quote:") else ln for ln in was.splitlines(True)
    )
    with pytest.raises(ProfileRefused, match="status rule och behöver därför ”quote”"):
        profiles.read("sater", _text().replace(was, without).encode())


@given(st.binary(max_size=300))
def test_no_bytes_make_a_profile_by_accident(data: bytes) -> None:
    with pytest.raises(ProfileRefused):
        profiles.read("sater", data)


def test_a_municipality_may_keep_its_profile_in_a_file_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "var-kommun.yaml"
    own.write_text(_text().replace("name: Säters kommun", "name: Vår kommun"), "utf-8")
    assert profiles.load(str(own)).municipality == "Vår kommun"
    with pytest.raises(ProfileRefused, match="går inte att läsa"):
        profiles.load(str(tmp_path / "ingen.yaml"))


def test_a_profile_that_does_not_exist_stops_the_start_and_lists_those_that_do(tmp_path: Path) -> None:
    for name in ("kiruna", "../sater", ""):
        answer = ordna("check", data=tmp_path, PROFILE=name)
        assert answer.code == 1 and "Välj en av bromolla, haparanda" in answer.err
        assert not any(tmp_path.iterdir())  # refused before anything is made


def test_a_session_knows_the_profile_that_the_process_was_started_with(database: Database) -> None:
    with database.read() as session:
        assert profiles.of(session).name == "lagens-minimum"
    database.info[profiles.INFO] = profiles.load("orebro")
    with database.read() as session:
        assert profiles.of(session).municipality == "Örebro kommun"


# ── whether the models can do what it says ───────────────────────────────────────────────────────────


def _model(xml: bytes, **files: bytes) -> workflows.Definition:
    beside = {name.replace("__", "/").replace("_dot_", "."): content for name, content in files.items()}
    return workflows.read({"model.bpmn": xml, **beside})


def _fork(*conditions: str, default: str = "") -> workflows.Definition:
    ways = "\n".join(f"fork -> t{n} : {text}\nt{n} -> e{n}" for n, text in enumerate(conditions))
    parts = [part for n in range(len(conditions)) for part in (user(f"t{n}"), end(f"e{n}"))]
    return _model(process(start(), exclusive("fork", default), *parts, f"start -> fork\n{ways}"))


def test_a_value_that_no_way_out_of_a_fork_takes_is_refused() -> None:
    fork = _fork('approval_mode = "checklist"', 'approval_mode = "person"')
    (found,) = profiles.check(profiles.load("sater"), [fork])
    assert found.element == "fork" and found.level == "error"
    assert "approval.mode: ingen väg ut ur ”fork” gäller värdet ”application”" in found.text
    assert profiles.check(_changed(approval_mode="checklist"), [fork]) == ()


def test_a_fork_that_asks_for_something_else_too_is_left_to_run() -> None:
    fork = _fork('approval_mode = "person" and urgent = true', 'approval_mode = "person" and urgent != true')
    assert profiles.check(profiles.load("sater"), [fork]) == ()


def test_a_fork_on_several_keys_is_reckoned_with_the_profiles_own_values() -> None:
    fork = _fork("admins_min > 5", 'admins_min > 1 and crisis = "take_over"')
    assert profiles.check(profiles.load("sater"), [fork]) == ()
    found = profiles.check(_changed(crisis="none"), [fork])
    assert [finding.text.split(":")[0] for finding in found] == [
        "Profilen sater, admins.min",
        "Profilen sater, crisis",
    ]


def test_a_step_whose_role_has_no_task_in_the_drawing_is_refused() -> None:
    asked = 'list contains(approval_steps, "communications_manager")'
    drawn = _model(
        process(
            start(),
            exclusive("fork"),
            user("a"),
            user("b"),
            end("e1"),
            end("e2"),
            f"start -> fork\nfork -> a : {asked}\nfork -> b : not({asked})\na -> e1\nb -> e2",
            beside=lanes(Kommunikationschef="start fork a e1", Kanalansvarig="b e2"),
        )
    )
    (found,) = profiles.check(profiles.load("sater"), [drawn])
    assert "Kommunledningsgrupp ska ta ställning" in found.text
    assert profiles.check(_changed(approval_steps="[communications_manager]"), [drawn]) == ()


def test_a_form_that_the_folder_does_not_have_is_refused() -> None:
    form = b'{"type": "object", "title": "Fr\xc3\xa5gor", "properties": {}}'
    fork = _fork('form_schema = "sater_10"', 'form_schema = "core"')
    (found,) = profiles.check(profiles.load("sater"), [fork])
    assert "form.schema: formuläret sater_10 finns inte" in found.text
    with_form = workflows.read({"model.bpmn": fork.model, "forms/sater-10.json": form})
    assert profiles.check(profiles.load("sater"), [with_form]) == ()


def test_a_row_is_needed_in_a_table_that_asks_the_profile() -> None:
    rows = [['"secret"', '"a"'], ['"evidence_only"', '"b"']]
    made = dmn(table(["removed_register"], ["way"], rows, policy="FIRST", id="d"))
    drawn = workflows.read(
        {
            "model.bpmn": process(start(), decide("ask", "d"), end(), "start -> ask -> end"),
            "decisions/d.dmn": made,
        }
    )
    (found,) = profiles.check(profiles.load("sater"), [drawn])
    assert found.element == "ask" and "removed.register: ingen rad i" in found.text
    assert profiles.check(profiles.load("ystad"), [drawn]) == ()


def test_a_flow_that_reads_no_key_runs_under_any_profile() -> None:
    drawn = _model(process(start(), user("a"), end(), "start -> a -> end"))
    for name in profiles.names():
        assert profiles.check(profiles.load(name), [drawn]) == ()


def test_a_step_says_why_by_a_key_or_a_rule_that_exists() -> None:
    drawn = _model(
        process(start(), user("a", why="sla.answer SAT-31 SAT-99 hittepå"), end(), "start -> a -> end")
    )
    assert [(f.element, f.text[:11]) for f in profiles.whys(drawn)] == [
        ("a", "”SAT-99” är"),
        ("a", "”hittepå” ä"),
    ]
    said = profiles.of_names(profiles.load("sater"), "sla.answer, SAT-31 ORE-13")
    assert [why.name for why in said] == ["sla.answer", "SAT-31"]  # another municipality's rule is not ours


def test_every_shipped_model_runs_under_every_shipped_profile() -> None:
    shipped = [
        workflows.read(definitions.folder(model.parent))
        for model in sorted(_FOLDER.parent.glob("*/model.bpmn"))
    ]
    for name in profiles.names():
        assert profiles.check(profiles.load(name), shipped) == ()


def test_every_role_that_a_profile_may_name_exists() -> None:
    for key in KEYS.values():
        for part in key.parts:
            if part.kind in (Kind.ROLE, Kind.ROLES):
                assert set(part.codes) - {"none"} == set(ROLES)


def _deployable(*conditions: str) -> dict[str, bytes]:
    """A folder whose only fork asks the profile."""
    ways = "\n".join(f"fork -> t{n} : {text}\nt{n} -> e{n}" for n, text in enumerate(conditions))
    parts = [part for n in range(len(conditions)) for part in (user(f"t{n}"), end(f"e{n}"))]
    drawn = " ".join(f"t{n} e{n}" for n in range(len(conditions)))
    lane = lanes(Handläggare=f"start fork {drawn}")
    return {"model.bpmn": process(lane, start(), exclusive("fork"), *parts, f"start -> fork\n{ways}")}


def test_a_model_that_the_profile_contradicts_is_not_put_in_force(database: Database) -> None:
    database.info[profiles.INFO] = profiles.load("sater")
    fits = _deployable('crisis = "take_over"', 'crisis = "none"')
    with database.write() as session:
        definitions.deploy(session, fits, actor=SYSTEM, now=NOW)
    with (
        pytest.raises(workflows.ModelRefused, match="crisis: ingen väg ut ur"),
        database.write() as session,
    ):
        lacks = _deployable('crisis = "use_or_refer"', 'crisis = "none"')
        definitions.deploy(session, lacks, actor=SYSTEM, now=NOW)


def test_what_is_in_force_is_held_against_a_profile_that_is_new(database: Database) -> None:
    database.info[profiles.INFO] = profiles.load("sater")
    with database.write() as session:
        files = _deployable('crisis = "take_over"', 'crisis = "none"')
        definitions.deploy(session, files, actor=SYSTEM, now=NOW)
    database.info[profiles.INFO] = profiles.load("orebro")
    with database.read() as session:
        (found,) = profiles.check(profiles.of(session), definitions.in_force(session))
    assert "”use_or_refer”" in found.text


def test_a_why_that_names_nothing_is_refused_when_the_model_is_deployed(database: Database) -> None:
    lane = lanes(Handläggare="start a end")
    drawn = process(lane, start(), user("a", why="sla.reply"), end(), "start -> a -> end")
    with pytest.raises(workflows.ModelRefused, match=r"sla\.reply"), database.write() as session:
        definitions.deploy(session, {"model.bpmn": drawn}, actor=SYSTEM, now=NOW)
