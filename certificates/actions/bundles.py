"""Files of many certificates: asked for, made part by part, taken, made again when something in it is no longer for
who asked, and cleared away after a week.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import IO

import structlog
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates import letters
from certificates.archives import ArchivePart, Placed
from certificates.bundles import unique_name
from certificates.models import Bundle, BundleItem, BundlePart, Certificate, document_storage
from certificates.reading import reading_of
from certificates.signals import bundle_waits
from courses.models import Course, Edition
from lms.kernel.models import Event
from lms.kernel.post import post
from lms.kernel.spreadsheets import Cell, write_xlsx
from lms.kernel.states import move
from lms.people.models import Department, Organisation, User

log = structlog.get_logger(__name__)

State = Bundle.State
IN_A_PART = 200  # some 10 MB: a killed worker loses no more work than that
CHUNK = 2**16
INDEX = "index.xlsx"


class NothingToPutIn(Exception):
    """Of what was asked for there is nothing, at this moment."""


class MadeAgain(Exception):
    """Something in the file is no longer for who asked: it is being made again, without."""


class TooLate(Exception):
    """Its week is over."""


@transaction.atomic
def ask_year_file(
    company: Organisation,
    *,
    starts_on: date | None,
    ends_on: date | None,
    department: Department | None,
    course: Course | None,
    by: User,
    at: datetime,
) -> Bundle:
    """Ask for what people share with an employer, of a period, a department, a course."""
    return _ask(
        Bundle(company=company, starts_on=starts_on, ends_on=ends_on, department=department, course=course),
        by=by,
        at=at,
    )


@transaction.atomic
def ask_edition_file(edition: Edition, *, by: User, at: datetime) -> Bundle:
    """Ask for all certificates of an edition."""
    return _ask(Bundle(edition=edition), by=by, at=at)


def _ask(bundle: Bundle, *, by: User, at: datetime) -> Bundle:
    """The same question twice, while the first is being answered, is one. Raises NothingToPutIn, PermissionDenied."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # a button pressed twice is one question
    what = ("company", "edition", "starts_on", "ends_on", "department", "course")
    same = Bundle.objects.filter(asked_by=by, state=State.MAKING, **{name: getattr(bundle, name) for name in what})
    if found := same.first():
        return found
    bundle.asked_by, bundle.language = by, translation.get_language() or by.language
    bundle.asked_at = bundle.moved_at = at
    bundle.expires_at = at + Bundle.KEPT
    bundle.total = bundle.contents().count()
    if not bundle.total:
        raise NothingToPutIn
    bundle.save(force_insert=True)
    if not Bundle.objects.allowing(by, "ask").filter(pk=bundle.pk).exists():
        raise PermissionDenied(f"User {by.pk} may not ask for {bundle}.")
    Event.record(bundle, "bundle.asked", by=by, at=at, data={"certificates": bundle.total})
    bundle_waits.send(Bundle, bundle=bundle)
    return bundle


# Making ---------------------------------------------------------------------------------------------------------------


def go_on(bundle: Bundle, *, at: datetime) -> bool:
    """Make the next part; True while there is more to do. Of two workers at once one adds the part, the other nothing.

    Parts follow the certificates' own keys, so that it is known where a killed worker was. What became theirs to see
    after the last part passed it is not in it: the page says of when it is.
    """
    bundle = Bundle.objects.select_related("asked_by", "edition", "company").get(pk=bundle.pk)
    if bundle.state != State.MAKING:
        return False
    so_far = bundle.parts.aggregate(size=Sum("size"))["size"] or 0
    number = bundle.parts.count() + 1
    last = bundle.items.order_by("certificate").values_list("certificate", flat=True).last() or 0
    following = bundle.contents().filter(pk__gt=last).defer("credential").select_related("enrolment__learner")
    certificates = list(following.order_by("pk")[:IN_A_PART])
    if not certificates and not bundle.items.exclude(name="").exists():
        _empty(bundle, at=at)
        return False
    with tempfile.TemporaryFile(prefix="certificates-") as file, translation.override(bundle.language):
        part = ArchivePart(file, begins_at=so_far)
        if certificates:
            taken = set(bundle.items.exclude(name="").values_list("name", flat=True))
            items = [_put_in(part, bundle, one, taken) for one in certificates]
            return _add(bundle, number, file, part.close(), so_far, items, at=at)
        with tempfile.TemporaryFile(prefix="index-") as index:
            _write_index(bundle, index)
            index.seek(0)
            part.add(INDEX, index.read(), dated=at)
        return _add(bundle, number, file, part.close_all(_placed(bundle)), so_far, [], at=at)


