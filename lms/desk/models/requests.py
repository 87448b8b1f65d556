"""Topics, and what companies ask about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Theme
from lms.desk.policies import MAY_REQUEST
from lms.kernel.codes import new_code
from lms.kernel.languages import in_language
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User, kvk_number

LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]


def new_request_code() -> str:
    """Eight characters: short enough for the telephone. It opens nothing; the token does."""
    return new_code(8)


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
