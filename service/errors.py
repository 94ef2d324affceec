"""What a room may answer with instead of doing what was asked, and whose move it is.

    Refusal
    ├── NotFound     nothing there, or nothing that this person may know of
    ├── Forbidden    there, but this person's roles do not reach (never used for secret material)
    ├── Conflict     the thing is no longer in the state that the call needs
    ├── Stale        somebody was here in between: reload and look
    ├── Invalid      the input must be changed; `fields` says which fields and why
    ├── TooLarge     more than the bounds allow
    ├── TooMany      too many tries; `wait` seconds
    └── Unsupported  a kind of file or content that is not taken

`str()` is a Swedish sentence for the person who asked. `service/http` maps each to one status code.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """Begäran kunde inte utföras."""

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or type(self).__doc__ or "")


class NotFound(Refusal):
    """Sidan eller uppgiften finns inte."""


class Forbidden(Refusal):
    """Din roll ger inte rätt att göra det här."""


class Conflict(Refusal):
    """Uppgiften är redan klar eller har dragits tillbaka."""


class Stale(Refusal):
    """Någon annan har ändrat uppgiften sedan du öppnade den. Läs om sidan och se vad som är nytt."""


class Invalid(Refusal):
    """Något behöver rättas."""

    def __init__(self, text: str | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.fields = dict(fields or {})


class TooLarge(Refusal):
    """Filen är för stor."""


class TooMany(Refusal):
    """För många försök. Vänta en stund."""

    def __init__(self, wait: int, text: str | None = None) -> None:
        super().__init__(text)
        self.wait = wait


class Unsupported(Refusal):
    """Filtypen tas inte emot."""
