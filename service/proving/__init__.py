"""Scenarios proven in the whole house: engine, store, a real SOAP diarium and the pages.

The pure runner (`workflows.scenarios`) asks whether a model does what its owner says; here the same story is
played with people, transactions, registrations that are sent, and pages that are looked at.
"""

from service.proving.mutations import Changed, NoSuch, changed, without
from service.proving.playing import Result
from service.proving.prover import Prover, shipped
from service.proving.rules import Caught, caught, naming, pure

__all__ = [
    "Caught",
    "Changed",
    "NoSuch",
    "Prover",
    "Result",
    "caught",
    "changed",
    "naming",
    "pure",
    "shipped",
    "without",
]
