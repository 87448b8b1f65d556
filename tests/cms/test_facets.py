"""What narrows the list, and the counts beside it; no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cms.facets import OF_EDITIONS, CourseFacts, EditionFacts, Facet, Narrowing, Option

pytestmark = pytest.mark.once

COBOTS = CourseFacts(
    1,
    {"who": frozenset({"employee", "student"}), "lab": frozenset({"robo"})},
    [EditionFacts("nl", "2027-03", free=False), EditionFacts("en", "2027-04", free=True)],
)
WAAM = CourseFacts(
    2, {"who": frozenset({"employee"}), "lab": frozenset({"ram"})}, [EditionFacts("nl", "2027-03", free=True)]
)
UNPLANNED = CourseFacts(3, {"who": frozenset({"student"}), "lab": frozenset({"ram"})})
ALL = Narrowing([COBOTS, WAAM, UNPLANNED])


def chosen(**values):
    return {facet: frozenset(value) for facet, value in values.items()}


def fitting(**values):
    return sorted(ALL.keys(chosen(**values)))


def test_nothing_chosen_narrows_nothing():
    assert fitting() == fitting(lab=[]) == [1, 2, 3]


def test_choices_within_a_facet_add_up_and_across_facets_narrow():
    assert fitting(lab=["robo", "ram"]) == [1, 2, 3]
    assert fitting(lab=["ram"], who=["student"]) == [3]


def test_what_is_asked_of_an_edition_must_hold_for_one_and_the_same():
    assert fitting(start=["2027-03"]) == [1, 2]
    assert fitting(start=["2027-03"], free=["1"]) == [2]
    assert fitting(start=["2027-04"], language=["en"], free=["1"]) == [1]
    assert fitting(start=["2027-03"], language=["en"]) == []


def test_a_count_leaves_its_own_facet_out_and_keeps_the_others():
    asked = chosen(lab=["robo"], who=["employee"])
    assert ALL.counts(asked, "lab", ["ram", "robo"]) == [1, 1]
    assert ALL.counts(asked, "who", ["student"]) == [1]
    assert ALL.counts(chosen(start=["2027-04"], free=["1"]), "start", ["2027-03", "2027-04"]) == [1, 1]


def test_options_say_what_is_ticked():
    options = ALL.options(chosen(lab=["ram"]), "lab", [("ram", "RAMLAB"), ("robo", "RoboHouse")])
    assert [(one.label, one.count, one.checked) for one in options] == [("RAMLAB", 2, True), ("RoboHouse", 1, False)]


def test_a_long_facet_shows_its_first_boxes_and_opens_for_a_ticked_one():
    def facet(length, ticked):
        return Facet("start", "start", "Starts in", [Option(str(n), str(n), 1, n == ticked) for n in range(length)])

    assert (len(facet(7, 0).first), len(facet(7, 0).more)) == (7, 0)
    assert (len(facet(12, 0).first), len(facet(12, 0).more), facet(12, 0).is_open) == (6, 6, False)
    assert facet(12, 9).is_open


# The slow and obvious way, against which the quick one is held -------------------------------------------------------


def obviously_fits(course, asked):
    of_course = {facet: values for facet, values in asked.items() if values and facet not in OF_EDITIONS}
    of_editions = {facet: values for facet, values in asked.items() if values and facet in OF_EDITIONS}
    return all(course.values.get(facet, frozenset()) & values for facet, values in of_course.items()) and (
        not of_editions or any(edition.fits(of_editions) for edition in course.editions)
    )


WORDS = some.frozensets(some.sampled_from("abc"), max_size=3)
EDITIONS = some.builds(EditionFacts, some.sampled_from("ab"), some.sampled_from("abc"), some.booleans())
COURSES = some.lists(
    some.builds(
        lambda who, lab, editions: ({"who": who, "lab": lab}, editions), WORDS, WORDS, some.lists(EDITIONS, max_size=4)
    ),
    max_size=6,
)
CHOICES = some.fixed_dictionaries({}, optional=dict.fromkeys(("who", "lab", "language", "start", "free"), WORDS))


@given(COURSES, CHOICES)
def test_the_quick_counts_are_the_obvious_ones(facts, asked):
    courses = [CourseFacts(key, values, editions) for key, (values, editions) in enumerate(facts)]
    quick = Narrowing(courses)
    assert quick.keys(asked) == {course.key for course in courses if obviously_fits(course, asked)}
    assert quick.count(asked) == len(quick.keys(asked))
    for facet in ("who", "lab", "language", "start", "free"):
        for value in ("a", "b", "1"):
            alone = {**asked, facet: frozenset({value})}
            assert quick.counts(asked, facet, [value]) == [sum(obviously_fits(course, alone) for course in courses)]
