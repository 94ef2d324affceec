"""The neutral contract as this diarium holds it: the WSDL to hand out and the schema to check by."""

from __future__ import annotations

import threading
from importlib import resources

from lxml import etree

from service.demo.records import Refusal
from workflows.normalise.xml import parse_xml

NS = "urn:diarium-registration:1.0"
WSDL_NS = "http://schemas.xmlsoap.org/wsdl/"
WSDL_SOAP_NS = "http://schemas.xmlsoap.org/wsdl/soap/"
XS_NS = "http://www.w3.org/2001/XMLSchema"
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
            for operation in self._wsdl.iterfind(
                f"{{{WSDL_NS}}}portType/{{{WSDL_NS}}}operation"
            )
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
        with self._lock:  # the error log belongs to the schema object, not to the call
            if self._schema.validate(element):
                return
            error = self._schema.error_log[0]
            where = etree.QName(error.path.rsplit("/", 1)[-1].rpartition(":")[2] or "element")
            raise Refusal(
                "Validation",
                f"{where.localname} på rad {error.line} följer inte kontraktet "
                f"({error.type_name}).",
            )
