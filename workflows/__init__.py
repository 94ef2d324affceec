"""Knows BPMN and nothing about municipalities: bytes and values in, values out."""
