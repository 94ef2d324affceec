"""The Python-like dialect, and how a text is read when its dialect is not said."""

import pytest

from workflows import expressions
from workflows.errors import ExpressionError

DATA = {
    "antal": 5,
    "kanal": "facebook",
    "godkand": False,
    "inget": None,
    "tal": [3, 1, 2],
    "spann": expressions.Range(1, 9),
    "post": {"kanal": "x", "a b": 1},
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("antal == 5 and kanal == 'facebook'", True),
        ("antal != 5 or not godkand", True),
        ("'hög' if antal > 3 else 'låg'", "hög"),
        ("1 < antal <= 5", True),
        ("antal in (1, 5)", True),
        ("antal not in [1, 5]", False),
        ("'book' in kanal", True),
        ("'kanal' in post", True),
        ("inget is None", True),
        ("antal is not None", True),
        ("godkand is False", True),
        ("post.kanal", "x"),
        ("post['a b']", 1),
        ("tal[0]", 3),
        ("tal[-1]", 2),
        ("tal[9]", None),
        ("7 // 2 + 7 % 4", 6),
        ("-antal + +1", -4),
        ("len(tal) + len(kanal)", 11),
        ("upper(kanal)", "FACEBOOK"),
        ("starts_with(kanal, 'face')", True),
        ("sorted(tal)", [1, 2, 3]),
        ("round(2.5)", 3),
        ("{'a': [1, (2, 3)]}", {"a": [1, [2, 3]]}),
        ("None == None", True),
        ("True == 1", None),
        ("saknas", None),
        ("not saknas", None),
    ],
)
def test_python_like_text_means_what_it_seems_to(source, value):
    assert expressions.evaluate(source, DATA, dialect="python") == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("antal = 5", True),
        ("antal == 5", True),
        ("= antal > 3", True),
        ("${antal > 3}", True),
        ("#{ kanal == 'facebook' }", True),
        ("=if antal > 3 then 1 else 2", 1),
        ("1 if antal > 3 else 2", 1),
        ("kanal == 'facebook' and antal in [1..10]", True),
        ("not godkand and antal = 5", True),
        ("inget is None and antal == 5", True),
        ("inget == None", True),
        ("godkand == False", True),
        ("'book' in kanal", True),
        ("'x' in 'abc'", False),
        ("kanal in 'facebook'", True),
        ("'1a' if antal == 5 else 2", "1a"),
        ("a1b if antal == 5 else 1.5", None),
        ("1 if antal else 2", 2),  # only true is true: a number is not, whatever Python says
        ("3 in tal", True),
        ("antal in spann", True),
        ("'kanal' in post", True),
        ("tal[1]", 3),
        ("tal[1] == 3", True),
        ("post['kanal'] if godkand else post.kanal", "x"),
        ("1 < antal < 10", True),
        ("7 // 2", 3),
        ("not (antal) == 6", True),
    ],
)
def test_auto_reads_both_dialects(source, value):
    assert expressions.evaluate(source, DATA) == value


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("tal[0]", "oklart om platserna"),
        ("tal[0] == 3", "oklart om platserna"),
        ("tal[1] if godkand else 2", "oklart om platserna"),
        ("[x for x in tal]", "for x in lista return"),
        ("any(x > 1 for x in tal)", "some x in lista satisfies"),
        ("lambda x: x", "lambda"),
        ("f'{kanal}'", "f-strängar"),
        ("kanal.upper()", "inga metoder"),
        ("tal[1:2]", "substring"),
        ("2 ** 8", "upphöjt till"),
        ("(x := 3)", "tilldela"),
        ("len(*tal)", "stjärnan"),
        ("round(1.5, ndigits=1) if antal else 1", "utan namn"),
        ("antal is 5", "skriv == i stället för is"),
        ("{antal: 1, **post}", "citattecken"),
        ("~antal", "får inte användas"),
        ("antal << 2", "operatorn"),
        ("b'a' in kanal", "slaget av värde"),
        ("1j + antal", "mellanslag"),
        ("... if antal else 1", "slaget av värde"),
        ("__name__ if antal else 1", "understreck"),
        ("post.__class__ if antal else 1", "understreck"),
        ("_f(1) if antal else 1", "understreck"),
        ("await x", "await"),
        ("1if antal else 2", "mellanslag"),
        ("0x1F if antal else 2", "mellanslag"),
        ("import os", "namn skrivs i ett ord"),
        ("antal = 3 if godkand", "väntades|kan inte stå här"),
        ("{1, 2}", "väntades|listor med hakparentes"),
    ],
)
def test_auto_refuses_what_is_unclear_or_not_allowed(source, says):
    with pytest.raises(ExpressionError, match=says):
        expressions.compile(source)


def test_the_same_text_is_compiled_once():
    assert expressions.compile("antal > 3") is expressions.compile("antal > 3")


@pytest.mark.parametrize("source", [None, 1, b"a", ["a"]])
def test_what_is_not_text_is_refused(source):
    with pytest.raises(ExpressionError):
        expressions.compile(source)
    with pytest.raises(ExpressionError):
        expressions.compile_unary(source)
