"""Small questions to a DMN element, and the notebook that a reader writes its refusals in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from workflows.errors import ExpressionError, Finding
from workflows.expressions import Compiled, compile
from workflows.expressions.refusals import shown

_NAME: Final = re.compile(r"[^\W\d_]\w*")
_MOST_FINDINGS: Final = 100


def parts(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that name in the element's own namespace, in order."""
    own = etree.QName(element).namespace
    for child in element:
        if isinstance(child.tag, str):
            tag = etree.QName(child)
            if tag.localname == name and tag.namespace == own:
                yield child


def part(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next(parts(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """What its <text> says, without blanks around it; empty when there is none."""
    inner = part(element, "text")
    return "" if inner is None else "".join(str(piece) for piece in inner.itertext()).strip()


def id_of(element: etree._Element, instead: str) -> str:
    return (element.get("id") or "").strip() or instead


def variable_name(written: str) -> str:
    """The name as an expression may write it: blanks become underscores. Empty when none can."""
    name = "_".join(written.split())
    return name if _NAME.fullmatch(name) else ""


@dataclass(slots=True)
class Notebook:
    """Collects findings while a file is read, so that the process owner sees them all at once."""

    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        rule: str,
        element: str | None,
        text: str,
        hint: str = "",
        level: Literal["error", "warning", "note"] = "error",
    ) -> None:
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(Finding(rule, element, shown_in_full(text), hint, level))

    @property
    def refused(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)

    def compiled(
        self, element: str, where: str, source: str, how: Callable[[str], Compiled] = compile
    ) -> Compiled:
        """The compiled text; a finding and a stand-in when it cannot be read."""
        try:
            return how(source)
        except ExpressionError as error:
            self.add("decision-expression", element, f"{where}: {error}")
            return compile("null")

    def feel_only(self, element: etree._Element | None, id: str) -> None:
        """Refuses another expression language than FEEL."""
        if element is None:
            return
        language = element.get("expressionLanguage") or "feel"
        if "feel" not in language.lower():
            self.add(
                "decision-language",
                id,
                f"Uttrycksspråket {shown(language)} stöds inte.",
                "Välj FEEL i redigeraren.",
            )


def shown_in_full(text: str) -> str:
    """The sentence without lone surrogates, which no page or log can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
