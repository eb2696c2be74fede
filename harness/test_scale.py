"""Scale (make soak): ten thousand clients at once, and 25,000 zombies. The figures
are printed (pytest -s); what is asserted has room for a slow machine."""

import json
import os
import resource
import signal
import statistics
import time

import pytest

from reaplab import arrange, spawn
from reaplab.deadline import eventually

pytestmark = [pytest.mark.soak, pytest.mark.storm, pytest.mark.timeout(300)]
CLIENTS = 10000
ZOMBIES = 25000


@pytest.fixture(autouse=True)
def room():
    """Processes and descriptors for all of them, or a reason to skip."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CLIENTS + 100:
        pytest.skip(f"needs {CLIENTS + 100} descriptors (ulimit -Hn is {hard})")
    with open("/proc/sys/kernel/pid_max", encoding="ascii") as file:
        pid_max = int(file.read())
    used = sum(name.isdigit() for name in os.listdir("/proc"))
    if pid_max - used < ZOMBIES + 2000:
        pytest.skip(f"needs {ZOMBIES + 2000} free PIDs (pid_max is {pid_max})")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def timed(what):
    """(what it returned, how many seconds it took)."""
    began = time.monotonic()
    result = what()
    return result, time.monotonic() - began


def echo_once(server):
    with server.connect() as session:
        session.echo()


def cpu_seconds(process):
    stat = process.stat()
    return stat.cpu_ticks / os.sysconf("SC_CLK_TCK")


def memory(process):
    """Its share of memory in kB: what is shared counts by its part (PSS)."""
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
        [line] = [line for line in file if line.startswith("Pss:")]
    return int(line.split()[1])


def test_10000_clients_at_once(start, lab):
    server = start("waitpid_loop", "--backlog", "4096", trace=False)
    before = server.process.descriptors()
    client = spawn.spawn(
        [lab.program("client"), f"-n{CLIENTS}", f"-c{CLIENTS}", "-w600000",
         "127.0.0.1", str(server.port)],
    )
    try:
        def all_here():
            assert len(server.process.children()) == CLIENTS

        _, came = timed(lambda: eventually(all_here, within=120, every=0.5))
        arrange.await_idle(server)
        used = cpu_seconds(server.process)
        _, latency = timed(lambda: echo_once(server))
        eventually(lambda: arrange.await_zombies(server, 0), within=60)
        time.sleep(1)  # at rest, for a second
        used = cpu_seconds(server.process) - used
        each = statistics.median(
            memory(child) for child in server.process.children()[::100]
        )
        print(f"\n{CLIENTS} clients came in {came:.1f} s; one more has its echo in "
              f"{latency * 1000:.1f} ms; CPU of the parent meanwhile {used:.2f} s; "
              f"memory of the parent {memory(server.process)} kB, a child {each} kB")
        assert latency < 2 and used < 0.5 and each < 200
        client.send_signal(signal.SIGINT)

        def all_gone():
            assert not server.process.children()

        _, went = timed(lambda: eventually(all_gone, within=120, every=0.2))
        print(f"all reaped within {went:.1f} s")
    finally:
        spawn.end(client)
    assert server.process.descriptors() == before
    assert server.stop() == 0
    totals = server.closing_line()
    assert totals.forked == totals.reaped >= CLIENTS + 1 and totals.zombies == 0


def test_25000_zombies(start, lab):
    server = start("noreap", "--backlog", "1024", trace=False)
    run = spawn.run(
        [lab.program("client"), f"-n{ZOMBIES}", "-c64", "127.0.0.1",
         str(server.port)],
        within=200,
    )
    assert run.status == 0, run

    def all_dead():
        zombies = server.process.zombies()
        assert len(zombies) == ZOMBIES
        return zombies

    eventually(all_dead, within=60, every=0.5)
    _, reading = timed(all_dead)
    _, latency = timed(lambda: echo_once(server))
    viewer, viewing = timed(lambda: spawn.run(
        [lab.program("reaptop"), "--json", "-n1", str(server.process.pid)],
        within=60,
    ))
    assert viewer.status == 0, viewer.err
    json.loads(viewer.out.splitlines()[0])
    print(f"\n{ZOMBIES} zombies: one more client has its echo in "
          f"{latency * 1000:.1f} ms, reaptop its first sample in {viewing:.2f} s, "
          f"the harness reads them in {reading:.2f} s")
    assert latency < 2 and viewing < 20 and reading < 60
    _, stopping = timed(server.stop)
    assert stopping < 10
    assert server.closing_line().zombies >= ZOMBIES
