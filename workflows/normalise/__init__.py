"""From a stranger's file to explicit BPMN: the XML door and the normaliser."""

from workflows.normalise.normalise import normalise
from workflows.normalise.xml import parse_xml

__all__ = ["normalise", "parse_xml"]
