"""What is at an address below ours that is none: nothing, said in the way machines read."""

from django.http import HttpRequest, HttpResponse

from lms.api.problems import problem


def nothing(request: HttpRequest, address: str) -> HttpResponse:
    return problem(404, "There is nothing at this address.")
