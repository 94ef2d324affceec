"""A model's parts in plain Swedish: names made safe to show, times, conditions, who does what."""

from workflows.wording.conditions import cell_in_words, in_words, same_meaning, value_in_words
from workflows.wording.names import lowered, many, plain, quoted, raised, sentence, series
from workflows.wording.performing import does
from workflows.wording.timing import after, until, when
from workflows.wording.vocabulary import Vocabulary, vocabulary

__all__ = [
    "Vocabulary",
    "after",
    "cell_in_words",
    "does",
    "in_words",
    "lowered",
    "many",
    "plain",
    "quoted",
    "raised",
    "same_meaning",
    "sentence",
    "series",
    "until",
    "value_in_words",
    "vocabulary",
    "when",
]
