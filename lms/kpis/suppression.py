"""Small cells: outside the programme office a group of fewer than five people is not told apart.

Hiding one cell of a row whose total is shown hides nothing, so the smallest other cell of that row goes with it; the
same holds for columns with a total.
"""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 5

Cell = tuple[int, int]  # row and column


def small_cells(people: Sequence[Sequence[int]], *, row_totals: bool, column_totals: bool) -> set[Cell]:
    """The cells to hide, from how many people stand behind each. Empty cells tell of nobody and may be shown."""
    rows, columns = len(people), len(people[0]) if people else 0
    hidden = {(r, c) for r in range(rows) for c in range(columns) if 0 < people[r][c] < FEWEST}
    lines: list[list[Cell]] = []
    if row_totals:
        lines += [[(r, c) for c in range(columns)] for r in range(rows)]
    if column_totals:
        lines += [[(r, c) for r in range(rows)] for c in range(columns)]
    # What is hidden to protect a row may lay a column open, so this goes on until nothing changes.
    changed = True
    while changed:
        changed = False
        for line in lines:
            shown = [cell for cell in line if cell not in hidden]
            if len(line) - len(shown) == 1 and shown:
                hidden.add(min(shown, key=lambda cell: (people[cell[0]][cell[1]] == 0, people[cell[0]][cell[1]])))
                changed = True
    return hidden
