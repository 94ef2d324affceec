"""The archive that is a folder: whole packages, once each, with a receipt."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.archive import (
    ArchiveReceipt,
    ArchiveRefused,
    ArchiveUnavailable,
    FolderArchive,
    Package,
    PackageFile,
    open_archive,
)

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)


def file(name: str = "capture.pdf", content: bytes = b"%PDF-1.7") -> PackageFile:
    return PackageFile(name, "application/pdf", hashlib.sha256(content).hexdigest(), content)


def package(key: str = "k1", *files: PackageFile) -> Package:
    return Package(key, {"url": "https://social.example/å"}, files or (file(),))


def test_a_package_lies_there_whole_with_its_hashes_and_a_number(tmp_path: Path) -> None:
    receipt = FolderArchive(tmp_path).deliver(package("k1", file(), file("original-1.png", b"x")), now=NOW)
    assert (receipt.number, receipt.replayed) == ("A-2026-00001", False)
    raw = (tmp_path / "k1" / "manifest.json").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == receipt.manifest_sha256
    for one in json.loads(raw)["files"]:
        content = (tmp_path / "k1" / one["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["size"], one["sha256"])
    assert {p.name for p in tmp_path.iterdir()} == {"k1", ".lock"}


def test_the_same_package_again_gets_the_first_receipt(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    first = archive.deliver(package(), now=NOW)
    again = FolderArchive(tmp_path).deliver(package(), now=NOW.replace(year=2027))
    assert again == ArchiveReceipt(
        first.key, first.number, first.received_at, first.manifest_sha256, replayed=True
    )
    assert archive.deliver(package("k2"), now=NOW).number == "A-2026-00002"


def test_another_content_under_the_same_key_is_refused(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.deliver(package(), now=NOW)
    with pytest.raises(ArchiveRefused):
        archive.deliver(package("k1", file(content=b"%PDF-1.4")), now=NOW)
    assert (tmp_path / "k1" / "files" / "capture.pdf").read_bytes() == b"%PDF-1.7"


@pytest.mark.parametrize(
    "wrong",
    [
        package("../k1"),
        package(""),
        package("k1", file("../a.pdf")),
        package("k1", file("a/b.pdf")),
        package("k1", file(), file()),
        package("k1", PackageFile("a.pdf", "application/pdf", "0" * 64, b"x")),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path: Path, wrong: Package) -> None:
    with pytest.raises(ArchiveRefused):
        FolderArchive(tmp_path / "arkiv").deliver(wrong, now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_is_not_there_may_come_back(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "arkiv")
    with pytest.raises(ArchiveUnavailable):
        archive.deliver(package(), now=NOW)
    (tmp_path / "arkiv").mkdir()
    assert archive.deliver(package(), now=NOW).number == "A-2026-00001"


def test_a_write_that_breaks_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr("adapters.archive.folder._sync", full)
        with pytest.raises(ArchiveUnavailable):
            FolderArchive(tmp_path).deliver(package(), now=NOW)
    assert {p.name for p in tmp_path.iterdir()} == {".lock"}
    assert FolderArchive(tmp_path).deliver(package(), now=NOW).number == "A-2026-00001"


def test_many_at_once_get_numbers_of_their_own(tmp_path: Path) -> None:
    receipts: list[ArchiveReceipt] = []

    def deliver(key: str) -> None:
        receipts.append(FolderArchive(tmp_path).deliver(package(key), now=NOW))

    threads = [threading.Thread(target=deliver, args=(f"k{n % 6}",)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {r.number for r in receipts} == {f"A-2026-0000{n}" for n in range(1, 7)}
    assert sum(not r.replayed for r in receipts) == 6


def test_an_archive_is_opened_by_its_kind(tmp_path: Path) -> None:
    assert open_archive("", None) is None
    assert isinstance(open_archive("folder", tmp_path), FolderArchive)
    with pytest.raises(LookupError):
        open_archive("molnet", tmp_path)
