"""What pages say in the words of schema.org: complete by Google's list, true by the page, and about nobody."""

import json
import re
from datetime import datetime, timedelta

import pytest

from cms.actions import build_lab_page
from cms.structured_data import duration, filled, schedule, when, written
from courses.models import Course, Edition, Price, Session, Skill
from tests.cms.conftest import page_of
from tests.factories import EditionFactory, LocationFactory, UserFactory

# Google's: what must be there, and what it reads when it is. schema.org has these names for these types.
REQUIRED = {
    "Course": {"name", "description", "provider"},
    "CourseInstance": {"courseMode", "courseWorkload", "courseSchedule", "startDate", "endDate", "location"},
    "Offer": {"category", "price", "priceCurrency", "url", "availability"},
    "ItemList": {"itemListElement", "numberOfItems"},
    "ListItem": {"position"},
    "BreadcrumbList": {"itemListElement"},
    "EducationalOrganization": {"name"},
    "Organization": {"name"},
    "WebSite": {"name", "url", "potentialAction"},
    "EducationEvent": {"name", "startDate", "endDate", "location"},
    "Place": {"name", "address"},
    "PostalAddress": {"addressLocality", "addressCountry"},
    "Person": {"name"},
    "DefinedTerm": {"name", "inDefinedTermSet"},
    "Schedule": {"repeatCount", "startDate", "endDate", "duration"},
    "Article": {"headline", "datePublished", "author"},
    "PriceSpecification": {"price", "priceCurrency"},
    "EducationalOccupationalCredential": {"name", "credentialCategory"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
    "VirtualLocation": set(),
}


def graph_of(client, address):
    text = client.get(address).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert len(found) == 1, address
    said = json.loads(found[0])
    assert said["@context"] == "https://schema.org"
    return said["@graph"]


def nodes(thing):
    """Every node, however deep."""
    if isinstance(thing, dict):
        if "@type" in thing:
            yield thing
        for value in thing.values():
            yield from nodes(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from nodes(value)


def of_type(graph, kind):
    return [node for node in nodes(graph) if node["@type"] == kind]


@pytest.fixture
def sold(cobots, edition):
    """The cast's course, which has prices, with a trainer."""
    edition.trainers.add(UserFactory(given_name="Tess", family_name="Trainer", email="tess@voorbeeld.example"))
    return cobots


def course_graph(client, course, language="en"):
    return graph_of(client, page_of(course, language).url)


# All pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_node_of_every_page_has_what_its_type_needs(client, site, sold, robohouse, academy, language):
    lab = next(page for page in build_lab_page(robohouse) if page.locale.language_code == language)
    addresses = {
        "nl": ["/nl/", "/nl/opleidingen/", "/nl/agenda/", "/nl/labs/"],
        "en": ["/en/", "/en/courses/", "/en/agenda/", "/en/labs/"],
    }[language]
    kinds = set()
    for address in [*addresses, lab.url, page_of(sold, language).url]:
        for node in nodes(graph_of(client, address)):
            kinds.add(node["@type"])
            missing = REQUIRED[node["@type"]] - node.keys()
            # In a list an edition's course is named, and its own page says the rest.
            assert not missing, (address, node["@type"], missing)
            assert "" not in node.values(), (address, node)
            assert None not in node.values(), (address, node)
    assert {"Course", "CourseInstance", "Offer", "ItemList", "BreadcrumbList", "Organization"} <= kinds
    assert {"EducationEvent", "Place", "DefinedTerm", "WebSite", "EducationalOrganization"} <= kinds


def test_addresses_are_whole_and_moments_have_their_distance_to_utc(client, sold):
    for node in nodes(course_graph(client, sold)):
        for name in ("url", "@id", "item", "image"):
            if isinstance(node.get(name), str):
                assert node[name].startswith("http"), (name, node)
        for name in ("startDate", "endDate", "validFrom", "availabilityEnds"):
            if name in node and node["@type"] != "Schedule":
                assert datetime.fromisoformat(node[name]).tzinfo is not None, node
    assert of_type(course_graph(client, sold), "CourseInstance")[0]["startDate"] == "2027-03-04T09:00:00+01:00"


def test_nobody_is_in_it_but_trainers_whose_names_stand_on_the_page(client, sold, enrolled):
    address = page_of(sold, "en").url
    graph = json.dumps(graph_of(client, address))
    people = {node["name"] for node in of_type(json.loads(graph), "Person")}
    assert "Tess Trainer" in people
    assert people == {trainer.full_name for trainer in sold.editions.get().trainers.all()}
    visible = re.sub(r"<script.*?</script>", "", client.get(address).content.decode(), flags=re.S)
    assert all(name in visible for name in people)
    assert "tess@" not in graph
    assert enrolled.learner.family_name not in graph


def test_no_text_of_ours_can_end_the_script(client, sold):
    page = page_of(sold, "en")
    page.introduction = "</script><script>alert(1)</script> & \u2028 “so”"
    page.save_revision().publish()
    text = client.get(page.url).content.decode()
    assert "<script>alert" not in text
    assert of_type(graph_of(client, page.url), "Course")[0]["description"] == page.introduction


def test_the_policy_needs_no_exception_for_it(client, sold):
    response = client.get(page_of(sold).url)
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert written([]) == ""


# Courses and editions ------------------------------------------------------------------------------------------------


def test_a_course_says_what_it_teaches_by_the_terms_of_esco(client, sold):
    uri = "http://data.europa.eu/esco/skill/1"
    Skill.objects.update(uri=uri)
    course = of_type(course_graph(client, sold), "Course")[0]
    terms = [one for one in course["teaches"] if isinstance(one, dict)]
    assert terms == [
        {
            "@type": "DefinedTerm",
            "name": "coordinating",
            "termCode": "S1",
            "url": uri,
            "inDefinedTermSet": "http://data.europa.eu/esco/concept-scheme/skills",
        }
    ]
    assert "You program a cobot." in course["teaches"]
    assert course["provider"]["name"] == "RoboHouse"
    assert course["courseCode"] == sold.code
    assert course["timeRequired"] == duration(sold.total_minutes)


def test_a_level_of_a_register_is_said_only_with_its_number(client, sold):
    assert "NLQF" not in json.dumps(course_graph(client, sold))
    Course.objects.filter(pk=sold.pk).update(nlqf_level="4", nlqf_register_number="R-123")
    level = of_type(course_graph(client, sold), "Course")[0]["educationalLevel"]
    assert level[1] == {
        "@type": "DefinedTerm",
        "name": "NLQF 4",
        "termCode": "R-123",
        "inDefinedTermSet": "https://www.nlqf.nl/",
    }


def test_each_payer_has_an_offer(client, sold):
    Price.objects.filter(course=sold, audience="standard").update(cents=125_050)
    found = {one["name"]: one for one in of_type(course_graph(client, sold), "Offer")}
    assert found["Standard price"]["price"] == "1250.50"
    assert found["Standard price"]["category"] == "Paid"
    assert found["Student"]["price"] == "0.00"
    assert found["Student"]["category"] == "Free"
    assert {one["priceCurrency"] for one in found.values()} == {"EUR"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "InStock"),
        ({"seats_taken": 10}, "LimitedAvailability"),
        ({"seats_taken": 12}, "SoldOut"),
        ({"enrolment_opens_at": timedelta(days=1)}, "OutOfStock"),
        ({"enrolment_closes_at": timedelta(days=-1)}, "OutOfStock"),
    ],
)
def test_whether_one_can_enrol_follows_the_edition(client, sold, edition, now, facts, said):
    changes = {name: now + value if isinstance(value, timedelta) else value for name, value in facts.items()}
    Edition.objects.filter(pk=edition.pk).update(**changes)
    assert {one["availability"] for one in of_type(course_graph(client, sold), "Offer")} == {
        f"https://schema.org/{said}"
    }


