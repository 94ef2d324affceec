"""The answer to "Varför?": a value in Swedish words, and the sentence that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import NotFound
from service.profiles import guidelines
from service.profiles.keys import KEYS
from service.profiles.parts import Key, Kind, Part
from service.profiles.reading import Profile, Status
from workflows import Value


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is as it is. `name` is a key or a rule's id, `value` its value in words, `does` what
    Ordna does about a rule, `rules` the ids of the municipality's own rules that the key decides."""

    name: str
    label: str
    explanation: str | None
    value: str | None
    status: Status
    municipality: str
    quote: str | None
    document: str | None
    section: str | None
    date: str | None
    note: str | None
    does: str | None = None
    rules: tuple[str, ...] = ()


def explain(profile: Profile, name: str) -> Why:
    """Why, for a key of the profile or the id of any municipality's rule. Raises NotFound."""
    if name in KEYS:
        return _key(profile, KEYS[name])
    rule = guidelines.rules().get(name)
    if rule is None:
        raise NotFound("Det finns ingen regel och ingen nyckel i kommunprofilen med det namnet.")
    return Why(
        rule.id,
        rule.id,
        None,
        words(KEYS[rule.key], profile.value(rule.key)) if rule.key and rule.profile == profile.name else None,
        Status.RULE,
        rule.municipality,
        rule.quote,
        rule.document,
        rule.section,
        rule.date,
        rule.why_not,
        rule.does,
    )


def named(text: str) -> tuple[str, ...]:
    """The keys and rules that a property `why` names, with blanks or commas between."""
    return tuple(text.replace(",", " ").split())


def of_names(profile: Profile, names: str) -> tuple[Why, ...]:
    """What a step's property `why` names, several together: the profile's keys, and those rules
    that are the municipality's own. Names that do not exist have been refused when the model was deployed."""
    known = guidelines.rules()
    return tuple(
        explain(profile, name)
        for name in named(names)
        if name in KEYS or (name in known and known[name].profile == profile.name)
    )


def words(key: Key, value: Value) -> str:
    """The value in Swedish, as a person would say it."""
    if isinstance(value, dict):
        return ", ".join(
            said for part in key.parts if (said := _part(part, value[part.name], others=True)) is not None
        )
    return _part(key.parts[0], value) or ""


def _part(part: Part, value: Value, *, others: bool = False) -> str | None:
    """One part in words; among `others` nothing is said of what is not set."""
    if others and value in (0, ""):
        return None
    match part.kind:
        case Kind.CODE | Kind.ROLE:
            return part.codes[str(value)]
        case Kind.ROLES:
            assert isinstance(value, list)
            return ", sedan ".join(part.codes[str(role)] for role in value) or "ingen annan prövar"
        case Kind.FLAG:
            return "ja" if value else "nej"
        case Kind.WHOLE | Kind.TEXT | Kind.TEMPLATE:
            return part.unit.replace("{n}", str(value)) if value else "ingen regel"


def _key(profile: Profile, key: Key) -> Why:
    source = profile.why(key.name)
    return Why(
        key.name,
        key.label,
        key.explanation,
        words(key, profile.value(key.name)),
        source.status,
        profile.municipality,
        source.quote,
        source.document,
        source.section,
        source.date,
        source.note,
        rules=tuple(
            rule.id
            for rule in guidelines.rules().values()
            if rule.key == key.name and rule.profile == profile.name
        ),
    )
