"""SOAP: one hardened client, one table of faults, and a mapping for each contract."""
