"""The catalogue in the words of the Open Education API 6.0, to read only.

Texts stand in both languages. There are no persons, groups or associations here: to who is anonymous they do not exist.
"""
