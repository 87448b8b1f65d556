"""Words find courses: whatever the ending, the accent or the language."""

import pytest

from cms.models import CourseIndexEntry, CoursePage
from cms.search import find, forms_of, index_courses, suggestion, words_of
from courses.models import LearningOutcome
from tests.factories import CourseFactory


@pytest.fixture
def cobot_course(db):
    return CourseFactory(
        code="cobots",
        title_nl="Werken met cobots",
        title_en="Working with cobots",
        summary_nl="Een robotarm naast je, in drie opleidingsdagen. Kies sensoren.",
        summary_en="A robot arm beside you.",
    )


@pytest.fixture
def printing(db):
    return CourseFactory(
        code="waam", title_nl="Metaalprinten", title_en="Metal printing", summary_nl="Coördinatie van een lasrobot."
    )


def found(question, language="nl"):
    return set(find(question, language))


def test_accents_and_signs_are_folded():
    assert words_of("Coördineren, SAM|XL & 5G") == ["coordineren", "sam", "xl", "5g"]


@pytest.mark.parametrize(("one", "other"), [("sensoren", "sensor"), ("machines", "machine"), ("cobots", "cobot")])
def test_a_plural_and_its_singular_share_a_form(one, other):
    assert set(forms_of(one, "nl")) & set(forms_of(other, "nl"))


@pytest.mark.parametrize("question", ["cobot", "cobots", "COBOTS", "cobót", "sensor", "beside", "robotarm", "cobo"])
def test_a_course_is_found_by_any_form_of_its_words(cobot_course, printing, question):
    assert found(question) == {cobot_course.pk}


def test_a_word_finds_its_compounds_and_a_compound_its_stem(cobot_course, printing):
    assert found("opleidingen") == {cobot_course.pk}
    assert found("opleiding") == {cobot_course.pk}
    assert found("printen") == {printing.pk}


def test_every_word_must_be_there(cobot_course, printing):
    assert found("robot") == {cobot_course.pk, printing.pk}
    assert found("robot coordinatie") == {printing.pk}
    assert found("robot boot") == set()


def test_small_words_are_left_out_of_a_question(cobot_course, printing):
    assert found("de cobots van het lab") == set()
    assert found("de cobots van het") == {cobot_course.pk}


def test_a_short_word_is_found_at_the_beginning_only(cobot_course, printing):
    assert found("arm") == {cobot_course.pk}  # English: a robot arm
    assert found("las") == {printing.pk}
    assert found("bot") == set()


def test_percent_and_underscore_are_no_wildcards(cobot_course):
    assert found("%") == set()
    assert found("co_ot") == set()


def test_the_title_weighs_more_than_the_text(db):
    in_text = CourseFactory(summary_nl="Je leert lassen.")
    in_title = CourseFactory(title_nl="Lassen")
    worth = find("lassen", "nl")
    assert worth[in_title.pk] > worth[in_text.pk] > 0


def test_the_readers_own_language_weighs_more(db):
    dutch = CourseFactory(title_nl="Robotica", title_en="Arms")
    english = CourseFactory(title_nl="Armen", title_en="Robotica")
    assert find("robotica", "nl")[dutch.pk] > find("robotica", "nl")[english.pk]
    assert find("robotica", "en")[english.pk] > find("robotica", "en")[dutch.pk]


def test_saving_a_course_or_a_part_of_it_keeps_the_words_up_to_date(cobot_course):
    cobot_course.title_nl = "Werken met grijpers"
    cobot_course.save(update_fields=["title_nl"])
    assert found("grijper") == {cobot_course.pk}
    outcome = LearningOutcome.objects.create(course=cobot_course, code="o", text_nl="Je meet krachten.", text_en="x")
    assert found("krachten") == {cobot_course.pk}
    outcome.delete()
    assert found("krachten") == set()


def test_indexing_twice_leaves_one_entry_per_language(cobot_course):
    before = list(CourseIndexEntry.objects.values_list("title", "keywords", "text"))
    index_courses()
    index_courses()
    assert list(CourseIndexEntry.objects.values_list("title", "keywords", "text")) == before
    assert CourseIndexEntry.objects.filter(course=cobot_course).count() == 2


def test_the_prose_of_a_live_page_is_found(cobots):
    page = CoursePage.objects.get(course=cobots, locale__language_code="nl")
    page.body = [("text", "<p>Ook over verspanen.</p>")]
    page.save_revision().publish()
    assert found("verspanen") == {cobots.pk}
    page.unpublish()
    assert found("verspanen") == set()


def test_who_finds_nothing_is_told_the_nearest_word(cobots):
    pages = list(CoursePage.objects.all())
    assert suggestion("kobots", pages) == "cobots"
    assert suggestion("xyzzy", pages) == ""


def test_finding_takes_one_query(cobot_course, printing, django_assert_num_queries):
    with django_assert_num_queries(1):
        find("robot coordinatie lassen", "nl")
