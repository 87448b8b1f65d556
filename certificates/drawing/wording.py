"""What a certificate says, in words, in Dutch and in English.

Every fact of the snapshot becomes a text in both languages; the drawing then lets the snapshot's language lead. There
is no gettext here: a snapshot must read the same whatever language happens to be active.
"""

from collections.abc import Mapping
from typing import Any

from certificates.drawing.look import Look
from certificates.drawing.pictures import Picture
from lms.kernel import lettering

Snapshot = dict[str, Any]
Bilingual = dict[str, str]

LOCALES = {"nl": "nl-NL", "en": "en-GB"}
MONTHS = {
    "nl": "januari, februari, maart, april, mei, juni, juli, augustus, september, oktober, november, december",
    "en": "January, February, March, April, May, June, July, August, September, October, November, December",
}
TO = {"nl": " t/m ", "en": " to "}
COUNTRIES: dict[str, Bilingual] = {
    "NL": {"nl": "Nederland (NL)", "en": "The Netherlands (NL)"},
    "BE": {"nl": "België (BE)", "en": "Belgium (BE)"},
    "DE": {"nl": "Duitsland (DE)", "en": "Germany (DE)"},
}


def _words(table: str) -> dict[str, Bilingual]:
    rows = (row.split(" | ") for row in table.strip().splitlines())
    return {key.strip(): {"nl": dutch.strip(), "en": english.strip()} for key, dutch, english in rows}


# The words printed on paper; no gettext, because a snapshot must read the same whatever language is active.
WORDS = _words("""
participation | Bewijs van deelname | Certificate of participation
assessed | Certificaat | Certificate
states-participation | Wat dit bewijs van deelname verklaart | What this certificate of participation states
states-assessed | Wat dit certificaat verklaart | What this certificate states
declares | verklaart dat | declares that
declares-with | verklaart, samen met {partners}, dat | declares, together with {partners}, that
and | en | and
took-part-programme | heeft deelgenomen aan de opleiding | has taken part in the programme
took-part-course | heeft deelgenomen aan de opleiding | has taken part in the course
passed-programme | de opleiding met een voldoende heeft afgerond | has completed the programme with a pass
passed-course | de opleiding met een voldoende heeft afgerond | has completed the course with a pass
period | Periode | Period
issued | Afgegeven op | Issued on
valid-until | geldig t/m {day} | valid until {day}
workload | Studielast | Workload
provider | Aanbieder | Provider
outcomes-participation | Beoogde leerresultaten | Intended learning outcomes
outcomes-assessed | Leerresultaten | Learning outcomes
skills-participation | Vaardigheden die aan bod kwamen | Skills addressed
skills-assessed | Vaardigheden | Skills
elements | Kenmerken | Details
learner | Deelnemer | Learner
title | Titel | Title
country | Land en regio van de uitgever | Country and region of the issuer
awarding | Uitgever | Awarding body
issue-date | Datum van afgifte | Date of issue
level | Niveau | Level
assessment | Toetsing | Type of assessment
form | Vorm van deelname | Form of participation
quality | Kwaliteitsborging | Quality assurance
onsite | op locatie | on site
online | online | online
blended | deels op locatie, deels online | partly on site, partly online
listed-one | 1 leerresultaat, staat in dit document | 1 outcome, listed in this document
listed | {count} leerresultaten, staan in dit document | {count} outcomes, listed in this document
total | {hours} in totaal | {hours} in total
contact | {hours} contacttijd | {hours} of contact time
attended | {hours} aanwezig | {hours} attended
hour | {number} uur | {number} hours
minutes | {number} min | {number} min
no-assessment | Geen toetsing | No assessment
together-with | samen met {partners} | together with {partners}
made-of | onderdelen: {codes} | parts: {codes}
offered-by | aangeboden door {provider} | offered by {provider}
register | registernummer {number} | register number {number}
none | niet van toepassing | not applicable
on-behalf | Namens de uitgever | On behalf of the awarding body
verify | Controleer op | Verify at
unsealed | Niet verzegeld – controleer via de QR-code | Not sealed – verify with the QR code
sealed | Elektronisch verzegeld | Electronically sealed
sealed-demo | Verzegeld met een demosleutel – niet rechtsgeldig | Sealed with a demo key – without legal value
seal-of-issuer | Elektronisch zegel van de uitgever | Electronic seal of the issuer
qr | QR-code naar de controlepagina | QR code to the verification page
emblem | Embleem van de Europese Unie | Emblem of the European Union
logo-of | Logo van {name} | Logo of {name}
overleaf | Leerresultaten en kenmerken staan op pagina 2 | Learning outcomes and details are on page 2
page | Pagina {page} van {pages} | Page {page} of {pages}
number | Nummer | Number
""")


