"""Making system calls fail, one at a time, and saying what happened."""
