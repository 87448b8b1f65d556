"""The desk: what companies ask, what becomes of it, and the groups in which they meet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Mode, Theme
from lms.desk.policies import MAY_GROUP, MAY_REQUEST, MAY_STEP
from lms.kernel.codes import new_code
from lms.kernel.languages import in_language
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User, kvk_number

LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]


def new_request_code() -> str:
    """Eight characters: short enough for the telephone. It opens nothing; the token does."""
    return new_code(8)


def private_storage() -> Storage:
    """Named in a function, so that no migration holds a path."""
    return storages["private"]


def statement_path(step: Step, filename: str) -> str:
    """Under the step's own random name: what a company calls its file may name people."""
    return f"desk/{step.uuid}.pdf"


def houses_of(user: User, roles: set[str]) -> set[int]:
    """The houses in which this person works at the desk."""
    return user.organisations_as(*(roles & {Role.COORDINATOR}))


class Topic(models.Model):
    """What a question is about, in a company's words, and which house or course answers it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.SET_NULL, related_name="desk_topics"
    )
    lab = models.ForeignKey(
        Organisation,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="desk_topics",
        limit_choices_to=Q(is_provider=True) | ~Q(lab_kind=""),
        help_text=_("Empty: the provider of the course, and without a course the programme office."),
    )
    course = models.ForeignKey(
        Course,
        verbose_name=_("course about it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="desk_topics",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_offered = models.BooleanField(_("offered on the form"), default=True)

    class Meta:
        verbose_name = _("topic of the desk")
        verbose_name_plural = _("topics of the desk")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def house(self) -> Organisation | None:
        """Who answers: the lab, else the course's provider; None is the programme office."""
        return self.lab or (self.course.provider if self.course else None)


# Questions ------------------------------------------------------------------------------------------------------------


class RequestQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> RequestQuerySet:
        roles = MAY_REQUEST[verb]
        if Role.OFFICER in roles and user.holds(Role.OFFICER):
            return self
        own = Q(routed_to__in=houses_of(user, roles))
        if Role.COORDINATOR in roles and user.holds(Role.COORDINATOR):
            own |= Q(group__convener=user.pk)
        return self.filter(own)

    def waiting(self) -> RequestQuerySet:
        """Those on which the desk has to move."""
        return self.filter(state__in=Request.WAITING_FOR_THE_DESK)

    def overdue(self, today: date) -> RequestQuerySet:
        """Waiting for longer than was promised."""
        return self.waiting().filter(due_on__lt=today)

    def to_forget(self, moment: datetime) -> RequestQuerySet:
        """Those of which the contact person's term has passed; see ``lms.desk.privacy``."""
        ended = [Request.State.CLOSED, Request.State.WITHDRAWN]
        return self.filter(forgotten_at=None).filter(
            Q(state=Request.State.SPAM, moved_at__lt=moment - Request.SPAM_KEPT)
            | Q(state__in=ended, moved_at__lt=moment - Request.CONTACT_KEPT)
        )


