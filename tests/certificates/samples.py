"""Snapshots to draw: the shortest and the longest we expect, every alphabet we write, both leading languages."""

import copy
import io
from typing import Any

from PIL import Image, ImageDraw

from certificates.logos import digest_of, read_logo

Snapshot = dict[str, Any]


def _outcome(nl: str, en: str) -> dict[str, str]:
    return {"nl": nl, "en": en}


SHORTEST: Snapshot = {
    "version": 1,
    "number": "7K3MQ9TX2B4N8WRFA",
    "kind": "participation",
    "language": "nl",
    "learner": {"name": "Bo Li"},
    "title": {"nl": "Meten met licht", "en": "Measuring with light"},
    "course": {"code": "IOT-1", "kind": "course"},
    "edition": {"code": "IOT-1-2026A"},
    "period": {"start": "2026-09-03", "end": "2026-09-03"},
    "issued_on": "2026-09-04",
    "expires_on": None,
    "issuer": {"name": "SMITZH", "country": "NL", "region": "Zuid-Holland", "kvk_number": ""},
    "provider": {"name": "RoboHouse", "city": "Delft"},
    "co_issuers": [],
    "outcomes": [
        _outcome("Je stelt een sensor in.", "You set up a sensor."),
        _outcome("Je leest meetdata uit.", "You read measurement data."),
    ],
    "workload": {"contact_minutes": 240, "total_minutes": 240, "ects": None},
    "attended_minutes": 240,
    "level": {
        "label": {"nl": "mbo-4 werk- en denkniveau", "en": "Vocational level (mbo-4)"},
        "nlqf": None,
        "eqf": None,
        "register_number": None,
    },
    "assessment": {"type": "none", "text": {"nl": "Geen toetsing", "en": "No assessment"}},
    "participation": {"form": "onsite"},
    "quality": {"nl": "Evaluatie na elke editie", "en": "Evaluation after every edition"},
    "skills": [],
    "signatories": [{"role": {"nl": "Programmamanager", "en": "Programme manager"}, "name": ""}],
    "funding": {"statement": None, "emblem": None},
    "cover": 4,
    "verify_url": "http://127.0.0.1:8000/v/7K3M-Q9TX-2B4N-8WRF-A",
    "seal": None,
    "credential": None,
}

COBOTS: Snapshot = {
    **copy.deepcopy(SHORTEST),
    "kind": "assessed",
    "learner": {"name": "Sanne de Vries"},
    "title": {
        "nl": "Werken met cobots: veilig, praktisch en samen",
        "en": "Working with cobots: safe, practical and together",
    },
    "course": {"code": "SMZ-P3", "kind": "programme"},
    "edition": {"code": "SMZ-P3-2026N"},
    "period": {"start": "2026-09-03", "end": "2026-09-24"},
    "issued_on": "2026-09-25",
    "expires_on": "2028-09-25",
    "co_issuers": [{"name": "RoboHouse"}],
    "outcomes": [
        _outcome(
            "Je programmeert zelfstandig een eenvoudige oppak- en plaatstaak op een cobot.",
            "You independently program a simple pick-and-place task on a cobot.",
        ),
        _outcome(
            "Je maakt een risicobeoordeling van een werkplek waar mens en robot samenwerken.",
            "You carry out a risk assessment of a workplace where people and robots work together.",
        ),
        _outcome(
            "Je kiest een passende grijper of sensor en legt uit waarom.",
            "You choose a suitable gripper or sensor and explain why.",
        ),
        _outcome(
            "Je stelt met collega's een invoeringsplan op waarin werk, veiligheid en opbrengst aan bod komen.",
            "Together with colleagues you draw up an implementation plan covering work, safety and returns.",
        ),
    ],
    "workload": {"contact_minutes": 1560, "total_minutes": 2400, "ects": None},
    "attended_minutes": 1500,
    "assessment": {
        "type": "practical_assignment",
        "text": {
            "nl": "Praktijkopdracht uit het eigen werk, beoordeeld door de trainer als voldoende of onvoldoende.",
            "en": "Practical assignment from the learner's own work, marked pass or fail by the trainer.",
        },
    },
    "participation": {"form": "blended"},
    "quality": {
        "nl": "Tweede beoordelaar bij elke toets en een evaluatie na elke editie.",
        "en": "A second assessor for every assessment and an evaluation after every edition.",
    },
    "skills": [
        {
            "framework": "ESCO",
            "code": "",
            "uri": "http://data.europa.eu/esco/skill/0f5374e3-0b9b-4b16-af7a-49654ce0bb15",
            "label": {"nl": "samenwerking tussen mens en robot", "en": "human-robot collaboration"},
            "level": "",
        },
        {
            "framework": "ESCO",
            "code": "",
            "uri": "http://data.europa.eu/esco/skill/1dd23dba-dd00-45ab-abf4-642902538317",
            "label": {"nl": "risicoanalyse uitvoeren", "en": "perform risk analysis"},
            "level": "",
        },
        {
            "framework": "e-CF 4.0",
            "code": "B.4",
            "uri": "",
            "label": {"nl": "Solution Deployment", "en": "Solution Deployment"},
            "level": "e-2",
        },
        {
            "framework": "DigComp 3.0",
            "code": "5.1",
            "uri": "",
            "label": {
                "nl": "Herkennen en oplossen van technische problemen",
                "en": "Identifying and solving technical problems",
            },
            "level": "Intermediate",
        },
    ],
    "signatories": [
        {"role": {"nl": "Programmamanager", "en": "Programme manager"}, "name": "Maarten van Rijn"},
        {"role": {"nl": "Hoofd opleidingen RoboHouse", "en": "Head of training, RoboHouse"}, "name": ""},
    ],
    "funding": {
        "statement": {"nl": "Medegefinancierd door de Europese Unie", "en": "Co-funded by the European Union"},
        "emblem": "eu",
    },
    "cover": 2,
}

