"""Who does what, as a sentence: ”Kanaladministratören bedömer inlägget”.

Only what is certain is inflected: verbs and titles on the lists here. Everything else keeps the form
that the process owner wrote, after a colon: ”Ansvarig nämnd: Yttrande”.
"""

from __future__ import annotations

import re
from itertools import pairwise

from workflows.wording.names import lowered, plain, raised

_R = """
analysera anteckna arkivera avpublicera avsluta avstå bekräfta besluta besvara bevaka bifoga delegera
dokumentera eskalera fördela gallra granska hämta hänvisa identifiera informera inhämta invänta kalla
klassificera komplettera kontakta kontrollera kopiera ladda lista logga lämna markera maska meddela mejla
motivera märka notera ordna planera presentera prioritera prova pröva publicera radera rapportera
redovisa registrera remittera rätta samla sammanfatta signera skapa skicka spara starta stoppa svara
säkra testa tilldela underrätta uppdatera uppmana upprätta utvärdera validera vidarebefordra åtgärda
återkalla återkoppla ändra öppna överlämna avslå få ge gå se ta tillse utse
"""
_ER = """
anmäl använd avbryt bedöm bered beskriv beställ dölj fastställ fyll följ förbered godkänn inled lägg
läs mät polisanmäl påminn ring sammanställ skriv ställ stäng säkerställ sänd sätt sök tillsätt upphäv
utred välj återställ överväg
"""
_SAME = """avgör begär diarieför för genomför gör jämför kör utför återför överför"""
_PRESENT = {
    **{verb: verb + "r" for verb in _R.split()},
    **{verb: verb + "er" for verb in _ER.split()},
    **{verb: verb for verb in _SAME.split()},
    "bestäm": "bestämmer",
    "låt": "låter",
}
"""Imperative → present tense."""

_DEFINITE = (
    (re.compile(r"(registrat|koordinat|moderat|operat|inspekt|rekt)or", re.IGNORECASE), "n"),
    (re.compile(r"\w{3,}(ör|chef|ist|ant|log|enhet|nämnd|grupp|avdelning)", re.IGNORECASE), "en"),
    (re.compile(r"\w{2,}(are|arie|styrelse)", re.IGNORECASE), "n"),
    (re.compile(r"\w*ombud", re.IGNORECASE), "et"),
    (re.compile(r"(systemet|kommunen|nämnden|registraturen)", re.IGNORECASE), ""),
)
_YOURS = frozenset(("du", "dig", "din", "ditt", "dina"))
_AND = frozenset(("och", "eller", "samt"))


def does(role: str, task: str) -> str:
    """”Registratorn registrerar i diariet”, or ”Ansvarig nämnd: Yttrande”. Without full stop."""
    who, what = plain(role), plain(task)
    sentence = _present(what)
    subject = definite(who)
    if sentence is not None and subject is not None:
        return f"{raised(subject)} {sentence}"
    return f"{raised(who)}: {what}" if who else what


def definite(role: str) -> str | None:
    """The title in its definite form, or None when that cannot be told."""
    for pattern, ending in _DEFINITE:
        if pattern.fullmatch(role):
            return role + ending
    return None


def _present(task: str) -> str | None:
    """An imperative clause in the present tense, or None when it is not certainly one."""
    words = task.split()
    if not words or words[0].lower() not in _PRESENT or _YOURS & {w.lower() for w in words}:
        return None
    done = [_PRESENT[words[0].lower()]]
    for before, word in pairwise(words):
        follows = before.lower() in _AND or before.endswith(",")
        done.append(_PRESENT.get(word, word) if follows else word)
    return lowered(" ".join(done))
