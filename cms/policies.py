"""Who may write which page, from roles.

The programme office writes and publishes all of them, and so does who is in one of Wagtail's groups for it. A house's
coordinator writes the pages about that house (its courses, its lab), in every language, and publishes none: that goes
by the programme office (``cms.models.OfficeApproval``). What is another house's does not exist for them: no draft,
no preview, no history, no choice in a list. What stands on the site they can link to, as any visitor can.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection as MediaCollection
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from cms.models import CourseIndexPage, CoursePage, LabIndexPage, LabPage
from lms.people.models import Membership, Role, User
from lms.people.requests import SignedInRequest

# The pages that are about a house: by which road, and the room where a new one goes.
HOUSE_OF: dict[type[Page], str] = {CoursePage: "course__provider", LabPage: "organisation"}
ROOM_OF: dict[type[Page], type[Page]] = {CourseIndexPage: CoursePage, LabIndexPage: LabPage}
EVERYTHING = ("add", "change", "publish", "bulk_delete", "lock", "unlock")


# Pages ----------------------------------------------------------------------------------------------------------------


def pages_of_houses(user: User) -> set[int]:
    """Ids of the pages about the houses that this person coordinates; read once per request."""
    if "cms_pages_of_houses" not in user.__dict__:
        houses = user.organisations_as(Role.COORDINATOR) if user.is_active else set()
        user.__dict__["cms_pages_of_houses"] = {
            pk
            for model, road in HOUSE_OF.items()
            if houses
            for pk in model.objects.filter(**{f"{road}__in": houses}).values_list("pk", flat=True)
        }
    return user.__dict__["cms_pages_of_houses"]


def rooms_for(user: User) -> set[int]:
    """Ids of the pages under which a coordinator may put one."""
    if "cms_rooms" not in user.__dict__:
        coordinates = user.is_active and user.organisations_as(Role.COORDINATOR)
        rooms = Page.objects.type(*ROOM_OF).values_list("pk", flat=True) if coordinates else ()
        user.__dict__["cms_rooms"] = set(rooms)
    return user.__dict__["cms_rooms"]


def writes_everywhere(user: User) -> bool:
    """Whether someone writes pages as the programme office or in one of Wagtail's groups, and not for a house alone."""
    return bool(user.is_superuser or policy_registry.get_by_type(Page).get_cached_permissions_for_user(user))


def rows_to_write_about(user: User, model: type[Page], rows: models.QuerySet) -> models.QuerySet:
    """Of the courses or labs that a page may be about those that are this person's to write about."""
    if writes_everywhere(user):
        return rows
    road = HOUSE_OF[model].partition("__")[2] or "pk"
    return rows.filter(**{f"{road}__in": user.organisations_as(Role.COORDINATOR)})


class Granted:
    """What a row of Wagtail's table of group permissions says, without the row: it follows from a role."""

    def __init__(self, page: Page, codename: str) -> None:
        self.page, self.page_id = page, page.pk
        self.permission = Permission(codename=codename)


