"""Says how a rule stands: `python -m tests.proving.check SAT-31`. With no rule: all that can be told of.

For each scenario that names it: whether it holds, pure and in the whole house. For its proof: whether a
scenario falls when the change is made. Exit status 1 when anything is amiss.
"""

from __future__ import annotations

import sys

from service.profiles.guidelines import Rule, rules
from service.proving import NoSuch, Prover, caught, naming, pure, shipped


def main(given: list[str]) -> int:
    known = rules()
    if unknown := [name for name in given if name not in known]:
        print(f"no such rule: {', '.join(unknown)}", file=sys.stderr)
        return 2
    folders = shipped()
    wanted = [known[name] for name in given] or [
        rule for rule in known.values() if rule.proof is not None or any(naming(rule.id, folders))
    ]
    with Prover(folders=folders) as prover:
        return max([0, *(_told(rule, prover) for rule in wanted)])


def _told(rule: Rule, prover: Prover) -> int:
    folders = shipped()
    print(f"{rule.id} ({rule.municipality}): {rule.quote}")
    amiss = 0
    named = list(naming(rule.id, folders))
    if not named:
        amiss = 0 if rule.why_not else 1
        print(f"  no scenario names it{f'; why not: {rule.why_not}' if rule.why_not else ''}")
    for process, scenario in named:
        differences = {
            "pure": pure(scenario, process, folders),
            "full": prover.prove(scenario, process).difference,
        }
        for by, difference in differences.items():
            stands = "holds" if difference is None else "FALLS"
            print(f"  {by} {stands}: {process}: {difference or scenario.name}")
            amiss |= difference is not None
    if rule.proof is None:
        print("  no proof")
        return amiss or (0 if rule.why_not else 1)
    change = dict(rule.proof.profile) or dict(rule.proof.without)
    try:
        found = caught(rule, folders, prover)
    except NoSuch as wrong:
        print(f"  the change {change} cannot be made: {wrong}")
        return 1
    if found is None:
        print(f"  NOT CAUGHT: {change} makes no scenario fall")
        return 1
    print(f"  caught ({found.by}): {change}: {found.difference}")
    return amiss


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
