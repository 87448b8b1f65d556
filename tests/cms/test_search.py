"""Words find courses: whatever the ending, the accent or the language."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.expressions import RawSQL

from cms.models import CourseIndexEntry, CoursePage
from cms.search import find, forms_of, index_courses, meant, words_of
from cms.search.finding import _MATCHING
from cms.search.spelling import known_words
from courses.models import Course, CourseSkill, LearningOutcome, Skill
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


def test_a_skill_or_a_house_that_gets_another_name_is_found_by_it(cobot_course):
    skill = Skill.objects.create(framework="esco", framework_version="1", code="S", name_nl="frezen", name_en="milling")
    CourseSkill.objects.create(course=cobot_course, skill=skill)
    skill.name_nl = "draaien"
    skill.save(update_fields=["name_nl"])
    assert (found("frezen"), found("draaien")) == (set(), {cobot_course.pk})
    cobot_course.provider.name = "Maakhal"
    cobot_course.provider.save(update_fields=["name"])
    assert found("maakhal") == {cobot_course.pk}


def test_indexing_twice_leaves_one_entry_per_language(cobot_course):
    entries = CourseIndexEntry.objects.order_by("language").values_list("title", "keywords", "text")
    before = list(entries)
    index_courses()
    index_courses()
    assert list(entries.all()) == before
    assert CourseIndexEntry.objects.filter(course=cobot_course).count() == 2


def test_the_prose_of_a_live_page_is_found(cobots):
    page = CoursePage.objects.get(course=cobots, locale__language_code="nl")
    page.body = [("text", "<p>Ook over verspanen.</p>")]
    page.save_revision().publish()
    assert found("verspanen") == {cobots.pk}
    page.unpublish()
    assert found("verspanen") == set()


@pytest.mark.parametrize("typed", ["kobots", "cobost", "cobtos", "ccobots"])
def test_a_typing_error_is_put_right(cobots, typed):
    assert meant(typed, known_words("nl"), "nl") == "cobots"


def test_what_is_like_nothing_we_know_is_not_put_right(cobots):
    assert meant("xyzzy", known_words("nl"), "nl") == ""


def test_a_known_word_is_no_typing_error_whatever_its_ending(cobots):
    assert meant("cobot", known_words("nl"), "nl") == ""
    assert meant("praktijk kobots", known_words("nl"), "nl") == "praktijk cobots"


def test_what_was_meant_is_written_as_we_write_it(cobots):
    assert meant("coordinren", known_words("nl"), "nl") == "coördineren"


# The database's own index ---------------------------------------------------------------------------------------------


def matching(word):
    return CourseIndexEntry.objects.filter(pk__in=RawSQL(_MATCHING[connection.vendor], [word]))  # noqa: S611


def in_the_index(word):
    """How many entries the database finds by itself."""
    return matching(word).count()


def test_the_databases_index_follows_every_way_of_writing(cobot_course):
    before = in_the_index("cobot")
    assert before == 2
    CourseIndexEntry.objects.filter(course=cobot_course).update(title=" grijper ", keywords="", text="")
    assert (in_the_index("cobot"), in_the_index("grijper")) == (0, 2)
    index_courses([cobot_course])
    assert (in_the_index("cobot"), in_the_index("grijper")) == (2, 0)
    cobot_course.delete()
    assert in_the_index("cobot") == 0


def test_the_databases_index_is_used(cobot_course):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'cms_course_words'")
            assert "USING gin (words)" in cursor.fetchone()[0]
    else:
        assert "cms_course_words VIRTUAL TABLE" in matching("cobot").explain()


def test_the_migration_goes_back_and_forth(cobot_course):
    migration = import_module("cms.migrations.0002_course_words_full_text").Migration
    [operation] = migration.operations
    connection.check_constraints()  # on PostgreSQL those that wait for the end of the transaction hold the table
    with connection.cursor() as cursor:  # SQLite's own editor wants no transaction around it
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        operation.reverse_code(None, editor)
        operation.code(None, editor)
    assert in_the_index("cobot") == 2


def test_the_command_writes_all_words_anew(cobot_course, capsys):
    CourseIndexEntry.objects.all().delete()
    call_command("index_courses")
    assert capsys.readouterr().out == "2 entries written.\n"
    assert found("cobot") == {cobot_course.pk}


# The same on every database ------------------------------------------------------------------------------------------

SHELF = {
    "iot": ("IoT-basis: sensoren, data en netwerken", "IoT basics: sensors, data and networks"),
    "waam": ("Metaal 3D-printen met WAAM", "Metal 3D printing with WAAM"),
    "cobots": ("Werken met cobots: veilig en samen", "Working with cobots"),
    "composites": ("Composietdelen geautomatiseerd maken", "Automated manufacturing of composites"),
    "optics": ("Optische meettechniek", "Optical metrology"),
    "maintenance": ("Voorspellend onderhoud met machine learning", "Predictive maintenance"),
    "people": ("Mensgerichte technologie en lasrobots", "Human-centred technology"),
}
# What each question finds, best first: written down once, asked of SQLite and of PostgreSQL.
ANSWERS = {
    "printen": ["waam"],
    "3d print": ["waam"],
    "printing": ["waam"],
    "sensor": ["iot"],
    "netwerk": ["iot"],
    "techniek": ["optics"],
    "meten": ["optics"],
    "meet": ["optics"],
    "robot": ["people"],
    "cobot": ["cobots"],
    "machines": ["maintenance"],
    "composiet": ["composites"],
    "delen maken": ["composites"],
    "onderhouden": ["maintenance"],
    "technologieën": ["people"],
    "met": ["cobots", "maintenance", "optics", "waam"],
    "data robot": [],
    "work": ["cobots", "iot"],
    "taal": [],
    "a & b | c": [],
}


@pytest.mark.parametrize("question", list(ANSWERS))
def test_a_question_has_one_answer_whatever_the_database(db, question):
    for code, (nl, en) in SHELF.items():
        CourseFactory(
            code=code, title_nl=nl, title_en=en, summary_nl="-", summary_en="-", audience_nl="-", audience_en="-"
        )
    worth = find(question, "nl")
    codes = dict(Course.objects.filter(pk__in=worth).values_list("pk", "code"))
    assert sorted(codes.values(), key=lambda code: code) == sorted(ANSWERS[question])


def test_the_order_is_one_whatever_the_database(db):
    word = CourseFactory(title_nl="Lassen", title_en="x")
    beginning = CourseFactory(title_nl="Lastechniek", title_en="x")
    compound = CourseFactory(title_nl="Robotlassen", title_en="x")
    text = CourseFactory(title_nl="x", title_en="x", summary_nl="Je leert lassen.")
    worth = find("lassen", "nl")
    assert sorted(worth, key=lambda pk: -worth[pk]) == [word.pk, compound.pk, text.pk]
    worth = find("las", "nl")
    assert sorted(worth, key=lambda pk: (-worth[pk], pk)) == [word.pk, beginning.pk, text.pk]


def test_finding_takes_one_query(cobot_course, printing, django_assert_num_queries):
    with django_assert_num_queries(1):
        find("robot coordinatie lassen", "nl")
