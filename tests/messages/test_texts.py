"""The words of letters: every kind, in both languages, shipped and the programme office's own."""

import itertools
import logging
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from enrolments.actions import enrol
from lms.kernel.letter_kinds import KINDS, kind_of
from lms.kernel.models import Event
from lms.messages.actions import ensure_texts, reset_text, save_text
from lms.messages.models import MailText, Message
from lms.messages.rendering import in_own_words, rendered
from lms.messages.shipped import sample_context, shipped_words
from lms.messages.text_admin import MailTextForm
from lms.messages.words import as_html, as_text, missing_from, troubles_of
from tests.factories import answers

LANGUAGES = ("nl", "en")
EVERY_LETTER = [(kind, language) for kind in sorted(KINDS) for language in LANGUAGES]
EMAIL = "samira@voorbeeld.example"


@pytest.fixture(autouse=True)
def _a_row_for_every_kind(request) -> None:
    """The database of the tests was migrated once; kinds come without a migration."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        ensure_texts()


def own(kind: str = "enrolment_confirmed", language: str = "nl", **said: str) -> MailText:
    words = {"subject": "Welkom bij {course}", "heading": "Fijn", "words": "Dag {greeting_name}.", "tip": ""}
    return MailText(kind=kind, language=language, is_own=True, **words | said)


# Every kind -----------------------------------------------------------------------------------------------------------


def test_every_letter_with_templates_is_declared_with_a_sample():
    folder = Path(settings.BASE_DIR) / "templates" / "email"
    assert {file.name.removesuffix("_subject.txt") for file in folder.glob("*_subject.txt")} == set(KINDS)


class _Balance(HTMLParser):
    """Whether every element that is opened is closed, in order."""

    VOID = {"meta", "img", "br", "link", "hr", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.django_db
@pytest.mark.parametrize("longest", [False, True], ids=["usual", "longest"])
@pytest.mark.parametrize(("kind", "language"), EVERY_LETTER)
def test_every_letter_can_be_read_in_both_forms(kind, language, longest):
    context = sample_context(kind_of(kind), language, longest=longest)
    missing = f"[[{'missing'}]]"
    engine = {**settings.TEMPLATES[0], "OPTIONS": settings.TEMPLATES[0]["OPTIONS"] | {"string_if_invalid": missing}}
    said = rendered(kind, email=EMAIL, language=language, context=context)
    assert said.subject
    assert "\n" not in said.subject
    if not longest:
        assert len(said.subject) <= 78
    reader = _Balance()
    reader.feed(said.html)
    assert reader.open == []
    assert all(re.match(r"https?://|cid:", link) for link in reader.links), reader.links
    for whole in (said.subject, said.text, said.html):
        assert not re.search(r"\{\{|\{%|\{[a-z_ ]+\}|None|%\(", whole.split("</style>")[-1])
    assert "<" not in said.text
    with override_settings(TEMPLATES=[engine]):
        words = [
            getattr(rendered(kind, email=EMAIL, language=language, context=context), part)
            for part in ("subject", "text")
        ]
    assert missing not in "".join(words)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_letter_says_the_same_in_both_languages(kind):
    """Names of people and places may; a sentence that does was not translated."""
    both = [shipped_words(kind_of(kind), language) for language in LANGUAGES]
    for part in ("subject", "heading", "words"):
        is_authors = re.fullmatch(r"(\{[a-z_]+\}[ :]*)+", both[0][part])
        assert is_authors or both[0][part] != both[1][part], part


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "language"), EVERY_LETTER)
def test_the_shipped_words_as_placeholders_say_what_the_templates_say_whatever_holds(kind, language):
    declared = kind_of(kind)
    shipped = shipped_words(declared, language)
    assert not any(troubles_of(text, declared) for text in shipped.values())
    assert not missing_from(shipped["words"], declared)
    switches = [one for one in declared.placeholders if one.is_condition or one.may_be_empty]
    text = own(kind, language, **shipped)
    for settings_of in itertools.product((True, False), repeat=len(switches)):
        context = sample_context(declared, language) | {"language": language}
        for one, holds in zip(switches, settings_of, strict=True):
            if not holds:
                context[one.name] = False if one.is_condition else ""
        with translation.override(language):
            mine = in_own_words(text, context)
            theirs = rendered(kind, email="", language=language, context=context)
        assert mine.text.split() == theirs.text.split() or _without_stop(mine.text) == _without_stop(theirs.text)


def _without_stop(text: str) -> list[str]:
    return re.sub(r"\n[^\n]*/mail/sto[^\n]*", "", text).split()


# Own words ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Dag {naam}", "{naam}"),
        ("Dag {greeting_name", "Dag {greeting_name"),
        ("Dag greeting_name}", "greeting_name}"),
        ("Dag {{greeting_name}}", "{"),
        ("Dag { greeting_name }", "{ greeting_name }"),
        ("{% load x %}", "{% load x %}"),
        ("Dag {greeting_name.password}", "{greeting_name.password}"),
    ],
)
def test_what_is_no_placeholder_is_said_with_where_it_stands(text, part):
    (trouble, *_more) = troubles_of(text, kind_of("enrolment_confirmed"))
    assert part in trouble


@pytest.mark.once
def test_a_line_whose_placeholder_says_nothing_is_left_out():
    text = "Dag {greeting_name}.\nWe beginnen op {starts}.\n\n"
    text += "{if needs_check_in} Bij de ingang.\n{not needs_check_in} Online."
    assert as_text(text, {"greeting_name": "Samira", "starts": "", "needs_check_in": False}) == "Dag Samira.\n\nOnline."
    assert as_text(text, {"greeting_name": "Samira", "starts": "maandag", "needs_check_in": True}) == (
        "Dag Samira.\nWe beginnen op maandag.\n\nBij de ingang."
    )


@pytest.mark.once
def test_neither_words_nor_values_become_markup():
    html = as_html("<b>{course}</b> {greeting_name}", {"course": "<script>", "greeting_name": "{course}"})
    assert html == "&lt;b&gt;&lt;script&gt;&lt;/b&gt; {course}"


@pytest.mark.once
def test_a_letter_with_a_code_must_say_it():
    kind = kind_of("enrolment_code")
    assert missing_from("Vul de code in.", kind) == ["code"]
    assert missing_from("{not code} x {if code}", kind) == ["code"]
    assert missing_from("Vul {code} in.", kind) == []


@pytest.mark.django_db
def test_own_words_keep_the_facts_the_links_and_the_funders_notice(edition, amal, now):
    from courses.actions import announce_funding

    announce_funding(edition, notice_nl="Medegefinancierd door de Unie", notice_en="Co-funded", emblem="eu", by=None)
    text = MailText.objects.get(kind="enrolment_confirmed", language="nl")
    text.subject, text.words = "Tot gauw bij {course}", "Dag {greeting_name}.\n\nNeem <brood> mee."
    save_text(text, by=None)
    enrolment = enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    message = Message.objects.get()
    assert message.subject == "Tot gauw bij Cobots in de praktijk"
    for part in (message.text, message.html):
        for fact in ("4 t/m 25 maart 2027", enrolment.code, "Medegefinancierd door de Unie", "/nl/"):
            assert fact in part
    assert "Neem <brood> mee." in message.text
    assert "Neem &lt;brood&gt; mee." in message.html
    assert "cid:eu-emblem" in message.html
    assert message.calendar


@pytest.mark.django_db
def test_words_of_one_language_leave_the_other_as_it_was(edition, amal, now):
    text = MailText.objects.get(kind="enrolment_confirmed", language="nl")
    text.subject = text.words = "Anders"
    save_text(text, by=None)
    enrol(edition, amal, answers(), language="en", by=amal, at=now)
    assert Message.objects.get().subject == "Your place on Cobots in practice is confirmed"


@pytest.mark.django_db
def test_a_text_that_cannot_be_rendered_is_logged_and_the_letter_goes_as_shipped(
    edition, amal, now, monkeypatch, caplog
):
    text = MailText.objects.get(kind="enrolment_confirmed", language="nl")
    text.subject = text.words = "Anders"
    save_text(text, by=None)
    monkeypatch.setattr("lms.messages.rendering.as_text", lambda *_args: 1 / 0)
    with caplog.at_level(logging.ERROR):
        enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    assert Message.objects.get().subject == "Je plek bij Cobots in de praktijk is bevestigd"
    assert "own_words_failed" in caplog.text


@pytest.mark.once
@pytest.mark.django_db
@hypothesis_settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.text(alphabet=st.sampled_from("{}%<>&\"'\n ab_codegrtingnmsu\r\x00\u2028é😀"), max_size=120),
    subject=st.text(max_size=60),
)
def test_whatever_an_editor_writes_is_refused_or_becomes_a_letter(words, subject):
    text = MailText.objects.get(kind="enrolment_confirmed", language="nl")
    form = MailTextForm({"subject": subject, "heading": subject, "words": words, "tip": words}, instance=text)
    if not form.is_valid():
        assert set(form.errors) <= {"subject", "heading", "words", "tip"}
        return
    mine = form.save(commit=False)
    mine.is_own = True
    context = sample_context(kind_of("enrolment_confirmed"), "nl")
    said = in_own_words(mine, context | {"language": "nl"})
    reader = _Balance()
    reader.feed(said.html)
    assert reader.open == []
    assert "<script" not in said.html
    assert "\n" not in said.subject


# In the back office ---------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, officer, clock):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def row(kind="enrolment_code", language="nl") -> MailText:
    return MailText.objects.get(kind=kind, language=language)


SAID = {"subject": "{code} is je code", "heading": "Je code", "words": "Vul in:\n\n{code}", "tip": ""}


@pytest.mark.django_db
def test_the_form_begins_with_what_is_said_now(desk):
    page = desk.get(reverse("mail-texts:edit", args=[row().pk])).content.decode()
    assert "{code} is je code voor {course}" in page
    assert "{held_until}" in page


@pytest.mark.django_db
def test_saving_checks_keeps_what_was_typed_and_tells_the_history(desk):
    address = reverse("mail-texts:edit", args=[row().pk])
    wrong = desk.post(address, SAID | {"words": "Dag {naam}"}).content.decode()
    assert "{naam} bestaat hier niet" in wrong
    assert "Zonder {code} heeft niemand iets aan deze brief" in wrong
    assert "Dag {naam}" in wrong
    assert not row().is_own
    desk.post(address, SAID)
    assert (row().is_own, row().subject) == (True, "{code} is je code")
    assert Event.objects.about(row()).get().data["words"] == "Vul in:\n\n{code}"
    assert "Olga Vos" in desk.get(reverse("mail-texts:history", args=[row().pk])).content.decode()


@pytest.mark.django_db
def test_the_same_words_as_shipped_are_no_own_words(desk):
    desk.post(reverse("mail-texts:edit", args=[row().pk]), shipped_words(kind_of("enrolment_code"), "nl"))
    assert not row().is_own


@pytest.mark.django_db
def test_back_to_the_shipped_words(desk):
    desk.post(reverse("mail-texts:edit", args=[row().pk]), SAID)
    desk.post(reverse("decide_mailtext_shipped", args=[row().pk]))
    assert (row().is_own, row().words) == (False, "")


@pytest.mark.django_db
def test_the_preview_shows_what_is_typed_and_keeps_nothing(desk):
    address = reverse("mail_text_preview", args=[row().pk])
    shown = desk.post(address, SAID | {"words": "Proef: {code}"})
    assert "Proef: 407316" in shown.content.decode()
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert "Proef: 407316" in desk.post(f"{address}?text", SAID | {"words": "Proef: {code}"}).content.decode()
    assert "{naam}" in desk.post(address, SAID | {"words": "{naam} {code}"}).content.decode()
    assert not row().is_own
    assert "407316" in desk.get(address).content.decode()


@pytest.mark.django_db
def test_the_list_names_every_letter_and_asks_as_much_for_few_as_for_many(desk, django_assert_max_num_queries):
    ensure_texts()
    assert MailText.objects.count() == len(EVERY_LETTER)
    address = reverse("mail-texts:index")
    page = desk.get(address).content.decode()
    assert "Mededeling over een editie" in page
    with django_assert_max_num_queries(16):
        desk.get(address)


@pytest.mark.django_db
def test_resetting_what_is_shipped_changes_nothing():
    text = row()
    reset_text(text, by=None)
    assert not row().is_own
