"""Writes small DMN files for the tests of decisions: a table is given as it would be drawn."""

from xml.sax.saxutils import escape, quoteattr

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    inputs,
    outputs,
    rows,
    *,
    policy="UNIQUE",
    aggregation=None,
    id="beslut",
    name="Beslutet",
    requires=(),
    variable=None,
):
    """One decision. An input is "text" or ("text", "type") or ("text", "type", "listed values");
    an output the same, with a name; a fourth part is its default. A row is its cells from left to
    right, inputs first."""
    return decision(
        f"<decisionTable hitPolicy={quoteattr(policy)}"
        + (f" aggregation={quoteattr(aggregation)}" if aggregation else "")
        + ">"
        + "".join(_input(f"{id}_i{at}", *_tuple(one)) for at, one in enumerate(inputs, 1))
        + "".join(_output(f"{id}_o{at}", *_tuple(one)) for at, one in enumerate(outputs, 1))
        + "".join(_row(f"{id}_r{at}", row, len(inputs)) for at, row in enumerate(rows, 1))
        + "</decisionTable>",
        id=id,
        name=name,
        requires=requires,
        variable=variable,
    )


def literal(text, *, id="uttryck", name="Uttrycket", requires=(), variable=None):
    inner = f"<literalExpression><text>{escape(text)}</text></literalExpression>"
    return decision(inner, id=id, name=name, requires=requires, variable=variable)


def decision(inner, *, id, name, requires=(), variable=None):
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{need}"/></informationRequirement>'
        for need in requires
    )
    own = f"<variable name={quoteattr(variable)}/>" if variable else ""
    return f'<decision id="{id}" name={quoteattr(name)}>{own}{needs}{inner}</decision>'


def definitions(*decisions, namespace=DMN, attributes=""):
    body = "".join(decisions)
    return (
        f'<definitions xmlns="{namespace}" id="d" name="n" namespace="x" {attributes}>{body}</definitions>'
    ).encode()


def input_data(id, name):
    return f'<inputData id="{id}" name={quoteattr(name)}/>'


def _tuple(one):
    return (one,) if isinstance(one, str) else one


def _type(type):
    return f' typeRef="{type}"' if type else ""


def _text(tag, text):
    return f"<{tag}><text>{escape(text)}</text></{tag}>" if text else ""


def _input(id, text, type="", listed=""):
    return (
        f'<input id="{id}"><inputExpression{_type(type)}><text>{escape(text)}</text>'
        f"</inputExpression>{_text('inputValues', listed)}</input>"
    )


def _output(id, name, type="", listed="", default=""):
    return (
        f'<output id="{id}" name={quoteattr(name)}{_type(type)}>{_text("outputValues", listed)}'
        f"{_text('defaultOutputEntry', default)}</output>"
    )


def _row(id, cells, inputs):
    return (
        f'<rule id="{id}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[:inputs])
        + "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in cells[inputs:])
        + "</rule>"
    )
