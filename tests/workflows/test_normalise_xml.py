"""The XML door: what strangers send is refused in one Swedish sentence, at once."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import models as m
from workflows import ModelRefused, read
from workflows.normalise import parse_xml
from workflows.normalise.xml import MAX_BYTES

LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
EXTERNAL = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'
PARAMETER = '<!DOCTYPE l [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><l/>'


@pytest.mark.parametrize("text", [LAUGHS, EXTERNAL, PARAMETER, "<!doctype l><l/>", "<! DOCTYPE l><l/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_document_types_are_refused_in_every_encoding(text: str, encoding: str) -> None:
    with pytest.raises(ModelRefused) as refused:
        parse_xml(text.encode(encoding))
    assert refused.value.findings[0].rule in {
        "xml-doctype",
        "xml-syntax",
        "xml-encoding",
    }


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("xml-size", b"<a>" + b" " * MAX_BYTES + b"</a>"),
        ("xml-count", b"<a>" + b"<b/>" * 20_000 + b"</a>"),
        ("xml-count", b"<a " + b" ".join(b"a%d='1'" % n for n in range(60_001)) + b"/>"),
        ("xml-depth", b"<a>" * 150 + b"</a>" * 150),
        ("xml-syntax", b"<a>" * 5000 + b"</a>" * 5000),
        ("xml-syntax", b""),
        ("xml-syntax", b"<a>"),
        ("xml-syntax", b"<a/><b/>"),
        ("xml-encoding", b"\xff\xff\xff"),
        ("xml-encoding", b"<?xml version='1.0' encoding='utf-7'?><a/>"),
        ("xml-encoding", b"<a>\x00</a>"),
    ],
)
def test_what_is_too_much_or_broken_is_refused_within_a_second(rule: str, data: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(ModelRefused) as refused:
        parse_xml(data)
    assert time.monotonic() - begun < 1
    assert [f.rule for f in refused.value.findings] == [rule]
    assert refused.value.findings[0].text.endswith(".")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1"])
def test_swedish_letters_come_through_in_every_encoding(encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding}'?><a n='åäö'>ÅÄÖ</a>"
    root = parse_xml(declared.encode(encoding))
    assert (root.get("n"), root.text) == ("åäö", "ÅÄÖ")


def test_comments_and_instructions_are_gone() -> None:
    root = parse_xml(b"<a>x<!-- <b/> -->y<?php evil ?>z</a>")
    assert len(root) == 0
    assert "".join(root.itertext()) == "xyz"


def test_includes_are_inert() -> None:
    root = parse_xml(
        b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>'
    )
    assert "".join(root.itertext()) == ""


@given(st.binary(max_size=300))
def test_any_bytes_give_a_tree_or_a_refusal(data: bytes) -> None:
    with suppress(ModelRefused):
        parse_xml(data)


@given(st.data())
def test_a_damaged_model_is_read_or_refused_never_worse(data: st.DataObject) -> None:
    model = bytearray(
        m.process(
            m.start(),
            m.user("a", form="f"),
            m.exclusive("g", default="g_end"),
            m.end(),
            "start -> a -> g; g -> a : x > 1; g -> end",
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(model) - 1))
        model[at] = data.draw(st.integers(32, 126))
    with suppress(ModelRefused):
        read({"model.bpmn": bytes(model)})


def test_ten_thousand_nodes_are_refused_within_a_second() -> None:
    model = m.process(*(m.user(f"n{n}") for n in range(10_000)))
    begun = time.monotonic()
    with pytest.raises(ModelRefused, match="högst 400 symboler"):
        read({"model.bpmn": model})
    assert time.monotonic() - begun < 1


def test_subprocesses_nested_too_deep_are_refused() -> None:
    inner = m.user("u")
    for n in range(9):
        inner = m.subprocess(f"s{n}", inner)
    with pytest.raises(ModelRefused, match="nästlade"):
        read({"model.bpmn": m.process(inner)})
