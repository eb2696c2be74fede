"""Command lines and bad input: one clear line on stderr, `program: what: why`, and
exit 2 for a wrong command line or 1 for what fails while running."""

import os
import shutil
import stat

import pytest

from conftest import VARIANTS
from reaplab.proc import sockets
from reaplab.proc.process import all_pids
from reaplab.servers import spawn

SERVERS = [f"server_{variant}" for variant in VARIANTS]
PROGRAMS = [*SERVERS, "client", "moments", "reaptop"]
BAD_PORTS = ["abc", "-1", "65536", "9190x", "99999999999999999999", "", " 80", "+1"]
NOBODY = 65534
NO_SUCH_PID = 4194304  # PID_MAX_LIMIT, see proc_sys_kernel(5)


@pytest.fixture
def run(lab):
    """run(program, argument...): a Finished."""
    def run_program(name, *arguments, **options):
        return spawn.run([lab.program(name), *arguments], **options)

    return run_program


def is_refused(run, name, status):
    """Assert that a run ended with this status and one line, which is returned
    without the program's name."""
    assert run.status == status, run
    assert run.out == "", run
    assert run.err.count("\n") == 1 and run.err.endswith("\n"), run
    assert run.err.startswith(f"{name}: "), run
    return run.err[len(name) + 2:]


# Every program


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(run, name, option):
    found = run(name, option)
    assert (found.status, found.err) == (0, "")
    assert "--version" in found.out
    assert all(len(line) <= 80 for line in found.out.splitlines()[1:])


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(run, name, option):
    found = run(name, option)
    assert (found.status, found.err) == (0, "")
    assert found.out.startswith(name) and found.out.endswith(" 0.1\n")


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_full_disk_is_noticed(run, name, option):
    with open("/dev/full", "w") as full:
        found = run(name, option, stdout=full)
    assert "No space left on device" in is_refused(found, name, 1)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("option", ["--frobnicate", "-X", "--frobnicate=1"])
def test_unknown_option(run, name, option):
    complaint = is_refused(run(name, option, "127.0.0.1", "1"), name, 2)
    assert option[:3].rstrip("=") in complaint


# Servers


@pytest.mark.parametrize("name", SERVERS)
def test_server_without_a_port(run, name):
    assert "PORT" in is_refused(run(name), name, 2)


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("port", BAD_PORTS)
def test_server_with_a_bad_port(run, name, port):
    assert "0 to 65535" in is_refused(run(name, port), name, 2)


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize(
    "address", ["nowhere", "300.1.1.1", "1.2.3", "", "127.0.0.1:80", "::g"]
)
def test_server_with_a_bad_address(run, name, address):
    complaint = is_refused(run(name, "--address", address, "0"), name, 2)
    assert f"'{address}'" in complaint


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("backlog", ["0", "-1", "abc", "", "5x", "99999999999"])
def test_server_with_a_bad_backlog(run, name, backlog):
    complaint = is_refused(run(name, "--backlog", backlog, "0"), name, 2)
    assert f"'{backlog}'" in complaint


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize(
    "arguments", [("0", "0"), ("--address",), ("0", "-b"), ("--trace",)]
)
def test_server_with_too_much_or_too_little(run, name, arguments):
    is_refused(run(name, *arguments), name, 2)


def test_server_on_a_port_in_use(run, start, variant):
    port = start(variant).port
    name = f"server_{variant}"
    complaint = is_refused(run(name, str(port)), name, 1)
    assert complaint == \
        f"cannot listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize("name", SERVERS)
def test_server_on_an_address_of_another_machine(run, name):
    # 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
    complaint = is_refused(run(name, "-a", "192.0.2.1", "0"), name, 1)
    assert complaint == "cannot listen on 192.0.2.1:0: Cannot assign requested " \
        "address\n"


@pytest.fixture
def as_nobody(lab, folder):
    """as_nobody(program, argument...): run as a user without rights."""
    def run_program(name, *arguments, **options):
        if os.getuid() != 0:
            return spawn.run([lab.program(name), *arguments], **options)
        # Another user may not reach the build folder.
        folder.chmod(0o755)
        copy = folder / name
        shutil.copy(lab.program(name), copy)
        copy.chmod(stat.S_IRWXU | stat.S_IXGRP | stat.S_IXOTH | stat.S_IROTH)
        return spawn.run([copy, *arguments], preexec=drop_rights, **options)

    return run_program


def drop_rights():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


@pytest.mark.parametrize("name", SERVERS)
def test_server_on_a_port_without_permission(as_nobody, name):
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as file:
        if int(file.read()) <= 1:
            pytest.skip("here everybody may use every port")
    complaint = is_refused(as_nobody(name, "1"), name, 1)
    assert complaint == "cannot listen on 127.0.0.1:1: Permission denied\n"


@pytest.mark.parametrize("name", SERVERS)
def test_server_that_cannot_say_it_is_ready(run, name):
    """Whoever waits for the ready line would wait for ever."""
    with open("/dev/full", "w") as full:
        found = run(name, "0", stdout=full)
    assert "No space left on device" in is_refused(found, name, 1)


