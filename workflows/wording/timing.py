"""Timers in plain Swedish: as a noun, as the beginning of a sentence, and after the verb ”vänta”."""

from __future__ import annotations

from workflows import timers
from workflows.cron import cron
from workflows.model import Timer
from workflows.wording.conditions import value_in_words
from workflows.wording.crons import scheduled
from workflows.wording.dates import day_in_words, length_in_words, moment_in_words, repeated
from workflows.wording.names import plain, raised
from workflows.wording.vocabulary import Vocabulary


def when(timer: Timer, words: Vocabulary) -> str:
    """”24 timmar”, ”den 1 mars 2026”, ”varannan månad”, ”tiden i ’answer_due’”."""
    text = timers.literal(timer.text)
    if (length := timers.duration(text)) is not None:
        return length_in_words(length)
    if (repeating := timers.cycle(text)) is not None:
        return repeated(repeating)
    if (schedule := cron(text)) is not None:
        return scheduled(schedule)
    if (moment := timers.moment(text)) is not None:
        return moment_in_words(moment) if "T" in text else day_in_words(moment)
    known = words.words.get(text)  # ”svarstiden”, where the caller knows what the variable is
    return plain(known) if known else f"tiden i {value_in_words(timer.text, words)}"


def after(timer: Timer, words: Vocabulary) -> str:
    """”Efter 24 timmar”, ”Den 1 mars 2026”, ”Varannan månad”, ”När tiden i ’answer_due’ är inne”."""
    text, noun = timers.literal(timer.text), when(timer, words)
    if timers.duration(text) is not None:
        return f"Efter {noun}"
    return raised(noun) if timers.is_literal(text) else f"När {noun} är inne"


def until(timer: Timer, words: Vocabulary) -> str:
    """”24 timmar”, ”till den 1 mars 2026”, ”tills tiden i ’answer_due’ är inne”."""
    text, noun = timers.literal(timer.text), when(timer, words)
    if timers.duration(text) is not None:
        return noun
    return f"till {noun}" if timers.is_literal(text) else f"tills {noun} är inne"
