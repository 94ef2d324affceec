"""The FEEL subset: what each form means, with FEEL's null rules and dates that keep month ends."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from workflows import expressions
from workflows.errors import ExpressionError
from workflows.expressions import Range, YearMonthDuration
from workflows.expressions.values import ZONE

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
DATA = {
    "antal": 5,
    "namn": "Anna",
    "godkand": True,
    "inget": None,
    "tal": [3, 1, 2],
    "post": {"kanal": "facebook", "antal": 7, "avsandare": {"ort": "Falun"}},
    "poster": [{"kanal": "facebook", "n": 1}, {"kanal": "x", "n": 2}, {"kanal": "x", "n": 3}],
}


def feel(source):
    return expressions.evaluate(source, DATA, dialect="feel", now=NOW)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("6 / 2", 3),
        ("1 / 4", 0.25),
        ("-antal + 1", -4),
        ("2 - -3", 5),
        ("1e3", 1000.0),
        (".5 + .5", 1.0),
        ('"a" + "b"', "ab"),
        ('"citat \\"inne\\" \\u00e5"', 'citat "inne" å'),
        ("antal = 5", True),
        ("antal == 5", True),
        ("antal != 5", False),
        ('antal >= 5 and namn = "Anna"', True),
        ("antal < 5 or godkand", True),
        ("not(godkand)", False),
        ("not godkand = false", True),
        ('if antal > 3 then "hög" else "låg"', "hög"),
        ("if inget then 1 else 2", 2),
        ("antal in [1..10]", True),
        ("antal in ]5..10]", False),
        ("antal in (5..10]", False),
        ("antal in [1..5[", False),
        ("antal in [1..5)", False),
        ("antal in (1, 2, >= 5)", True),
        ("antal in < 5", False),
        ("antal in [[1..2], [4..6]]", True),
        ("antal in [1, 5]", True),
        ("antal between 5 and 6", True),
        ("antal between 6 and 9 or godkand", True),
        ("post.avsandare.ort", "Falun"),
        ("post.saknas.ort", None),
        ("poster.kanal", ["facebook", "x", "x"]),
        ("tal[1]", 3),
        ("tal[-1]", 2),
        ("tal[4]", None),
        ("tal[0]", None),
        ("tal[item > 1]", [3, 2]),
        ('poster[kanal = "x"].n', [2, 3]),
        ("poster[item.n > 1][1].n", 2),
        ('poster[kanal = "x"][2].n', 3),
        ("antal[1]", 5),
        ("for x in tal return x * 2", [6, 2, 4]),
        ("for x in 1..3 return x", [1, 2, 3]),
        ("for x in 3..1 return x", [3, 2, 1]),
        ("for x in [1, 2], y in [10, 20] return x + y", [11, 21, 12, 22]),
        ("some x in tal satisfies x > 2", True),
        ("every x in tal satisfies x > 2", False),
        ("some x in [] satisfies x > 2", False),
        ("every x in [] satisfies x > 2", True),
        ('{a: 1, "b c": [2]}.a', 1),
        ("[1, [2], {x: 3}]", [1, [2], {"x": 3}]),
        ("[1..3]", Range(1, 3)),
        ("saknas", None),
        ("[1,2,3] = [1,2,3]", True),
        ("[1,2,3] = [3,2,1]", False),
        ("{a: 1} = {a: 1.0}", True),
        ('"a" in "a"', True),
    ],
)
def test_an_expression_means_what_feel_says(source, value):
    assert feel(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("null = null", True),
        ("null != null", False),
        ("inget = 1", False),
        ("inget != 1", True),
        ("true = null", False),
        ("true = 1", None),
        ("false = 0", None),
        ('100 = "100"', None),
        ('100 != "100"', None),
        ("null < 1", None),
        ('1 < "2"', None),
        ("true < false", None),
        ("[1] < [2]", None),
        ("null + 1", None),
        ('"a" + 1', None),
        ('"a" * 3', None),
        ("[1] + [2]", None),
        ("1 / 0", None),
        ("true and null", None),
        ("false and null", False),
        ("null and false", False),
        ("true or null", True),
        ("null or false", None),
        ("null or true", True),
        ("not(null)", None),
        ("not(1)", None),
        ("1 and true", None),
        ("null in [1..2]", None),
        ("null in [1, null]", True),
        ("null between 1 and 2", None),
        ("null.a", None),
        ("null[1]", None),
        ('"text".a', None),
        ("for x in null return x", None),
        ("for x in [1], y in null return x", None),
        ("every x in null satisfies x > 2", None),
        ("some x in [null, 1] satisfies x > 2", None),
        ("some x in [null, 3] satisfies x > 2", True),
        ('-"a"', None),
        ("upper case(1)", None),
        ("sum([])", None),
        ("count(null)", None),
        ("date(null)", None),
        ("[1, null] = [1, null]", True),
    ],
)
def test_what_does_not_fit_together_is_null_rather_than_an_error(source, value):
    assert feel(source) is value


@pytest.mark.parametrize("a", ["true", "false", "null"])
@pytest.mark.parametrize("b", ["true", "false", "null"])
def test_and_or_follow_the_three_valued_tables(a, b):
    both = False if "false" in (a, b) else None if "null" in (a, b) else True
    either = True if "true" in (a, b) else None if "null" in (a, b) else False
    assert feel(f"{a} and {b}") is both
    assert feel(f"{a} or {b}") is either


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('date("2028-01-31") + duration("P1M")', date(2028, 2, 29)),
        ('date("2028-02-29") + duration("P1Y")', date(2029, 2, 28)),
        ('date("2026-08-31") + duration("P6M")', date(2027, 2, 28)),
        ('date("2026-03-31") - duration("P1M")', date(2026, 2, 28)),
        ('date("2026-12-31") + duration("P1D")', date(2027, 1, 1)),
        ('date("2026-03-01") - date("2026-02-01")', timedelta(days=28)),
        ('duration("P14D") + date("2026-11-21")', date(2026, 12, 5)),
        ('date("9999-12-31") + duration("P1D")', None),
        ('date("0001-01-01") - duration("P1M")', None),
        ("date(2026, 2, 30)", None),
        ("date(2026, 2, 28)", date(2026, 2, 28)),
        ('@"2026-11-21" > @"2026-11-20"', True),
        ('@"2026-11-21".weekday', 6),
        ('@"2026-11-21".year + @"2026-11-21".month', 2037),
        ('time("23:00") + duration("PT2H")', time(1, 0)),
        ('time("10:00") - time("08:30")', timedelta(minutes=90)),
        ('@"08:30" < @"09:00"', True),
        ('duration("P1Y") + duration("P6M")', YearMonthDuration(18)),
        ('duration("P1Y6M").years', 1),
        ('duration("-P1Y6M").months', -6),
        ('duration("P1DT2H").hours', 2),
        ('duration("P1D") * 2.5', timedelta(days=2.5)),
        ('duration("P1D") / duration("PT6H")', 4.0),
        ('duration("P1M") < duration("P1D")', None),
        ('duration("PT24H") = duration("P1D")', True),
        ('duration("P12M") = duration("P1Y")', True),
        ('date("2026-11-21") = date and time("2026-11-21T00:00:00")', None),
        ('@"2026-07-01T09:00:00Z" = @"2026-07-01T11:00:00"', True),
        ('@"2026-11-01T09:00:00Z" = @"2026-11-01T10:00:00"', True),
        ('@"2026-11-21T10:00:00+01:00" - @"2026-11-21T10:00:00Z"', timedelta(hours=-1)),
        ('date and time(@"2026-11-21", @"08:30") = @"2026-11-21T08:30:00"', True),
        ("today()", date(2026, 11, 22)),
        ("now()", NOW),
        ("now() - now()", timedelta(0)),
        ('abs(duration("-P1D"))', timedelta(days=1)),
    ],
)
def test_dates_keep_month_ends_and_time_zones(source, value):
    assert feel(source) == value


def test_an_hour_is_an_hour_over_the_change_to_summer_time():
    before = datetime(2026, 3, 29, 1, 30, tzinfo=ZONE)
    later = expressions.evaluate('t + duration("PT1H")', {"t": before})
    assert later.isoformat() == "2026-03-29T03:30:00+02:00"


def test_the_two_half_past_twos_of_autumn_are_an_hour_apart():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZONE)
    moments = {"a": first, "b": first.replace(fold=1)}
    assert expressions.evaluate("b - a", moments) == timedelta(hours=1)
    assert expressions.evaluate("a = b", moments) is False
    assert expressions.evaluate("a < b", moments) is True


def test_without_a_clock_now_and_today_are_null():
    assert expressions.evaluate("[now(), today()]", {}) == [None, None]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(days=-1, hours=-2), "-P1DT2H"),
        (timedelta(seconds=90.5), "PT1M30.5S"),
        (YearMonthDuration(0), "P0M"),
        (YearMonthDuration(-18), "-P1Y6M"),
        (date(2026, 11, 21), "2026-11-21"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 11, 21, 8, 30, tzinfo=UTC), "2026-11-21T08:30:00+00:00"),
        (Range(1, 3, True, False), "[1..3)"),
        ({"a": [date(2026, 1, 1), 1, None]}, {"a": ["2026-01-01", 1, None]}),
    ],
)
def test_a_result_is_written_as_iso_text(value, written):
    assert expressions.to_value(value) == written


@pytest.mark.parametrize(
    ("cell", "value", "hit"),
    [
        ("-", 1, True),
        ("", None, True),
        ("5", 5, True),
        ("5", 6, False),
        ("-5", -5, True),
        ("< 10", 9, True),
        (">= 10", 9, False),
        ("1,5,7", 5, True),
        ('"a","b"', "b", True),
        ("[1..5]", 5, True),
        ("]1..5[", 5, False),
        ("(1..5)", 3, True),
        ("not(3)", 3, False),
        ("not(3)", 4, True),
        ("not(3, > 7)", 8, False),
        ("not(true)", False, True),
        ("null", None, True),
        ("not(null)", None, False),
        ("not(null)", 1, True),
        ("true", True, True),
        ("true", False, False),
        ("true", 1, None),
        ("< 10", None, None),
        ("? > 3 and ? < 9", 5, True),
        ('contains(?, "book")', "facebook", True),
        ('not(contains(?, "book"))', "facebook", False),
        ('ends with(?, "x"), "y"', "y", True),
        ('> date("2026-01-01")', date(2026, 2, 1), True),
        ("gräns", 5, True),
        ("< gräns", 4, True),
        ("[1,2]", 2, True),
        ("[1,2]", [1, 2], True),
        ("= 5", 5, True),
        ("!= 5", 5, False),
    ],
)
def test_a_cell_of_a_table_tests_its_input(cell, value, hit):
    assert expressions.compile_unary(cell).evaluate({"?": value, "gräns": 5}) is hit


def test_a_condition_counts_null_as_false_and_refuses_other_values():
    assert expressions.compile("saknas").holds({}) is False
    assert expressions.compile("antal > 3").holds({"antal": 4}) is True
    with pytest.raises(ExpressionError, match="varken sant eller falskt"):
        expressions.compile("antal").holds({"antal": 4})


def test_a_compiled_expression_tells_which_variables_it_reads():
    compiled = expressions.compile("for x in lista return x.a + b", dialect="feel")
    assert compiled.names == {"lista", "b"}
    compiled = expressions.compile("poster[kanal = x and item.n > 1]", dialect="feel")
    assert compiled.names == {"poster"}
    assert compiled.filter_names == {"kanal", "x"}


def test_a_decomposed_letter_is_the_same_name():
    assert expressions.compile("a\u030atgard = 1").names == {"åtgard"}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "tomt"),
        ("=", "tomt"),
        ("Approval Status = 1", "namn skrivs i ett ord"),
        ("kanal = Facebook och annat", "citattecken"),
        ("a && b", "skriv and"),
        ("a || b", "skriv or"),
        ("!a", "skriv not"),
        ("2 ** 3", "upphöjt till"),
        ("a // b", "whole division"),
        ("a % 2", "modulo"),
        ("1 < 2 < 3", "i rad"),
        ("not(a) = b", "not\\(a = b\\)"),
        ('date("2026-02-30")', "2026-02-30"),
        ('@"2026-13-01"', "efter @"),
        ("foo(1)", "funktionen foo finns inte"),
        ("contain(a, b)", "Menade du contains"),
        ("substring(a)", "substring\\(text, start, längd\\?\\)"),
        ("a.b(1)", "inga metoder"),
        ("(1", "väntades «\\)»"),
        ("if a then 1", "else"),
        ('"abc', "citattecknet stängs aldrig"),
        ('"\\q"', "omvänt snedstreck"),
        ("1234567890123456", "talet är för stort"),
        ("1e400", "talet är för stort"),
        ("_a", "understreck"),
        ("a._b", "understreck"),
        ("{_a: 1}", "understreck"),
        ("{a: 1, a: 2}", "finns redan"),
        ("x" * 2_001, "för långt"),
        ("1" + "+1" * 60, "för stort"),
        ("[" * 60, "nästlat"),
        (",".join(["[1"] + ["1"] * 600) + "]", "för stort"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_a_sentence(source, says):
    with pytest.raises(ExpressionError, match=says):
        expressions.compile(source, dialect="feel")


def test_a_refusal_tells_the_position():
    with pytest.raises(ExpressionError, match=r"vid tecken 9 \(>"):
        expressions.compile("antal > > 3", dialect="feel")
