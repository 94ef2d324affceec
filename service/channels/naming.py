"""Whether a public text names a person. The public register never does: what looks like it is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from workflows.forms.formats import is_web_address

_EMAIL = re.compile(r"[a-z0-9åäöé._+-]{1,64}@[a-z0-9åäö.-]{3,180}\.[a-z]{2,24}")
_ANY_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,180}", re.IGNORECASE)
_FUNCTIONS = """
admin aktiv aldre anhorig anmal arbetsmarknad arkiv arrangemang avdelning avfall bad barn bibliotek
bostad brev butik bygg center centrum chef dataskydd demokrati diarie digital drift dso elev energi
enhet event familj fastighet felanm forening forskol forvaltning fraga fragor fritid gata gatu
grundskol gymnasi halla hallbar hamn hem hjalp idrott individ info informat intern invandr it jobb
jour kansli klimat kommun konsert konsthall kontakt kontor kris kultur kund landsbygd lararutb
leverant lokal lots mark medborg media medier miljo musei museum musik myndighet namnd naringsliv
natur noreply nyhet omsorg ordning overformyndar park personal plan politik post press projekt
raddning redaktion registrat rekryt renhall samhall samverk seniorpunkt service skol skola social
sport stab stad stod styrelse support svar synpunkt teater teknik tjanst trafik trygg turist ung
ungdom utbild utveckl vaktmast vard vatten vaxel verksamhet vux vuxen web webb webbredaktion
webmaster
"""
_STEMS = tuple(word for word in _FUNCTIONS.split() if len(word) > 4)
_WHOLE = frozenset(_FUNCTIONS.split())


def person_in_contact(contact: str, names: Names) -> str | None:
    """What is wrong with `contact` as the public contact of a channel, as a Swedish sentence, or None.
    `names` are those that must not be there."""
    text = contact.strip()
    if is_web_address(text) and not names.in_address(text):
        return None
    if not _EMAIL.fullmatch(text.lower()):
        return (
            "Ange en funktionsadress, till exempel kommunikation@exempel.se, eller en webbadress. "
            "Namn och telefonnummer visas inte offentligt."
        )
    local = text.lower().partition("@")[0]
    if not _is_function(local) or names.in_address(local):
        return (
            "Adressen ser ut att gå till en person. Ange en funktionsadress, till exempel "
            "kommunikation@exempel.se."
        )
    return None


def personal_addresses(text: str) -> bool:
    """Whether a running text holds an e-mail address that looks like a person's."""
    return any(not _is_function(found.lower().partition("@")[0]) for found in _ANY_EMAIL.findall(text))


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people, ready to be looked for: each at least two words, folded."""

    words: frozenset[tuple[str, ...]]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """Names of one word are left out: they are words of the language too often."""
        found = frozenset(words for name in names if len(words := tuple(_words(name))) > 1)
        return cls(found, tuple(sorted({len(words) for words in found})))

    def in_text(self, text: str) -> bool:
        """Whether one of the names stands in a running text."""
        words = _words(text) if self.words else []
        return any(
            tuple(words[at : at + size]) in self.words
            for size in self.sizes
            for at in range(len(words) - size + 1)
        )

    def in_address(self, address: str) -> bool:
        """Whether one of the names stands in an address, also written together."""
        joined = "".join(_words(unquote(address))) if self.words else ""
        return any("".join(words) in joined for words in self.words)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _is_function(local: str) -> bool:
    """An address of one word is taken for a function's; one of several only where the first word says which
    function: `info.exempel`, never `anna.exempel`."""
    words = ["".join(_words(part)) for part in re.split(r"[._+-]", local) if part]
    if len(words) == 1:
        return len(words[0]) > 1
    return bool(words) and (words[0] in _WHOLE or words[0].startswith(_STEMS))
