"""What the diagnosis and the labs' checks say of servers whose verdict is known.

known.py         the servers of harness/verdicts.toml, and the verdict each must get
side_by_side.py  runs programs, a few at a time
confusion.py     counts, belief by belief, what was named and what was named by mistake
"""
