"""The other forms of a certificate: badges that carry it, a token, a document for Europass."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import jwt
import pytest
from PIL import Image

from certificates.credentials import badge, baking, europass, pictures, proofs, tokens
from certificates.credentials.multikeys import NotAKey, multikey, token_key
from certificates.keys import files, keeping
from certificates.making import key_of
from certificates.models import Certificate, IssuerKey
from lms.people.models import Organisation
from tests.certificates.conftest import issued
from tests.certificates.samples import COBOTS, LONGEST, SAMPLES, SHORTEST, named
from tests.certificates.test_credentials import IDENTIFIER, credential
from tests.certificates.test_credentials import signed as proven

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str | bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (our own)


def opened(token: str, key: dict) -> dict:
    """What a token says, as a library that is not ours checks it; the tests' own day may be one to come."""
    return jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], options={"verify_nbf": False, "verify_iat": False})


@pytest.fixture
def signed(keys, finished, now) -> Certificate:
    Organisation.objects.filter(pk=finished.edition.provider_id).update(kvk_number="00000017")
    finished.edition.provider.refresh_from_db()
    return issued(finished, now)


# Pictures -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_badge_can_be_drawn_of_every_certificate_in_both_forms(sample):
    picture = pictures.picture_of(SAMPLES[sample])
    with Image.open(io.BytesIO(pictures.as_png(picture))) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (600, 600))
        assert drawn.convert("RGBA").getpixel((0, 0))[3] == 0, "the corners are see-through"
    root = parsed(pictures.as_svg(picture))
    assert [text.text for text in root.iter(f"{SVG}text")] == [line.text for line in picture.lines]


@pytest.mark.once
@pytest.mark.parametrize("cover", range(1, 9))
def test_every_cover_gives_a_picture_of_its_own(cover):
    picture = pictures.picture_of({**SHORTEST, "cover": cover})
    other = pictures.picture_of({**SHORTEST, "cover": cover % 8 + 1})
    assert pictures.as_png(picture) != pictures.as_png(other)
    assert pictures.as_png(picture) == pictures.as_png(pictures.picture_of({**SHORTEST, "cover": cover}))


@pytest.mark.once
@pytest.mark.parametrize("sample", ["longest", "cobots", "greek"])
def test_no_line_of_a_badge_runs_out_of_it_or_into_the_next(sample):
    lines = pictures.picture_of(SAMPLES[sample]).lines
    for line in lines:
        long = pictures._font(line.face, line.size, line.text).getlength(line.text)
        assert long <= pictures.SIDE - 2 * pictures._EDGE, line.text
    for above, below in pairwise(lines):
        assert below.y - above.y >= below.size, (above.text, below.text)


@pytest.mark.once
def test_a_badge_speaks_the_certificates_language_first_and_names_no_person():
    dutch, english = pictures.picture_of(COBOTS), pictures.picture_of({**COBOTS, "language": "en"})
    assert dutch.label == "Certificaat: Werken met cobots: veilig, praktisch en samen. SMITZH"
    assert english.label.startswith("Certificate: Working with cobots")
    other = [line for line in dutch.lines if line.language]
    assert {line.language for line in other} == {"en"}
    assert "Sanne" not in pictures.as_svg(dutch)


@pytest.mark.once
def test_letters_that_mean_something_to_xml_are_written_as_letters():
    root = parsed(pictures.as_svg(pictures.picture_of({**SHORTEST, "title": {"nl": "<b> & co", "en": ""}})))
    assert "<b> & co" in [text.text for text in root.iter(f"{SVG}text")]


@pytest.mark.once
def test_the_credential_comes_out_of_a_png_byte_for_byte():
    """Read by a library that is not ours: one text, not packed, and the picture still opens."""
    said = json.dumps(proven(credential(named("Şükrü van ’t Veld"))), ensure_ascii=False)
    plain = pictures.as_png(pictures.picture_of(COBOTS))
    baked = baking.bake_png(plain, said)
    with Image.open(io.BytesIO(baked)) as picture:
        picture.load()
        assert picture.text == {"openbadgecredential": said}
        assert picture.text["openbadgecredential"].lang == ""
    assert baked.count(b"openbadgecredential") == 1
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(baked)) as after:
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


