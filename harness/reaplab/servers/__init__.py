"""Running a server under test: starting it, being its clients, bringing it into a state
in which a mistake shows, and reporting on it."""
