"""Pages of prose. The statements stand in files of their own, as HTML; {email}, {date} and {site} are filled in."""

from pathlib import Path
from typing import Any

NL, EN = "nl", "en"


def written(name: str, language: str) -> list[tuple[str, Any]]:
    """The body of a page from the file beside this one."""
    return [("text", Path(__file__).with_name(f"{name}.{language}.html").read_text(encoding="utf-8"))]


# Prose as (kind, value): text is HTML; figures stand for home.FIGURES.
ABOUT: dict[str, dict[str, Any]] = {
    NL: {
        "title": "Over SMITZH",
        "slug": "over-smitzh",
        "introduction": (
            "SMITZH helpt de maakindustrie in Zuid-Holland vooruit met digitale techniek. "
            "De mensen die ermee werken, leren het in de fieldlabs."
        ),
        "body": [
            (
                "text",
                "<h2>Hoe het begon</h2>"
                "<p>SMITZH staat voor Smart Manufacturing: Industriële Toepassing in Zuid-Holland. Het programma "
                "begon in 2017 en duurde vijf jaar. InnovationQuarter en TNO leidden het, samen met de provincie "
                "Zuid-Holland en de Metropoolregio Rotterdam Den Haag. Bijna twintig partners deden mee.</p>"
                "<p>Er kwam één centraal loket. Een bedrijf met een vraag kreeg daar de weg gewezen: naar een "
                "fieldlab, naar een adviseur of naar een opleiding. Vaak begon het met een klein stapje, zoals "
                "één machine uitlezen.</p>"
                "<h2>Wat het opleverde</h2>",
            ),
            ("figures", None),
            (
                "text",
                "<p>De eerste twee cijfers tellen bedrijven, het derde telt mensen: werknemers, zij-instromers en "
                "studenten. We tellen ze nooit bij elkaar op.</p>"
                "<h2>Leren in een lab</h2>"
                "<p>Een fieldlab is een plek waar bedrijven, onderzoekers en scholen nieuwe techniek samen "
                "beproeven. Er staan echte machines, en fouten maken mag. Daarom zijn de opleidingen daar: bij Do "
                "IoT Fieldlab, Dutch Optics Centre, Duurzaamheidsfabriek, RAMLAB, RoboHouse en SAM|XL, en bij het "
                "skillslab IoT Academy.</p>"
                "<h2>Hoe het verdergaat</h2>"
                "<p>Het werk gaat door in de European Digital Innovation Hub (EDIH). De doelgroep is breder "
                "geworden: van de maakindustrie naar alle industriële bedrijven in Zuid-Holland.</p>"
                "<h2>Wie het mogelijk maakt</h2>"
                "<p>De provincie Zuid-Holland, het ministerie van Economische Zaken en Klimaat en de Europese Unie "
                "betalen mee. Wat een opleiding oplevert, laten we zien in cijfers die tot op het bewijs te "
                "volgen zijn.</p>"
                "<h2>Contact</h2>"
                '<p>Heb je een vraag? Mail het programmabureau: <a href="mailto:{email}">{email}</a>.</p>',
            ),
        ],
    },
    EN: {
        "title": "About SMITZH",
        "slug": "about-smitzh",
        "introduction": (
            "SMITZH helps manufacturing in South Holland forward with digital technology. "
            "The people who work with it learn it in the field labs."
        ),
        "body": [
            (
                "text",
                "<h2>How it began</h2>"
                "<p>SMITZH stands for Smart Manufacturing: Industriële Toepassing in Zuid-Holland (industrial "
                "application in South Holland). The programme began in 2017 and ran for five years. "
                "InnovationQuarter and TNO led it, together with the province of South Holland and the Rotterdam "
                "The Hague metropolitan area. Almost twenty partners took part.</p>"
                "<p>There was one central desk. A company with a question was shown the way there: to a field lab, "
                "to an adviser or to a course. It often began with one small step, such as reading out a single "
                "machine.</p>"
                "<h2>What it brought about</h2>",
            ),
            ("figures", None),
            (
                "text",
                "<p>The first two figures count companies, the third counts people: employees, career switchers "
                "and students. We never add them up.</p>"
                "<h2>Learning in a lab</h2>"
                "<p>A field lab is a place where companies, researchers and schools try out new technology "
                "together. There are real machines, and mistakes are allowed. That is why the courses are there: "
                "at Do IoT Fieldlab, Dutch Optics Centre, Duurzaamheidsfabriek, RAMLAB, RoboHouse and SAM|XL, and "
                "at the skills lab IoT Academy.</p>"
                "<h2>How it goes on</h2>"
                "<p>The work goes on in the European Digital Innovation Hub (EDIH). It now addresses more: from "
                "manufacturing to all industrial companies in South Holland.</p>"
                "<h2>Who makes it possible</h2>"
                "<p>The province of South Holland, the Dutch Ministry of Economic Affairs and Climate Policy and "
                "the European Union contribute. What a course brings about, we show in figures that can be "
                "followed down to the evidence.</p>"
                "<h2>Contact</h2>"
                '<p>Do you have a question? Mail the programme office: <a href="mailto:{email}">{email}</a>.</p>',
            ),
        ],
    },
}

PAGES: dict[str, dict[str, dict[str, Any]]] = {
    "about": ABOUT,
    "privacy": {
        NL: {
            "title": "Privacyverklaring",
            "slug": "privacy",
            "introduction": "Welke gegevens we van je bewaren, waarom, hoe lang, en wat jij daarover te zeggen hebt.",
            "body": written("privacy", NL),
        },
        EN: {
            "title": "Privacy statement",
            "slug": "privacy",
            "introduction": "Which data we keep about you, why, for how long, and what you can do about it.",
            "body": written("privacy", EN),
        },
    },
    "accessibility": {
        NL: {
            "title": "Toegankelijkheid",
            "slug": "toegankelijkheid",
            "introduction": "Iedereen moet deze site kunnen gebruiken. Lukt iets niet? Laat het ons weten.",
            "body": written("accessibility", NL),
        },
        EN: {
            "title": "Accessibility",
            "slug": "accessibility",
            "introduction": "Everyone must be able to use this site. Does something not work? Tell us.",
            "body": written("accessibility", EN),
        },
    },
}
