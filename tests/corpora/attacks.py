# ruff: noqa: E501
"""Attack texts, and every place of a process folder that holds a text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.corpora.dressing import VENDORS
from tests.workflows import decision_models as d
from tests.workflows import models as m

Files = dict[str, bytes]
Place = Callable[[str], Files]

PAYLOADS = [
    "canary()",
    "__import__('os').system('touch {canary}')",
    "__import__('os').popen('touch {canary}').read()",
    "__import__('pathlib').Path('{canary}').touch()",
    "__import__('subprocess').run(['touch', '{canary}'])",
    "open('{canary}', 'w')",
    "exec(\"open('{canary}', 'w')\")",
    "eval(\"open('{canary}', 'w')\")",
    "compile('canary()', 'x', 'exec')",
    "().__class__.__mro__[1].__subclasses__()",
    "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]('touch {canary}', shell=True)",
    "(lambda: open('{canary}', 'w'))()",
    "(x for x in ()).gi_frame.f_back.f_globals['__builtins__']",
    "getattr(x, '__class__')",
    "x.__class__.__init__.__globals__",
    "'{0.__class__.__mro__}'.format(x)",
    "f'{canary()}'",
    "f\"{open('{canary}','w')}\"",
    "'%s' % canary()",
    "globals()['canary']()",
    "vars()['__builtins__']",
    "breakpoint()",
    "exit()",
    "print(canary())",
    "import os; os.system('touch {canary}')",
    "from os import system",
    "x = canary()",
    "(x := canary())",
    "async def f(): canary()",
    "def f(): canary()\nf()",
    "class A:\n  canary()",
    "while True: pass",
    "for i in range(10**9): pass",
    "[canary() for _ in [1]]",
    "(yield canary())",
    "@canary\ndef f(): pass",
    "`touch {canary}`",
    "$(touch {canary})",
    "; touch {canary} ;",
    "| touch {canary}",
    "${T(java.lang.Runtime).getRuntime().exec('touch {canary}')}",
    "#{''.getClass().forName('java.lang.Runtime').getRuntime().exec('touch {canary}')}",
    "${execution.getVariable('x')}",
    "${canary()}",
    "=canary()",
    "{{7*7}}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% import os %}{{ os.system('touch {canary}') }}",
    "<%= `touch {canary}` %>",
    "<script>canary()</script>",
    "\"><img src=x onerror=canary()>",
    "javascript:canary()",
    "function() { return process.mainModule.require('child_process').execSync('touch {canary}') }",
    "constructor.constructor('return process')().exit()",
    "__proto__.polluted = 1",
    "function(a) external { java: { class: \"java.lang.Runtime\", method: \"exec\" } }",
    "get value(x, \"__class__\")",
    "matches(x, \"(a+)+$\")",
    "replace(x, \"(a|a)*b\", \"\")",
    "9**9**9**9",
    "10**10**10",
    "1 << 10**9",
    "'a' * 10**10",
    "[0] * 10**9",
    "sum(range(10**11))",
    "some i in 1..10**12 satisfies i < 0",
    "count(for i in 1..999999999999 return i)",
    "for a in 1..9999, b in 1..9999, c in 1..9999 return a",
    "9" * 5000,
    "1e" + "9" * 1000,
    "P" + "9" * 500 + "D",
    "R999999999999/PT1S",
    "R/0001-01-01/PT1S",
    "9999-12-31T23:59:59Z",
    "(" * 4000,
    "[" * 4000,
    "-" * 9000 + "1",
    "not " * 3000 + "x",
    "a.b" * 2000,
    "if " * 1000,
    "\"" * 3001,
    "\\" * 3000,
    "\u202ecanary()",
    "ｅｖａｌ('1')",
    "\u2028\u2029\x85",
    "../../../../etc/passwd",
    "/dev/zero",
    "file:///etc/passwd",
    "'; DROP TABLE cases; --",
    "%n%n%n%s",
    "!!python/object/apply:os.system ['touch {canary}']",
    "cos\nsystem\n(S'touch {canary}'\ntR.",
    "synthetic",
    "aside",
    "__class__",
    "typename",
]  # fmt: skip

S, E = m.start(), m.end()
LINE = "start -> a -> end"


def attack(number: int, canary: object) -> str:
    return PAYLOADS[number].replace("{canary}", str(canary))


def model(*parts: str, beside: str = "", **files: bytes) -> Files:
    """A folder with one model; the vendors' prefixes are declared."""
    made = m.process(*parts, beside=beside).replace(b"<definitions ", f"<definitions {VENDORS} ".encode(), 1)
    return {"model.bpmn": made, **files}


