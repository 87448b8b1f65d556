"""What an editor is told about a text: how it reads, and what a reader or a screen reader trips over."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from cms.blocks import ProseBlock
from cms.content_checks import check_page
from cms.models import StandardPage
from cms.plain_language import Kind, reading_ease, remarks_on, sentences, syllables
from tests.cms.conftest import page_of

PLAIN_NL = "Je leert lassen. Je staat zelf bij de robot. De trainer helpt je. Na vier dagen kun je het zelf. " * 4
HARD_NL = (
    "Ten behoeve van de implementatie van geautomatiseerde productiefaciliteiten dienen belanghebbende organisaties "
    "voorafgaandelijk een uitgebreide inventarisatie van noodzakelijke kwalificatievereisten te bewerkstelligen. " * 3
)
PLAIN_EN = "You learn to weld. You stand at the robot. The trainer helps you. Then you can do it. " * 4
HARD_EN = (
    "Organisations contemplating the implementation of sophisticated manufacturing automation necessitate "
    "comprehensive investigation regarding indispensable qualification requirements beforehand. " * 3
)


def kinds(text: str, language: str) -> list[str]:
    return [remark.kind for remark in remarks_on(text, language)]


# Measures -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("opleiding", "nl", 3),
        ("bijeenkomst", "nl", 3),
        ("robot", "nl", 2),
        ("nieuw", "nl", 1),
        ("zee", "nl", 1),
        ("make", "en", 1),
        ("machine", "en", 2),
        ("table", "en", 2),
        ("pqrs", "en", 1),
    ],
)
def test_syllables_are_counted_by_their_vowels(word, language, count):
    assert syllables(word, language) == count


@pytest.mark.once
def test_an_abbreviation_ends_no_sentence():
    assert sentences("Neem gereedschap mee, bijv. een sleutel. Dat is alles!") == [
        "Neem gereedschap mee, bijv. een sleutel.",
        "Dat is alles!",
    ]
    assert sentences("Kop\nEen zin. ‘Nog een.’ En 3 meer.") == ["Kop", "Een zin.", "‘Nog een.’", "En 3 meer."]


@pytest.mark.once
def test_reading_ease_is_douma_s_for_dutch_and_flesch_s_for_english():
    """By hand: forty words of one syllable in sentences of four."""
    assert reading_ease("Jij en ik gaan. " * 10, "nl").score == 100  # 206,84 − 0,93 · 4 − 77 · 1 = 126,1
    four = "Robots lassen metaal samen. " * 10  # 4 words, 8 syllables
    assert reading_ease(four, "nl").score == round(206.84 - 0.93 * 4 - 77 * 8 / 4)
    assert reading_ease("Robots weld metal parts. " * 10, "en").score == round(206.835 - 1.015 * 4 - 84.6 * 6 / 4)


@pytest.mark.once
@pytest.mark.parametrize(("plain", "hard", "language"), [(PLAIN_NL, HARD_NL, "nl"), (PLAIN_EN, HARD_EN, "en")])
def test_a_plain_text_scores_above_a_hard_one(plain, hard, language):
    easy, difficult = reading_ease(plain, language), reading_ease(hard, language)
    assert easy.score > 70
    assert difficult.score < 30
    with translation.override("en"):
        assert str(easy.label) == "easy"
        assert "hard" in str(difficult.label)


@pytest.mark.once
@pytest.mark.parametrize("text", ["", "Kort.", "…", "123 456", "!!!"])
def test_of_too_little_text_nothing_is_said(text):
    assert reading_ease(text, "nl") is None


# Rules of thumb -------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Schrijf je in voor deze cursus.", "nl", Kind.WORD),
        ("Je rondt de opleiding succesvol af.", "nl", Kind.WORD),
        ("Wij doen dit met betrekking tot veiligheid.", "nl", Kind.WORD),
        ("Please utilise the robot.", "en", Kind.WORD),
        ("De robot wordt door een trainer geprogrammeerd.", "nl", Kind.PASSIVE),
        ("De lijst werd vorige week gesloten.", "nl", Kind.PASSIVE),
        ("The robot is programmed by a trainer.", "en", Kind.PASSIVE),
        ("Neem uw laptop mee.", "nl", Kind.TONE),
        ("Schrijf je nu in!", "nl", Kind.TONE),
        ("De eerste dag is 04-03-2027.", "nl", Kind.TONE),
        ("Je " + "leert en " * 20 + "werkt.", "nl", Kind.LONG),
        ("You " + "learn and " * 20 + "work.", "en", Kind.LONG),
    ],
)
def test_what_the_content_style_advises_against_is_remarked_on(text, language, kind):
    assert kind in kinds(text, language)


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je leert een cobot programmeren. De trainer staat naast je.", "nl"),
        ("Je wordt operator.", "nl"),
        ("Het certificaat is van jou. Je houdt het altijd.", "nl"),
        ("Neem contact op via het programmabureau.", "nl"),
        ("Excursus en incursie zijn andere woorden.", "nl"),
        ("You learn to weld. The trainer stands by.", "en"),
        ("It used to be closed.", "en"),
        ("U is a letter.", "en"),
        ("", "nl"),
    ],
)
def test_a_plain_text_gets_no_remarks(text, language):
    assert remarks_on(text, language) == []


@pytest.mark.once
def test_one_remark_per_thing():
    assert len(remarks_on("Een cursus. Nog een cursus. En een cursus.", "nl")) == 1


# A page ---------------------------------------------------------------------------------------------------------------


def page_with(*body: tuple[str, object], language: str = "en", **fields: str) -> StandardPage:
    locale = Locale.objects.get(language_code=language)
    fields = {"title": "Welding", "slug": "welding", "search_description": "How to weld.", **fields}
    return StandardPage(locale=locale, body=list(body), **fields)


def said_about(page: StandardPage, language: str = "en") -> list[tuple[str, str]]:
    with translation.override(language):
        return [(remark.kind, remark.says) for remark in check_page(page).remarks]


@pytest.fixture
def locales(site):
    return None


def test_a_good_page_gets_no_remarks(locales):
    page = page_with(
        (
            "text",
            '<h2>Welding</h2><h3>Safe</h3><p>You weld. <a href="https://example.org/">The rules of welding</a></p>',
        )
    )
    report = check_page(page)
    assert report.remarks == []
    assert report.words > 8


@pytest.mark.parametrize(
    ("html", "kind", "language"),
    [
        ('<p>For the rules <a href="https://example.org/">click here</a>.</p>', Kind.LINK, "en"),
        ('<p>Voor de regels <a href="https://example.org/">klik hier</a>.</p>', Kind.LINK, "nl"),
        ('<p><a href="https://example.org/">Lees meer »</a></p>', Kind.LINK, "nl"),
        ('<p>See <a href="https://example.org/">https://example.org/</a></p>', Kind.LINK, "en"),
        ('<p>Empty <a href="https://example.org/"> </a></p>', Kind.LINK, "en"),
        ("<h3>Too deep</h3><p>You weld.</p>", Kind.STRUCTURE, "en"),
        ("<h2> </h2><p>You weld.</p>", Kind.STRUCTURE, "en"),
        ("<p><b>Not a heading</b></p><p>You weld.</p>", Kind.STRUCTURE, "en"),
    ],
)
def test_what_a_screen_reader_trips_over_is_remarked_on(locales, html, kind, language):
    assert kind in [kind for kind, _says in said_about(page_with(("text", html), language=language))]


def test_headings_are_followed_from_block_to_block(locales):
    texts = [("text", "<h2>One</h2><p>You weld.</p>"), ("text", "<h3>Under one</h3><p>You weld.</p>")]
    assert said_about(page_with(*texts)) == []


def test_questions_and_quotes_are_read_too(locales):
    page = page_with(
        ("questions", [{"question": "Do you utilise robots?", "answer": "<p>Yes!</p>"}]),
        ("quote", {"quote": "It was done prior to noon.", "who": ""}),
    )
    assert {says for _kind, says in said_about(page)} == {"Say “use”.", "No exclamation marks.", "Say “before”."}


def test_a_page_without_a_description_is_remarked_on(locales):
    assert [kind for kind, _says in said_about(page_with(search_description=""))] == [Kind.STRUCTURE]


def test_a_picture_is_asked_for_its_words(locales, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(title="las.png", file=get_test_image_file())

    def picture(**words: object) -> StandardPage:
        block = ProseBlock().child_blocks["picture"]
        return page_with(("picture", block.to_python({"image": {"image": image.pk, **words}, "caption": ""})))

    assert Kind.PICTURE in [kind for kind, _ in said_about(picture(alt_text="", decorative=False))]
    assert Kind.PICTURE in [kind for kind, _ in said_about(picture(alt_text="las.png", decorative=False))]
    assert said_about(picture(alt_text="A weld, close by.", decorative=False)) == []
    assert said_about(picture(alt_text="", decorative=True)) == []


def test_the_editor_s_panel_shows_the_remarks(client, cobots, officer):
    officer.language = "en"
    officer.save()
    page = page_of(cobots)
    page.body = [("text", '<p>Deze cursus is goed. <a href="https://example.org/">Klik hier</a></p>')]
    page.save_revision()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "How it reads" in shown
    assert "Say “opleiding”." in shown
    assert "Say where the link leads" in shown


def test_the_remarks_are_renewed_when_the_page_saves_itself(client, cobots, officer):
    from tests.cms.test_workflow import form_of

    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = page_of(cobots)
    data = form_of(client, page) | {"introduction": "Utiliseer deze cursus."}
    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), data, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200, answer.content
    html = answer.json()["html"]
    assert "data-how-it-reads" in html
    assert "cursus" in html


def test_every_remark_is_advice_and_publishing_goes_on(client, cobots, officer):
    from tests.cms.test_workflow import save

    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = page_of(cobots)
    save(client, page, introduction="Een succesvolle cursus!", **{"action-publish": "1"})
    page.refresh_from_db()
    assert page.introduction == "Een succesvolle cursus!"


def test_the_browser_s_checker_looks_at_all_of_wcag_within_the_page(rf, officer):
    from wagtail.admin.userbar import ContentCheckerItem, apply_userbar_hooks

    request = rf.get("/")
    request.user = officer
    items = [ContentCheckerItem(in_editor=True)]
    apply_userbar_hooks(request, items, None)
    configuration = items[0].get_axe_configuration(request)
    assert "runOnly" not in configuration["options"]
    assert configuration["context"]["include"] == ["main"]
    assert "image-alt" in configuration["messages"]
