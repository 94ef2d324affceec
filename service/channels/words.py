"""The closed choices of the register, with their Swedish words: kinds, states, parts, points to see to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POLITICIAN = "external_link_politician"

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "social": "Socialt medium",
        "campaign_site": "Kampanjsajt",
        "app": "App",
        "website": "Webbplats",
        "blog": "Blogg",
        POLITICIAN: "Extern länk till förtroendevald",
    }
)
"""What a channel is. Source: Ystad, "sociala medier, kampanjsajter, appar"; Bromölla on politicians."""

STATES: Mapping[str, str] = MappingProxyType(
    {
        "draft": "Utkast",
        "submitted": "Inlämnad",
        "approved": "Godkänd",
        "onboarding": "Förbereds",
        "active": "I bruk",
        "inactive_warning": "Inaktiv, varnad",
        "closing": "Stängs",
        "archived": "Stängd",
        "rejected": "Avslagen",
    }
)
"""The life cycle, in order."""

STEPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "draft": frozenset({"submitted", "approved", "onboarding", "rejected"}),
        "submitted": frozenset({"draft", "approved", "onboarding", "rejected"}),
        "approved": frozenset({"onboarding", "rejected"}),
        "onboarding": frozenset({"active", "rejected"}),
        "active": frozenset({"inactive_warning", "closing"}),
        "inactive_warning": frozenset({"active", "closing"}),
        "closing": frozenset({"active", "archived"}),
        "archived": frozenset(),
        "rejected": frozenset(),
    }
)
"""State → the states that may follow."""

IN_USE = frozenset({"active", "inactive_warning", "closing"})
"""States in which visitors meet the channel."""
PUBLIC = IN_USE | {"archived"}
"""States that the public register shows: a closed channel stays findable."""

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "responsible": "Ansvarig",
        "administrator": "Administratör",
        "deputy": "Ersättare",
        "credential_holder": "Har inloggningsuppgifter",
        "publisher": "Får publicera",
    }
)
"""What a mandate is for."""

OWNERS: Mapping[str, str] = MappingProxyType({"joint": "Gemensam", "sector": "Förvaltningens egen"})

ACCOUNT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "page": "Sida",
        "organisation": "Organisationskonto",
        "group": "Grupp",
        "profile": "Profil",
        "personal": "Personligt konto",
        "site": "Egen webbplats eller app",
    }
)

CAPTURED_BY: Mapping[str, str] = MappingProxyType(
    {"channel_responsible": "Kanalansvarig", "archivist": "Arkivet"}
)

INFORMATION: Mapping[str, str] = MappingProxyType(
    {
        "responsible": "Vem som ansvarar för kanalen, dess syfte och hur man når den ansvarige",
        "public_record": "Att inlägg blir allmänna handlingar och syns för andra",
        "forbidden": "Vad som inte får skrivas och vad som händer om någon gör det",
        "own_responsibility": "Att besökaren själv ansvarar för det hen skriver",
        "personal_data": "Hur personuppgifter behandlas och hur man når dataskyddsombudet",
    }
)
"""The points of the visitor information. Source: lag 1998:112 3 §; Säter 2021 §3; Haparanda."""

CHECKLIST: Mapping[str, str] = MappingProxyType(
    {
        "graphic_profile": "Den grafiska profilen följs så långt mediet tillåter",
        "clear_sender": "Det framgår att kommunen eller enheten är avsändare",
        "own_symbol": "Egen symbol: det står att verksamheten är en del av kommunen",
        "link_to_website": "Länk till enhetens sida på kommunens webbplats",
        "link_to_register": "Länk till förteckningen över kommunens konton",
        "terms_assessed": "Användarvillkoren är lästa och bedömda",
        "accessibility": "Bilder och film har textalternativ och undertexter",
        "routines": "Rutiner finns för kris, diarieföring, gallring, arkivering och olämpliga inlägg",
        "plan": "Det finns en plan för kanalen",
        "source": "Nyheter har i första hand kommunens webbplats som källa",
        "advice": "Råden om hur man svarar är lästa",
        "link_to_main_page": "Länk till kommunens huvudsida",
        "official_statement": "Det står att kanalen är kommunens officiella",
        "contact_details": "Kontaktuppgifter finns",
        "logotype": "Kommunens logotyp finns",
        "standard_text": "Kommunens standardtext finns",
        "signature": "Svar undertecknas som kommunen har bestämt",
        "instructions": "Kommunikationsenhetens instruktioner är lästa",
        "network": "Den ansvarige är med i kommunens nätverk",
        "om_text": "Den centrala texten om kontot är inlagd",
        "own_website": "Verksamhetens egen webbinformation är uppdaterad",
        "board_routine": "Redaktionens svarsrutin är känd",
    }
)
"""Other points of onboarding. Sources: Bromölla, Ystad's five points, Säter §2, Örebro's checklist."""

CONSENTS: Mapping[str, str] = MappingProxyType(
    {
        "written": "Skriftligt samtycke",
        "guardian": "Skriftligt samtycke, även av vårdnadshavare",
        "exception": "Annan grund, till exempel folksamling",
    }
)
