"""Forms: a JSON Schema subset with x- hints in, checked answers out; HTML is not made here."""

from workflows.forms.fields import Choice, Field, Validated
from workflows.forms.form import Form
from workflows.forms.schema import load

__all__ = ["Choice", "Field", "Form", "Validated", "load"]
