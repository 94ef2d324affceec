"""Process folders in and out as archives, drafts by content, and the folder that a verb writes."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service import definitions, drafts
from service.actors import SYSTEM, Actor
from service.cli.export import write
from service.errors import Conflict, Forbidden
from service.store import Database, DefinitionRow, DraftRow, SnapshotRow
from tests.service import waiting_world as world
from tests.workflows import models as m
from workflows import ModelRefused

OLLE = Actor("p-olle", "Olle Ek", frozenset({"process_owner"}))
PIA = Actor("p-pia", "Pia Ek", frozenset({"process_owner"}))
NOW = world.NOW
_NAMES = st.from_regex(r"(forms|texts|decisions)/[a-z0-9_]{1,12}\.(json|md|dmn)", fullmatch=True)


def line(*tasks: str) -> bytes:
    lanes = m.lanes(Handläggare=f"start {' '.join(tasks)} end")
    way = f"start -> {' -> '.join(tasks)} -> end"
    return m.process(lanes, m.start(), *(m.user(task) for task in tasks), m.end(), way, id="fraga")


@given(st.dictionaries(_NAMES, st.binary(max_size=200).filter(lambda b: b[:2] not in (b"PK", b"\x1f\x8b"))))
def test_what_goes_into_an_archive_comes_out_and_the_same_files_give_the_same_bytes(
    files: dict[str, bytes],
) -> None:
    files = {"model.bpmn": b"<x/>"} | {
        n: c for n, c in files.items() if not c.startswith((b"7z", b"Rar", b"BZ", b"\xfd"))
    }
    packed = drafts.as_archive(files)
    assert drafts.from_archive(packed) == files
    assert drafts.as_archive(dict(reversed(files.items()))) == packed


def archive(make: Callable[[zipfile.ZipFile], object], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", kind) as opened:
        make(opened)
    return kept.getvalue()


def of_names(*names: str) -> bytes:
    def make(opened: zipfile.ZipFile) -> None:
        for name in names:
            opened.writestr(name, "x")

    return archive(make)


def _link(opened: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("model.bpmn")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    opened.writestr(entry, "/etc/passwd")


def _twice(opened: zipfile.ZipFile) -> None:
    opened.writestr("texts/a.md", "a")
    opened.writestr("texts/A.md", "b")


def _lying(data: bytes) -> bytes:
    """The directory claims that the bomb is small."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 24] + (100).to_bytes(4, "little") + data[at + 28 :]


