"""The hardened SOAP client, and the XML door of `adapters`: nothing else here parses what came in.

zeep builds the message and reads the answer; in between this module holds what zeep leaves open
(measured on 4.3.3): an answer of another operation is accepted, two answers give the first, status
500 with a success body is a fault, status 202 is None, a missing number is None. All are `Unknown`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import zeep
import zeep.exceptions
from lxml import etree
from zeep.wsdl.bindings.soap import Soap12Binding

from adapters.contract import DiariumError, Misconfigured, Refused, Target, Unknown
from adapters.soap import faults
from adapters.soap.transport import MAX_REPLY, Reply, Transport, origin

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"

MAX_MARKS = 200_000
"""Signs "<" and "=" in a reply: 4 MB of empty elements or attributes would be 140 MB of tree."""

_ZEEP = (
    zeep.exceptions.Error,
    etree.LxmlError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
)
"""What zeep raises on arguments or answers that do not fit the contract."""


def _quiet(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _pin_loggers() -> None:
    """zeep writes whole envelopes at DEBUG, and values it cannot read with a traceback at ERROR.
    A filter stays when someone sets the level later; on the parent it would not meet the
    children's records."""
    for name in ["zeep", *logging.root.manager.loggerDict]:
        if name == "zeep" or name.startswith("zeep."):
            logger = logging.getLogger(name)
            logger.setLevel(logging.WARNING)
            logger.addFilter(_quiet)
    for name in ("zeep.xsd.types.simple", "zeep.xsd.elements.attribute"):
        logging.getLogger(name).addFilter(lambda record: False)


_pin_loggers()


def parse(content: bytes) -> etree._Element:
    """XML from outside, as a tree. Raises `Unknown` on more marks than `MAX_MARKS`, on anything
    ill-formed, and on a DOCTYPE of any kind."""
    root: etree._Element | None = None
    if content.count(b"<") + content.count(b"=") <= MAX_MARKS:
        parser = etree.XMLParser(
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError):
            root = None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Unknown("Diariets svar är inte giltig XML.")
    return root


class _Opened:
    """What one thread needs: zeep's client is not made to be shared between calls under way."""

    __slots__ = ("binding", "client", "schema", "service", "transport")

    def __init__(self, transport: Transport, wsdl: str, binding: str, address: str, validate: bool) -> None:
        if "://" not in wsdl:
            transport.within(Path(wsdl).parent)
        settings = zeep.Settings(
            strict=True,
            forbid_dtd=True,
            forbid_entities=True,
            forbid_external=True,
            raw_response=True,
        )
        self.transport = transport
        self.client: Any = zeep.Client(wsdl, transport=transport, settings=settings)
        if binding not in self.client.wsdl.bindings:
            raise Misconfigured(f"Diariets kontrakt (WSDL) saknar bindningen {binding}.")
        # the address in the contract is somebody's example; the configured one is where to go
        self.service: Any = self.client.create_service(binding, address)
        self.binding: Any = self.client.wsdl.bindings[binding]
        self.schema = _schema(transport.load(wsdl)) if validate else None