@pytest.mark.once
def test_the_credential_comes_out_of_an_svg_letter_for_letter():
    """Also letters beyond ASCII, and what would end the block that it stands in."""
    said = json.dumps(proven(credential(named("Şükrü ]]> van ’t Veld"))), ensure_ascii=False)
    root = parsed(baking.bake_svg(pictures.as_svg(pictures.picture_of(COBOTS)), said).encode())
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert root[0].text == said
    assert len(list(root.iter(root[0].tag))) == 1


@pytest.mark.once
def test_a_picture_carries_one_credential_only_and_what_is_no_picture_none():
    picture = pictures.picture_of(SHORTEST)
    with pytest.raises(baking.AlreadyBaked):
        baking.bake_png(baking.bake_png(pictures.as_png(picture), "{}"), "{}")
    with pytest.raises(baking.AlreadyBaked):
        baking.bake_svg(baking.bake_svg(pictures.as_svg(picture), "{}"), "{}")
    with pytest.raises(ValueError, match="no PNG"):
        baking.bake_png(b"GIF89a", "{}")
    with pytest.raises(ValueError, match="no SVG"):
        baking.bake_svg("<html></html>", "{}")


# The token ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_token_says_what_the_credential_says_in_the_words_of_its_own_standard():
    document = proven(credential(COBOTS))
    key = files.new_token_key()
    said = tokens.token(document, key_id="did:web:leren.example#p256-2026-11", sign_bytes=lambda _data: bytes(64))
    claims = jwt.decode(said, options={"verify_signature": False})
    assert jwt.get_unverified_header(said) == {
        "alg": "ES256", "typ": "JWT", "kid": "did:web:leren.example#p256-2026-11",
    }  # fmt: skip
    assert claims["iss"] == document["issuer"]["id"] == "did:web:leren.example"
    assert claims["jti"] == document["id"] == f"urn:uuid:{IDENTIFIER}"
    assert claims["sub"] == document["credentialSubject"]["id"]
    assert datetime.fromtimestamp(claims["nbf"], UTC).isoformat() == "2026-09-25T00:00:00+00:00"
    assert datetime.fromtimestamp(claims["exp"], UTC).isoformat() == "2028-09-25T23:59:59+00:00"
    assert {name: claims[name] for name in document if name != "proof"} == {
        name: value for name, value in document.items() if name != "proof"
    }
    assert "proof" not in claims
    assert token_key(multikey(key.public_key())) == key.public_key()


@pytest.mark.once
@pytest.mark.parametrize("text", ["", "z", "zDn", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "zDn" + "1" * 46])
def test_what_is_no_key_for_tokens_is_refused(text):
    with pytest.raises(NotAKey):
        token_key(text)


@pytest.mark.django_db
def test_with_the_did_document_anyone_can_check_a_token_without_us(signed, client):
    answer = client.get(f"/credentials/{signed.uuid}/credential.jwt")
    assert answer["Content-Type"] == "application/jwt"
    assert answer["Content-Disposition"] == f'attachment; filename="{signed.grouped_number}.jwt"'
    written = answer.content.decode()
    document = client.get("/.well-known/did.json").json()
    kid = jwt.get_unverified_header(written)["kid"]
    method = next(one for one in document["verificationMethod"] if one["id"] == kid)
    assert (method["type"], kid in document["assertionMethod"]) == ("JsonWebKey", True)
    assert "d" not in method["publicKeyJwk"]

    claims = opened(written, method["publicKeyJwk"])
    assert claims["iss"] == document["id"]
    assert claims["credentialSubject"]["identifier"][0]["identityHash"] == signed.enrolment.learner.full_name
    with pytest.raises(jwt.InvalidSignatureError):
        opened(written[:-8] + "AAAAAAAA", method["publicKeyJwk"])
    assert client.get(f"/credentials/{signed.uuid}/credential.jwt").content.decode() == written, "the same every time"


@pytest.mark.django_db
def test_without_a_key_there_is_no_token_and_nobody_is_offered_one(signed, client, now):
    keeping.mark_compromised(IssuerKey.objects.active("token"), by=None, at=now)
    assert client.get(f"/credentials/{signed.uuid}/credential.jwt").status_code == 404
    assert "credential.jwt" not in client.get(f"/v/{signed.grouped_number}").content.decode()
    assert keeping.troubles(at=now) == [], "tokens may have no key"


