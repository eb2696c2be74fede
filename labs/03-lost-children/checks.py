"""What lab 03 asks of a server: all its children are reaped, however they die, and
clients are served all the while."""

from reaplab.grading import idea

CHECKS = [
    idea("serves-clients", points=1),
    idea("serves-while-held", points=3),
    idea("goes-on", points=3),
    idea("reaps-each", points=5),
    idea("reaps-together", points=8),
]