class Request(models.Model):
    """A question of a company. Whoever has its token may read along and answer; nobody needs an account."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        ROUTED = "routed", _("routed")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SPAM = "spam", _("spam")

    TRANSITIONS = {
        State.NEW: {State.ROUTED, State.ANSWERED, State.CLOSED, State.WITHDRAWN, State.SPAM},
        State.ROUTED: {State.NEW, State.ANSWERED, State.CLOSED, State.WITHDRAWN, State.SPAM},
        State.ANSWERED: {State.NEW, State.ROUTED, State.CLOSED, State.WITHDRAWN},
        State.CLOSED: {State.NEW, State.ROUTED},  # the company asks on
        State.WITHDRAWN: set(),
        State.SPAM: {State.NEW},  # it was not
    }
    WAITING_FOR_THE_DESK = (State.NEW, State.ROUTED)
    WORKING_DAYS = 5
    SPAM_KEPT = timedelta(days=30)
    CONTACT_KEPT = timedelta(days=730)

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        JOIN = "join", _("joining a peer group")

    class Channel(models.TextChoices):
        WEB = "web", _("the form on the site")
        PHONE = "phone", _("telephone")
        MAIL = "mail", _("e-mail")
        EVENT = "event", _("an event")

    class Outcome(models.TextChoices):
        """What a question came to. A step is not chosen here: it is a row of its own, with its statement."""

        ADVICE = "advice", _("advice was enough")
        COURSE = "course", _("went on to a course")
        LAB = "lab", _("went on to a lab")
        GROUP = "group", _("joined a peer group")
        ELSEWHERE = "elsewhere", _("referred to others")
        NOTHING = "nothing", _("nothing came of it")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.CharField(_("number"), max_length=8, unique=True, default=new_request_code, editable=False)
    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    # Made with the page of the form: of a double click one question comes.
    form_key = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.QUESTION)
    channel = models.CharField(_("came by"), max_length=5, choices=Channel, default=Channel.WEB)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    company_name = models.CharField(_("company"), max_length=200)
    company_kvk = models.CharField(_("KvK number"), max_length=8, blank=True, validators=[kvk_number])
    # Entered by whoever answers, so that an anonymous form makes no organisations.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="desk_requests",
    )
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_role = models.CharField(_("role in the company"), max_length=80, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    contact_phone = models.CharField(_("phone number"), max_length=30, blank=True)
    group = models.ForeignKey(
        "desk.PeerGroup",
        verbose_name=_("peer group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="join_requests",
    )
    agrees_to_be_named = models.BooleanField(_("may be named on the site"), default=False)
    routed_to = models.ForeignKey(
        Organisation,
        verbose_name=_("with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_here",
    )
    course = models.ForeignKey(
        Course, verbose_name=_("about the course"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken on by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    moved_at = models.DateTimeField(_("last moved at"), editable=False)
    due_on = models.DateField(_("answer before or on"), editable=False)
    answered_at = models.DateTimeField(_("first answered at"), null=True, blank=True, editable=False)
    # Whether it was a company that is reached, as that stood on the day; see ``lms.desk.evidence.counts``.
    counts = models.BooleanField(_("counts for the figures"), default=False, editable=False)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True, editable=False)
    forgotten_at = models.DateTimeField(_("contact person forgotten at"), null=True, blank=True, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="request_by_state_and_day")]
        constraints = [
            models.CheckConstraint(
                name="a_routed_request_lies_with_a_house",
                condition=~Q(state="routed") | Q(routed_to__isnull=False),
                violation_error_message=_("Choose which house answers."),
            ),
            models.CheckConstraint(
                name="an_answered_request_says_since_when",
                condition=~Q(state="answered") | Q(answered_at__isnull=False, organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="a_closed_request_says_what_it_came_to",
                condition=Q(state="closed") & ~Q(outcome="") | ~Q(state="closed") & Q(outcome=""),
                violation_error_message=_("Say what the question came to."),
            ),
            models.CheckConstraint(
                name="joining_names_a_group",
                condition=Q(kind="join", group__isnull=False) | Q(kind="question", group__isnull=True),
            ),
            models.CheckConstraint(
                name="a_forgotten_contact_is_gone",
                condition=Q(forgotten_at__isnull=True) | Q(contact_name="", contact_email="", contact_phone=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grouped_code} {self.company_name}"

    @property
    def grouped_code(self) -> str:
        """As it is written and said: ``7K3M-9QXA``."""
        return f"{self.code[:4]}-{self.code[4:]}"

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING_FOR_THE_DESK

    @property
    def takes_replies(self) -> bool:
        return self.state not in {self.State.WITHDRAWN, self.State.SPAM} and self.forgotten_at is None


class EntryQuerySet(models.QuerySet):
    def for_the_company(self) -> EntryQuerySet:
        """What the company itself may read: all but what the desk notes for itself."""
        return self.exclude(author=Entry.Author.NOTE)


class Entry(models.Model):
    """One thing said about a question. Written once; the words go when the contact person is forgotten."""

    class Author(models.TextChoices):
        COMPANY = "company", _("the company")
        DESK = "desk", _("the desk")
        NOTE = "note", _("note for ourselves")

    request = models.ForeignKey(Request, verbose_name=_("request"), on_delete=models.CASCADE, related_name="entries")
    author = models.CharField(_("author"), max_length=7, choices=Author)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField(_("text"))
    courses = models.ManyToManyField(Course, verbose_name=_("courses"), blank=True, related_name="+")
    labs = models.ManyToManyField(Organisation, verbose_name=_("labs"), blank=True, related_name="+")
    # Made with the page of the form, as with the question itself.
    form_key = models.UUIDField(default=uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("at"), editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_author_display()} {self.pk}"


# Steps ----------------------------------------------------------------------------------------------------------------


class StepQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> StepQuerySet:
        roles = MAY_STEP[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        return self.filter(request__routed_to__in=houses_of(user, roles))

    def verified(self) -> StepQuerySet:
        return self.filter(state=Step.State.VERIFIED)


class Step(models.Model):
    """A step in digitalisation that a company took after its question; counted once a second person has seen the
    company's statement."""

    class State(models.TextChoices):
        DESCRIBED = "described", _("described")
        SIGNED = "signed", _("signed by the company")
        VERIFIED = "verified", _("verified")
        DROPPED = "dropped", _("dropped")

    TRANSITIONS = {
        State.DESCRIBED: {State.SIGNED, State.DROPPED},
        State.SIGNED: {State.VERIFIED, State.DROPPED},
        State.VERIFIED: {State.DROPPED},
        State.DROPPED: set(),
    }

    class Size(models.TextChoices):
        SMALL = "small", _("small step")
        LARGE = "large", _("large step")

    class Type(models.TextChoices):
        PILOT = "pilot", _("pilot")
        INVESTMENT = "investment", _("investment")
        IMPLEMENTATION = "implementation", _("implementation")
        PROCESS_CHANGE = "process_change", _("change of a process")
        TRAINED_AND_APPLIED = "trained_and_applied", _("trained and applied")
        PLAN_WITH_BUDGET = "plan_with_budget", _("plan with a budget")

    class Way(models.TextChoices):
        LINK = "link", _("confirmed by the link")
        FILE = "file", _("signed document")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    request = models.ForeignKey(Request, verbose_name=_("request"), on_delete=models.PROTECT, related_name="steps")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="steps"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DESCRIBED, editable=False)
    size = models.CharField(_("size"), max_length=5, choices=Size)
    type = models.CharField(_("kind of step"), max_length=19, choices=Type)
    before = models.TextField(_("how it was before"))
    description = models.TextField(_("what changed"))
    taken_on = models.DateField(_("taken on"))
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("described by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    described_at = models.DateTimeField(_("described at"), editable=False)
    statement = models.TextField(_("in the company's own words"), blank=True)
    signer_name = models.CharField(_("signed by"), max_length=120, blank=True)
    signer_role = models.CharField(_("role in the company"), max_length=80, blank=True)
    signed_way = models.CharField(_("signed how"), max_length=4, choices=Way, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, editable=False)
    # Over the statement as it was signed, or over the document; see ``lms.desk.evidence``.
    statement_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    document = models.FileField(
        _("signed document"), storage=private_storage, upload_to=statement_path, blank=True, max_length=120
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    counts = models.BooleanField(_("counts for the figures"), default=False, editable=False)
    dropped_reason = models.CharField(_("why it was dropped"), max_length=200, blank=True, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_signed_step_has_a_statement",
                condition=~Q(state__in=["signed", "verified"])
                | Q(signed_at__isnull=False) & ~Q(statement_sha256="") & ~Q(signed_way=""),
            ),
            models.CheckConstraint(
                name="a_verified_step_says_when",
                condition=~Q(state="verified") | Q(verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_second_person_verifies",
                condition=Q(verified_by__isnull=True)
                | Q(described_by__isnull=True)
                | ~Q(verified_by=F("described_by")),
                violation_error_message=_("Who described a step cannot verify it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.organisation}"


# Peer groups ----------------------------------------------------------------------------------------------------------


class PeerGroupQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> PeerGroupQuerySet:
        roles = MAY_GROUP[verb]
        if user.holds(Role.OFFICER):
            return self
        return self.filter(Q(host__in=houses_of(user, roles)) | Q(convener=user.pk))

    def on_show(self) -> PeerGroupQuerySet:
        """Those that a company can join."""
        return self.filter(state__in=[PeerGroup.State.FORMING, PeerGroup.State.RUNNING])


class PeerGroup(models.Model):
    """Companies that meet around a theme and learn from each other."""

    class State(models.TextChoices):
        FORMING = "forming", _("being formed")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")

    TRANSITIONS = {
        State.FORMING: {State.RUNNING, State.ENDED},
        State.RUNNING: {State.ENDED},
        State.ENDED: {State.RUNNING},
    }

    code = models.SlugField(_("code"), max_length=40, unique=True)
    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="peer_groups")
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    description_nl = models.TextField(_("description in Dutch"))
    description_en = models.TextField(_("description in English"))
    host = models.ForeignKey(
        Organisation, verbose_name=_("host"), on_delete=models.PROTECT, related_name="peer_groups_hosted"
    )
    convener = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("convener"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.FORMING, editable=False)

    objects = PeerGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("peer group")
        verbose_name_plural = _("peer groups")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def description(self) -> str:
        return in_language(self, "description")


class MemberQuerySet(models.QuerySet):
    def current(self) -> MemberQuerySet:
        return self.filter(left_on=None)


class Member(models.Model):
    """A company in a peer group, with the person who comes."""

    group = models.ForeignKey(PeerGroup, verbose_name=_("peer group"), on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="peer_groups"
    )
    # By whose token the member finds the calendar; empty for who was a member before there was a form.
    request = models.OneToOneField(
        Request, verbose_name=_("request"), null=True, blank=True, on_delete=models.SET_NULL, related_name="member"
    )
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    agrees_to_be_named = models.BooleanField(_("may be named on the site"), default=False)
    joined_on = models.DateField(_("member since"))
    left_on = models.DateField(_("until"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                name="a_company_is_once_in_a_group",
                fields=["group", "organisation"],
                condition=Q(left_on=None),
                violation_error_message=_("This company is in the group already."),
            ),
            models.CheckConstraint(
                name="a_member_leaves_after_joining", condition=Q(left_on=None) | Q(left_on__gte=F("joined_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.group}"


class MeetingQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> MeetingQuerySet:
        return self.filter(group__in=PeerGroup.objects.allowing(user, verb))

    def planned(self) -> MeetingQuerySet:
        return self.filter(state=Meeting.State.PLANNED)

    def upcoming(self, moment: datetime) -> MeetingQuerySet:
        return self.planned().filter(ends_at__gt=moment).order_by("starts_at", "pk")


class Meeting(models.Model):
    """One meeting of a peer group."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CANCELLED = "cancelled", _("cancelled")

    TRANSITIONS = {State.PLANNED: {State.CANCELLED}, State.CANCELLED: set()}

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    group = models.ForeignKey(
        PeerGroup, verbose_name=_("peer group"), on_delete=models.CASCADE, related_name="meetings"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PLANNED, editable=False)
    topic_nl = models.CharField(_("topic in Dutch"), max_length=160)
    topic_en = models.CharField(_("topic in English"), max_length=160)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    mode = models.CharField(_("form"), max_length=8, choices=Mode, default=Mode.ONSITE)
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Where it is held: the room and the address.")
    )
    online_url = models.URLField(_("address online"), blank=True, help_text=_("Told to members only."))
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_url = models.URLField(_("address of the minutes"), blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                name="a_meeting_is_held_somewhere",
                condition=~Q(place="") | Q(mode="online"),
                violation_error_message=_("Fill in the place, or make it an online meeting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{in_language(self, 'topic')}, {timezone.localtime(self.starts_at):%d-%m-%Y}"

    @property
    def topic(self) -> str:
        return in_language(self, "topic")


class Presence(models.Model):
    """A company was at a meeting. The row is there or not; who came is not written down."""

    meeting = models.ForeignKey(Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="presences")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    counts = models.BooleanField(_("counts for the figures"), default=False, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(name="a_company_is_once_at_a_meeting", fields=["meeting", "organisation"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.meeting}"