def text(place: Callable[[str], Files]) -> Place:
    """The place gets the text as XML character data."""
    return lambda given: place(m.escape(_legal(given)))


def value(place: Callable[[str], Files]) -> Place:
    """The place gets the text as a quoted XML attribute."""
    return lambda given: place(m.quoteattr(_legal(given)))


def _legal(given: str) -> str:
    return "".join(c for c in given if c in "\t\n\r" or c >= " ")


def _user(inner: str = "", **attributes: str) -> Files:
    return model(S, m.node("userTask", "a", inner, **attributes), E, LINE)


def _extended(inner: str, tag: str = "userTask") -> Files:
    return model(S, m.node(tag, "a", m.extensions(inner)), E, LINE)


def _property(name: str) -> Place:
    return value(
        lambda t: _extended(
            f'<spiffworkflow:properties><spiffworkflow:property name="{name}" value={t}/>'
            "</spiffworkflow:properties>"
        )
    )


def _repeated(inner: str) -> Files:
    return model(S, m.user("a", m.instances(inner)), E, LINE)


def _event(definition: str, beside: str = "") -> Files:
    return model(S, m.catch("a", definition), E, LINE, beside=beside)


def _choice(condition: str, tag: str = "exclusiveGateway") -> Files:
    flow = f'<sequenceFlow id="f" sourceRef="g" targetRef="x"><conditionExpression>{condition}'
    return model(
        S,
        m.node(tag, "g", default="g_y"),
        m.user("x"),
        m.user("y"),
        E,
        "start -> g; g -> y; x -> end; y -> end",
        flow + "</conditionExpression></sequenceFlow>",
    )


def _table(
    *, cell: str = "-", out: str = "1", reads: str = "x", default: str = "1", policy: str = "FIRST"
) -> Files:
    made = d.definitions(
        d.table([reads], [("ut", None, None, default)], [(cell, out)], policy=policy, id="beslut")
    )
    return model(S, m.decide("a", "beslut"), E, LINE, **{"decisions/d.dmn": made})


def _form(field: dict[str, Any], **more: Any) -> Files:
    schema = {
        "type": "object",
        "title": "F",
        "properties": {"falt": {"type": "string", "title": "F", **field}},
    }
    return model(S, m.user("a", form="f"), E, LINE, **{"forms/f.json": json.dumps(schema | more).encode()})


