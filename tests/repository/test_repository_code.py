"""What code may not hold, with the few places that may and why; sizes, names and first words."""

from __future__ import annotations

import ast
import re

import pytest

from tests.repository.tree import PACKAGES, ROOT, files, python, text

BANNED: dict[str, tuple[str, dict[str, str]]] = {
    # name: (what it looks like, {where it may stand: why})
    "dynamic import": (r"import_module\(|\brunpy\b", {}),
    "pickle": (
        r"\bpickle\b|\bmarshal\b|\bshelve\b|\bdill\b",
        {
            "service/jobs/pickles.py": "takes the pickle reader out of the job engine",
        },
    ),
    "unsafe YAML": (
        r"yaml\.(load|unsafe_load|full_load)(_all)?\(",
        {
            "workflows/scenarios/plain_yaml.py": "with a loader that is narrower than SafeLoader",
            "service/http/language.py": "our own texts, by the SafeLoader of libyaml",
        },
    ),
    "unescaped HTML": (
        r"\|\s*safe\b|\bMarkup\(|autoescape false",
        {
            "service/http/markup.py": "the one place that calls HTML safe: made here from bounded Markdown",
        },
    ),
    "second XML door": (
        r"etree\.(fromstring|parse|iterparse|XML|HTML)\(|ElementTree|minidom|pulldom",
        {
            "workflows/normalise/xml.py": "the XML door of workflows",
            "adapters/soap/client.py": "the XML door of adapters",
        },
    ),
    "shell": (r"shell\s*=\s*True|os\.system\(|os\.popen\(", {}),
    "unverified TLS": (r"verify\s*=\s*False|CERT_NONE|_create_unverified_context", {}),
    "assembled SQL": (
        r"execute\(\s*f[\"']",
        {
            "service/store/database.py": "a pragma from a tuple in the code",
            "service/store/migrations/versions/0002_history_is_append_only.py": "trigger names from the code",
            "service/store/migrations/versions/0007_bundles.py": "trigger names from the code",
            "service/bench/bare.py": "a pragma from a tuple in the code",
            "service/demo/book.py": "column names from a data class; values are parameters",
        },
    ),
    "naive clock": (r"utcnow\(|datetime\.now\(\)|date\.today\(", {}),
    "commit in a room": (r"session\.commit\(|session\.rollback\(", {}),
}
_MAY_HOLD = {".py", ".html", ".svg", ".js", ".sql"}

LONG = 400
LONG_WITH_REASON: dict[str, str] = {
    "tests/corpora/attacks.py": "one list of payloads and places",
    "tests/faults/test_canaries.py": "one list of planted words and every place where they are hunted",
    "tests/service/test_channels.py": "one channel through its whole life, in order",
    "tests/service/test_replay_trials.py": "one run, and every point where it may be cut off",
    "tests/workflows/test_replay.py": "one small model for each way in which two versions can part",
    "tests/service/test_absence.py": "one absence followed through every room that it reaches",
    "tests/service/test_outbox_sending.py": "one registration through every outcome, in order",
    "tests/corpora/dialects.py": "the same models as each drawing tool writes them: data, not code",
    "tests/service/test_demo_diarium.py": "one contract, operation by operation",
    "tests/workflows/test_checks_rules.py": "one refused model for each rule, in the order of the rules",
    "tests/workflows/test_engine_flow.py": "one small model for each construct of BPMN",
    "tests/workflows/test_expressions_hostile.py": "one list of attacks, read from top to bottom",
    "tests/workflows/test_migration_cases.py": "one pair of versions for each way to move a token",
}


@pytest.mark.parametrize("name", BANNED)
def test_what_may_not_stand_in_the_packages_stands_only_where_it_may(name: str) -> None:
    pattern, allowed = BANNED[name]
    found = {
        p.as_posix()
        for p in files()
        if p.parts[0] in PACKAGES and p.suffix in _MAY_HOLD and re.search(pattern, text(p) or "")
    }
    assert found - set(allowed) == set()
    assert set(allowed) - found == set(), "an exception that nothing needs any more"
    assert all(allowed.values()), "an exception without a reason"


def test_nothing_runs_text_as_code() -> None:
    """Names in calls, so that a method `compile` or a regular expression's `exec` is not meant."""
    running = []
    for path in python():
        for node in ast.walk(ast.parse(text(path) or "")):
            if isinstance(node, ast.Name) and node.id in {"eval", "exec", "__import__", "breakpoint"}:
                running.append(f"{path}:{node.lineno} {node.id}")
            if isinstance(node, ast.Attribute) and node.attr in {"__builtins__", "__globals__"}:
                running.append(f"{path}:{node.lineno} {node.attr}")
    assert running == []


def test_every_python_file_opens_with_a_sentence() -> None:
    silent = []
    for path in python(*PACKAGES, "tests"):
        module = ast.parse(text(path) or "")
        said = ast.get_docstring(module)
        first = (said or "").split("\n\n")[0].rstrip()
        migration = path.parts[-2] == "versions"  # opens in Alembic's form
        if module.body and not (said and (migration or first.endswith((".", "?", ":")))):
            silent.append(path.as_posix())
    assert silent == []


def test_a_long_file_has_a_reason() -> None:
    long = {
        p.as_posix(): lines
        for p in python(*PACKAGES, "tests")
        if (lines := len((text(p) or "").splitlines())) > LONG
    }
    assert set(long) - set(LONG_WITH_REASON) == set(), long
    assert set(LONG_WITH_REASON) - set(long) == set(), "a reason that nothing needs any more"


def test_half_of_the_files_are_short() -> None:
    lengths = sorted(len((text(p) or "").splitlines()) for p in python())
    assert lengths[len(lengths) // 2] < 110  # what is read at one sitting


def test_no_module_is_named_after_a_flow_or_after_nothing() -> None:
    flows = {p.parent.name for p in (ROOT / "bpmn").glob("*/model.bpmn")}
    assert flows
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
    names = {p.stem for p in python()} | {part for p in python() for part in p.parts[1:-1]}
    assert names & (flows | vague) == set()


def test_no_rule_is_switched_off_without_a_code() -> None:
    bare = []
    for path in python(*PACKAGES, "tests"):
        for number, line in enumerate((text(path) or "").splitlines(), 1):
            if re.search(r"# *type: *ignore(?!\[)|# *noqa(?!:)", line):
                bare.append(f"{path}:{number}")
    assert bare == []
