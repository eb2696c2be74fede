"""`make verdicts`: what the diagnosis and the labs' checks say of servers whose verdict
is known.

known.py         the servers of verdicts.toml, and the verdict that each must get
side_by_side.py  runs programs, a few at a time
run.py           judges them all, and prints the table
confusion.py     counts, belief by belief, what was named and what was named by mistake
"""
