"""The API described: a hand-kept structure that a test holds against the routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_ID = {"type": "string", "format": "uuid"}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_PROBLEMS = {
    401: "Not signed in",
    403: "Not allowed",
    404: "Nothing that you may know of",
    409: "No longer in that state",
    412: "Changed since you looked",
    413: "Too large",
    415: "Content of another type",
    422: "Something must be corrected",
    429: "Wait",
    500: "Our fault",
}


def _answers(status: int, text: str, schema: Mapping[str, Any], *problems: int) -> dict[str, Any]:
    found = {str(status): {"description": text, "content": _json(schema)}}
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    return found | {
        str(code): {"description": _PROBLEMS[code], "content": problem}
        for code in sorted({*problems, 401, 403, 500})
    }


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _ID}


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": _TEXT,
    "description": "The version that you saw, as the ETag gave it; or send `version` in the body.",
}
_CSRF = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": True,
    "schema": _TEXT,
    "description": "From GET /session.",
}
_LIST = [_query("q", {"type": "string", "maxLength": 100}), _query("after", _TEXT)]


def _step(summary: str, schema: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            "parameters": [_path("task_id"), _IF_MATCH, _CSRF],
            "requestBody": {"content": _json(schema)},
            "responses": _answers(200, "Done", answer, 404, 409, 412, 415, 422),
        }
    }


def _draft(
    method: str,
    summary: str,
    answer: Mapping[str, Any],
    *problems: int,
    sends: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """A call about a draft of a process. `sends`: what goes with the model that it carries."""
    process = {"name": "process", "in": "path", "required": True, "schema": _TEXT}
    call = {
        "summary": summary,
        "parameters": [process, _path("draft_id"), *sends],
        "responses": _answers(200, "The draft's", answer, 404, *problems),
    }
    model = {"required": True, "content": {"application/xml": {"schema": _TEXT}}}
    return {method: call | ({"requestBody": model} if sends else {})}


_VERSION = {"type": "integer", "minimum": 0}
_HOLD = _object(version=_VERSION)
_ANSWER = _object(version=_VERSION, answers={"type": "object"})
_WORD = {"type": "string", "minLength": 1, "maxLength": 200}
_FILE = _object(
    ("name", "media_type", "content"),
    name=_TEXT,
    media_type=_TEXT,
    content={"type": "string", "contentEncoding": "base64"},
)

SCHEMAS: Mapping[str, Any] = {
    "Problem": {
        "type": "object",
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "errors": {"type": "object", "additionalProperties": _TEXT},
        },
        "required": ["type", "title", "status", "detail"],
    },
    "Session": _object(
        ("id", "name", "login", "roles", "csrf"),
        id=_TEXT,
        name=_TEXT,
        login=_TEXT,
        roles={"type": "array", "items": _TEXT},
        csrf=_TEXT,
    ),
    "Saved": _object(("version", "at"), version=_VERSION, at=_TEXT),
    "Looked": _object(
        ("findings", "notes"),
        findings={"type": "array", "items": _ref("Finding")},
        notes={"type": "array", "items": _ref("Finding")},
    ),
    "Finding": _object(
        ("rule", "element", "text", "hint", "level"),
        rule=_TEXT,
        element=_or_null(_TEXT),
        text=_TEXT,
        hint=_TEXT,
        level={"enum": ["error", "warning", "note"]},
    ),
    "Received": _object(
        ("case_id", "item_id", "case_number", "duplicate"),
        case_id=_ID,
        item_id=_ID,
        case_number=_TEXT,
        duplicate={"type": "boolean"},
    ),
    "Item": _object(
        ("channel",),
        channel={"type": "string", "maxLength": 120},
        url={"type": ["string", "null"], "maxLength": 2000},
        author={"type": ["string", "null"], "maxLength": 200},
        text={"type": ["string", "null"], "maxLength": 20000},
        posted_at=_or_null(_MOMENT),
        files={"type": "array", "items": _FILE, "maxItems": 20},
    ),
    "Message": _object(
        ("name", "correlation", "source", "external_id"),
        name=_WORD,
        correlation=_WORD,
        source={**_WORD, "maxLength": 60},
        external_id=_WORD,
        payload={"type": "object"},
    ),
    "Outcome": _object(
        ("id", "state", "case_id", "duplicate"),
        id=_ID,
        state={"enum": ["waiting", "ambiguous", "failed", "delivered", "discarded"]},
        case_id=_or_null(_ID),
        duplicate={"type": "boolean"},
    ),
    "Task": {
        "type": "object",
        "properties": {
            "id": _ID,
            "case_id": _ID,
            "kind": {"enum": ["form", "incident", "registration"]},
            "name": _TEXT,
            "role": _TEXT,
            "assignee": _or_null(_TEXT),
            "opened_at": _MOMENT,
            "due_at": _or_null(_MOMENT),
            "version": _VERSION,
            "locked": {"type": "boolean"},
            "technical": {"type": "boolean"},
            "unmanned": {"type": "boolean"},
            "paused": {"type": "boolean"},
            "status": {"enum": ["open", "completed", "withdrawn"]},
            "draft": {"type": "object"},
        },
        "required": ["id", "case_id", "kind", "name", "role", "version"],
    },
    "Tasks": _object(
        ("tasks", "after"), tasks={"type": "array", "items": _ref("Task")}, after=_or_null(_TEXT)
    ),
    "Completed": _object(
        ("case_id", "case_number", "status", "next_task"),
        case_id=_ID,
        case_number=_TEXT,
        status=_TEXT,
        next_task=_or_null(_ID),
    ),
    "Registration": {
        "type": "object",
        "properties": {
            "id": _ID,
            "kind": {"enum": ["case", "document"]},
            "state": {
                "enum": ["pending", "sending", "retry", "registered", "uncertain", "refused", "cancelled"]
            },
            "number": _or_null(_TEXT),
        },
        "required": ["id", "kind", "state", "number"],
    },
    "Case": {
        "type": "object",
        "properties": {
            "id": _ID,
            "number": _TEXT,
            "registration_number": _or_null(_TEXT),
            "title": _TEXT,
            "channel": _TEXT,
            "status": _TEXT,
            "locked": {"type": "boolean"},
            "received_at": _MOMENT,
            "answer_due": _or_null(_MOMENT),
            "deadline": _ref("Deadline"),
            "registrations": {"type": "array", "items": _ref("Registration")},
        },
        "required": ["id", "number", "registration_number", "title", "channel", "status", "received_at"],
    },
    "Why": _object(
        ("name", "label", "status", "municipality", "quote", "document", "section", "date", "rules"),
        **dict.fromkeys(("name", "label", "municipality"), _TEXT),
        status={"enum": ["rule", "law", "chosen"]},
        **{
            name: _or_null(_TEXT)
            for name in ("explanation", "value", "quote", "document", "section", "date", "note", "does")
        },
        rules={"type": "array", "items": _TEXT},
    ),
    "Deadline": _object(
        ("rule", "calendar", "version", "due", "skipped", "sentence"),
        rule={"enum": ["answer", "registration", "duty"]},
        calendar=_TEXT,
        version=_VERSION,
        due=_or_null(_MOMENT),
        skipped={
            "type": "array",
            "items": _object(("from", "to", "reason"), **{"from": _MOMENT, "to": _MOMENT, "reason": _TEXT}),
        },
        sentence=_object(("sv", "en"), sv=_TEXT, en=_TEXT),
    ),
    "Cases": _object(
        ("cases", "after"), cases={"type": "array", "items": _ref("Case")}, after=_or_null(_TEXT)
    ),
}

DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Ordna",
        "version": "1",
        "description": "The session cookie of the pages, and X-CSRF-Token on unsafe calls.",
    },
    "servers": [{"url": "/api/v1"}],
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "ordna"}},
    },
    "security": [{"session": []}],
    "paths": {
        "/openapi.json": {
            "get": {
                "summary": "This description",
                "security": [],
                "responses": {"200": {"description": "OpenAPI 3.1", "content": _json({"type": "object"})}},
            }
        },
        "/session": {
            "get": {
                "summary": "Who is signed in, and the CSRF token",
                "responses": _answers(200, "Signed in", _ref("Session")),
            }
        },
        "/intake": {
            "post": {
                "summary": "An e-mail as it came",
                "parameters": [_CSRF],
                "requestBody": {"required": True, "content": {"message/rfc822": {"schema": _TEXT}}},
                "responses": _answers(201, "A new case", _ref("Received"), 413, 415, 422)
                | {"200": {"description": "Received before", "content": _json(_ref("Received"))}},
            }
        },
        "/items": {
            "post": {
                "summary": "A post, comment or message",
                "parameters": [_CSRF],
                "requestBody": {"required": True, "content": _json(_ref("Item"))},
                "responses": _answers(201, "A new case", _ref("Received"), 413, 415, 422)
                | {"200": {"description": "Received before", "content": _json(_ref("Received"))}},
            }
        },
        "/messages": {
            "post": {
                "summary": "A message for the case that waits for it, now or later",
                "parameters": [_CSRF],
                "requestBody": {"required": True, "content": _json(_ref("Message"))},
                "responses": _answers(201, "Delivered, or kept", _ref("Outcome"), 409, 413, 415, 422)
                | {"200": {"description": "Received before", "content": _json(_ref("Outcome"))}},
            }
        },
        "/why/{name}": {
            "get": {
                "summary": "Why: the sentence behind a key of the municipality's profile, or a rule's",
                "parameters": [{"name": "name", "in": "path", "required": True, "schema": _TEXT}],
                "responses": _answers(200, "The sentence and its source", _ref("Why"), 404),
            }
        },
        "/processes/{process}/drafts/{draft_id}/model": {
            **_draft("get", "The draft's drawing, as application/xml; its version is the ETag", _TEXT),
            **_draft(
                "put", "Save the drawing", _ref("Saved"), 409, 412, 413, 415, 422, sends=(_IF_MATCH, _CSRF)
            ),
        },
        "/processes/{process}/drafts/{draft_id}/lint": _draft(
            "post", "What hinders this drawing, and how it was read", _ref("Looked"), 413, 415, sends=(_CSRF,)
        ),
        "/processes/{process}/drafts/{draft_id}/catalogue": _draft(
            "get",
            "What a drawing may name: roles, rules, operations, and the draft's files",
            {"type": "object"},
        ),
        "/tasks": {
            "get": {
                "summary": "Open tasks that you may see",
                "parameters": [_query("view", {"enum": ["mine", "group", "all"], "default": "all"}), *_LIST],
                "responses": _answers(200, "Most urgent first", _ref("Tasks"), 422),
            }
        },
        "/tasks/{task_id}": {
            "get": {
                "summary": "One task",
                "parameters": [_path("task_id")],
                "responses": _answers(200, "The task", _ref("Task"), 404),
            }
        },
        "/tasks/{task_id}/claim": _step("Take the task", _HOLD, _ref("Task")),
        "/tasks/{task_id}/release": _step("Give the task back", _HOLD, _ref("Task")),
        "/tasks/{task_id}/draft": _step("Keep unfinished answers", _ANSWER, _ref("Task")),
        "/tasks/{task_id}/complete": _step("Finish the task", _ANSWER, _ref("Completed")),
        "/cases": {
            "get": {
                "summary": "Cases",
                "parameters": _LIST,
                "responses": _answers(200, "The latest first", _ref("Cases"), 422),
            }
        },
        "/cases/{case_id}": {
            "get": {
                "summary": "One case",
                "parameters": [_path("case_id")],
                "responses": _answers(200, "The case", _ref("Case"), 404),
            }
        },
    },
}
