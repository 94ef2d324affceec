"""The guidelines' rules: all there, each with its sentence, and the page made from them current."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from service import profiles
from service.cli import main
from service.cli.rules import traced
from service.profiles import GuidelineRefused, guidelines
from tests.repository import rules as page
from workflows import scenarios

_MOST_NOT_SERVED = 10
_EACH = {"BRO": 24, "YST": 37, "SAT": 40, "ORE": 35, "HAP": 37}
_FILE = """municipality: Säters kommun
document: Riktlinjer
date: 2021-09-02
rules:
  - id: SAT-31
    section: "6"
    modality: S
    quote: inom 24 timmar med undantag av helger
    does: Svaret har en frist.
    key: sla.answer
    why_not: null
    proof: null
"""


def test_all_173_rules_are_there_numbered_without_a_gap() -> None:
    assert Counter(name[:3] for name in profiles.rules()) == _EACH
    assert set(profiles.rules()) == {f"{at}-{n:02}" for at, most in _EACH.items() for n in range(1, most + 1)}
    assert sum(_EACH.values()) == 173


def test_at_most_ten_rules_are_not_served_and_each_says_why() -> None:
    unserved = [rule for rule in profiles.rules().values() if rule.why_not is not None]
    assert len(unserved) <= _MOST_NOT_SERVED
    assert all(rule.key is None and rule.proof is None for rule in unserved)


def test_scenarios_name_rules_that_exist_and_no_rule_that_is_not_served() -> None:
    for file in (page.ROOT / "bpmn").glob("*/scenarios.yaml"):
        for scenario in scenarios.read(file.read_bytes()):
            assert set(scenario.rules) <= set(profiles.rules()), (file.parent.name, scenario.name)
    assert not [row.rule.id for row in traced() if row.rule.why_not is not None and row.scenarios]


def test_the_verb_says_every_rule_with_value_sentence_and_scenarios(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["rules", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert len(rules) == 173
    assert all(
        set(rule) == {"id", "municipality", "quote", "value", "scenarios", "why_not"} for rule in rules
    )
    one = next(rule for rule in rules if rule["id"] == "SAT-31")
    assert one["municipality"] == "Säters kommun" and "med undantag av helger" in one["quote"]
    assert one["value"] == {"calendar": "pause", "hours": 24}


def test_the_verb_tells_people_what_is_done_and_what_remains(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    said = capsys.readouterr()
    assert "ORE-35" in said.out and "görs inte: Raden är en förteckning" in said.out
    assert said.err.startswith("173 regler: ")


def test_the_pages_of_rules_and_keys_are_current() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(), "run: python -m tests.repository.rules"
    assert page.PROFILES.read_text("utf-8") == page.profiles_page(), "run: python -m tests.repository.rules"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("id: SAT-31", "id: Säter 31", "Skriv till exempel SAT-31"),
        ("modality: S", "modality: måste", "modality i SAT-31"),
        ("key: sla.answer", "key: sla.reply", "”sla.reply” i SAT-31 finns inte"),
        ("    does: Svaret har en frist.\n", "", "saknar ”does”"),
        ("proof: null", "proof: {without: {process: complaint}}", "without i proof i SAT-31"),
        ("proof: null", "proof: {profile: {sla.reply: 1}}", "”sla.reply” i proof i SAT-31"),
        ("proof: null", "proof: {profile: {sla.answer: 1}, without: {duty: x}}", "profile eller without"),
        ("date: 2021-09-02", "datum: 2021-09-02", "saknar ”date”"),
    ],
)
def test_a_guideline_that_is_wrong_says_what_to_change(was: str, becomes: str, said: str) -> None:
    assert was in _FILE
    with pytest.raises(GuidelineRefused, match="Riktlinjen sater") as refused:
        guidelines.read("sater", _FILE.replace(was, becomes).encode())
    assert said in str(refused.value)


def test_a_rule_stands_once() -> None:
    head, entry = _FILE.split("rules:\n")
    with pytest.raises(GuidelineRefused, match="SAT-31 står två gånger"):
        guidelines.read("sater", f"{head}rules:\n{entry}{entry}".encode())


def test_a_proof_is_a_change_of_the_profile_or_something_taken_away() -> None:
    (rule,) = guidelines.read(
        "sater",
        _FILE.replace("proof: null", "proof: {profile: {sla.answer: {calendar: roll, hours: 9}}}").encode(),
    )
    assert rule.proof is not None and dict(rule.proof.profile) == {
        "sla.answer": {"calendar": "roll", "hours": 9}
    }
    (rule,) = guidelines.read(
        "sater", _FILE.replace("proof: null", "proof: {without: {duty: capture}}").encode()
    )
    assert rule.proof is not None and dict(rule.proof.without) == {"duty": "capture"}
