"""Which contracts are loaded and from where; and what zeep must not do behind our back."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.conformance import a_case
from adapters.contract import Misconfigured, Refused, Target, Unavailable, Unknown
from adapters.soap.client import SoapClient
from adapters.soap.neutral import open_diarium
from tests.adapters.misbehaving import http, misbehaving, right_answer

OURS = Path(__file__).parents[2] / "adapters/soap/neutral/diarium-registration-1.0.wsdl"
THEIRS = Path(__file__).parents[3] / "shared" / "contracts"
NS = "urn:diarium-registration:1.0"
BINDING = f"{{{NS}}}DiariumRegistrationSoap"
CMIS = "http://docs.oasis-open.org/ns/cmis/ws/200908/"
SIF = "http://software-innovation.com/SI.Data"

CONTRACTS = [
    *(
        (f"p360-sif/{name}Service.wsdl", f"{{{SIF}}}BasicHttpBinding_I{name}Service")
        for name in ("Case", "Document", "File", "Contact", "Support", "User", "AccessGroup")
    ),
    *(
        ("cmis-1.1/CMISWS-Service.wsdl", f"{{{CMIS}}}{name}ServicePortBinding")
        for name in ("Object", "Discovery", "Repository", "Navigation", "Versioning")
    ),
    ("neutral/diarium-registration-1.0.wsdl", BINDING),
]


@pytest.mark.parametrize(
    ("path", "binding"), CONTRACTS, ids=[binding.rpartition("}")[2] for _, binding in CONTRACTS]
)
def test_the_vendors_contracts_load_through_the_hardened_client(path: str, binding: str) -> None:
    if not (THEIRS / path).exists():
        pytest.skip(f"{path} is not beside the repository (../shared/contracts)")
    target = Target(url="http://127.0.0.1:9/")
    SoapClient(target, wsdl=str(THEIRS / path), binding=binding).open()


def a_contract(folder: Path, *, replaced: str, by: str) -> str:
    text = OURS.read_text("utf-8")
    assert replaced in text
    path = folder / "contract.wsdl"
    path.write_text(text.replace(replaced, by, 1), "utf-8")
    return str(path)


IMPORTING = (
    '<xs:schema targetNamespace="urn:annat"><xs:import namespace="urn:x" schemaLocation="{}"/>'
    "</xs:schema><xs:schema "
)


XSD = '<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>'


def loading(wsdl: str, url: str = "http://127.0.0.1:9/") -> SoapClient:
    return SoapClient(Target(url=url, timeout=2), wsdl=wsdl, binding=BINDING)


def importing(folder: Path, place: str) -> str:
    """Our contract in `folder`/kontrakt, importing `place`; one schema lies inside, one outside."""
    inside = folder / "kontrakt"
    inside.mkdir()
    (inside / "inne.xsd").write_text(XSD, "utf-8")
    (folder / "ute.xsd").write_text(XSD, "utf-8")
    return a_contract(inside, replaced="<xs:schema ", by=IMPORTING.format(place))


def test_a_contract_may_import_from_its_own_folder(tmp_path: Path) -> None:
    loading(importing(tmp_path, "inne.xsd")).open()


@pytest.mark.parametrize(
    "place",
    [
        "../ute.xsd",
        "{}/ute.xsd",
        "file://{}/ute.xsd",
        "file:{}/ute.xsd",
        "finns-inte/../../ute.xsd",
    ],
)
def test_a_contract_that_reaches_outside_its_folder_is_misconfigured(place: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        loading(importing(tmp_path, place.format(tmp_path))).open()


def test_a_contract_that_imports_over_the_network_is_misconfigured_and_nothing_is_fetched(
    tmp_path: Path,
) -> None:
    """Not even from the diarium's own address, where a request would be let through."""
    with misbehaving(lambda r, over: [http(XSD.encode())]) as server:
        with pytest.raises(Misconfigured):
            loading(importing(tmp_path, server.url), server.url).open()
        assert server.requests == []


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;]>',
    ],
)
def test_a_contract_with_a_doctype_is_misconfigured(doctype: str, tmp_path: Path) -> None:
    wsdl = a_contract(tmp_path, replaced="<wsdl:definitions", by=f"{doctype}<wsdl:definitions")
    with pytest.raises(Misconfigured):
        loading(wsdl).open()


def test_a_contract_that_is_missing_or_another_is_misconfigured(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        open_diarium(Target(url="http://127.0.0.1:9/", wsdl=str(tmp_path / "finns-inte.wsdl")))
    with pytest.raises(Misconfigured):
        open_diarium(Target(url="http://127.0.0.1:9/", wsdl=str(tmp_path)))
    wsdl = a_contract(tmp_path, replaced='binding name="DiariumReg', by='binding name="Annat')
    with pytest.raises(Misconfigured):
        open_diarium(Target(url="http://127.0.0.1:9/", wsdl=wsdl)).check()


def test_a_folder_that_holds_the_contract_will_do() -> None:
    diarium = open_diarium(Target(url="http://127.0.0.1:9/", wsdl=str(OURS.parent), timeout=1))
    with pytest.raises(Unavailable):
        diarium.check()


def test_a_contract_on_another_server_than_the_diarium_s_is_never_fetched() -> None:
    with (
        misbehaving(lambda r, over: [http(OURS.read_bytes())]) as other,
        misbehaving(lambda r, over: [http(right_answer(r))]) as server,
    ):
        with pytest.raises(Misconfigured):
            open_diarium(Target(url=server.url, wsdl=other.url, timeout=2)).check()
        assert other.requests == server.requests == []


def test_a_contract_that_is_redirected_is_misconfigured() -> None:
    with misbehaving(lambda r, over: [http(b"", "302 Found", "Location: file:///etc/hostname")]) as server:
        with pytest.raises(Misconfigured):
            open_diarium(Target(url=server.url, wsdl=server.url, timeout=2)).check()
        assert len(server.requests) == 1


def test_the_address_in_the_contract_is_not_where_calls_go(tmp_path: Path) -> None:
    with (
        misbehaving(lambda r, over: [http(right_answer(r))]) as other,
        misbehaving(lambda r, over: [http(right_answer(r))]) as server,
    ):
        wsdl = a_contract(tmp_path, replaced="http://127.0.0.1:8088/diarium", by=other.url)
        diarium = open_diarium(Target(url=server.url, wsdl=wsdl, timeout=2))
        assert diarium.register(a_case()).number
        assert other.requests == []


def test_arguments_that_do_not_fit_are_refused_before_anything_is_sent() -> None:
    with misbehaving(lambda r, over: [http(right_answer(r))]) as server:
        client = SoapClient(Target(url=server.url), wsdl=str(OURS), binding=BINDING)
        for arguments in (
            {"Annat": 1},
            {},
            {"Key": {"SourceSystem": "x\x00", "Id": "y"}},
            {"Key": {"SourceSystem": "\ud800", "Id": "y"}},
            {"Key": {"Fel": "x"}},
            {"Key": 1},
        ):
            with pytest.raises(Refused) as caught:
                client.call("FindRegistration", arguments)
            assert caught.value.__context__ is None
        with pytest.raises(Refused):
            client.call("FinnsInte", {})
        assert server.requests == []


def test_without_a_schema_to_check_by_the_answer_must_still_be_the_operation_s_own() -> None:
    with misbehaving(lambda r, over: [http(right_answer(r).replace(b"Ping", b"Pong"))]) as server:
        client = SoapClient(Target(url=server.url), wsdl=str(OURS), binding=BINDING)
        with pytest.raises(Unknown):
            client.call("Ping", {})
