"""The application: knows the municipality, remembers, and joins workflows and adapters."""
