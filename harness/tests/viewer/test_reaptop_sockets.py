"""reaptop's view of the sockets: queues, the states of both ends, who holds what;
and what the FIN handshake looks like there."""

import contextlib
import os
import re
import shutil
import signal
import socket
import sys

import pytest

from reaplab.deadline import eventually
from reaplab.proc import sockets
from reaplab.proc.process import Process
from reaplab.servers import arrange, server as servers, spawn
from reaplab.servers.clients import hold

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")


@pytest.fixture
def look(lab):
    """look(server): reaptop on a terminal, watching the server's sockets."""
    opened = []

    def open_view(server, *prefix, columns=80, lines=24):
        argv = [*prefix, lab.program("reaptop"), "-d", "0.05",
                str(server.listener.pid)]
        one = terminal.Terminal(argv, columns, lines)
        opened.append(one)
        one.await_text("PID")
        one.type("s")
        one.await_text(" Sockets ")
        return one

    yield open_view
    for one in opened:
        one.__exit__()


def listening_row(screen):
    (row,) = [row for row in screen.rows() if row.startswith("LISTEN ")]
    return row


def await_listening(screen, *wanted):
    def shown():
        row = listening_row(screen)
        assert all(one in row for one in wanted), row

    eventually(shown)


def connection(screen, port):
    """The row of the connection from that port, cut at the blanks, or None."""
    for row in screen.rows():
        if f":{port} " in row:
            return re.split(r"  +", row.replace("ESTABLISHED ", "ESTABLISHED  "))
    return None


def await_connection(screen, port, server_end, client_end, held_by=None):
    """Wait until the connection from that port is in these states."""
    def shown():
        row = connection(screen, port)
        assert row, f"no row of {port}:\n{screen.text()}"
        assert row[0] == server_end, row
        assert client_end == row[2], row
        assert held_by in (None, row[3]), row

    eventually(shown)


def test_what_the_kernel_says_is_on_the_screen(start, look):
    """In a quiescent state; and clients that came at once stand by port."""
    server = start("noreap", "--backlog", "64")
    screen = look(server)
    await_listening(screen, f"127.0.0.1:{server.port}", "queue 0 of 64",
                    "dropped 0", f"held by {server.process.pid} parent")
    assert "child" not in listening_row(screen), "each child closed it"
    with hold(server.address, 4) as sessions:
        for session in sessions:
            await_connection(screen, session.port, "ESTABLISHED", "ESTABLISHED")
        screen.await_text("4 connections  ESTABLISHED 4")
        for child in arrange.await_children(server, 4):
            port = eventually(lambda: port_of_its_client(server, child))
            await_connection(screen, port, "ESTABLISHED", "ESTABLISHED",
                             str(child.pid))


def port_of_its_client(server, child):
    held = child.socket_inodes()
    (port,) = [one.remote_port for one in sockets.tcp_sockets(server.port)
               if one.inode in held]
    return port


def test_the_queue_of_a_server_that_does_not_accept(start, look):
    """Frozen, it leaves clients in the queue, which nobody holds; when that is
    full, the kernel drops who comes."""
    server = start("noreap", "--backlog", "3")
    screen = look(server)
    with arrange.frozen(server), hold_unserved(server, 3) as clients:
        await_listening(screen, "queue 3 of 3", "dropped 0")
        for client in clients:
            await_connection(screen, client.getsockname()[1], "ESTABLISHED",
                             "ESTABLISHED", "queued, not accepted yet")
        with hold_unserved(server, 4, block=False):
            await_listening(screen, "queue 4 of 3")
            eventually(lambda: assert_dropped(screen))


class hold_unserved:
    """So many connections, made by the kernel, that nobody need accept."""

    def __init__(self, server, count, block=True):
        self._sockets = [socket.socket() for _ in range(count)]
        for one in self._sockets:
            one.settimeout(20)
            one.setblocking(block)
            one.connect_ex(server.address)

    def __enter__(self):
        return self._sockets

    def __exit__(self, *_):
        for one in self._sockets:
            one.close()


def assert_dropped(screen):
    dropped = int(re.search(r"dropped (\d+)", listening_row(screen))[1])
    assert dropped > 0, listening_row(screen)


