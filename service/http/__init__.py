"""The web: thin views, templates, access policy, problem+json. Rules live in the rooms below."""
