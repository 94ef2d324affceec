"""The keys of a municipality profile: where five guidelines agree on the step and differ in the value.

Each key `a.b` is the workflow variable `a_b`; a key of several parts gives its first part that name and
every other part `a_b_part`. Models branch on the codes, pages show the Swedish words beside them. Source:
the table where the guidelines differ, 31 keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from service.actors import ROLES
from service.profiles.parts import Key, Kind, Part, code, plain, role, whole

_ALL = (
    Key(
        "approval.mode",
        "Hur en kanal startas",
        "Avgör om det krävs godkännande av personen, en ansökan om kanalen, en checklista eller bara en "
        "anmälan innan en kanal startas.",
        (
            code(
                person="närmaste chef godkänner personen; kanalen anmäls",
                application="ansökan om kanalen som bereds och beslutas",
                checklist="verksamheten går igenom en checklista och meddelar",
                notification="kanalen anmäls innan den startas",
            ),
        ),
    ),
    Key(
        "approval.steps",
        "Vilka som prövar, i ordning",
        "Avgör vilka roller som tar ställning till kanalen och i vilken ordning; den sista beslutar.",
        (Part("value", Kind.ROLES, ROLES),),
    ),
    Key(
        "approval.applicant",
        "Vem som ansöker eller anmäler",
        "Avgör vilken roll som lämnar in ansökan, anmälan eller checklistan.",
        (role(),),
    ),
    Key(
        "form.schema",
        "Vilka frågor som ställs",
        "Avgör vilket formulär den som vill starta en kanal fyller i.",
        (
            code(
                core="de gemensamma kärnfrågorna",
                ystad_10="Ystads tio frågor",
                sater_10="Säters tio frågor",
                orebro_17="Örebros checklista med sjutton punkter",
                none="inget formulär",
            ),
        ),
    ),
    Key(
        "admins.min",
        "Minst antal administratörer",
        "Avgör hur många som minst ska kunna administrera en kanal, från start och hela tiden.",
        (whole("minst {n}", least=1, most=20),),
    ),
    Key(
        "deputy.appointed_by",
        "Vem som utser ersättare",
        "Avgör om en ersättare ska finnas vid frånvaro och vem som utser den.",
        (role(none="ingen ersättare krävs"),),
    ),
    Key(
        "credentials.custody",
        "Var inloggningsuppgifterna finns",
        "Avgör vem som ska ha tillgång till kontots inloggningsuppgifter utöver administratörerna.",
        (
            code(
                holders="flera i verksamheten har dem",
                optional_deposit="innehavarna förtecknas; kommunikation kan vara reserv",
                web_strategist="lämnas till webbstrategen",
                communications_manager="lämnas till kommunikationschefen",
                secured="åtkomsten ska vara säkrad",
            ),
        ),
    ),
    Key(
        "register.public_url",
        "Var förteckningen publiceras",
        "Anger på vilken sida allmänheten hittar förteckningen över kommunens konton.",
        (plain(Kind.TEXT),),
    ),
    Key(
        "url.naming",
        "Hur kanalens adress ska börja",
        "Anger vad sista ledet i kanalens adress ska börja med; tomt när ingen regel finns.",
        (plain(Kind.TEXT),),
    ),
    Key(
        "account.type",
        "Vilken typ av konto",
        "Avgör vilken typ av konto kanalen får vara.",
        (
            code(
                any="ingen regel",
                page="sida, inte profil eller grupp",
                organisation="företagssida eller företagskonto, inte personkonto",
                linked="kopplat till kommunens huvudkonto",
                open="öppet konto, inte ett privat konto",
            ),
        ),
    ),
    Key(
        "sla.answer",
        "Hur fort en fråga ska besvaras",
        "Avgör när ett svar ska ha lämnats och hur helger och stängda timmar räknas.",
        (
            code(
                "calendar",
                pause="klockan står stilla på helger",
                office_hours="bara kontorstid räknas",
                roll="infaller det på en helg flyttas det till nästa arbetsdag",
                at_once="omgående",
                as_soon_as_possible="så snart som möjligt",
                channel="den ansvarige för kanalen bestämmer",
            ),
            whole("{n} timmar", "hours", most=720),
        ),
    ),
    Key(
        "supervision",
        "Hur ofta kanalen ses över",
        "Avgör hur ofta någon ska ha tittat på kanalen.",
        (
            code(
                daily="varje dag",
                office_days="varje dag under kontorstid",
                continuous="fortlöpande, utan fast intervall",
                none="ingen regel",
            ),
        ),
    ),
    Key(
        "activity.min_posts",
        "Minst antal inlägg per vecka",
        "Anger hur många egna inlägg i veckan kanalen minst ska ha; 0 när ingen regel finns.",
        (whole("{n} inlägg i veckan", most=100),),
    ),
    Key(
        "inactivity.action",
        "Vad som händer med en inaktiv kanal",
        "Avgör om en inaktiv kanal stängs, föreslås stängas eller lämnas.",
        (
            code(
                close="ska stängas",
                propose_closing="bör avslutas: den ansvarige får ett förslag",
                close_at_end="stängs när den tidsbestämda perioden är slut",
                report="stängning meddelas",
                none="ingen regel",
            ),
        ),
    ),
    Key(
        "capture.interval",
        "Månader mellan ögonblicksbilder",
        "Anger hur många månader som högst går mellan två ögonblicksbilder; 0 när ingen regel finns.",
        (whole("{n} månader", most=60),),
    ),
    Key(
        "capture.format",
        "Vilket format ögonblicksbilden har",
        "Avgör i vilket format kanalens ögonblicksbild sparas.",
        (
            code(
                digital="digital bild",
                pdfa="Pdf/a",
                screenshot_or_print="skärmdump eller utskrift",
                none="ingen regel",
            ),
        ),
    ),
    Key(
        "capture.owner",
        "Vem som gör ögonblicksbilden",
        "Avgör vilken roll som får uppgiften att spara kanalens ögonblicksbild.",
        (role(),),
    ),
    Key(
        "capture.deliver_to",
        "Vart ögonblicksbilden lämnas",
        "Avgör om ögonblicksbilden ska lämnas till arkivet mot kvittens.",
        (code(city_archive="stadsarkivet", none="stannar i Ordna"),),
    ),
    Key(
        "closing.archive",
        "Vad som bevaras när kanalen stängs",
        "Avgör vad som ska bevaras innan en kanal stängs.",
        (
            code(
                e_archive="kanalen e-arkiveras",
                capture="en sista ögonblicksbild",
                report="stängningen meddelas",
                none="ingen regel",
            ),
        ),
    ),
    Key(
        "secret.order",
        "Ordningen när något hemligt skrivs",
        "Avgör om ett sekretessbelagt inlägg registreras före eller efter att avsändaren kontaktas.",
        (
            code(
                register_first="bevara, ta bort, registrera, kontakta avsändaren",
                contact_first="bevara, ta bort, kontakta avsändaren, registrera",
            ),
        ),
    ),
    Key(
        "removed.register",
        "Vilka borttagna inlägg som registreras",
        "Avgör vilka borttagna inlägg som ska in i diariet.",
        (
            code(
                secret="bara sekretessbelagda",
                secret_and_criminal="sekretessbelagda och brottsliga",
                all="alla borttagna",
                evidence_only="sekretessbelagda; övriga sparas med avsändare",
            ),
        ),
    ),
    Key(
        "criminal.police_report",
        "Polisanmälan av brottsligt innehåll",
        "Avgör om brottsligt innehåll ska polisanmälas eller om det prövas från fall till fall.",
        (code(required="ska polisanmälas", optional="prövas från fall till fall"),),
    ),
    Key(
        "evidence.before_delete",
        "Vad som sparas före borttagning",
        "Avgör vad som måste vara sparat innan ett inlägg tas bort.",
        (
            code(
                content_and_sender="innehåll och avsändare",
                capture="en skärmdump",
                none="ingen regel",
            ),
        ),
    ),
    Key(
        "complaint.register",
        "Vilka synpunkter som registreras",
        "Avgör när en synpunkt, ett klagomål eller ett meddelande ska in i diariet.",
        (
            code(
                existing_only="när de hör till ett befintligt ärende",
                private_and_case="meddelanden till en viss person, och det som hör till eller startar ett "
                "ärende",
                case="när de hör till eller startar ett ärende",
                always="klagomål och synpunkter som inte är av ringa betydelse, och ärenden",
            ),
        ),
    ),
    Key(
        "visitor.notify_removed",
        "Besked till den vars inlägg tas bort",
        "Avgör om besökaren får veta att ett inlägg tagits bort.",
        (
            code(
                each="vid varje borttagning", advance="på förhand i kanalens information", none="ingen regel"
            ),
        ),
    ),
    Key(
        "signature.template",
        "Hur svar undertecknas",
        "Ger den underskrift som läggs till svar i kommunens namn.",
        (plain(Kind.TEMPLATE),),
    ),
    Key(
        "mandate.approver",
        "Vem som ger uppdraget",
        "Avgör vilken roll som godkänner att en anställd skriver i kommunens namn.",
        (role(),),
    ),
    Key(
        "crisis",
        "Sociala medier i kris",
        "Avgör vad som ändras i kanalerna när kommunen är i kris.",
        (
            code(
                take_over="kommunikationsenheten får publicera i alla kanaler och ansvaret flyttas",
                use_or_refer="varje kanal används eller hänvisar; frågorna sammanställs till krisledningen",
                none="ingen regel",
            ),
        ),
    ),
    Key(
        "consent.photo",
        "Samtycke till bild, film och namn",
        "Avgör om samtycke krävs innan någon som går att känna igen publiceras, och under vilken ålder "
        "vårdnadshavare också ska samtycka (0 när ingen regel finns).",
        (
            code(
                "rule",
                written="skriftligt samtycke krävs",
                expected="samtycke bör finnas, eller en annan grund anges",
                none="ingen regel",
            ),
            whole("för den som är under {n} år också vårdnadshavarens", "guardian_age", most=18),
        ),
    ),
    Key(
        "gallring.authority",
        "När inlägg får gallras",
        "Anger när inlägg av tillfällig eller ringa betydelse får gallras, och gallringsbeslutets "
        "diarienummer (tomt tills kommunen anger det).",
        (
            code(
                "when",
                not_current="när de inte längre är aktuella",
                continuous="fortlöpande",
                sector_plan="enligt sektorns gallringsplan",
                none="inget gallringsbeslut: inget får gallras",
            ),
            plain(Kind.TEXT, "dnr", "gallringsbeslut {n}"),
        ),
    ),
    Key(
        "terms.snapshot",
        "Användarvillkoren sparas",
        "Avgör om de användarvillkor som accepterades ska sparas digitalt.",
        (plain(Kind.FLAG),),
    ),
)

KEYS: Mapping[str, Key] = MappingProxyType({key.name: key for key in _ALL})
"""All keys by name, in the order of the table."""

VARIABLES: Mapping[str, Key] = MappingProxyType({name: key for key in _ALL for name in key.variables})
"""Which key a workflow variable carries."""
