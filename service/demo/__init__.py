"""A small diarium that speaks SOAP, for the demonstration and the tests; nothing in production."""