LONGEST: Snapshot = {
    **copy.deepcopy(COBOTS),
    "learner": {
        "name": "Prof. dr. ir. Maria Wilhelmina Johanna van den Heuvel-Vroegindeweij tot Bennebroek en Vogelenzang "
        "de Montmorency-Löwenstein"
    },
    "title": {
        "nl": "Mensgerichte technologie in de maritieme maakindustrie: digitale werkinstructies, hulp op afstand en "
        "augmented reality op de werkvloer van morgen",
        "en": "Human-centred technology in the maritime manufacturing industry: digital work instructions, remote "
        "assistance and augmented reality on the shop floor of tomorrow",
    },
    "issuer": {
        "name": "Programmabureau Slim Leren Zuid-Holland",
        "country": "NL",
        "region": "Zuid-Holland",
        "kvk_number": "00000001",
    },
    "provider": {"name": "Duurzaamheidsfabriek, Leerpark Dordrecht", "city": "Dordrecht"},
    "co_issuers": [
        {"name": "Rotterdam Additive Manufacturing LAB"},
        {"name": "Technische Universiteit Delft"},
        {"name": "Hogeschool Rotterdam"},
        {"name": "De Haagse Hogeschool"},
    ],
    "period": {"start": "2026-11-26", "end": "2027-02-18"},
    "issued_on": "2027-03-01",
    "outcomes": [
        _outcome(
            f"Je ontwerpt ({number}) samen met vakmensen een digitale werkinstructie voor een samengestelde handeling, "
            "toetst die op de werkvloer op begrijpelijkheid en veiligheid, en verbetert haar aan de hand van wat je "
            "hebt gezien en gehoord.",
            f"You design ({number}) together with skilled workers a digital work instruction for a compound operation, "
            "test it on the shop floor for clarity and safety, and improve it on the basis of what you have seen and "
            "heard.",
        )
        for number in range(1, 13)
    ],
    "workload": {"contact_minutes": 3630, "total_minutes": 6725, "ects": 4.5},
    "attended_minutes": 3545,
    "level": {
        "label": {"nl": "hbo werk- en denkniveau (Ad)", "en": "Associate degree level"},
        "nlqf": 5,
        "eqf": 5,
        "register_number": "NLQF-2026-0123",
    },
    "skills": [dict(skill, level=f"{skill['level']} {turn}".strip()) for turn in "abcd" for skill in COBOTS["skills"]],
    "signatories": [
        {"role": {"nl": "Programmamanager", "en": "Programme manager"}, "name": "Maarten van Rijn"},
        {
            "role": {"nl": "Hoofd opleidingen en kwaliteit", "en": "Head of training and quality"},
            "name": "Aleksandra Brzęczyszczykiewicz-Wójcik",
        },
        {"role": {"nl": "Lector mensgerichte technologie", "en": "Professor of applied sciences"}, "name": ""},
        {"role": {"nl": "Voorzitter examencommissie", "en": "Chair of the examination board"}, "name": "J. Smit"},
    ],
    "funding": {
        "statement": {
            "nl": "Medegefinancierd door de Europese Unie in het kader van het Europees Fonds voor Regionale "
            "Ontwikkeling, de provincie Zuid-Holland en het ministerie van Economische Zaken",
            "en": "Co-funded by the European Union under the European Regional Development Fund, the province of "
            "South Holland and the Ministry of Economic Affairs",
        },
        "emblem": "eu",
    },
    "cover": 7,
    "verify_url": "https://leren.programmabureau-slim-leren-zuid-holland.example/v/7K3M-Q9TX-2B4N-8WRF-A",
}