class SoapClient:
    """Calls operations of one binding at one address. Used by many threads at once.

    `wsdl` is a path, or a URL on the target's own scheme, host and port; `binding` is the qualified
    name in James Clark's notation; `address` is `target.url` unless the contract has one for each
    service. With `validate`, answers must fit the contract's own (single, inline) schema before
    zeep reads them. `outcome` turns a fault into one of the four failures.
    """

    def __init__(
        self,
        target: Target,
        *,
        wsdl: str,
        binding: str,
        address: str | None = None,
        validate: bool = False,
        max_reply: int = MAX_REPLY,
        outcome: Callable[[faults.SoapFault], DiariumError] = faults.outcome,
    ) -> None:
        self._target = target
        self._wsdl = wsdl
        self._binding = binding
        self._address = address or target.url
        self._validate = validate
        self._max_reply = max_reply
        self._outcome = outcome
        self._local = threading.local()
        if origin(self._address) != origin(target.url):
            raise Misconfigured("Anropet går till en annan server än den som är inställd.")

    def call(self, operation: str, arguments: Mapping[str, Any], *, timeout: float | None = None) -> Any:
        """The answer as zeep reads it. `timeout` is seconds for the whole call.
        Raises `Refused` when the arguments do not fit the contract (nothing was sent),
        `Unavailable`, `Misconfigured`, `Unknown`, and what a fault means."""
        opened = self._open()
        opened.transport.timeout = self._target.timeout if timeout is None else timeout
        opened.transport.sent = False
        problem: DiariumError | None = None
        reply: Reply | None = None
        try:
            reply = opened.service[operation](**arguments)
        except _ZEEP as error:
            problem = _misfit(error, opened.transport.sent)
        # Raised out here so that zeep's exception, which may hold content, does not follow along.
        if problem is not None or reply is None:
            raise problem or Unknown("Diariet gav inget svar.")
        return self._read(opened, operation, reply)

    def open(self) -> None:
        """Load the contract in this thread. Raises `Misconfigured` or `Unavailable`."""
        self._open()

    def _open(self) -> _Opened:
        opened: _Opened | None = getattr(self._local, "opened", None)
        if opened is None:
            opened = self._local.opened = self._load()
        return opened

    def _load(self) -> _Opened:
        transport = Transport(self._target)
        problem: str
        try:
            opened = _Opened(transport, self._wsdl, self._binding, self._address, self._validate)
            transport.max_reply = self._max_reply
            return opened
        except (Unknown, Refused) as error:
            problem = str(error)
        except _ZEEP as error:
            problem = type(error).__name__
        raise Misconfigured(f"Diariets kontrakt (WSDL) går inte att använda ({problem}).")

    def _read(self, opened: _Opened, operation: str, reply: Reply) -> Any:
        envelope = parse(reply.content)
        soap = SOAP_12 if isinstance(opened.binding, Soap12Binding) else SOAP_11
        answer = _only_child_of_body(envelope)
        if answer.tag in (f"{{{SOAP_11}}}Fault", f"{{{SOAP_12}}}Fault"):
            raise self._outcome(_fault(answer))
        definition = opened.binding.get(operation)
        if (
            reply.status != 200
            or envelope.tag != f"{{{soap}}}Envelope"
            or answer.tag != definition.output.body.qname.text
        ):
            raise Unknown("Diariet svarade på något annat än det vi frågade.")
        if opened.schema is not None and not opened.schema.validate(answer):
            raise Unknown("Diariets svar följer inte kontraktet.")
        value: Any = None
        failed: str | None = None
        try:
            value = definition.process_reply(envelope)
        except _ZEEP as error:
            failed = type(error).__name__
        if failed:
            raise Unknown(f"Diariets svar följer inte kontraktet ({failed}).")
        return value


def _misfit(error: Exception, sent: bool) -> DiariumError:
    if sent:
        return Unknown(f"Anropet avbröts efter att det skickats ({type(error).__name__}).")
    path = getattr(error, "path", None) or ()  # names of elements, never values
    where = ".".join(str(getattr(step, "name", step)) for step in path)
    return Refused(f"Uppgifterna ryms inte i diariets kontrakt ({where or type(error).__name__}).")


def _only_child_of_body(envelope: etree._Element) -> etree._Element:
    """The one element inside the one Body, in either version of SOAP. Raises `Unknown`."""
    soap = etree.QName(envelope).namespace
    if soap in (SOAP_11, SOAP_12) and etree.QName(envelope).localname == "Envelope":
        bodies = envelope.findall(f"{{{soap}}}Body")
        if len(bodies) == 1 and len(bodies[0]) == 1:
            return bodies[0][0]
    raise Unknown("Diariets svar är inte ett SOAP-kuvert med ett enda svar.")


def _fault(fault: etree._Element) -> faults.SoapFault:
    code = fault.findtext("faultcode") or fault.findtext(f"{{{SOAP_12}}}Code/{{{SOAP_12}}}Value")
    details = fault.findall("detail/*") or fault.findall(f"{{{SOAP_12}}}Detail/*")
    local = (code or "").strip().rpartition(":")[2]
    if len(details) != 1:
        return faults.SoapFault(local, None, {})
    fields: dict[str, str] = {}
    for child in details[0]:
        name = etree.QName(child).localname
        # said twice is not said
        fields[name] = "" if name in fields else (child.text or "").strip()
    return faults.SoapFault(local, str(details[0].tag), fields)


def _schema(wsdl: bytes) -> etree.XMLSchema:
    schemas = list(parse(wsdl).iter(_SCHEMA))
    if len(schemas) != 1:
        raise ValueError("one inline schema is needed")
    # Written out and read again: a copied element loses prefixes used only inside values.
    return etree.XMLSchema(parse(etree.tostring(schemas[0])))
