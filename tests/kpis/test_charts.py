"""The chart: heights that are true to the figures, hatching, and figures with a point in any language."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import translation

from lms.kpis.charts import stacked_quarters, tick_step
from lms.kpis.figures import Goal, Quarter

QUARTERS = [
    Quarter("Q1 ’27", [10, 5, 5, 0], 0, 20),
    Quarter("Q2 ’27", [0, 0, 0, 0], 0, 0),
    Quarter("Q3 ’27", [20, None, None, 4], 6, 30),
]
GOAL = Goal(400, date(2026, 1, 1), date(2027, 12, 31), "")


def test_heights_are_in_proportion():
    first, _second, third = stacked_quarters(QUARTERS, None, narrow=False).columns
    ten, five = float(first.bars[0].height) + 1, float(first.bars[1].height) + 1  # one unit of air above each
    assert ten == pytest.approx(2 * five, abs=0.2)
    assert float(third.bars[0].height) + 1 == pytest.approx(2 * ten, abs=0.2)


def test_a_column_is_as_high_as_its_total_even_where_parts_are_hidden():
    chart = stacked_quarters(QUARTERS, None, narrow=False)
    third = chart.columns[2]
    assert [bar.series for bar in third.bars] == [0, 3, 4]
    assert third.total == "30"
    step = float(re.search(r" ([\d.]+)H", chart.lines[0].path)[1]) - float(
        re.search(r" ([\d.]+)H", chart.lines[1].path)[1]
    )
    per_unit = step / float(chart.lines[1].label)
    assert sum(float(bar.height) + 1 for bar in third.bars) == pytest.approx(30 * per_unit, abs=0.5)


def test_every_series_but_the_first_is_hatched():
    bars = stacked_quarters([Quarter("Q1", [9, 9, 9, 9], 9, 45)], None, narrow=False).columns[0].bars
    assert [bool(bar.hatch) for bar in bars] == [False, True, True, True, True]
    assert len({bar.hatch for bar in bars}) == 5


def test_the_line_of_the_goal_is_what_each_quarter_needs():
    chart = stacked_quarters(QUARTERS, GOAL, narrow=False)
    assert GOAL.quarters == 8
    assert chart.goal.startswith("M38 ")
    # 400 in eight quarters is 50: the line that has that figure at its side lies at the same height.
    fifty = next(line for line in chart.lines if line.label == "50")
    assert chart.goal.split()[1].split("H")[0] == fifty.path.split()[1].split("H")[0]


def test_a_phone_gets_the_last_five_quarters():
    many = [Quarter(f"Q{number}", [number, 0, 0, 0], 0, number) for number in range(1, 15)]
    assert [column.label for column in stacked_quarters(many, None, narrow=True).columns] == [
        f"Q{number}" for number in range(10, 15)
    ]
    assert len(stacked_quarters(many, None, narrow=False).columns) == 12


def test_attributes_have_a_point_in_dutch_too():
    with translation.override("nl"):
        chart = stacked_quarters([Quarter("Q1", [1234, 567, 89, 3], 0, 1893)], GOAL, narrow=True)
    for column in chart.columns:
        for bar in column.bars:
            assert all(re.fullmatch(r"-?\d+(\.\d)?", value) for value in (bar.x, bar.y, bar.width, bar.height))
        assert column.total == "1.893"


def test_without_anything_there_is_still_a_chart():
    assert stacked_quarters([], None, narrow=True).columns == []


@pytest.mark.parametrize(("highest", "step"), [(1, 1), (6, 1), (7, 2), (30, 5), (31, 10), (229, 50), (1893, 500)])
def test_ticks_are_round_and_few(highest: int, step: int):
    assert tick_step(highest) == step
