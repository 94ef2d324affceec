"""What process owners own: models, forms, decisions, texts and scenarios, as data."""
