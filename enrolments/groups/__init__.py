"""A company's list on its way in: read, columns guessed, a verdict for every row. Nothing here writes."""
