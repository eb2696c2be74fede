"""Grading a class: finding what was handed in, judging each, and the summary."""
