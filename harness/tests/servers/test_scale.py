"""Scale (make soak): ten thousand clients at once, and 25,000 zombies. What it takes
is held against what the same takes without them, or against reading the list of
children, in the same run. The figures are printed (pytest -s)."""

import json
import os
import resource
import signal
import statistics
import time

import pytest

from reaplab.deadline import eventually
from reaplab.proc.process import read_proc
from reaplab.servers import arrange, spawn

pytestmark = [pytest.mark.soak, pytest.mark.storm, pytest.mark.timeout(300)]
CLIENTS = 10000
ZOMBIES = 25000
AS_QUICK = 10  # times as long: a machine that others use is not steady


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


def median_of(what, times=9):
    """How many seconds it takes, half of the times at most."""
    return statistics.median(timed(what)[1] for _ in range(times))


def echo_once(server):
    with server.connect() as session:
        session.echo()


def cpu_ns(process):
    """The CPU time of its first thread, to the nanosecond: ten thousand that do a
    little show nothing in the ticks of stat."""
    return int(read_proc(f"/proc/{process.pid}/schedstat").split()[0])


def used_at_rest(processes, seconds=1):
    """The share of a CPU that each used, meanwhile."""
    began, before = time.monotonic(), [cpu_ns(one) for one in processes]
    time.sleep(seconds)  # what is measured is rest
    after = [cpu_ns(one) for one in processes]
    lasted = (time.monotonic() - began) * 1e9
    return [(end - start) / lasted for start, end in zip(before, after)]


def memory(process):
    """Its share of memory in kB: what is shared counts by its part (PSS)."""
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
        [line] = [line for line in file if line.startswith("Pss:")]
    return int(line.split()[1])


def test_10000_clients_at_once(start, lab):
    server = start("waitpid_loop", "--backlog", "4096", trace=False)
    before = server.process.descriptors()
    alone = median_of(lambda: echo_once(server))
    client = spawn.spawn(
        [lab.program("client"), f"-n{CLIENTS}", f"-c{CLIENTS}", "-w600000",
         "127.0.0.1", str(server.port)],
    )
    try:
        def all_here():
            children = server.process.live_children()
            assert len(children) == CLIENTS
            return children

        children, came = timed(lambda: eventually(all_here, within=120, every=0.5))
        arrange.await_idle(server)
        parent, *resting = used_at_rest([server.process, *children])
        used = cpu_ns(server.process)
        latency = median_of(lambda: echo_once(server))
        # The parent takes a client between two waitpid(2), each of which looks at
        # every living child (kernel/exit.c, do_wait_thread).
        walk = median_of(lambda: read_list(server.process))
        eventually(lambda: arrange.await_zombies(server, 0), within=60)
        served = cpu_ns(server.process) - used
        each = statistics.median(memory(child) for child in children[::100])
        print(f"\n{CLIENTS} clients came in {came:.1f} s; one more has its echo in "
              f"{latency * 1000:.1f} ms, without them in {alone * 1000:.1f} ms; "
              f"the list of them is read in {walk * 1000:.1f} ms; "
              f"CPU at rest: parent {parent:.2%}, all children {sum(resting):.2%}; "
              f"memory of the parent {memory(server.process)} kB, a child {each} kB")
        assert latency < AS_QUICK * (alone + walk) and each < 200
        assert len(resting) == CLIENTS
        assert parent < 0.01 and sum(resting) < 0.01, "they do not rest"
        # Of a single child it may not be: what a hypervisor or an interrupt took
        # is taken off, up to all (kernel/sched/core.c, update_rq_clock_task).
        seen = statistics.median(map(cpu_ns, children))
        assert served > 0 and seen > 0, "CPU is not seen"
        client.send_signal(signal.SIGINT)

        def all_gone():
            assert not server.process.children()

        _, went = timed(lambda: eventually(all_gone, within=120, every=0.2))
        print(f"all reaped within {went:.1f} s")
    finally:
        spawn.end(client)
    arrange.await_descriptors(server, before)
    assert server.stop() == 0
    totals = server.closing_line()
    assert totals.forked == totals.reaped >= CLIENTS + 1 and totals.zombies == 0


def leave_zombies(lab, server):
    run = spawn.run(
        [lab.program("client"), f"-n{ZOMBIES}", "-c64", "127.0.0.1",
         str(server.port)],
        within=200,
    )
    assert run.status == 0, run


def read_list(process):
    """The kernel's list of its children, once: the PIDs."""
    return read_proc(f"/proc/{process.pid}/task/{process.pid}/children").split()


def told_by_viewer(lab, process):
    """What reaptop says of it in JSON."""
    run = spawn.run(
        [lab.program("reaptop"), "--json", "-n1", str(process.pid)], within=60
    )
    assert run.status == 0, run.err
    [server] = json.loads(run.out)["servers"]
    return server


def answers(shown):
    """One key, and the screen that it asks for."""
    for view in (" Help ", "PID S STATE"):
        shown.type("?")
        shown.await_text(view)


def keystroke(screen, process, zombies):
    """How many seconds reaptop, which shows so many zombies, takes to answer."""
    shown = screen(process.pid, delay="0.5")
    shown.await_text(f"zombies {zombies} ", within=60)
    seconds = median_of(lambda: answers(shown), 5) / 2
    shown.type("q")
    assert shown.await_end() == 0
    return seconds


def test_25000_zombies(start, lab, screen):
    server = start("noreap", "--backlog", "1024", trace=False)
    process = server.process
    without = keystroke(screen, process, 0)
    alone = median_of(lambda: echo_once(server))
    leave_zombies(lab, server)

    def all_dead():
        left = read_list(process)
        assert len(process.zombies()) == len(left) >= ZOMBIES
        return left

    latency = median_of(lambda: echo_once(server))
    left = eventually(all_dead, within=60, every=0.5)
    zombies, reading = timed(process.zombies)
    listing = median_of(lambda: read_list(process))
    viewer, viewing = timed(lambda: told_by_viewer(lab, process))
    key = keystroke(screen, process, len(left))
    print(f"\n{ZOMBIES} zombies: one more client has its echo in "
          f"{latency * 1000:.1f} ms, without them in {alone * 1000:.1f} ms; reading "
          f"the list {listing * 1000:.1f} ms, the harness reads them in "
          f"{reading:.2f} s, reaptop in {viewing:.2f} s; it answers a key in "
          f"{key * 1000:.1f} ms, without them in {without * 1000:.1f} ms")
    assert len(zombies) == len(left) >= ZOMBIES
    assert viewer["zombies"] == len(left)
    told = [one["pid"] for one in viewer["children"] if one["state"] == "Z"]
    assert sorted(told) == sorted(map(int, left))
    assert latency < AS_QUICK * alone
    assert viewing < 2 * reading, "not longer than Python, for the same files"
    assert key < AS_QUICK * (listing + without)
    _, stopping = timed(server.stop)
    assert stopping < AS_QUICK * reading
    assert server.closing_line().zombies >= ZOMBIES
