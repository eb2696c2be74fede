"""Reading what a person would see: a terminal's screen, a page in a browser."""