class PagePolicy(PagePermissionPolicy):
    """Wagtail's answers from groups, with those from roles added."""

    def get_all_permissions_for_user(self, user: User) -> Any:
        granted = super().get_all_permissions_for_user(user)
        if not user.is_active or user.is_superuser or not user.organisations_as(Role.OFFICER):
            return granted
        root = Page.get_first_root_node()
        return [*granted, *(Granted(root, f"{action}_page") for action in EVERYTHING if root)]

    def by_role(self, user: User, actions: Collection[str]) -> set[int]:
        """Ids of the pages to which a coordinator may do one of these things."""
        found: set[int] = set()
        if "change" in actions:
            found |= pages_of_houses(user)
        if "add" in actions:
            found |= rooms_for(user)
        return found

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        return super().user_has_any_permission(user, actions) or bool(
            {"add", "change"}.intersection(actions) and rooms_for(user)
        )

    def user_has_any_permission_for_instance(self, user: User, actions: Collection[str], instance: Page) -> bool:
        return super().user_has_any_permission_for_instance(user, actions, instance) or (
            instance.pk in self.by_role(user, actions)
        )

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> models.QuerySet:
        pages = super().instances_user_has_any_permission_for(user, actions)
        ours = self.by_role(user, actions)
        return pages | self.model._default_manager.filter(pk__in=ours) if ours else pages

    def instances_with_direct_explore_permission(self, user: User) -> list[Page]:
        ours = set() if user.is_superuser else self.by_role(user, EVERYTHING)
        return [*super().instances_with_direct_explore_permission(user), *Page.objects.filter(pk__in=ours)]

    def explorable_instances(self, user: User) -> models.QuerySet:
        """The pages one may look through in the back office: those one may write, and the way down to them."""
        manager = self.model._default_manager
        if user.is_active and user.is_superuser:
            return manager.all()
        allowed: list[Q] = []
        for page in self.instances_with_direct_explore_permission(user):
            way = [page.path[: page.steplen * depth] for depth in range(1, page.depth + 1)]
            allowed.append(Q(path__in=way))
        allowed += [
            Q(path__startswith=path) for path in {one.page.path for one in self.get_cached_permissions_for_user(user)}
        ]
        return manager.filter(reduce(or_, allowed)) if allowed else manager.none()

    def users_with_any_permission(self, actions: Collection[str], include_superusers: bool = True) -> models.QuerySet:
        people = super().users_with_any_permission(actions, include_superusers)
        roles = [Role.OFFICER, *([Role.COORDINATOR] if {"add", "change"}.intersection(actions) else [])]
        return _joined(people, _holders(roles))

    def users_with_any_permission_for_instance(
        self, actions: Collection[str], instance: Page, include_superusers: bool = True
    ) -> models.QuerySet:
        people = super().users_with_any_permission_for_instance(actions, instance, include_superusers)
        found = _holders([Role.OFFICER])
        for model, road in HOUSE_OF.items():
            if "change" in actions and (house := model.objects.filter(pk=instance.pk).values_list(road, flat=True)):
                found |= _holders([Role.COORDINATOR], organisations=house)
        return _joined(people, found)


def _holders(roles: Iterable[str], organisations: Any = None) -> models.QuerySet:
    """The memberships of who holds one of these roles today."""
    found = Membership.objects.current(timezone.localdate()).filter(role__in=roles, user__is_active=True)
    return found if organisations is None else found.filter(organisation__in=organisations)


def _joined(people: models.QuerySet, memberships: models.QuerySet) -> models.QuerySet:
    return User.objects.filter(
        Q(pk__in=people.values("pk")) | Q(pk__in=memberships.values("user")), is_active=True
    ).distinct()


class PageTester(PagePermissionTester):
    """What this person may do with this page, as Wagtail's screens ask it."""

    def __init__(self, user: User, page: Page) -> None:
        super().__init__(user, page)
        self.permissions: set[str] = getattr(self, "permissions", set())
        if user.is_active and not user.is_superuser:
            if page.pk in pages_of_houses(user):
                self.permissions.add("change")
            if page.pk in rooms_for(user):
                self.permissions.add("add")

    def can_copy(self) -> bool:
        """A course has one page per language, and so has a lab: a copy could not be saved."""
        return not isinstance(self.page.specific_deferred, tuple(HOUSE_OF)) and super().can_copy()


# Pictures and documents -----------------------------------------------------------------------------------------------


class MediaPolicy(CollectionOwnershipPermissionPolicy):
    """Pictures and files: a house's coordinators share what they put there, and may use what the office put there."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(model, owner_field_name="uploaded_by_user")

    def _house(self, user: User) -> set[int]:
        return user.organisations_as(Role.COORDINATOR) if user.is_active and user.is_authenticated else set()

    def _is_office(self, user: User) -> bool:
        return bool(user.is_active and user.is_authenticated and user.organisations_as(Role.OFFICER))

    def _ours(self, user: User, actions: Collection[str]) -> Q:
        """Uploaded by a coordinator of one's house, now or then; to choose from also what no coordinator uploaded."""
        coordinators = Membership.objects.filter(role=Role.COORDINATOR)
        ours = coordinators.filter(organisation__in=self._house(user))
        found = Q(uploaded_by_user__in=ours.values("user")) | Q(uploaded_by_user=user)
        if "choose" in actions:
            found |= Q(uploaded_by_user=None) | ~Q(uploaded_by_user__in=coordinators.values("user"))
        return found

    def user_has_permission(self, user: User, action: str) -> bool:
        known = {"add", "choose", "change", "delete"}
        return super().user_has_permission(user, action) or (
            action in known and (self._is_office(user) or bool(self._house(user)))
        )

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_any_permission_for_instance(
        self, user: User, actions: Collection[str], instance: models.Model
    ) -> bool:
        if super().user_has_any_permission_for_instance(user, actions, instance) or self._is_office(user):
            return True
        return self.instances_user_has_any_permission_for(user, actions).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> models.QuerySet:
        if self._is_office(user):
            return self.model._default_manager.all()
        rows = super().instances_user_has_any_permission_for(user, actions)
        if not self._house(user) or not {"choose", "change", "delete"}.intersection(actions):
            return rows
        return self.model._default_manager.filter(Q(pk__in=rows.values("pk")) | self._ours(user, actions))

    def collections_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> models.QuerySet:
        if self._is_office(user):
            return MediaCollection.objects.all()
        found = super().collections_user_has_any_permission_for(user, actions)
        return found | MediaCollection.objects.filter(depth=1) if self._house(user) else found


