"""Demo content: a believable programme, built through the same actions that people use.

``content`` reads the data file, ``catalogue`` lays down what is taught, ``people`` who they are, ``planning`` decides
by fixed dice who takes part in what, and ``history`` plays that plan through the actions. ``building`` runs them all.
"""
