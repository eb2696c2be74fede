"""What the kernel says: processes and sockets, from /proc and sock_diag."""
