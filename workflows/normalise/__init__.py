"""From a stranger's file to explicit BPMN: the XML door and the normaliser."""

from workflows.normalise.normalise import OURS, normalise
from workflows.normalise.xml import parse_xml

__all__ = ["OURS", "normalise", "parse_xml"]