@pytest.mark.django_db
def test_a_new_key_for_tokens_leaves_what_the_old_one_signed_checkable(signed, client, now):
    old = client.get(f"/credentials/{signed.uuid}/credential.jwt").content.decode()
    keeping.take_key("token", files.new_token_key(), is_demo=True, by=None, at=now)
    new = client.get(f"/credentials/{signed.uuid}/credential.jwt").content.decode()
    methods = {one["id"]: one for one in client.get("/.well-known/did.json").json()["verificationMethod"]}
    kids = [jwt.get_unverified_header(one)["kid"] for one in (old, new)]
    assert len(set(kids)) == 2
    for kid, written in zip(kids, (old, new), strict=True):
        assert opened(written, methods[kid]["publicKeyJwk"])


# Europass -------------------------------------------------------------------------------------------------------------

# What the Commission's shapes (edc-generic-full, ELM 3.1) ask of each class, as its documentation lists it.
MANDATORY = {
    "EuropeanDigitalCredential": {"credentialProfiles", "credentialSchema", "credentialSubject", "displayParameter",
                                  "issued", "issuer", "validFrom"},
    "DisplayParameter": {"title", "language", "primaryLanguage", "individualDisplay"},
    "IndividualDisplay": {"language", "displayDetail"},
    "DisplayDetail": {"image", "page"},
    "MediaObject": {"content", "contentEncoding", "contentType"},
    "Person": {"fullName", "hasClaim"},
    "Organisation": {"legalName", "location", "eIDASIdentifier"},
    "LegalIdentifier": {"notation", "spatial"},
    "Location": {"address"},
    "Address": {"countryCode"},
    "LearningAchievement": {"title", "awardedBy"},
    "LearningActivity": {"title", "awardedBy"},
    "LearningAssessment": {"title", "awardedBy", "grade"},
    "AwardingProcess": {"awardingBody"},
    "LearningOutcome": {"title"},
    "Qualification": {"title"},
    "CreditPoint": {"framework", "point"},
    "Note": {"noteLiteral"},
    "Concept": {"prefLabel", "inScheme"},
}  # fmt: skip


def nodes(part):
    """Every object with a type inside a document."""
    if isinstance(part, list):
        for one in part:
            yield from nodes(one)
    elif isinstance(part, dict):
        if "type" in part:
            yield part
        for value in part.values():
            yield from nodes(value)


def european(snapshot, kvk_number="00000009"):
    snapshot = {**snapshot, "issuer": {**snapshot["issuer"], "kvk_number": kvk_number}}
    return europass.european_credential(
        snapshot, identifier=UUID(int=7), issued="2026-11-27T09:30:00Z", picture=b"\x89PNG"
    )


@pytest.mark.once
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_document_for_europass_has_all_that_the_model_asks_for(sample):
    seen = set()
    for node in nodes(european(SAMPLES[sample])):
        kind = node["type"] if isinstance(node["type"], str) else node["type"][-1]
        seen.add(kind)
        lacking = {name for name in MANDATORY.get(kind, ()) if not node.get(name)}
        assert not lacking, (kind, lacking)
    assert {"Person", "LearningAchievement", "LearningActivity", "LearningOutcome", "DisplayParameter"} <= seen
    assert ("LearningAssessment" in seen) == (SAMPLES[sample]["kind"] == "assessed")


