"""What an operator may set: environment variables with the prefix `ORDNA_`, read once at start.

`SETTINGS` is the whole list; the documentation and `ordna check` are made from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "ORDNA_"
TESTS = "ORDNA_TEST_"
"""Belongs to the tests and is ignored here."""


class SettingsRefused(Exception):
    """The environment holds a setting that cannot be used. The text says which, and what to change."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without prefix, its default as text, and what it does (Swedish)."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("DATA", "var", "Mapp för databas, nyckel och lås."),
    Setting("DATABASE_URL", "", "Databas; tomt betyder SQLite i ORDNA_DATA."),
    Setting("DATABASE_SCHEMA", "", "PostgreSQL: schema för Ordnas tabeller; tomt betyder public."),
    Setting("KEY_FILE", "", "Fil med huvudnyckeln; tomt betyder ORDNA_DATA/key."),
    Setting("PROFILE", "lagens-minimum", "Kommunprofil under bpmn/profiles."),
    Setting("MUNICIPALITY", "Exempelkommun", "Kommunens namn i sidhuvudet."),
    Setting("UNIT", "Kommunstyrelsen", "Enhet som står som ansvarig i diariet."),
    Setting("DIARIUM", "neutral", "Adapter för diariet: neutral eller memory."),
    Setting("DIARIUM_URL", "", "Adress till diariets SOAP-tjänst."),
    Setting("DIARIUM_WSDL", "", "WSDL-fil; tomt betyder den som adaptern bär med sig."),
    Setting("DIARIUM_USER", "", "Användare hos diariet."),
    Setting("DIARIUM_PASSWORD", "", "Lösenord hos diariet."),
    Setting("DIARIUM_SETTLE", "120", "Sekunder att vänta före uppslag efter okänt utfall."),
    Setting("TIMEOUT", "60", "Sekunder för ett helt anrop till diariet."),
    Setting("LEASE", "90", "Sekunder som en sändning är reserverad; längre än ORDNA_TIMEOUT."),
    Setting("BACKOFF", "60", "Sekunder före första omförsöket; dubblas, högst en timme."),
    Setting("ATTEMPTS", "12", "Försök innan en människa får avgöra."),
    Setting("POLL", "1", "Sekunder mellan genomgångar av timers och tappade jobb."),
    Setting("PORT", "8080", "Port som webben lyssnar på (loopback)."),
    Setting("PUBLIC_URL", "", "Adress som användarna ser; avgör om kakor kräver https."),
    Setting("ARCHIVE", "", "Arkiv som bilder av kanaler levereras till: folder, eller tomt för inget."),
    Setting("ARCHIVE_PATH", "", "Mapp för ORDNA_ARCHIVE=folder."),
    Setting("LANGUAGE", "sv", "Förvalt språk: sv eller en."),
)


def _seconds(name: str, text: str, least: float = 0.0) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= 86_400 * 30:
        raise SettingsRefused(f"{PREFIX}{name} ska vara ett antal sekunder, minst {least:g}: {text!r}")
    return value


def _whole(name: str, text: str, least: int, most: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise SettingsRefused(f"{PREFIX}{name} ska vara ett heltal mellan {least} och {most}: {text!r}")
    return value


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Durations are seconds."""

    data: Path
    database_url: str
    database_schema: str | None
    key_file: Path
    profile: str
    municipality: str
    unit: str
    diarium: str
    diarium_url: str
    diarium_wsdl: str | None
    diarium_user: str | None
    diarium_password: str | None
    settle: float
    timeout: float
    lease: float
    backoff: float
    attempts: int
    poll: float
    port: int
    public_url: str
    language: str
    archive: str = ""
    archive_path: Path | None = None

    @property
    def sqlite(self) -> bool:
        """One process owns everything (SQLite), or many share a server (PostgreSQL)."""
        return self.database_url.startswith("sqlite")

    @property
    def secure(self) -> bool:
        """Cookies demand https. Plain http is for loopback only."""
        return urlsplit(self.public_url).scheme == "https"

    def __repr__(self) -> str:
        return f"Settings(data={str(self.data)!r}, diarium={self.diarium!r}, profile={self.profile!r})"


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings. Raises SettingsRefused on an unknown or unusable one."""
    environment = os.environ if environment is None else environment
    known = {s.name: s.default for s in SETTINGS}
    given = {
        k[len(PREFIX) :]: v
        for k, v in environment.items()
        if k.startswith(PREFIX) and not k.startswith(TESTS)
    }
    if unknown := sorted(set(given) - set(known)):
        raise SettingsRefused(
            f"Okänd inställning: {', '.join(PREFIX + u for u in unknown)}. "
            f"Finns: {', '.join(PREFIX + s.name for s in SETTINGS)}."
        )
    value = known | given
    data = Path(value["DATA"]).expanduser().absolute()
    port = _whole("PORT", value["PORT"], 0, 65_535)
    public = value["PUBLIC_URL"].rstrip("/") or f"http://127.0.0.1:{port}"
    _check_public(public)
    timeout, lease = _seconds("TIMEOUT", value["TIMEOUT"], 0.1), _seconds("LEASE", value["LEASE"], 0.2)
    if lease <= timeout:
        raise SettingsRefused("ORDNA_LEASE ska vara längre än ORDNA_TIMEOUT, annars kan två sända samtidigt.")
    return Settings(
        data=data,
        database_url=value["DATABASE_URL"] or f"sqlite:///{data / 'ordna.sqlite'}",
        database_schema=value["DATABASE_SCHEMA"] or None,
        key_file=Path(value["KEY_FILE"]).expanduser().absolute() if value["KEY_FILE"] else data / "key",
        profile=value["PROFILE"],
        municipality=value["MUNICIPALITY"],
        unit=value["UNIT"],
        diarium=value["DIARIUM"],
        diarium_url=value["DIARIUM_URL"],
        diarium_wsdl=value["DIARIUM_WSDL"] or None,
        diarium_user=value["DIARIUM_USER"] or None,
        diarium_password=value["DIARIUM_PASSWORD"] or None,
        settle=_seconds("DIARIUM_SETTLE", value["DIARIUM_SETTLE"]),
        timeout=timeout,
        lease=lease,
        backoff=_seconds("BACKOFF", value["BACKOFF"], 0.01),
        attempts=_whole("ATTEMPTS", value["ATTEMPTS"], 1, 1000),
        poll=_seconds("POLL", value["POLL"], 0.01),
        port=port,
        public_url=public,
        language=_language(value["LANGUAGE"]),
        **_archive(value["ARCHIVE"], value["ARCHIVE_PATH"]),
    )


def _archive(kind: str, path: str) -> dict[str, Any]:
    if kind not in {"", "folder"}:
        raise SettingsRefused(f"ORDNA_ARCHIVE ska vara folder eller tomt: {kind!r}")
    if bool(kind) != bool(path):
        raise SettingsRefused("ORDNA_ARCHIVE och ORDNA_ARCHIVE_PATH ska anges tillsammans.")
    return {"archive": kind, "archive_path": Path(path).expanduser().absolute() if path else None}


def _language(text: str) -> str:
    if text not in {"sv", "en"}:
        raise SettingsRefused(f"ORDNA_LANGUAGE ska vara sv eller en: {text!r}")
    return text


def _check_public(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        return
    raise SettingsRefused(f"ORDNA_PUBLIC_URL ska börja med https:// (http bara på loopback): {url!r}")
