"""What the front page says, and the figures of the years before."""

from typing import Any

NL, EN = "nl", "en"

HOME: dict[str, dict[str, Any]] = {
    NL: {
        "title": "Opleidingen voor de maakindustrie",
        "slug": "home",
        "description": "Korte, praktische opleidingen in digitale techniek voor de maakindustrie in Zuid-Holland.",
        "eyebrow": "Maakindustrie Zuid-Holland",
        "heading": "Leer digitaal maken, met je handen aan de machine",
        "introduction": (
            "Korte, praktische opleidingen in sensoren, robots, metaalprinten en meer. "
            "Je leert in de fieldlabs waar nieuwe techniek echt wordt getest."
        ),
        "searches": ["cobot", "sensoren", "metaal printen", "onderhoud"],
        "doors": [
            (
                "employee",
                "Ik werk in de maakindustrie",
                "Je wilt bijblijven in je vak. Leer naast je werk, vaak met budget van je werkgever.",
                "Bekijk jouw aanbod",
            ),
            (
                "career_switcher",
                "Ik wil overstappen",
                "Je komt uit een ander vak en wilt de techniek in. Je begint bij de basis.",
                "Ontdek je route",
            ),
            (
                "student",
                "Ik studeer",
                "Je zit op het mbo, hbo of de universiteit en zoekt praktijk bij echte machines.",
                "Zoek praktijkervaring",
            ),
            (
                "",
                "Ik ben werkgever",
                "Volg de inschrijvingen van je mensen en download de certificaten die zij delen.",
                "Naar werkgevers",
            ),
        ],
        "figures_heading": "Wat het oplevert",
        "partners": (
            "SMITZH is een samenwerking van onder andere InnovationQuarter, TNO, de provincie Zuid-Holland, MRDH, "
            "TU Delft, De Haagse Hogeschool, Hogeschool Rotterdam, FME, Koninklijke Metaalunie en de fieldlabs in de "
            "regio."
        ),
    },
    EN: {
        "title": "Courses for manufacturing",
        "slug": "home-en",
        "description": "Short, practical courses in digital technology for manufacturing in South Holland.",
        "eyebrow": "Manufacturing in South Holland",
        "heading": "Learn digital making, hands on the machine",
        "introduction": (
            "Short, practical courses in sensors, robots, metal printing and more. "
            "You learn in the field labs where new technology is really tested."
        ),
        "searches": ["cobot", "sensors", "metal printing", "maintenance"],
        "doors": [
            (
                "employee",
                "I work in manufacturing",
                "You want to stay good at your trade. Learn beside your job, often on your employer’s budget.",
                "See what suits you",
            ),
            (
                "career_switcher",
                "I want to switch careers",
                "You come from another trade and want to go into technology. You start with the basics.",
                "Find your route",
            ),
            (
                "student",
                "I am a student",
                "You study at a college or university and look for practice on real machines.",
                "Find practical experience",
            ),
            (
                "",
                "I am an employer",
                "Follow the enrolments of your people and download the certificates they share.",
                "To employers",
            ),
        ],
        "figures_heading": "What it brings about",
        "partners": (
            "SMITZH is a cooperation of InnovationQuarter, TNO, the province of South Holland, MRDH, TU Delft, "
            "The Hague University of Applied Sciences, Rotterdam University of Applied Sciences, FME, Koninklijke "
            "Metaalunie and the field labs in the region, among others."
        ),
    },
}

# The only figures of the years before this platform; what they count is companies, people and programmes.
FIGURES: dict[str, list[dict[str, Any]]] = {
    NL: [
        {
            "value": "2.350+",
            "amount": 2350,
            "label": "bedrijven bereikt in Zuid-Holland",
            "note": "Sinds de start",
            "target": None,
        },
        {
            "value": "400+",
            "amount": 400,
            "label": "bedrijven zetten een digitale stap",
            "note": "Doel was 243",
            "target": 243,
        },
        {
            "value": "1.000+",
            "amount": 1000,
            "label": "mensen leerden digitale vaardigheden",
            "note": "Doel was 1.000",
            "target": 1000,
        },
        {"value": "7", "amount": 7, "label": "nieuwe opleidingen", "note": "Bij de fieldlabs", "target": None},
    ],
    EN: [
        {
            "value": "2,350+",
            "amount": 2350,
            "label": "companies reached in South Holland",
            "note": "Since the start",
            "target": None,
        },
        {
            "value": "400+",
            "amount": 400,
            "label": "companies took a digital step",
            "note": "The target was 243",
            "target": 243,
        },
        {
            "value": "1,000+",
            "amount": 1000,
            "label": "people learned digital skills",
            "note": "The target was 1,000",
            "target": 1000,
        },
        {"value": "7", "amount": 7, "label": "new programmes", "note": "At the field labs", "target": None},
    ],
}
SOURCE = {
    NL: "Bron: ‘SMITZH: fieldlabs sturend bij innovatie’, terugblik bij de slotbijeenkomst, smitzh.nl",
    EN: "Source: ‘SMITZH: fieldlabs sturend bij innovatie’, looking back at the closing event, smitzh.nl (in Dutch)",
}