def test_the_fin_handshake_can_be_followed(start, look):
    """The client closes first. Its FIN brings the server's end into CLOSE_WAIT,
    where it stays while the child does not run; then only TIME_WAIT is left."""
    server = start("noreap")
    screen = look(server)
    with hold(server.address, 1) as (session,):
        (child,) = arrange.await_children(server, 1)
        await_connection(screen, session.port, "ESTABLISHED", "ESTABLISHED",
                         str(child.pid))
        child.send(signal.SIGSTOP)
        eventually(lambda: assert_state(child, "T"))
        session.half_close()
        await_connection(screen, session.port, "CLOSE_WAIT", "FIN_WAIT2",
                         str(child.pid))
        screen.await_text("1 connection  CLOSE_WAIT 1  client FIN_WAIT2 1")
        child.send(signal.SIGCONT)
        await_connection(screen, session.port, "-", "TIME_WAIT", "-")
        # Not how many: who had the port before may have left some.
        screen.await_text("0 connections  client TIME_WAIT ")


def assert_state(process, state):
    assert process.state == state, process.state


def test_the_parent_that_forgot_to_close(lab, look):
    """Both hold it, so no FIN is sent; when the child is gone, the parent alone
    keeps it in CLOSE_WAIT."""
    script = lab.root / "harness" / "foreign" / "leaking_server.py"
    with servers.start_foreign_server([sys.executable, script]) as server:
        screen = look(server)
        parent = server.listener.pid
        with hold(server.address, 1) as (session,):
            (child,) = arrange.await_children(server, 1)
            await_connection(screen, session.port, "ESTABLISHED", "ESTABLISHED",
                             f"{parent} parent, {child.pid}")
            eventually(lambda: assert_alarm(screen, f"{parent} parent"))
            session.half_close()
            await_connection(screen, session.port, "CLOSE_WAIT", "FIN_WAIT2",
                             f"{parent} parent")


@pytest.mark.parametrize(
    "variant, listening",
    [("keeps_listener", "LISTEN "), ("noreap", "It has ended, and with it")],
)
def test_what_orphans_hold_of_a_server_that_ended(start, look, variant, listening):
    """The kernel closes what nobody holds, and they hold their connections; and the
    listening socket too, where the child did not close it."""
    server = start(variant)
    screen = look(server)
    with hold(server.address, 2) as sessions:
        children = arrange.await_children(server, 2)

        def held_by_the_children():
            rows = [connection(screen, one.port) for one in sessions]
            assert all(rows), screen.text()
            assert {row[-1] for row in rows} == {str(one.pid) for one in children}

        # Who was not seen while it had its parent is another's child for good.
        eventually(held_by_the_children)
        screen.await_text("2 connections  ESTABLISHED 2")
        os.kill(server.listener.pid, signal.SIGKILL)
        screen.await_text("zombie itself")
        screen.await_text(listening)
        for one in sessions:
            await_connection(screen, one.port, "ESTABLISHED", "ESTABLISHED")
        eventually(held_by_the_children)
    screen.await_text("0 connections")


# Listens with ten sockets at one end (SO_REUSEPORT), and at ten addresses more.
LISTENS_OFTEN = """
import socket, sys, time
made = []
for last in [1] * 10 + list(range(2, 12)):
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind((f"127.0.0.{last}", int(sys.argv[1])))
    one.listen()
    made.append(one)
time.sleep(1000)
"""


def test_a_server_that_listens_at_many_ends(look):
    """In whatever order the kernel lists them, clients at all of them are shown."""
    argv = [sys.executable, "-c", LISTENS_OFTEN]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(servers.start_foreign_server(argv))
        screen = look(server, lines=50)
        for last in range(1, 12):
            address = (f"127.0.0.{last}", server.port)
            client = stack.enter_context(socket.create_connection(address))
            port = client.getsockname()[1]
            await_connection(screen, port, "ESTABLISHED", "ESTABLISHED")


def assert_alarm(screen, text):
    """The text, in a connection's row, stands out: not in the usual colours."""
    for number, row in enumerate(screen.rows()):
        if "ESTABLISHED" in row and text in row:
            cell = screen.screen.buffer[number][row.index(text)]
            assert (cell.fg, cell.bg) != ("default", "default"), row
            return
    raise AssertionError(screen.text())