class PictureMissing(ValueError):
    """The snapshot names a logo by its hash, and nobody brought that logo."""


class Facts:
    """The snapshot read in its own language, with the other one at hand."""

    def __init__(self, snapshot: Snapshot, pictures: Mapping[str, Picture] | None = None):
        self.snapshot = snapshot
        self.look = Look.of(snapshot)
        self._pictures = pictures or {}
        self.language: str = snapshot["language"]
        self.other_language = "en" if self.language == "nl" else "nl"
        self.kind: str = snapshot["kind"]

    def lead(self, text: Bilingual) -> str:
        return text[self.language] or text[self.other_language]

    def other(self, text: Bilingual) -> str:
        """The text in the other language, or nothing where it says the same."""
        other = lettering.tidy(text[self.other_language])
        return "" if other.casefold() == lettering.tidy(self.lead(text)).casefold() else other

    @property
    def words(self) -> Bilingual:
        """What the layout says besides; nothing in most."""
        layout = self.snapshot.get("layout")
        return dict(layout["words"]) if layout else dict.fromkeys(LOCALES, "")

    def picture(self, digest: str) -> Picture:
        """A logo that the snapshot names by its hash. Raises PictureMissing: a certificate is not drawn without."""
        try:
            return self._pictures[digest]
        except KeyError:
            raise PictureMissing(digest) from None

    @property
    def logos(self) -> list[tuple[Picture, str]]:
        """The logos of who stands behind it, each once: picture and whose it is."""
        snapshot = self.snapshot
        found: dict[str, str] = {}
        for house in (snapshot["issuer"], snapshot["provider"], *snapshot["co_issuers"]):
            if (digest := house.get("logo")) and digest != self.look.logo:
                found.setdefault(digest, house["name"])
        return [(self.picture(digest), name) for digest, name in found.items()]

    @property
    def title(self) -> Bilingual:
        return dict(self.snapshot["title"])

    @property
    def made_of(self) -> list[Bilingual]:
        """The parts of a programme by their codes; certificates of before there were any know of none."""
        codes = ", ".join(part["code"] for part in self.snapshot.get("parts", []))
        return [filled("made-of", codes=same(codes))] if codes else []

    @property
    def declares(self) -> Bilingual:
        partners = self.partners
        if not partners["nl"]:
            return {lang: f"{self.snapshot['issuer']['name']} {WORDS['declares'][lang]}" for lang in LOCALES}
        with_them = filled("declares-with", partners=partners)
        return {lang: f"{self.snapshot['issuer']['name']} {with_them[lang]}" for lang in LOCALES}

    @property
    def partners(self) -> Bilingual:
        """The co-issuers as a list in words: "A, B en C"."""
        names = [partner["name"] for partner in self.snapshot["co_issuers"]]
        if len(names) < 2:
            return dict.fromkeys(LOCALES, "".join(names))
        return {lang: f"{', '.join(names[:-1])} {WORDS['and'][lang]} {names[-1]}" for lang in LOCALES}

    @property
    def achieved(self) -> Bilingual:
        verb = "passed" if self.kind == "assessed" else "took-part"
        return WORDS[f"{verb}-{self.snapshot['course']['kind']}"]

    @property
    def provider(self) -> str:
        provider = self.snapshot["provider"]
        return ", ".join(part for part in (provider["name"], provider["city"]) if part)

    @property
    def period(self) -> Bilingual:
        start, end = self.snapshot["period"]["start"], self.snapshot["period"]["end"]
        return {lang: period(start, end, lang) for lang in LOCALES}

    @property
    def issued_on(self) -> Bilingual:
        return {lang: day(self.snapshot["issued_on"], lang) for lang in LOCALES}

    @property
    def valid_until(self) -> Bilingual | None:
        expires = self.snapshot["expires_on"]
        return filled("valid-until", day={lang: day(expires, lang) for lang in LOCALES}) if expires else None

    @property
    def total(self) -> Bilingual:
        workload = self.snapshot["workload"]
        text = {lang: hours(workload["total_minutes"], lang) for lang in LOCALES}
        if workload["ects"]:
            points = {"nl": f"{workload['ects']}".replace(".", ","), "en": f"{workload['ects']}"}
            text = {lang: f"{text[lang]} ({points[lang]} ECTS)" for lang in LOCALES}
        return text

    @property
    def hours_spent(self) -> list[Bilingual]:
        """As in: 26 uur contacttijd; 25 uur aanwezig."""
        contact, attended = self.snapshot["workload"]["contact_minutes"], self.snapshot["attended_minutes"]
        return [
            filled(key, hours={lang: hours(minutes, lang) for lang in LOCALES})
            for key, minutes in (("contact", contact), ("attended", attended))
            if minutes
        ]

    @property
    def level(self) -> Bilingual:
        """A number of NLQF or EQF only where the register has the course: the law has fines for less."""
        level = self.snapshot["level"]
        label = dict(level["label"])
        if level["register_number"]:
            numbers = ", ".join(
                f"{scale} {level[key]}" for scale, key in (("NLQF", "nlqf"), ("EQF", "eqf")) if level[key]
            )
            register = filled("register", number=dict.fromkeys(LOCALES, level["register_number"]))
            label = {lang: "; ".join(filter(None, (label[lang], numbers, register[lang]))) for lang in LOCALES}
        return label

    @property
    def assessment(self) -> Bilingual:
        assessment = self.snapshot["assessment"]
        if assessment["type"] == "none" and not self.lead(assessment["text"]):
            return WORDS["no-assessment"]
        return dict(assessment["text"])

    @property
    def elements(self) -> list[tuple[Bilingual, list[Bilingual]]]:
        """The eleven elements of the Council Recommendation of 16 June 2022, in its order."""
        snapshot, issuer = self.snapshot, self.snapshot["issuer"]
        country = COUNTRIES.get(issuer["country"], dict.fromkeys(LOCALES, issuer["country"]))
        where = {lang: ", ".join(filter(None, (issuer["region"], country[lang]))) for lang in LOCALES}
        codes = " · ".join(filter(None, (snapshot["course"]["code"], snapshot["edition"]["code"])))
        kvk = f" (KvK {issuer['kvk_number']})" if issuer["kvk_number"] else ""
        count = len(snapshot["outcomes"])
        awarding = [same(issuer["name"] + kvk)]
        if self.partners["nl"]:
            awarding.append(filled("together-with", partners=self.partners))
        awarding.append(filled("offered-by", provider=same(self.provider)))
        dates = [self.issued_on] + ([self.valid_until] if self.valid_until else [])
        listed = WORDS["listed-one"] if count == 1 else filled("listed", count=same(str(count)))
        return [
            (WORDS["learner"], [same(snapshot["learner"]["name"])]),
            (WORDS["title"], [self.title, same(codes), *self.made_of]),
            (WORDS["country"], [where]),
            (WORDS["awarding"], awarding),
            (WORDS["issue-date"], dates),
            (WORDS["outcomes-" + self.kind], [listed if count else WORDS["none"]]),
            (WORDS["workload"], [filled("total", hours=self.total), *self.hours_spent]),
            (WORDS["level"], [self.level]),
            (WORDS["assessment"], [self.assessment]),
            (WORDS["form"], [WORDS[snapshot["participation"]["form"]], self.period]),
            (WORDS["quality"], [snapshot["quality"]]),
        ]


