"""Our own public API, version 1: courses, editions and seats, as our pages show them."""