def test_ipv6(start, look):
    try:
        server = start("noreap", "--address", "::1")
    except servers.ServerFailed:
        pytest.skip("no IPv6 here")
    screen = look(server, columns=140)
    await_listening(screen, f"[::1]:{server.port}")
    with hold(server.address, 1) as (session,):
        screen.await_text(f"[::1]:{session.port}")
        await_connection(screen, session.port, "ESTABLISHED", "ESTABLISHED")


def test_in_another_network_namespace(lab, look):
    """There the kernel is not asked by netlink but read as text, which does not
    tell how long the queue may be."""
    if os.getuid() != 0 or not shutil.which("ip"):
        pytest.skip("needs root and ip to make a network namespace")
    made = ["unshare", "--net", "sh", "-c",
            'ip link set lo up && exec "$@"', "sh"]
    if spawn.run([*made, "true"]).status != 0:
        pytest.skip("may not make a network namespace")
    with servers.Server([*made, lab.program("server_noreap"), "0"]) as server:
        server.await_ready_line()
        inside = ["nsenter", "--net", f"--target={server.process.pid}"]
        client = spawn.spawn(
            [*inside, lab.program("client"), "-n", "2", "-c", "2", "-w", "60000",
             "127.0.0.1", str(server.port)],
            stdout=open(os.devnull, "w"),
        )
        try:
            screen = look(server)
            await_listening(screen, f"127.0.0.1:{server.port}", "queue 0 of ?")
            screen.await_text("2 connections  ESTABLISHED 2")
            for child in arrange.await_children(server, 2):
                screen.await_text(f"ESTABLISHED {child.pid}")
        finally:
            spawn.end(client)


def test_another_users_server(start, look, lab, folder):
    """Without rights nothing is known of its sockets, and that is said."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv to be another user")
    server = start("noreap")
    copy = folder / "reaptop"
    shutil.copy(lab.program("reaptop"), copy)
    folder.chmod(0o755)
    copy.chmod(0o755)
    argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            copy, "-d", "0.05", str(server.process.pid)]
    with terminal.Terminal(argv, lines=60) as screen:
        screen.await_text("PID")
        screen.type("s")
        screen.await_text("may not be seen: another user's process")
        screen.type("\x1b")
        screen.await_text("PID S STATE")
        screen.type("\r")
        screen.await_text(f"{server.process.pid} server_noreap  S sleeping")
        screen.await_text("Descriptors", "may not be read", "caught")


def test_a_server_without_tcp(look):
    popen = spawn.spawn(["sleep", "60"])

    class Sleeper:
        listener = Process.at(popen.pid)

    try:
        look(Sleeper).await_text("It listens on no TCP port.")
    finally:
        spawn.end(popen)


def test_five_hundred_connections(start, look):
    """All are counted, the newest are in view, and the last can be reached."""
    server = start("waitpid_loop", "--backlog", "1024")
    with hold(server.address, 500):
        screen = look(server)
        screen.await_text("500 connections  ESTABLISHED 500", " more")
        eventually(lambda: assert_all_held(screen))
        screen.type("\x1b[4~")
        eventually(lambda: assert_scrolled(screen))
        # At the end stand clients in TIME_WAIT, of whoever had the port a while ago.
        eventually(lambda: assert_all_held(screen, or_over=True))


def assert_all_held(screen, or_over=False):
    """Connections are in view, and all are held; or, with or_over, are over."""
    rows = [row for row in screen.rows() if row.startswith("ESTABLISHED ")]
    over = [row for row in screen.rows() if " TIME_WAIT " in row]
    assert len(rows) + (len(over) if or_over else 0) > 5, screen.text()
    assert all(re.search(r"ESTABLISHED \d+$", row) for row in rows), rows


def assert_scrolled(screen):
    assert "LISTEN" not in screen.text() and "more" not in screen.text()


@pytest.mark.parametrize("columns", [26, 100])
def test_connections_that_the_server_forgot_are_told_in_the_header(
    start, screen, columns
):
    """Those it holds still after its children have gone, and only those."""
    forgets, closes = start("keeps_conn"), start("noreap")
    shown = screen(forgets.process.pid, columns=columns)
    good = screen(closes.process.pid, columns=columns)
    for server in (forgets, closes):
        arrange.visit(server, 3)
    shown.await_text("holds 3 connections", "came 0  went 0")
    with hold(closes.address, 2):
        good.await_text("live 2  zombies 3")
        good.await_text("up ", "seen 5")
        assert "holds" not in good.text()