def same(text: str) -> Bilingual:
    """A text that is the same in every language."""
    return dict.fromkeys(LOCALES, text)


def filled(key: str, **values: Bilingual) -> Bilingual:
    """Words with their gaps filled, language by language."""
    return {lang: WORDS[key][lang].format(**{gap: value[lang] for gap, value in values.items()}) for lang in LOCALES}


def day(iso: str, language: str) -> str:
    """``2026-09-03`` as "3 september 2026"."""
    year, month, number = iso.split("-")
    return f"{int(number)} {MONTHS[language].split(', ')[int(month) - 1]} {year}"


def period(start: str, end: str, language: str) -> str:
    """As in: 3 t/m 24 september 2026. What both days share is said once."""
    if start == end:
        return day(start, language)
    first, last = day(start, language), day(end, language)
    if start[:7] == end[:7]:
        first = first.split(" ")[0]
    elif start[:4] == end[:4]:
        first = " ".join(first.split(" ")[:2])
    return first + TO[language] + last


def hours(minutes: int, language: str) -> str:
    """As in: 26 uur, 25,5 uur, 25 uur 40 min."""
    whole, rest = divmod(minutes, 60)
    comma = "," if language == "nl" else "."
    number = f"{whole}{comma}5" if rest == 30 else str(whole)
    text = WORDS["hour"][language].format(number=number)
    if language == "en" and number == "1":
        text = "1 hour"
    return text if rest in (0, 30) else f"{text} {WORDS['minutes'][language].format(number=rest)}"