def _put_in(part: ArchivePart, bundle: Bundle, certificate: Certificate, taken: set[str]) -> BundleItem:
    """One document, read whole: it is small. One that is gone or damaged is left out, and the index says so."""
    issued_at = certificate.issued_at or bundle.asked_at
    try:
        with certificate.pdf.open("rb") as document:
            content = document.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != certificate.pdf_sha256:
        log.error("certificate_unreadable", certificate=certificate.pk)
        return BundleItem(bundle=bundle, certificate=certificate, dated=issued_at)
    placed = part.add(unique_name(certificate, taken), content, dated=issued_at)
    return BundleItem(
        bundle=bundle,
        certificate=certificate,
        name=placed.name,
        place=placed.place,
        size=placed.size,
        crc=placed.crc,
        dated=issued_at,
    )


def _add(
    bundle: Bundle, number: int, file: IO[bytes], size: int, so_far: int, items: Sequence[BundleItem], *, at: datetime
) -> bool:
    """Store a part and enter it, if nobody did meanwhile. Without items it was the last."""
    file.seek(0)
    storage = document_storage()
    path = storage.save(f"bundles/{bundle.uuid}/{number}.part", File(file))
    with transaction.atomic():
        locked = Bundle.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
        entered = bundle.parts.aggregate(size=Sum("size"))["size"] or 0
        is_next = locked.state == State.MAKING and entered == so_far and bundle.parts.count() == number - 1
        if is_next:
            BundlePart.objects.create(bundle=bundle, number=number, file=path, size=size)
            BundleItem.objects.bulk_create(items)
            Bundle.objects.filter(pk=bundle.pk).update(done=F("done") + len(items), size=so_far + size, moved_at=at)
            if not items:
                _finish(Bundle.objects.select_related("asked_by", "edition", "company").get(pk=bundle.pk), at=at)
    if not is_next:
        storage.delete(path)  # another worker was first
    return bool(items)


def _finish(bundle: Bundle, *, at: datetime) -> None:
    move(
        bundle,
        to=State.READY,
        allowed=Bundle.TRANSITIONS,
        by=None,
        verb="bundle.made",
        at=at,
        expires_at=at + Bundle.KEPT,
    )
    post(letters.bundle_ready(bundle), at=at)


@transaction.atomic
def _empty(bundle: Bundle, *, at: datetime) -> None:
    """Everything that was asked for has gone meanwhile."""
    _clear(bundle)
    move(bundle, to=State.EMPTY, allowed=Bundle.TRANSITIONS, by=None, verb="bundle.emptied", at=at)


def _placed(bundle: Bundle) -> Iterator[Placed]:
    for one in bundle.items.exclude(name="").order_by("place").iterator(chunk_size=500):
        yield Placed(one.name, one.place, one.size, one.crc, one.dated)


def _write_index(bundle: Bundle, target: IO[bytes]) -> None:
    headings = (
        _("Name"), _("Document"), _("Course"), _("Edition"), _("Issued on"), _("Hours"), _("Valid until"),
        _("Status"), _("Number"), _("File"), _("Check it at"),
    )  # fmt: skip
    widths = (28, 26, 44, 18, 12, 8, 12, 12, 24, 60, 60)
    write_xlsx(target, headings, _index_rows(bundle), title=_("Certificates"), widths=widths)


def _index_rows(bundle: Bundle) -> Iterator[Sequence[Cell]]:
    """In the order of names, of which only the keys are held: sorting whole rows would hold them all."""
    today = timezone.localdate(bundle.moved_at)
    by_name = bundle.items.order_by("certificate__snapshot__learner__name", "certificate")
    keys = list(by_name.values_list("pk", flat=True))
    items = bundle.items.select_related("certificate").defer("certificate__credential")
    for begin in range(0, len(keys), IN_A_PART):
        some = keys[begin : begin + IN_A_PART]
        found = items.in_bulk(some)
        yield from (_index_row(found[pk], today) for pk in some)


