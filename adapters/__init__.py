"""Other people's systems: each adapter knows the contract, and never another adapter."""
