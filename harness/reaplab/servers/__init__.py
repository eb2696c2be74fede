"""Runs a server under test: starts it, plays its clients, brings it into a state in
which a mistake shows, and reports on it."""
