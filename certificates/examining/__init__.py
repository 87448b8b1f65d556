"""Looking into a file that anyone may send: what it is, whether a seal or a signature in it holds, what differs.

Whatever opens such a file runs in a child process (``inside``) that has little memory, little time, no file to write
and no database; ``fence`` keeps it so. What the child found is only then held against the register (``findings``).
"""