PLACES: dict[str, Place] = {
    "condition": text(_choice),
    "inclusive condition": text(lambda t: _choice(t, "inclusiveGateway")),
    "duration": text(
        lambda t: _event(f"<timerEventDefinition><timeDuration>{t}</timeDuration></timerEventDefinition>")
    ),
    "date": text(lambda t: _event(f"<timerEventDefinition><timeDate>{t}</timeDate></timerEventDefinition>")),
    "cycle": text(
        lambda t: model(
            S,
            m.user("a"),
            m.boundary(
                "b", "a", f"<timerEventDefinition><timeCycle>{t}</timeCycle></timerEventDefinition>", False
            ),
            E,
            LINE + "; b -> end",
        )
    ),
    "condition of an event": text(
        lambda t: _event(
            f"<conditionalEventDefinition><condition>{t}</condition></conditionalEventDefinition>"
        )
    ),
    "cardinality": text(lambda t: _repeated(f"<loopCardinality>{t}</loopCardinality>")),
    "items": text(lambda t: _repeated(f"<loopDataInputRef>{t}</loopDataInputRef>")),
    "completion": text(
        lambda t: _repeated(
            f"<loopCardinality>2</loopCardinality><completionCondition>{t}</completionCondition>"
        )
    ),
    "item": value(
        lambda t: _repeated(f"<loopDataInputRef>lista</loopDataInputRef><inputDataItem name={t}/>")
    ),
    "output item": value(
        lambda t: _repeated(
            "<loopCardinality>2</loopCardinality><loopDataOutputRef>ut</loopDataOutputRef>"
            f"<outputDataItem name={t}/>"
        )
    ),
    "standard loop": text(
        lambda t: _user(
            f"<standardLoopCharacteristics><loopCondition>{t}</loopCondition></standardLoopCharacteristics>"
        )
    ),
    "script": text(lambda t: model(S, m.node("scriptTask", "a", f"<script>{t}</script>"), E, LINE)),
    "preScript": text(lambda t: _extended(f"<spiffworkflow:preScript>{t}</spiffworkflow:preScript>")),
    "postScript": text(lambda t: _extended(f"<spiffworkflow:postScript>{t}</spiffworkflow:postScript>")),
    "parameter": value(
        lambda t: _extended(
            '<spiffworkflow:serviceTaskOperator id="op"><spiffworkflow:parameters><spiffworkflow:parameter '
            f'id="p" type="any" value={t}/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>',
            "serviceTask",
        )
    ),
    "parameter name": value(
        lambda t: _extended(
            '<spiffworkflow:serviceTaskOperator id="op"><spiffworkflow:parameters><spiffworkflow:parameter '
            f'id={t} type="any" value="1"/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>',
            "serviceTask",
        )
    ),
    "operation": value(lambda t: _extended(f"<spiffworkflow:serviceTaskOperator id={t}/>", "serviceTask")),
    "result": value(
        lambda t: _extended(f'<spiffworkflow:serviceTaskOperator id="op" resultVariable={t}/>', "serviceTask")
    ),
    "payload": text(
        lambda t: model(
            S,
            m.user("a"),
            m.node(
                "endEvent",
                "end",
                '<messageEventDefinition messageRef="M"/>'
                + m.extensions(f"<spiffworkflow:messagePayload>{t}</spiffworkflow:messagePayload>"),
            ),
            LINE,
            beside=m.messages("M"),
        )
    ),
    "message variable": text(
        lambda t: model(
            S,
            m.node(
                "intermediateCatchEvent",
                "a",
                m.extensions(f"<spiffworkflow:messageVariable>{t}</spiffworkflow:messageVariable>")
                + m.message("M"),
            ),
            E,
            LINE,
            beside=m.messages("M"),
        )
    ),
    "message name": value(lambda t: _event(m.message("M"), f'<message id="M" name={t}/>')),
    "error code": value(
        lambda t: model(
            S,
            m.service("a"),
            m.boundary("b", "a", m.error("F")),
            E,
            LINE + "; b -> end",
            beside=f'<error id="F" errorCode={t}/>',
        )
    ),
    "correlation": value(
        lambda t: model(
            S,
            m.node(
                "intermediateCatchEvent",
                "a",
                m.extensions(
                    "<spiffworkflow:properties><spiffworkflow:property "
                    f'name="correlation" value={t}/></spiffworkflow:properties>'
                )
                + m.message("M"),
            ),
            E,
            LINE,
            beside=m.messages("M"),
        )
    ),
    "correlation key": text(
        lambda t: _event(
            m.message("M"),
            m.messages("M")
            + '<correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="M">'
            f"<messagePath>{t}</messagePath></correlationPropertyRetrievalExpression></correlationProperty>",
        )
    ),
    "decision id": text(
        lambda t: _extended(
            f"<spiffworkflow:calledDecisionId>{t}</spiffworkflow:calledDecisionId>", "businessRuleTask"
        )
    ),
    "decision cell": lambda t: _table(cell=_legal(t)),
    "decision output": lambda t: _table(out=_legal(t)),
    "decision input": lambda t: _table(reads=_legal(t)),
    "decision default": lambda t: _table(default=_legal(t), cell="99"),
    "decision policy": lambda t: _table(policy=_legal(t)),
    "decision expression": lambda t: model(
        S, m.decide("a", "u"), E, LINE, **{"decisions/d.dmn": d.definitions(d.literal(_legal(t), id="u"))}
    ),
    "form default": lambda t: _form({"default": t}),
    "form title": lambda t: _form({"title": t}),
    "form pattern": lambda t: _form({"pattern": t}),
    "form choices": lambda t: _form({"enum": [t, "a"]}),
    "form condition": lambda t: _form({"x-visible-if": t}),
    "form reference": lambda t: _form({}, **{"$ref": t}),
    "name": value(lambda t: model(S, f'<userTask id="a" name={t}/>', E, LINE)),
    "process name": value(
        lambda t: {
            "model.bpmn": model(S, E, "start -> end")["model.bpmn"].replace(
                b'<process id="p"', f'<process id="p" name={t}'.encode()
            )
        }
    ),
    "lane": value(
        lambda t: model(
            f'<laneSet id="l"><lane id="l1" name={t}><flowNodeRef>a</flowNodeRef></lane></laneSet>',
            S,
            m.user("a"),
            E,
            LINE,
        )
    ),
    "label of a choice": value(
        lambda t: model(
            S,
            m.user("a"),
            m.exclusive("g"),
            E,
            m.end("e2"),
            "start -> a -> g",
            f'<sequenceFlow id="f1" name={t} sourceRef="g" targetRef="end"/>'
            '<sequenceFlow id="f2" sourceRef="g" targetRef="e2"/>',
        )
    ),
    "documentation": text(lambda t: _user(f"<documentation>{t}</documentation>")),
    "annotation": text(
        lambda t: model(S, m.user("a"), E, LINE, f'<textAnnotation id="ta"><text>{t}</text></textAnnotation>')
    ),
    "id": value(lambda t: model(S, f"<userTask id={t}/>", E, "start -> end")),
    "property form": _property("form"),
    "property text": _property("text"),
    "property due": _property("due"),
    "property unknown": _property("flurp"),
    "property synthetic": _property("synthetic"),
    "property name": value(
        lambda t: _extended(
            f'<spiffworkflow:properties><spiffworkflow:property name={t} value="x"/></spiffworkflow:properties>'
        )
    ),
    "instructions": text(
        lambda t: _extended(
            f"<spiffworkflow:instructionsForEndUser>{t}</spiffworkflow:instructionsForEndUser>"
        )
    ),
    "listener": text(
        lambda t: _extended(
            f'<camunda:executionListener event="start"><camunda:script scriptFormat="python">{t}'
            "</camunda:script></camunda:executionListener>"
        )
    ),
    "class": value(lambda t: model(S, f'<serviceTask id="a" camunda:class={t}/>', E, LINE)),
    "topic": value(lambda t: model(S, f'<serviceTask id="a" camunda:topic={t}/>', E, LINE)),
    "groups": value(lambda t: model(S, f'<userTask id="a" camunda:candidateGroups={t}/>', E, LINE)),
    "collection": value(
        lambda t: _user(
            f'<multiInstanceLoopCharacteristics camunda:collection={t} camunda:elementVariable="i"/>'
        )
    ),
    "input parameter": text(
        lambda t: model(
            S,
            '<serviceTask id="a" camunda:topic="op"><extensionElements><camunda:inputOutput>'
            f'<camunda:inputParameter name="p">{t}</camunda:inputParameter></camunda:inputOutput>'
            "</extensionElements></serviceTask>",
            E,
            LINE,
        )
    ),
    "zeebe input": value(
        lambda t: _extended(
            f'<zeebe:taskDefinition type="op"/><zeebe:ioMapping><zeebe:input source={t} target="p"/>'
            "</zeebe:ioMapping>",
            "serviceTask",
        )
    ),
    "zeebe key": value(
        lambda t: _event(
            m.message("M"),
            f'<message id="M" name="M"><extensionElements><zeebe:subscription correlationKey={t}/>'
            "</extensionElements></message>",
        )
    ),
    "help text": lambda t: model(
        S, m.user("a", text="t"), E, LINE, **{"texts/t.md": t.encode("utf-8", "replace")}
    ),
    "scenarios": lambda t: model(S, m.user("a"), E, LINE, **{"scenarios.yaml": t.encode("utf-8", "replace")}),
}
"""By name: the text → a process folder that holds it there."""