def _index_row(item: BundleItem, today: date) -> Sequence[Cell]:
    said = reading_of(item.certificate.snapshot)
    minutes = item.certificate.snapshot["workload"]["total_minutes"]
    return (
        said.name,
        said.kind_said,
        said.title,
        said.edition_code,
        said.issued_on,
        round(minutes / 60, 2),
        said.expires_on,
        _("expired") if item.certificate.is_expired(today) else _("valid"),
        said.number,
        item.name or _("could not be read"),
        said.verify_url,
    )


# Taking ---------------------------------------------------------------------------------------------------------------


def take(bundle: Bundle, *, by: User, at: datetime) -> Iterator[bytes]:
    """The file, a piece at a time, after noting who took each certificate in it.

    Only what is theirs to have at this moment: if anything in it no longer is, nothing is handed out, the file is made
    again without, and MadeAgain is raised. After its week TooLate, whether it was cleared away already or not.
    """
    if not Bundle.objects.allowing(by, "take").filter(pk=bundle.pk).exists():
        raise PermissionDenied(f"User {by.pk} may not take bundle {bundle.pk}.")
    with transaction.atomic():
        # Locked: of two clicks the second must not find what the first has just cleared away, and take that.
        bundle.refresh_from_db(from_queryset=Bundle.objects.select_for_update(of=("self",)))
        if bundle.state == State.MAKING:
            raise MadeAgain
        if bundle.stands(at) != State.READY:
            raise TooLate
        is_whole = not bundle.items.exclude(certificate__in=bundle.contents().values("pk")).exists()
        if is_whole:
            Event.record(bundle, "bundle.taken", by=by, at=at)
            _record_downloads(bundle, by=by, at=at)
        else:
            make_again(bundle, by=by, at=at)
    if not is_whole:
        raise MadeAgain
    return _pieces([part.file for part in bundle.parts.order_by("number")])


def _record_downloads(bundle: Bundle, *, by: User, at: datetime) -> None:
    """On the timeline of each certificate, where its holder reads it."""
    about = ContentType.objects.get_for_model(Certificate)
    taken = list(bundle.items.exclude(name="").values_list("certificate", flat=True))
    for begin in range(0, len(taken), IN_A_PART):
        Event.objects.bulk_create(
            Event(object_type=about, object_id=str(pk), verb="certificate.downloaded", by=by, at=at, data={})
            for pk in taken[begin : begin + IN_A_PART]
        )


def _pieces(parts: Iterable[File]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


@transaction.atomic
def make_again(bundle: Bundle, *, by: User | None, at: datetime) -> Bundle:
    """From nothing, with what may be in it now."""
    move(
        bundle,
        to=State.MAKING,
        allowed=Bundle.TRANSITIONS,
        by=by,
        verb="bundle.made_again",
        at=at,
        done=0,
        size=0,
        total=bundle.contents().count(),
        moved_at=at,
    )
    _clear(bundle)
    bundle_waits.send(Bundle, bundle=bundle)
    return bundle


@transaction.atomic
def end_bundle(bundle: Bundle, *, at: datetime) -> Bundle:
    """Its week is over, or someone in it had their data erased: the file goes, that it was asked for stays a while."""
    move(bundle, to=State.OVER, allowed=Bundle.TRANSITIONS, by=None, verb="bundle.ended", at=at)
    _clear(bundle)
    return bundle


def _clear(bundle: Bundle) -> None:
    storage = document_storage()
    paths = [str(part.file) for part in bundle.parts.all()]
    bundle.parts.all().delete()
    bundle.items.all().delete()
    for path in paths:
        transaction.on_commit(partial(storage.delete, path))


def name_of_file(bundle: Bundle) -> str:
    """``certificaten_2027_2027-02-08.zip``, or with the edition's code."""
    day = f"{timezone.localdate(bundle.asked_at):%Y-%m-%d}"
    about = bundle.edition.code if bundle.edition else _period_of(bundle)
    return "_".join(part for part in (_("certificates"), about, day) if part) + ".zip"


def _period_of(bundle: Bundle) -> str:
    if bundle.starts_on is None or bundle.ends_on is None:
        return ""
    first, last = bundle.starts_on, bundle.ends_on
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}-{last.year}"
    return f"{first:%Y%m%d}-{last:%Y%m%d}"