BOMB = archive(lambda z: z.writestr("model.bpmn", b"0" * 9_000_000))
ATTACKS = {
    "up": (archive(lambda z: z.writestr("../model.bpmn", "x")), "zip-path"),
    "up inside": (archive(lambda z: z.writestr("forms/../../x.json", "x")), "zip-path"),
    "absolute": (archive(lambda z: z.writestr("/etc/passwd", "x")), "zip-path"),
    "drive": (archive(lambda z: z.writestr("C:\\model.bpmn", "x")), "zip-path"),
    "backslash": (archive(lambda z: z.writestr("..\\model.bpmn", "x")), "zip-path"),
    "control": (archive(lambda z: z.writestr("forms/a\nb.json", "x")), "zip-path"),
    "long": (archive(lambda z: z.writestr("texts/" + "a" * 300 + ".md", "x")), "zip-path"),
    "link": (archive(_link), "zip-link"),
    "twice": (archive(_twice), "zip-twice"),
    "bomb": (BOMB, "folder-size"),
    "bomb that lies": (_lying(BOMB), "zip-broken"),
    "one too large": (archive(lambda z: z.writestr("texts/a.md", b"0" * 2_000_001)), "file-size"),
    "many": (of_names(*(f"texts/{n}.md" for n in range(251))), "zip-count"),
    "nested": (archive(lambda z: z.writestr("texts/a.md", BOMB)), "zip-nested"),
    "unusual": (archive(lambda z: z.writestr("model.bpmn", "x"), zipfile.ZIP_LZMA), "zip-kind"),
    "large": (b"PK\x03\x04" + b"0" * 2_000_000, "zip-size"),
    "torn": (BOMB[:500], "zip-broken"),
    "nothing": (b"", "zip-broken"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_archive_escapes_fills_the_memory_or_is_half_read(attack: str) -> None:
    data, rule = ATTACKS[attack]
    with pytest.raises(ModelRefused) as refused:
        drafts.from_archive(data)
    assert refused.value.findings[0].rule == rule


@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_damaged_archive_is_refused_or_read_and_nothing_else(noise: bytes, at: int) -> None:
    whole = drafts.as_archive({"model.bpmn": b"<x/>", "texts/a.md": b"hej"})
    with contextlib.suppress(ModelRefused):
        read = drafts.from_archive(whole[:at] + noise + whole[at + len(noise) :])
        assert all(".." not in name.split("/") and not name.startswith("/") for name in read)


def test_a_folder_around_all_and_what_machines_leave_behind_are_taken_off() -> None:
    packed = of_names("fraga/model.bpmn", "__MACOSX/._x", "fraga/.DS_Store")
    assert drafts.from_archive(packed) == {"model.bpmn": b"x"}


def test_two_people_one_transaction_and_the_same_content_is_kept_once(database: Database) -> None:
    world.deploy(database, line("a"))
    new = {"model.bpmn": line("a", "b")}
    with database.write() as session:
        draft = drafts.begin(session, "fraga", new, actor=OLLE, now=NOW)
        drafts.begin(session, "fraga", new, actor=PIA, now=NOW)
        old = definitions.active(session, "fraga").hash
    with database.write() as session:
        assert len(session.query(SnapshotRow).all()) == 1
        handed = drafts.hand_over(
            session, "fraga", draft.id, "Ett steg till", version=draft.version, actor=OLLE, now=NOW
        )

    def publish(session: Session, actor: Actor) -> DefinitionRow:
        later = NOW + timedelta(hours=1)
        return drafts.publish(
            session, "fraga", draft.id, against=old, version=handed.version, actor=actor, now=later
        )

    with pytest.raises(Forbidden), database.write() as session:
        publish(session, OLLE)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        publish(session, PIA)
        session.flush()
        raise ZeroDivisionError
    with database.read() as session:
        assert definitions.active(session, "fraga").hash == old
        assert session.get_one(DraftRow, draft.id).state == "review"
    with database.write() as session:
        deployed = publish(session, PIA)
        assert (deployed.number, deployed.deployed_by) == (2, PIA.id)
    with pytest.raises(drafts.Raced), database.write() as session:
        publish(session, PIA)


def test_whoever_saves_second_changes_nothing(database: Database) -> None:
    world.deploy(database, line("a"))
    with database.write() as session:
        draft = drafts.begin(session, "fraga", actor=OLLE, now=NOW)
    seen = draft.version
    with database.write() as session:
        drafts.save(
            session, "fraga", draft.id, {"model.bpmn": line("a", "b")}, version=seen, actor=PIA, now=NOW
        )
    with pytest.raises(drafts.Raced) as raced, database.write() as session:
        drafts.save(session, "fraga", draft.id, {"model.bpmn": line("c")}, version=seen, actor=OLLE, now=NOW)
    assert raced.value.by == PIA.id
    with database.read() as session:
        row = session.get_one(DraftRow, draft.id)
        assert "b" in drafts.content_of(session, row).elements


def test_what_is_in_force_already_is_not_handed_over(database: Database) -> None:
    world.deploy(database, line("a"))
    with database.write() as session:
        draft = drafts.begin(session, "fraga", actor=OLLE, now=NOW)
    with pytest.raises(Conflict, match="lika"), database.write() as session:
        drafts.hand_over(session, "fraga", draft.id, "x", version=draft.version, actor=OLLE, now=NOW)
    with pytest.raises(Forbidden), database.write() as session:
        drafts.begin(session, "fraga", actor=SYSTEM, now=NOW)


def test_an_exported_folder_is_exactly_the_process_and_touches_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "fraga"
    assert write(place, {"model.bpmn": b"1", "forms/a.json": b"{}", "scenarios.yaml": b"[]"}) is None
    (place / "README.md").write_text("vår egen")
    assert write(place, {"model.bpmn": b"2", "texts/a.md": b"hej"}) is None
    found = {f.relative_to(place).as_posix(): f.read_bytes() for f in place.rglob("*") if f.is_file()}
    assert found == {"model.bpmn": b"2", "texts/a.md": b"hej", "README.md": "vår egen".encode()}


def test_a_folder_of_something_else_or_behind_a_link_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "annat.txt").write_text("kvar")
    assert write(tmp_path, {"model.bpmn": b"1"}) is not None
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    assert write(link, {"model.bpmn": b"1"}) is not None
    assert list(real.iterdir()) == [] and not (tmp_path / "model.bpmn").exists()