def named(name: str, snapshot: Snapshot = COBOTS, **changes: Any) -> Snapshot:
    """The same certificate for somebody else."""
    return {**copy.deepcopy(snapshot), "learner": {"name": name}, **changes}


GREEK = named("Ελένη Παπαδοπούλου-Αναγνώστου", cover=3)
CYRILLIC = named("Олександра Ґалаґан-Їжакевич", cover=5, language="en")
VIETNAMESE = named("Nguyễn Thị Hương Đặng", cover=6, kind="participation")
ENGLISH = named("Şükrü Çağlayan", cover=1, language="en")
SEALED = named("Zoë d'Ancona", cover=8, seal={"demo": False})
WITHOUT_UNION = named("Samira el Idrissi", cover=1, funding={"statement": None, "emblem": None})

SAMPLES: dict[str, Snapshot] = {
    "shortest": SHORTEST,
    "cobots": COBOTS,
    "longest": LONGEST,
    "greek": GREEK,
    "cyrillic": CYRILLIC,
    "vietnamese": VIETNAMESE,
    "english": ENGLISH,
    "sealed": SEALED,
    "without-union": WITHOUT_UNION,
}


# Layouts: the second version of a snapshot, with what one fills in ----------------------------------------------------

SVG = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><style>.a{fill:#7a2f14}</style>
<g transform="translate(20 20)"><circle class="a" r="16"/><path d="M-8 0a8 8 0 1 1 16 0a8 8 0 0 1-16 0z" fill="#fff"/>
</g><path class="a" d="M44 10h20v6h-14v4h12v6h-12v8h-6zM70 10h6l8 16V10h6v24h-6l-8-15v15h-6z"/></svg>"""


def png(width: int = 900, height: int = 300, colour: str = "#0c5f5c") -> bytes:
    """A mark on transparent ground."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    brush = ImageDraw.Draw(image)
    brush.ellipse((20, 20, height - 20, height - 20), fill=colour)
    brush.polygon([(height + 30, height - 20), (height + 180, 20), (height + 330, height - 20)], fill="#de4e0b")
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


LOGOS = [read_logo(SVG), read_logo(png())]
PICTURES = {digest_of(one): one for one in LOGOS}
DRAWN, PAINTED = PICTURES
WORDS = {"nl": "Een leven lang leren voor de maakindustrie.", "en": "Lifelong learning for manufacturing."}
OWN = {"colour": "#6a1b4d", "accent": "#b8860b", "logo": DRAWN, "words": WORDS}


def laid_out(snapshot: Snapshot, design: str, **filled_in: Any) -> Snapshot:
    """The same certificate in another layout, with logos of who stands behind it."""
    laid = copy.deepcopy(snapshot)
    plain = {"colour": None, "accent": None, "logo": None, "words": {"nl": "", "en": ""}}
    laid |= {"version": 2, "parts": [], "layout": {"design": design, **plain, **filled_in}}
    laid["issuer"]["logo"] = None
    laid["provider"]["logo"] = PAINTED
    for number, partner in enumerate(laid["co_issuers"]):
        partner["logo"] = (DRAWN, PAINTED)[number % 2]
    return laid


DESIGNS = ("reference", "calm", "banner")
LAID_OUT: dict[str, Snapshot] = {
    f"{design}-{name}": laid_out(snapshot, design, **filled_in)
    for design in DESIGNS
    for name, snapshot, filled_in in (
        ("shortest", SHORTEST, {}),
        ("shortest-own", {**SHORTEST, "language": "en"}, OWN),
        ("cobots", COBOTS, {}),
        ("longest", LONGEST, {}),
        ("longest-own", {**LONGEST, "language": "en", "kind": "participation"}, OWN),
        ("greek", GREEK, OWN),
    )
}
