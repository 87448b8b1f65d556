"""The pages under the front page: title, slug, introduction."""

NL, EN = "nl", "en"

ROOMS: dict[str, dict[str, tuple[str, str, str]]] = {
    "courses": {
        NL: ("Opleidingen", "opleidingen", "Alle opleidingen, met data en vrije plekken."),
        EN: ("Courses", "courses", "All programmes and courses, with dates and free places."),
    },
    "labs": {
        NL: (
            "Labs",
            "labs",
            "Je leert waar nieuwe techniek wordt getest: in de fieldlabs en het skillslab van Zuid-Holland.",
        ),
        EN: (
            "Labs",
            "labs",
            "You learn where new technology is tested: in the field labs and the skills lab of South Holland.",
        ),
    },
    "agenda": {
        NL: ("Agenda", "agenda", "Alle edities die nog beginnen, de vroegste eerst."),
        EN: ("Agenda", "agenda", "All editions that are still to begin, soonest first."),
    },
    "themes": {
        NL: (
            "Onderwerpen",
            "onderwerpen",
            "Waarover je hier leert: per onderwerp de opleidingen, de labs en wie erover vertelt.",
        ),
        EN: (
            "Subjects",
            "subjects",
            "What you learn about here: for each subject the courses, the labs and who tells about it.",
        ),
    },
    "stories": {
        NL: ("Verhalen", "verhalen", "Wat mensen hier leerden, en wat ze er nu mee doen."),
        EN: ("Stories", "stories", "What people learned here, and what they do with it now."),
    },
    "partners": {
        NL: ("Partners", "partners", "Wie het programma leidt, betaalt en mee vormgeeft."),
        EN: ("Partners", "partners", "Who leads the programme, pays for it and helps to shape it."),
    },
}
