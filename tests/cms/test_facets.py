"""What narrows the list, and the counts beside it; no database."""

from cms.facets import CourseFacts, EditionFacts, count_of, options_of

COBOTS = CourseFacts(
    1,
    {"who": frozenset({"employee", "student"}), "lab": frozenset({"robo"})},
    [EditionFacts("nl", "2027-03", free=False), EditionFacts("en", "2027-04", free=True)],
)
WAAM = CourseFacts(
    2, {"who": frozenset({"employee"}), "lab": frozenset({"ram"})}, [EditionFacts("nl", "2027-03", True)]
)
UNPLANNED = CourseFacts(3, {"who": frozenset({"student"}), "lab": frozenset({"ram"})})
ALL = [COBOTS, WAAM, UNPLANNED]


def chosen(**values):
    return {facet: frozenset(value) for facet, value in values.items()}


def fitting(**values):
    return [course.key for course in ALL if course.fits(chosen(**values))]


def test_nothing_chosen_narrows_nothing():
    assert fitting() == [1, 2, 3]


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
    assert count_of(ALL, asked, "lab", "ram") == 1
    assert count_of(ALL, asked, "lab", "robo") == 1
    assert count_of(ALL, asked, "who", "student") == 1


def test_options_say_what_is_ticked():
    options = options_of(ALL, chosen(lab=["ram"]), "lab", [("ram", "RAMLAB"), ("robo", "RoboHouse")])
    assert [(one.label, one.count, one.checked) for one in options] == [("RAMLAB", 2, True), ("RoboHouse", 1, False)]
