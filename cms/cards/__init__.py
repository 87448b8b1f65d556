"""What pages show of courses and editions: facts put into the words and shapes that the templates draw.

Each function asks the database a fixed number of questions, however many rows there are; the templates ask none.
"""