@pytest.mark.once
def test_it_names_the_eleven_elements_in_the_models_own_words():
    document = european(LONGEST)
    subject = document["credentialSubject"]
    claim = subject["hasClaim"]
    assert subject["fullName"] == {"nl": LONGEST["learner"]["name"]}, "the model allows a name in one language only"
    assert claim["title"] == LONGEST["title"]
    assert document["issuer"]["location"]["address"]["countryCode"]["id"].endswith("/country/NLD")
    assert claim["awardedBy"]["awardingBody"]["legalName"]["nl"] == LONGEST["issuer"]["name"]
    assert document["validFrom"] == "2027-03-01T00:00:00Z"
    assert claim["specifiedBy"]["learningOutcome"][0]["title"] == LONGEST["outcomes"][0]
    assert claim["specifiedBy"]["volumeOfLearning"] == "PT112H5M"
    assert claim["specifiedBy"]["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/5"
    assert claim["provenBy"]["title"] == LONGEST["assessment"]["text"]
    assert claim["influencedBy"]["specifiedBy"]["mode"]["prefLabel"] == {"en": "Blended"}
    assert "Kwaliteitsborging: " in claim["additionalNote"][0]["noteLiteral"]["nl"]


@pytest.mark.once
def test_a_level_stands_in_it_only_where_the_register_has_the_course():
    without = european({**LONGEST, "level": {**LONGEST["level"], "register_number": None}})
    assert not {"eqfLevel", "nqfLevel"} & without["credentialSubject"]["hasClaim"]["specifiedBy"].keys()


@pytest.mark.once
@pytest.mark.parametrize("issuer", [{"kvk_number": ""}, {"country": "XX"}])
def test_without_what_the_model_asks_of_an_issuer_there_is_none(issuer):
    assert europass.can_be_written(LONGEST)
    assert not europass.can_be_written({**LONGEST, "issuer": {**LONGEST["issuer"], **issuer}})


@pytest.mark.django_db
def test_an_issuer_without_a_number_offers_no_document_for_europass(keys, finished, client, now):
    certificate = issued(finished, now)
    assert client.get(f"/credentials/{certificate.uuid}/europass.json").status_code == 404
    assert "europass.json" not in client.get(f"/v/{certificate.grouped_number}").content.decode()


# To download ----------------------------------------------------------------------------------------------------------

FORMS = {
    "badge.png": "image/png",
    "badge.svg": "image/svg+xml",
    "credential.jwt": "application/jwt",
    "europass.json": "application/ld+json",
}


@pytest.mark.django_db
def test_the_badges_that_are_handed_out_carry_the_very_credential_whose_proof_holds(signed, client):
    with Image.open(io.BytesIO(client.get(f"/credentials/{signed.uuid}/badge.png").content)) as picture:
        inside = json.loads(picture.text["openbadgecredential"])
    assert inside == signed.credential
    proofs.verify(inside, key_of=key_of)
    root = parsed(client.get(f"/credentials/{signed.uuid}/badge.svg").content)
    proofs.verify(json.loads(root[0].text), key_of=key_of)


@pytest.mark.django_db
def test_the_picture_in_the_credential_is_the_one_that_we_serve(signed, client):
    image = signed.credential["credentialSubject"]["achievement"]["image"]
    assert client.get(image["id"].removeprefix("http://testserver"))["Content-Type"] == "image/png"


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_a_file_for_any_origin_and_is_asked_for_again_cheaply(signed, client, form):
    address = f"/credentials/{signed.uuid}/{form}"
    first = client.get(address)
    assert first["Content-Type"] == FORMS[form]
    assert first["Content-Disposition"].startswith("attachment; filename=")
    assert (first["Access-Control-Allow-Origin"], first["X-Robots-Tag"]) == ("*", "noindex")
    assert not first.cookies
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_what_was_not_signed_or_was_erased_has_no_other_form(signed, client, form):
    Certificate.objects.filter(pk=signed.pk).update(credential=None)
    assert client.get(f"/credentials/{signed.uuid}/{form}").status_code == 404
    assert form not in client.get(f"/v/{signed.grouped_number}").content.decode()


@pytest.mark.django_db
def test_holder_and_verifier_find_every_form_with_what_it_is_good_for(signed, client):
    for_all = client.get(f"/v/{signed.grouped_number}").content.decode()
    client.force_login(signed.enrolment.learner)
    own = client.get(f"/nl/certificaat/{signed.grouped_number}/").content.decode()
    for page in (for_all, own):
        assert "Andere bestandsvormen" in page
        for form in FORMS:
            assert f'href="/credentials/{signed.uuid}/{form}"' in page


@pytest.mark.django_db
def test_a_revoked_certificate_is_not_handed_out_by_the_page_that_says_so(signed, client):
    Certificate.objects.filter(pk=signed.pk).update(
        state="revoked", ended_at=NOW, public_reason="mistake", inside_reason="x"
    )
    assert "badge.png" not in client.get(f"/v/{signed.grouped_number}").content.decode()


@pytest.mark.once
def test_a_badge_with_a_picture_still_is_one_by_the_rules_of_open_badges():
    achievement = badge.achievement_credential(COBOTS, identifier=IDENTIFIER, base_url="https://l.example", status={})[
        "credentialSubject"
    ]["achievement"]
    assert achievement["image"] == {
        "id": f"https://l.example/credentials/{IDENTIFIER}/badge.png",
        "type": "Image",
        "caption": COBOTS["title"]["nl"],
    }
