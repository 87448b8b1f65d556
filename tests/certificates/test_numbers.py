"""Certificate numbers: what they look like, what a slip of the finger does to them."""

from hypothesis import given
from hypothesis import strategies as st

from certificates.numbers import LENGTH, grouped, is_number, new_number, normalise
from lms.kernel.codes import CROCKFORD

numbers = st.builds(new_number)


def test_new_numbers_are_valid_and_never_the_same():
    drawn = {new_number() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(is_number(number) and set(number) <= set(CROCKFORD) for number in drawn)


def test_every_character_before_the_check_can_take_every_value():
    drawn = [new_number() for _ in range(3000)]
    for place in range(LENGTH - 1):
        assert {number[place] for number in drawn} == set(CROCKFORD), f"place {place} is not random"


def test_a_printed_number_has_four_groups_of_four_and_its_check():
    assert grouped("7K3MQ9TX2B4N8WRFA") == "7K3M-Q9TX-2B4N-8WRF-A"
    assert is_number("7K3M-Q9TX-2B4N-8WRF-A")


@given(numbers, st.sampled_from(["-", " ", " - ", "–", "\u2011", "\u00a0", ""]), st.booleans())
def test_however_it_is_typed_it_is_the_same_number(number, between, lower):
    typed = between.join(grouped(number).split("-"))
    assert normalise(f" {typed.lower() if lower else typed}\n") == number


@given(numbers, st.sampled_from(["0O", "0o", "1I", "1i", "1L", "1l"]))
def test_look_alikes_are_read_as_what_they_look_like(number, pair):
    digit, look_alike = pair
    assert normalise(number.replace(digit, look_alike)) == number


def test_u_is_not_taken_for_v():
    number = next(n for n in iter(new_number, None) if "V" in n)
    assert not is_number(number.replace("V", "U"))


@given(numbers, st.integers(0, LENGTH - 1), st.sampled_from(CROCKFORD))
def test_one_wrong_character_shows(number, place, character):
    wrong = number[:place] + character + number[place + 1 :]
    assert is_number(wrong) == (wrong == number)


@given(numbers, st.integers(0, LENGTH - 2))
def test_two_swapped_neighbours_show_unless_they_are_0_and_z(number, place):
    one, two = number[place : place + 2]
    swapped = number[:place] + two + one + number[place + 2 :]
    assert is_number(swapped) == (one == two or {one, two} == {"0", "Z"})


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text):
    assert is_number(text) == is_number(normalise(text))


def test_too_short_too_long_and_empty_are_no_numbers():
    number = new_number()
    assert not any(map(is_number, ("", number[:-1], number + "0", "7K3M-Q9TX")))
