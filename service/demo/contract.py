"""The neutral contract as held here: the WSDL to hand out and the schema to check calls by."""

from __future__ import annotations

import re
import threading
from importlib import resources

from lxml import etree

from service.demo.records import Refusal
from workflows.normalise.xml import parse_xml

NS = "urn:diarium-registration:1.0"
WSDL_NS = "http://schemas.xmlsoap.org/wsdl/"
WSDL_SOAP_NS = "http://schemas.xmlsoap.org/wsdl/soap/"
XS_NS = "http://www.w3.org/2001/XMLSchema"
NAMED = re.compile(r"Element '(?:\{[^}]*\})?([A-Za-z0-9]{1,40})'")
WSDL = ("soap", "neutral", "diarium-registration-1.0.wsdl")


class Contract:
    """Read once, used by many threads."""

    def __init__(self) -> None:
        wsdl = resources.files("adapters").joinpath(*WSDL).read_bytes()
        self._wsdl = parse_xml(wsdl)
        schema = self._wsdl.find(f"{{{WSDL_NS}}}types/{{{XS_NS}}}schema")
        if schema is None:
            raise ValueError("Kontraktet saknar schema.")
        # Written out and read again: a copied element loses prefixes used only in type names.
        self._schema = etree.XMLSchema(parse_xml(etree.tostring(schema)))
        self._lock = threading.Lock()
        self.operations = frozenset(
            str(operation.get("name"))
            for operation in self._wsdl.iterfind(f"{{{WSDL_NS}}}portType/{{{WSDL_NS}}}operation")
        )

    def wsdl(self, address: str) -> bytes:
        """The contract with `address` as the place to call."""
        with self._lock:
            for place in self._wsdl.iter(f"{{{WSDL_SOAP_NS}}}address"):
                place.set("location", address)
            return etree.tostring(self._wsdl, xml_declaration=True, encoding="UTF-8")

    def check(self, element: etree._Element) -> None:
        """Raises `Refusal` Validation. The text names the element and the rule, never a value:
        the schema's own words would quote what was sent."""
        try:
            with self._lock:  # the error log belongs to the schema object, not to the call
                self._schema.assertValid(element)
        except etree.DocumentInvalid as problem:
            named = NAMED.match(str(problem))
            where = named.group(1) if named else "Ett element"
            # From None: the chained text would quote what was sent.
            raise Refusal("Validation", f"{where} följer inte kontraktet.") from None
