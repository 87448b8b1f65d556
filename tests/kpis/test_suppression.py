"""Small groups: hidden, and not to be worked out from what is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.kpis.suppression import FEWEST, small_cells

TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=6)
)


def test_vector_18_three_people_in_a_cell_are_hidden():
    assert small_cells([[20, 3, 9]], row_totals=False, column_totals=False) == {(0, 1)}


def test_the_next_smallest_goes_with_it_where_a_total_would_tell():
    assert small_cells([[20, 3, 9]], row_totals=True, column_totals=False) == {(0, 1), (0, 2)}


def test_an_empty_cell_is_no_group():
    assert small_cells([[20, 0, 9]], row_totals=True, column_totals=False) == set()


def test_a_cell_of_people_is_preferred_to_an_empty_one_as_company():
    """An empty cell beside it would still tell that at most four are meant, and everyone could guess which."""
    assert small_cells([[0, 3, 9]], row_totals=True, column_totals=False) == {(0, 1), (0, 2)}


def test_what_is_alone_in_a_column_is_not_left_open():
    table = [[10, 3, 9], [10, 12, 30], [11, 13, 31]]
    hidden = small_cells(table, row_totals=True, column_totals=True)
    for column in range(3):
        assert sum((row, column) in hidden for row in range(3)) != 1


@given(table=TABLES, row_totals=st.booleans(), column_totals=st.booleans())
def test_no_small_group_can_be_worked_out_from_a_single_line(table: list, row_totals: bool, column_totals: bool):
    hidden = small_cells(table, row_totals=row_totals, column_totals=column_totals)
    cells = {(r, c) for r, row in enumerate(table) for c, _one in enumerate(row)}
    assert {cell for cell in cells if 0 < table[cell[0]][cell[1]] < FEWEST} <= hidden
    if row_totals and len(table[0]) > 1:
        assert all(sum((r, c) in hidden for c in range(len(table[0]))) != 1 for r in range(len(table)))
    if column_totals and len(table) > 1:
        assert all(sum((r, c) in hidden for r in range(len(table))) != 1 for c in range(len(table[0])))
