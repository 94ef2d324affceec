"""What an operator gets wrong: settings, the key file, damage in the data. Each is one Swedish sentence."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.service.cli_world import MAIL, copied, ordna

POSTGRESQL = "postgresql://ordna:hemligt@127.0.0.1:1/ordna"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where one mail has come in."""
    data = tmp_path_factory.mktemp("settings") / "data"
    answer = ordna("intake", "-", stdin=MAIL, data=data)
    assert answer.code == 0, answer.err
    return data


def refused(*arguments: str, data: Path, words: str, **settings: str) -> str:
    """Run the verb, see it refused with `words` in one line and no traceback."""
    answer = ordna(*arguments, data=data, **settings)
    assert answer.code == 1, answer
    assert words in answer.err
    assert answer.err.count("\n") == 1
    return answer.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DIARUM_URL", "x", "Okänd inställning: ORDNA_DIARUM_URL"),
        ("LEASE", "60", "ORDNA_LEASE ska vara längre än ORDNA_TIMEOUT"),
        ("LEASE", "30", "ORDNA_LEASE ska vara längre än ORDNA_TIMEOUT"),
        ("TIMEOUT", "snart", "ORDNA_TIMEOUT ska vara ett antal sekunder"),
        ("TIMEOUT", "nan", "ORDNA_TIMEOUT ska vara ett antal sekunder"),
        ("PORT", "70000", "ORDNA_PORT ska vara ett heltal"),
        ("PUBLIC_URL", "http://kommun.example", "ORDNA_PUBLIC_URL ska börja med https://"),
        ("LANGUAGE", "fi", "ORDNA_LANGUAGE ska vara sv eller en"),
        ("DIARIUM", "w3d3", "Det finns ingen adapter som heter 'w3d3'"),
        ("DATABASE_URL", "mysql://x/y", "stöds inte"),
        ("DATABASE_URL", "sqlite://", "SQLite i minnet"),
        ("DATABASE_URL", POSTGRESQL, "Databasen svarar inte: 127.0.0.1"),
        ("DATABASE_URL", "inte en adress", "ORDNA_DATABASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_a_sentence(
    name: str, value: str, words: str, tmp_path: Path
) -> None:
    said = refused("check", data=tmp_path / "data", words=words, **{name: value})
    assert "hemligt" not in said


def test_the_settings_of_the_tests_are_ignored(tmp_path: Path) -> None:
    assert ordna("check", data=tmp_path / "data", TEST_POSTGRESQL="x").code == 0


def test_no_worker_beside_sqlite(tmp_path: Path) -> None:
    refused("worker", data=tmp_path / "data", words="Med SQLite arbetar 'ordna serve' själv")


def test_a_first_start_makes_a_key_that_only_its_owner_can_read(installed: Path) -> None:
    assert (installed / "key").stat().st_mode & 0o777 == 0o600
    assert installed.stat().st_mode & 0o777 == 0o700


def test_a_missing_key_where_data_exists_is_never_made_anew(installed: Path, tmp_path: Path) -> None:
    data = copied(installed, tmp_path / "data")
    (data / "key").unlink()
    refused("check", data=data, words="Nyckelfilen saknas")
    assert not (data / "key").exists()


def test_a_key_that_others_can_read_is_refused(installed: Path, tmp_path: Path) -> None:
    data = copied(installed, tmp_path / "data")
    (data / "key").chmod(0o640)
    refused("check", data=data, words="Nyckelfilen kan läsas av andra")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("00" * 32, "hör inte till databasen"),
        ("00" * 31, "fel längd"),
        ("inte en nyckel", "går inte att läsa"),
        ("", "fel längd"),
    ],
)
def test_a_wrong_key_is_refused_before_anything_is_locked_with_it(
    content: str, words: str, installed: Path, tmp_path: Path
) -> None:
    data = copied(installed, tmp_path / "data")
    (data / "key").write_text(content, encoding="ascii")
    refused("intake", "-", data=data, words=words)


# ── ordna verify ─────────────────────────────────────────────────────────────────────────────────────


def change(data: Path, statement: str, *values: object) -> None:
    """Behind the product's back, as somebody with the file could."""
    with contextlib.closing(sqlite3.connect(data / "ordna.sqlite")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        changed = connection.execute(statement, values).rowcount
        connection.commit()
    assert changed > 0


def test_sound_data_is_in_order(installed: Path) -> None:
    answer = ordna("verify", "--json", data=installed)
    assert answer.code == 0
    assert json.loads(answer.out) == {"breaks": [], "damaged": [], "evidence": []}


def test_one_flipped_bit_in_a_kept_file_is_found(installed: Path, tmp_path: Path) -> None:
    data = copied(installed, tmp_path / "data")
    with contextlib.closing(sqlite3.connect(data / "ordna.sqlite")) as connection:
        ident, content = connection.execute("SELECT id, content_locked FROM evidence LIMIT 1").fetchone()
    flipped = content[:40] + bytes([content[40] ^ 1]) + content[41:]
    change(data, "UPDATE evidence SET content_locked = ? WHERE id = ?", flipped, ident)
    answer = ordna("verify", "--json", data=data)
    assert answer.code == 1
    assert json.loads(answer.out) == {"breaks": [], "damaged": [ident], "evidence": []}
    assert f"filen {ident} stämmer inte" in ordna("verify", data=data).err


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE history SET actor = 'p-annan' WHERE position = 2 AND stream != 'system'",
            "har ändrats i efterhand",
        ),
        ("DELETE FROM history WHERE position = 2 AND stream != 'system'", "händelse 2 saknas"),
        (
            "DELETE FROM history WHERE stream != 'system' AND position = "
            "(SELECT max(position) FROM history WHERE stream != 'system')",
            "historikens slut stämmer inte",
        ),
    ],
)
def test_a_changed_history_is_found(statement: str, words: str, installed: Path, tmp_path: Path) -> None:
    data = copied(installed, tmp_path / "data")
    change(data, statement)
    answer = ordna("verify", data=data)
    assert answer.code == 1
    assert words in answer.err


def test_the_database_itself_refuses_to_change_the_history(installed: Path, tmp_path: Path) -> None:
    data = copied(installed, tmp_path / "data")
    with (
        contextlib.closing(sqlite3.connect(data / "ordna.sqlite")) as connection,
        pytest.raises(sqlite3.Error),
    ):
        connection.execute("UPDATE history SET actor = 'p-annan' WHERE position = 2")
