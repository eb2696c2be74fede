"""What the fuzzer starts from where no file of this machine's /proc has it: the event
log of a server, and the kernel's answers to netlink (sock_diag(7))."""

import signal
import socket
import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

from reaplab.lifelines import event_log  # noqa: E402
from reaplab.proc import sock_diag  # noqa: E402
from reaplab.servers import arrange, spawn  # noqa: E402
from reaplab.servers.server import start_lab_server  # noqa: E402

NLM_F_DUMP = 0x300
NLMSG_DONE = 3
MEMORY = 1 << 6  # asks for INET_DIAG_SKMEMINFO
ESTABLISHED_AND_LISTEN = 1 << 1 | 1 << 10
LARGEST = 4000  # bytes of an answer, less than what the fuzzer takes of a seed
NO_SUCH_FAMILY = 99


def take(build):
    """(The log of a server in that folder, in which every event stands; answers, one
    of each kind: sockets, no more to come, an error). Raises ServerFailed, OSError,
    AssertionError."""
    spawn.take_charge()
    with tempfile.TemporaryDirectory(prefix="reap-fuzz-") as folder:
        log = Path(folder) / "log"
        answers = _serve(build / "server_waitpid_loop", log)
        missing = set(event_log.FIELDS) - set(event_log.read(log).counts())
        assert not missing, f"no such events in the log: {missing}"
        return log.read_bytes(), answers


def _serve(program, log):
    """Have a server log every event; the answers of netlink meanwhile."""
    with start_lab_server(program, "--trace", log, trace=log) as server:
        with server.connect() as session:
            session.echo()
            answers = [*_sockets(socket.AF_INET), *_sockets(NO_SUCH_FAMILY)]
        with server.connect() as session:
            session.echo()
            session.reset()
        with server.connect() as session:
            session.echo()
            (child,) = arrange.await_children(server, 1)
            child.send(signal.SIGKILL)
            arrange.await_death([child])
        arrange.await_children(server, 0)
        arrange.await_zombies(server, 0)
        assert server.stop() == 0
    return answers


def _sockets(family):
    """The answers to a question after all sockets of a family."""
    header = sock_diag.HEADER.pack(
        sock_diag.HEADER.size + sock_diag.REQUEST.size + sock_diag.SOCKID.size,
        sock_diag.SOCK_DIAG_BY_FAMILY, sock_diag.NLM_F_REQUEST | NLM_F_DUMP, 1, 0,
    )
    question = sock_diag.REQUEST.pack(
        family, socket.IPPROTO_TCP, MEMORY, ESTABLISHED_AND_LISTEN
    )
    with socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, sock_diag.NETLINK_SOCK_DIAG
    ) as asking:
        asking.settimeout(10)
        asking.sendto(header + question + bytes(sock_diag.SOCKID.size), (0, 0))
        kind = None
        while kind not in (NLMSG_DONE, sock_diag.NLMSG_ERROR):
            answer = asking.recv(1 << 16)
            kind = sock_diag.HEADER.unpack_from(answer)[1]
            yield _first_messages(answer)


def _first_messages(answer):
    """As many whole messages as the fuzzer takes."""
    end = 0
    while end < len(answer):
        (length,) = struct.unpack_from("=I", answer, end)
        if end + length > LARGEST:
            break
        end += length
    return answer[:end]