def register_policies() -> None:
    """In the place of Wagtail's, which speak of groups alone; by exact class, as its apps register theirs later."""
    register_permission_policy(Page, PagePolicy(Page))
    for model in (get_image_model(), get_document_model()):
        register_permission_policy(model, MediaPolicy(model), exact_class=True)


# The door -------------------------------------------------------------------------------------------------------------

# Reports that name the page which was edited last, whoever's it is.
ABOUT_ALL_PAGES = ("wagtailadmin_reports:page_types_usage", "wagtailadmin_reports:page_types_usage_results")
# How Wagtail's addresses name the page they are about.
PAGE_KEYS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")


def may_know_of(user: User, pk: int) -> bool:
    """Whether a page exists for this person in the back office."""
    return policy_registry.get_by_type(Page).explorable_instances(user).filter(pk=pk).exists()


def choosable_pages(user: User, pages: models.QuerySet) -> models.QuerySet:
    """Of these pages those one may link to: what one may write, and what any visitor can read."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(user)
    return pages.filter(Q(live=True) | Q(depth=1) | Q(pk__in=explorable.values("pk")))


class PageDoorMiddleware:
    """404 at every address of the back office that names a page which does not exist for this person.

    Each of Wagtail's views asks for permission itself; a page that one of them, or an add-on, forgets to ask about
    stays shut here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: SignedInRequest, _view: object, _args: object, kwargs: dict[str, Any]) -> None:
        if not request.path_info.startswith("/beheer/") or not request.user.is_authenticated:
            return
        match = request.resolver_match
        if match and match.view_name in ABOUT_ALL_PAGES and not writes_everywhere(request.user):
            raise Http404
        for pk in self._pages(request, kwargs):
            if not may_know_of(request.user, pk) and not self._may_browse(request, pk):
                raise Http404

    def _pages(self, request: SignedInRequest, kwargs: dict[str, Any]) -> set[int]:
        match = request.resolver_match
        found = {kwargs[key] for key in PAGE_KEYS if kwargs.get(key)}
        if match and match.view_name == "wagtailadmin_pages:revisions_compare":
            found.add(kwargs["pk"])
        if match and match.view_name == "wagtailadmin_choose_page_chosen_multiple":
            found |= set(request.GET.getlist("id"))
        if match and match.view_name == "wagtail_bulk_action":
            found |= self._many(request, kwargs["model_name"])
        return {int(one) for one in found if str(one).isdecimal() and len(str(one)) < 19}

    def _many(self, request: SignedInRequest, model_name: str) -> set[str]:
        """What is chosen from a list, all at once: Wagtail names also the rows with which one may do nothing."""
        chosen = set(request.GET.getlist("id"))
        if any(not one.isascii() or not one.isdigit() or len(one) > 18 for one in chosen - {"all"}):
            raise Http404
        if writes_everywhere(request.user) or not chosen:
            return set()
        if "all" in chosen:
            raise Http404
        if model_name == "page":
            return chosen
        for model in (get_image_model(), get_document_model()):
            if model._meta.model_name == model_name:
                policy = policy_registry.get_by_type(model)
                known = policy.instances_user_has_any_permission_for(request.user, {"choose", "change"})
                if not chosen <= {
                    str(pk) for pk in known.filter(pk__in=filter(str.isdecimal, chosen)).values_list("pk", flat=True)
                }:
                    raise Http404
        return set()

    def _may_browse(self, request: SignedInRequest, pk: int) -> bool:
        """Choosing a page to link to, one walks past pages that are not one's own, as on the site."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        return name.startswith("wagtailadmin_choose_page") and (
            choosable_pages(request.user, Page.objects.filter(pk=pk)).exists()
        )
