"""Reads what the kernel says about processes and sockets, from /proc and sock_diag."""
