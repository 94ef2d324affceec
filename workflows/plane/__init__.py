"""The plane that a diagram lies on: where its figures and lines stand, and how wide its letters are."""
