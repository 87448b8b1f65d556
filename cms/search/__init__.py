"""Finding courses by words: forgiving of endings, compounds, accents, typing errors and language.

The same answers on every database: the words are cut, folded and stemmed here, and what a find is worth is counted
here; the database's own index for full text (a GIN index on PostgreSQL, FTS5 on SQLite) says which courses to look at.
"""

from cms.search.finding import find
from cms.search.indexing import index_courses
from cms.search.spelling import meant
from cms.search.words import asked_words, forms_of, words_of

__all__ = ["asked_words", "find", "forms_of", "index_courses", "meant", "words_of"]
