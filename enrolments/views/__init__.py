"""The pages about taking part, by who reads them: enrolling, my page, the trainer's room."""
