"""`ordna intake`: a mail becomes a case, or a Swedish sentence and nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.cli_world import MAIL, copied, kept, ordna

HEAD = b"From: a@post.example\r\nSubject: hej\r\nMIME-Version: 1.0\r\n"


def with_attachments(count: int) -> bytes:
    part = (
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhej\r\n"
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * count + b"--b--\r\n"


def forwarded(depth: int) -> bytes:
    mail = HEAD + b"\r\nhej\r\n"
    for _ in range(depth):
        mail = HEAD + b"Content-Type: message/rfc822\r\n\r\n" + mail
    return mail


BAD = {
    "empty": (b"", "Filen är tom."),
    "thirty megabytes": (MAIL + b"x" * 30_000_000, "större än 25 MB"),
    "no sender": (b"Subject: hej\r\nMessage-ID: <1@post.example>\r\n\r\nhej\r\n", "saknar avsändare"),
    "five hundred attachments": (with_attachments(500), "fler än 100 bilagor"),
    "forwarded ten times": (forwarded(10), "för många led"),
    "no mail": (b"\x89PNG\r\n\x1a\n", "inte ett e-postmeddelande"),
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where one mail has come in."""
    data = tmp_path_factory.mktemp("intake") / "data"
    answer = ordna("intake", "-", stdin=MAIL, data=data)
    assert answer.code == 0, answer.err
    return data


@pytest.mark.parametrize("name", BAD)
def test_a_bad_mail_gives_a_sentence_and_stores_nothing(name: str, installed: Path, tmp_path: Path) -> None:
    content, words = BAD[name]
    mail = tmp_path / "mail.eml"
    mail.write_bytes(content)
    before = kept(installed)
    answer = ordna("intake", mail, data=installed)
    assert answer.code == 1
    assert words in answer.err
    assert answer.err.count("\n") == 1 and answer.out == ""
    assert kept(installed) == before


def test_a_mail_in_a_broken_character_set_comes_in(installed: Path, tmp_path: Path) -> None:
    data = copied(installed, tmp_path / "data")
    broken = MAIL.replace(b"utf-8", b"klingon").replace(b"gunga-1", b"gunga-2") + b"\xff\xfe\x81"
    answer = ordna("intake", "-", stdin=broken, data=data)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Ä ")
    assert kept(data)["case_file"] == kept(installed)["case_file"] + 1


def test_the_same_mail_again_gives_the_same_case(installed: Path) -> None:
    before = kept(installed)
    answer = ordna("intake", "-", stdin=MAIL, data=installed)
    assert answer.code == 0 and answer.out.endswith("(fanns redan)\n")
    assert kept(installed) == before


def test_a_file_that_is_not_there_gives_a_sentence(installed: Path, tmp_path: Path) -> None:
    answer = ordna("intake", tmp_path / "finns-inte.eml", data=installed)
    assert answer.code == 1
    assert answer.err.startswith("Filen går inte att läsa:")


def test_the_mail_stands_nowhere_readable_in_the_data_folder(installed: Path) -> None:
    for file in installed.iterdir():
        content = file.read_bytes()
        assert b"trasig" not in content and b"karin@post" not in content, file.name
