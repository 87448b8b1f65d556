"""What must hold for the whole of the code, whoever adds to it."""
