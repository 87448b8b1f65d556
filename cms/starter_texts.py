"""The texts a new site begins with, in both languages. From then on they are content: editors change them."""

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

# Pages under the home page: title, slug, introduction.
ROOMS: dict[str, dict[str, tuple[str, str, str]]] = {
    "courses": {
        NL: ("Opleidingen", "opleidingen", "Alle opleidingen en cursussen, met data en vrije plaatsen."),
        EN: ("Courses", "courses", "All programmes and courses, with dates and free places."),
    },
    "labs": {
        NL: (
            "Labs",
            "labs",
            "Je leert waar nieuwe techniek wordt getest: in de fieldlabs en het skillslab van Zuid-Holland.",
        ),
        EN: (
            "Labs",
            "labs",
            "You learn where new technology is tested: in the field labs and the skills lab of South Holland.",
        ),
    },
    "agenda": {
        NL: ("Agenda", "agenda", "Alle edities die nog beginnen, de vroegste eerst."),
        EN: ("Agenda", "agenda", "All editions that are still to begin, soonest first."),
    },
}

# Prose as (kind, value): text is HTML; figures stand for FIGURES above. {email} and {date} are filled in.
PAGES: dict[str, dict[str, dict[str, Any]]] = {
    "about": {
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
    },
    "privacy": {
        NL: {
            "title": "Privacyverklaring",
            "slug": "privacy",
            "introduction": "Welke gegevens we van je bewaren, waarom, hoe lang, en wat jij daarover te zeggen hebt.",
            "body": [
                (
                    "text",
                    "<p>Deze verklaring is van {date}. Het programmabureau is verantwoordelijk voor je gegevens. "
                    "De labs en hogescholen die de opleidingen geven, gebruiken ze alleen voor jouw opleiding.</p>"
                    "<h2>Wat we bewaren, en waarom</h2>"
                    "<ul>"
                    "<li><b>Je account en je inschrijving</b>: je naam, je e-mailadres, en of je je inschrijft als "
                    "werknemer, zij-instromer of student. Ben je werknemer, dan ook je werkgever. Dat is nodig om je "
                    "een plek te geven.</li>"
                    "<li><b>Je presentie</b>: bij welke bijeenkomsten je was en hoe lang. Waarom je er niet was, "
                    "vragen we niet.</li>"
                    "<li><b>Je resultaten</b>: of je een opdracht of toets hebt gehaald.</li>"
                    "<li><b>Je certificaten</b>: je naam, de opleiding, de datum en het nummer. Zo kan iemand later "
                    "nagaan of je certificaat echt is.</li>"
                    "<li><b>Bewijs voor subsidies</b>: wie een opleiding mogelijk maakt, mag zien hoeveel mensen "
                    "meededen. Dat bewijs bestaat uit inschrijving, presentie en certificaat.</li>"
                    "<li><b>Berichten</b>: welke mail we je stuurden en of die aankwam.</li>"
                    "</ul>"
                    "<p>Je burgerservicenummer (BSN) hebben we nooit nodig. Vul het nergens in. "
                    "We vragen ook niet naar je gezondheid.</p>"
                    "<h2>Hoe lang we het bewaren</h2>"
                    "<ul>"
                    "<li>Je account: tot 24 maanden nadat je het voor het laatst gebruikte.</li>"
                    "<li>Presentie en resultaten: 2 jaar na de opleiding.</li>"
                    "<li>Certificaten: 10 jaar. Daarna bewaren we alleen het nummer.</li>"
                    "<li>Bewijs voor een subsidie: zo lang als het project dat voorschrijft. Bij de opleiding staat "
                    "welk project meebetaalt.</li>"
                    "</ul>"
                    "<h2>Wat je werkgever ziet</h2>"
                    "<p>Meldt je werkgever je aan, dan ziet die dat je bent ingeschreven. Je certificaat, je uren en "
                    "je presentie ziet je werkgever alleen als jij ze deelt. Dat kies je per opleiding, en je kunt "
                    "het altijd stoppen. Cijfers, een onvoldoende en redenen van afwezigheid krijgt je werkgever "
                    "nooit te zien. Niet gedeeld, niet gehaald en nog niet klaar zien er voor je werkgever hetzelfde "
                    "uit.</p>"
                    "<h2>Wie je gegevens nog meer krijgt</h2>"
                    "<p>De trainer ziet wie er in de groep zit. Een subsidiegever of accountant mag het bewijs van een "
                    "project controleren, en wat die bekijkt leggen we vast. We verkopen niets en delen niets met "
                    "adverteerders. Je gegevens blijven in de Europese Economische Ruimte.</p>"
                    "<h2>Cookies</h2>"
                    "<p>We gebruiken alleen cookies die nodig zijn om in te loggen en formulieren veilig te versturen. "
                    "Bezoek je alleen de website, dan plaatsen we geen cookies. Daarom zie je geen cookiemelding.</p>"
                    "<h2>Wat jij kunt doen</h2>"
                    "<p>Je mag je gegevens inzien, laten verbeteren, meenemen en laten wissen. Je mag ook bezwaar "
                    "maken. Je krijgt binnen een maand antwoord. Is iets bewijs voor een project dat nog loopt, dan "
                    "schermen we het eerst af en halen we je naam er na afloop uit. We vertellen je dan om welk "
                    "project het gaat en tot wanneer.</p>"
                    '<p>Mail je vraag naar <a href="mailto:{email}">{email}</a>. Kom je er met ons niet uit? Dan kun '
                    "je een klacht indienen bij de Autoriteit Persoonsgegevens.</p>",
                ),
            ],
        },
        EN: {
            "title": "Privacy statement",
            "slug": "privacy",
            "introduction": "Which data we keep about you, why, for how long, and what you can do about it.",
            "body": [
                (
                    "text",
                    "<p>This statement is of {date}. The programme office is responsible for your data. The labs and "
                    "universities that give the courses use them for your course only.</p>"
                    "<h2>What we keep, and why</h2>"
                    "<ul>"
                    "<li><b>Your account and your enrolment</b>: your name, your e-mail address, and whether you enrol "
                    "as an employee, a career switcher or a student. If you are an employee, your employer too. We "
                    "need this to give you a place.</li>"
                    "<li><b>Your attendance</b>: which sessions you were at and for how long. We do not ask why you "
                    "were not there.</li>"
                    "<li><b>Your results</b>: whether you passed an assignment or a test.</li>"
                    "<li><b>Your certificates</b>: your name, the course, the date and the number. So that someone can "
                    "check later whether your certificate is genuine.</li>"
                    "<li><b>Evidence for grants</b>: who makes a course possible may see how many people took part. "
                    "That evidence consists of enrolment, attendance and certificate.</li>"
                    "<li><b>Messages</b>: which mail we sent you and whether it arrived.</li>"
                    "</ul>"
                    "<p>We never need your citizen service number (BSN). Do not enter it anywhere. "
                    "We do not ask about your health either.</p>"
                    "<h2>How long we keep it</h2>"
                    "<ul>"
                    "<li>Your account: until 24 months after you last used it.</li>"
                    "<li>Attendance and results: 2 years after the course.</li>"
                    "<li>Certificates: 10 years. After that we keep the number only.</li>"
                    "<li>Evidence for a grant: for as long as the project prescribes. The course says which project "
                    "contributes.</li>"
                    "</ul>"
                    "<h2>What your employer sees</h2>"
                    "<p>If your employer enrols you, it sees that you are enrolled. It sees your certificate, your "
                    "hours and your attendance only if you share them. You choose that per course, and you can stop "
                    "at any time. Your employer never sees marks, a fail or reasons for absence. Not shared, not "
                    "passed and not finished look the same to your employer.</p>"
                    "<h2>Who else gets your data</h2>"
                    "<p>The trainer sees who is in the group. A funder or auditor may check the evidence of a "
                    "project, and we record what they look at. We sell nothing and share nothing with advertisers. "
                    "Your data stay within the European Economic Area.</p>"
                    "<h2>Cookies</h2>"
                    "<p>We only use cookies that are needed to log in and to send forms safely. If you only visit the "
                    "website, we set no cookies. That is why you see no cookie banner.</p>"
                    "<h2>What you can do</h2>"
                    "<p>You may see your data, have them corrected, take them with you and have them erased. You may "
                    "also object. You get an answer within a month. If something is evidence for a project that is "
                    "still running, we first restrict it and take your name out of it afterwards. We then tell you "
                    "which project it is and until when.</p>"
                    '<p>Mail your question to <a href="mailto:{email}">{email}</a>. If we cannot work it out together, '
                    "you can complain to the Dutch data protection authority (Autoriteit Persoonsgegevens).</p>",
                ),
            ],
        },
    },
    "accessibility": {
        NL: {
            "title": "Toegankelijkheid",
            "slug": "toegankelijkheid",
            "introduction": "Iedereen moet deze site kunnen gebruiken. Lukt iets niet? Laat het ons weten.",
            "body": [
                (
                    "text",
                    "<p>Deze verklaring is van {date}.</p>"
                    "<h2>Waar we naar streven</h2>"
                    "<p>We bouwen deze site volgens de Web Content Accessibility Guidelines (WCAG) 2.2, niveau AA. "
                    "Dat omvat de Europese norm EN 301 549.</p>"
                    "<h2>Hoe ver we zijn</h2>"
                    "<p>We controleren elke pagina met een geautomatiseerde toets, in een licht en een donker "
                    "kleurenschema, op een groot en een klein scherm. De site werkt met het toetsenbord, ook zonder "
                    "JavaScript, en bij 320 pixels breed.</p>"
                    "<p>Wat nog moet gebeuren: een onafhankelijk onderzoek, en een test met mensen die een "
                    "schermlezer gebruiken. Tot die tijd zeggen we niet dat we helemaal voldoen.</p>"
                    "<h2>Werkt iets niet voor jou?</h2>"
                    '<p>Mail naar <a href="mailto:{email}">{email}</a>. Schrijf erbij op welke pagina het was en wat '
                    "je wilde doen. Je krijgt binnen twee weken antwoord, met wat we eraan doen of hoe je intussen "
                    "verder kunt. Heb je informatie in een andere vorm nodig, dan zorgen we daarvoor.</p>"
                    "<h2>In de labs</h2>"
                    "<p>Bij elke opleiding staat of de ruimte drempelvrij is en of er een ringleiding is. Heb je iets "
                    "anders nodig om mee te kunnen doen? Mail ons voor de eerste bijeenkomst.</p>"
                    "<h2>Niet tevreden met ons antwoord?</h2>"
                    "<p>Dan kun je een klacht indienen bij het College voor de Rechten van de Mens of bij de Nationale "
                    "ombudsman.</p>",
                ),
            ],
        },
        EN: {
            "title": "Accessibility",
            "slug": "accessibility",
            "introduction": "Everyone must be able to use this site. Does something not work? Tell us.",
            "body": [
                (
                    "text",
                    "<p>This statement is of {date}.</p>"
                    "<h2>What we aim for</h2>"
                    "<p>We build this site to the Web Content Accessibility Guidelines (WCAG) 2.2, level AA. "
                    "That includes the European standard EN 301 549.</p>"
                    "<h2>How far we are</h2>"
                    "<p>We check every page with an automated test, in a light and a dark colour scheme, on a large "
                    "and a small screen. The site works with the keyboard, without JavaScript too, and at a width of "
                    "320 pixels.</p>"
                    "<p>What is still to be done: an independent audit, and a test with people who use a screen "
                    "reader. Until then we do not say that we comply in full.</p>"
                    "<h2>Does something not work for you?</h2>"
                    '<p>Mail <a href="mailto:{email}">{email}</a>. Say which page it was and what you wanted to do. '
                    "You get an answer within two weeks, with what we do about it or how you can go on meanwhile. If "
                    "you need information in another form, we will see to it.</p>"
                    "<h2>In the labs</h2>"
                    "<p>Each course says whether the room is step-free and has a hearing loop. Do you need anything "
                    "else to take part? Mail us before the first session.</p>"
                    "<h2>Not satisfied with our answer?</h2>"
                    "<p>You can complain to the Netherlands Institute for Human Rights (College voor de Rechten van de "
                    "Mens) or to the National Ombudsman.</p>",
                ),
            ],
        },
    },
}
