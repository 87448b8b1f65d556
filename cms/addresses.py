"""What stands behind the question mark of an address, in the words of another language."""

from collections.abc import Callable, Mapping

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import override

# One address asks for a handful of things; what a machine piles up behind it is not carried along.
MOST = 50


def in_other_words(
    query: QueryDict, params: Callable[[], Mapping[str, str]], language: str, keep: tuple[str, ...] = ()
) -> str:
    """The query with the names of its parameters in another language: ``?thema=iot`` becomes ``?theme=iot``.

    ``params`` gives the names in the active language. Values are codes, the same everywhere; what is in ``keep`` is
    called the same too; all else is left behind.
    """
    here = params()
    with override(language):
        there = params()
    names = {one: one for one in keep} | {name: there[name] for name in here}
    names |= {said: there[name] for name, said in here.items()}
    pairs = [
        (names[said], value) for said, values in query.lists() if said in names for value in values if value.strip()
    ]
    return f"?{urlencode(pairs[:MOST])}" if pairs else ""