def test_an_edition_that_is_off_says_so(client, sold, edition):
    Edition.objects.filter(pk=edition.pk).update(state="cancelled")
    found = of_type(course_graph(client, sold), "CourseInstance")[0]
    assert found["eventStatus"] == "https://schema.org/EventCancelled"
    assert "remainingAttendeeCapacity" not in found


def test_a_draft_is_not_in_it(client, sold):
    draft = EditionFactory(course=sold, draft=True)
    assert draft.code not in json.dumps(course_graph(client, sold))


def test_an_edition_says_where_and_how_often(client, sold, edition):
    place = LocationFactory(organisation=sold.provider, name="De Hal", city="Delft")
    Edition.objects.filter(pk=edition.pk).update(location=place)
    found = of_type(course_graph(client, sold), "CourseInstance")[0]
    assert found["courseMode"] == "Onsite"
    assert found["courseSchedule"]["repeatCount"] == 4
    assert found["courseSchedule"]["repeatFrequency"] == "P1W"
    assert found["location"]["address"]["addressLocality"] == "Delft"
    assert len(found["subEvent"]) == 4


def test_where_an_online_meeting_is_is_for_who_takes_part(client, sold, edition):
    edition.sessions.update(mode="online", online_url="https://meet.example/secret")
    Edition.objects.filter(pk=edition.pk).update(mode="online")
    graph = course_graph(client, sold)
    assert "meet.example" not in json.dumps(graph)
    found = of_type(graph, "CourseInstance")[0]
    assert found["location"]["@type"] == "VirtualLocation"
    assert found["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"


# Lists ---------------------------------------------------------------------------------------------------------------


def test_a_list_names_its_courses_in_the_order_of_the_page(client, sold, published):
    published(title_en="Another course")
    response = client.get("/en/courses/")
    [found] = of_type(graph_of(client, "/en/courses/"), "ItemList")
    said = [one["item"]["name"] for one in found["itemListElement"]]
    assert said == [card.title for card in response.context["catalogue"].cards]
    assert [one["position"] for one in found["itemListElement"]] == [1, 2]
    assert found["numberOfItems"] == 2


def test_the_breadcrumb_is_the_page_s(client, sold):
    [found] = of_type(course_graph(client, sold), "BreadcrumbList")
    assert [one["name"] for one in found["itemListElement"]][:2] == ["Home", "Courses"]
    assert found["itemListElement"][-1]["item"] == f"http://testserver{page_of(sold, 'en').url}"
    assert not of_type(graph_of(client, "/en/"), "BreadcrumbList")


def test_it_costs_no_question_of_its_own(client, sold, django_assert_max_num_queries, monkeypatch):
    address = page_of(sold).url

    def asked():
        client.get(address)
        with django_assert_max_num_queries(100) as counted:
            client.get(address)
        return len(counted)

    whole = asked()
    monkeypatch.setattr("cms.structured_data.of_page", lambda *_args: [])
    assert whole == asked()


# Small parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_durations_and_moments_are_iso_8601(now):
    assert (duration(1440), duration(90), duration(45), duration(0)) == ("PT24H", "PT1H30M", "PT45M", None)
    assert when(now) == "2027-02-08T10:00:00+01:00"
    assert when(None) is None


@pytest.mark.once
def test_a_rhythm_is_said_only_where_there_is_one(now):
    def at(*days):
        return [
            Session(starts_at=now + timedelta(days=day), ends_at=now + timedelta(days=day, hours=3)) for day in days
        ]

    assert schedule(at(0, 7, 14))["repeatFrequency"] == "P1W"
    assert schedule(at(0, 1))["repeatFrequency"] == "P1D"
    assert "repeatFrequency" not in schedule(at(0, 3, 20))
    assert schedule([]) is None
    assert filled({"zero": 0, "no": False, "nothing": ""}) == {"zero": 0, "no": False}
