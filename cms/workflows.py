"""How a page that a house wrote gets on the site: by the programme office."""

from __future__ import annotations

from collections.abc import Iterable

from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from cms.models import OfficeApproval

# A name in the back office, which the office may change.
NAME = "Goedkeuring programmabureau"


def build_approval(homes: Iterable[Page]) -> Workflow:
    """One step, the programme office's, for every page under these; a workflow someone chose there stays."""
    task = OfficeApproval.objects.first() or OfficeApproval.objects.create(name=NAME)
    workflow = Workflow.objects.filter(workflow_tasks__task=task).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=NAME)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for home in homes:
        WorkflowPage.objects.get_or_create(page=home.page_ptr, defaults={"workflow": workflow})
    return workflow