def test_server_with_closed_descriptors(start, variant):
    """Without stdin and stderr the listening socket must not become one of
    them."""
    def close():
        os.close(0)
        os.close(2)

    server = start(variant, preexec=close)
    descriptors = server.process.descriptors()
    assert descriptors[0] == descriptors[2] == "/dev/null"
    with server.connect() as session:
        session.echo()


@pytest.mark.skipif(not sockets.has_ipv6(), reason="needs an IPv6 loopback")
def test_server_on_every_address(start, variant):
    server = start(variant, "-a", "::")
    assert server.address[0] == "::"
    with server.connect() as session:
        session.echo()


# Client


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("127.0.0.1",),
        ("127.0.0.1", "80", "extra"),
        ("", "80"),
        *[("127.0.0.1", port) for port in (*BAD_PORTS, "0")],
        ("-n", "0", "127.0.0.1", "80"),
        ("-n", "-5", "127.0.0.1", "80"),
        ("-n", "many", "127.0.0.1", "80"),
        ("-n", "99999999999999999999", "127.0.0.1", "80"),
        ("-n", "5", "-c", "6", "127.0.0.1", "80"),
        ("-n", "5", "-c", "0", "127.0.0.1", "80"),
        ("-n", "5", "-s", "0", "127.0.0.1", "80"),
        ("-n", "5", "-s", "99999999999999999999", "127.0.0.1", "80"),
        ("-n", "5", "-w", "-1", "127.0.0.1", "80"),
        ("-c", "5", "127.0.0.1", "80"),
        ("-f", "127.0.0.1", "80"),
        ("-n", "5", "-f", "-w", "10", "127.0.0.1", "80"),
        ("--burst",),
    ],
)
def test_client_with_a_wrong_command_line(run, arguments):
    is_refused(run("client", *arguments), "client", 2)


def test_client_and_an_unknown_host(run):
    quick = {**os.environ, "RES_OPTIONS": "timeout:1 attempts:1"}
    for options in ((), ("-n", "3")):
        found = run("client", *options, "no.such.host.invalid", "80", env=quick)
        assert "no.such.host.invalid" in is_refused(found, "client", 1)


def test_a_hostile_argument_does_not_command_the_terminal(run):
    found = run("client", "\x1b[2J\nclient: 127.0.0.1: all is well", "80")
    assert "\x1b" not in is_refused(found, "client", 1)


# reaptop


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("abc",),
        ("0",),
        ("-1",),
        ("99999999999999999999",),
        ("",),
        ("--port",),
        ("--port", "abc"),
        ("--port", "65536"),
        ("--port", "0"),
        ("--delay", "0", "1"),
        ("--delay", "-1", "1"),
        ("--delay", "soon", "1"),
        ("--delay", "nan", "1"),
        ("--delay", "inf", "1"),
        ("--samples", "0", "1"),
        ("--samples", "-1", "1"),
        ("--samples", "x", "1"),
        ("--",),
        ("--demo", "1"),
        ("--demo", "--port", "1"),
    ],
)
def test_reaptop_with_a_wrong_command_line(run, arguments):
    is_refused(run("reaptop", "--batch", *arguments), "reaptop", 2)


@pytest.mark.parametrize("how", [("--batch",), ("--json",), ()])
def test_reaptop_and_no_such_process(run, how):
    assert NO_SUCH_PID not in all_pids()
    found = run("reaptop", *how, str(NO_SUCH_PID))
    complaint = is_refused(found, "reaptop", 1)
    if how:
        assert complaint == f"{NO_SUCH_PID}: no such process\n"


def test_reaptop_and_a_port_nobody_listens_on(run):
    complaint = is_refused(run("reaptop", "--batch", "--port", "9"), "reaptop", 1)
    assert complaint == "port 9: no process listens on it\n"


def test_reaptop_and_no_such_command(run):
    found = run("reaptop", "--batch", "--", "/nonexistent/server", "1")
    assert "/nonexistent/server" in is_refused(found, "reaptop", 1)


def test_reaptop_without_a_terminal(run, start):
    server = start("noreap")
    complaint = is_refused(run("reaptop", str(server.process.pid)), "reaptop", 1)
    assert "not a terminal" in complaint and "--batch" in complaint


def test_reaptop_and_a_full_disk(run, start):
    server = start("noreap")
    for how in ("--batch", "--json"):
        with open("/dev/full", "w") as full:
            found = run(
                "reaptop", how, "-n", "1", str(server.process.pid), stdout=full
            )
        assert "No space left on device" in is_refused(found, "reaptop", 1)


def test_reaptop_and_a_closed_output(run, start):
    """As with a full disk, it does not get lost in silence."""
    server = start("noreap")
    for how in (["--help"], ["--batch", "-n1"], ["--json", "-n1"]):
        found = run("reaptop", *how, str(server.process.pid),
                    preexec=lambda: os.close(1))
        assert "Bad file descriptor" in is_refused(found, "reaptop", 1)
