"""The report: what it says of a run, of several, and of logs that are broken, empty
or hostile. Read next: test_report_browser.py, test_chrome_trace.py."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab.deadline import eventually
from reaplab.lifelines import report_page
from reaplab.proc.process import Process
from reaplab.servers import spawn

REPORT = ROOT / "harness/report.py"
HOSTILE = (
    "</script><script>alert(1)</script>"
    '<img src=x onerror="alert(2)">\u202e{{script}}'
)


def line(t, pid, event, **more):
    return json.dumps({"t_ns": t, "pid": pid, "event": event, **more}) + "\n"


def log_of(children=3, variant="server_sigchld", peer="127.0.0.1:1"):
    """The text of a log: all die, then one SIGCHLD, and one is reaped."""
    text = line(0, 9, "listen", address="::1", port=1, backlog=5, variant=variant)
    for number in range(children):
        child = 1000 + number
        text += line(number * 1000 + 1, 9, "accept", peer=peer)
        text += line(number * 1000 + 2, 9, "fork", child=child)
        text += line(number * 1000 + 500_000, child, "close", bytes=64)
        text += line(number * 1000 + 500_001, child, "exit", exit_code=0)
    end = children * 1000 + 600_000
    text += line(end, 9, "sigchld")
    text += line(end + 1000, 9, "reap", child=1000, exit_code=0)
    return text + line(end + 9_000_000, 9, "stop", forked=children, reaped=1,
                       sigchlds=1, zombies=children - 1)


@pytest.fixture
def report(folder):
    """report(log's text or bytes, options): (status, stderr, page or None)."""
    def run(text, *options):
        log, output = folder / "run.jsonl", folder / "page.html"
        log.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = spawn.run([sys.executable, REPORT, "-o", output, *options, log])
        page = output.read_text(encoding="utf-8") if output.exists() else None
        left = {one.name for one in folder.iterdir()} - {log.name, output.name}
        assert not left, f"left behind: {left}"
        return done.status, done.err, page

    return run


class Elements(HTMLParser):
    """What a browser would make of a page: the tags, the texts, and whatever would
    be fetched or run."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.active, self.texts = Counter(), [], defaultdict(str)
        self._inside = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        self._inside = tag + "".join(f"#{v}" for k, v in attributes if k == "id")
        for name, _ in attributes:
            if name in ("src", "href", "style") or name.startswith("on"):
                self.active.append((tag, name))

    def handle_endtag(self, _tag):
        self._inside = None

    def handle_data(self, data):
        self.texts[self._inside] += data


def data_of(page):
    return json.loads(Elements(page).texts["script#data"])


def test_a_run_in_numbers_and_in_lines(report):
    status, err, page = report(log_of(5))
    assert (status, err) == (0, "")
    (run,) = data_of(page)["runs"]
    assert run["name"] == "server_sigchld"
    assert run["children"]["pid"] == [1000, 1001, 1002, 1003, 1004]
    assert run["sigchlds"]["deaths"] == [5] and run["sigchlds"]["reaped"] == [1]
    fates = [data_of(page)["fates"][one] for one in run["children"]["fate"]]
    assert fates == ["reaped"] + ["zombie"] * 4
    assert max(count for _, count in run["zombies"]) == 5
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert cells[:9] == ["server_sigchld", "9", "5", "5", "1", "1", "5", "5", "4"]


def test_the_page_needs_nothing_else(report):
    _, _, page = report(log_of())
    elements = Elements(page)
    assert elements.active == [] and elements.tags["link"] == 0
    assert elements.tags["script"] == 2  # the data, and our own
    assert "default-src 'none'" in page


def test_several_logs_make_one_page(folder):
    paths = []
    for name in ("server_noreap", "server_waitpid_loop"):
        paths.append(folder / f"{name}.jsonl")
        paths[-1].write_text(log_of(2, name))
    done = spawn.run([sys.executable, REPORT, "-o", folder / "page.html", *paths])
    assert done.status == 0, done
    runs = data_of((folder / "page.html").read_text())["runs"]
    assert [one["name"] for one in runs] == ["server_noreap", "server_waitpid_loop"]
    assert done.out.splitlines()[0].startswith("server_noreap: children 2, reaped 1")


def test_hostile_text_is_only_text(report):
    status, _, page = report(log_of(2, HOSTILE, HOSTILE))
    assert status == 0
    harmless = Elements(report(log_of(2))[2])
    found = Elements(page)
    assert found.tags == harmless.tags and found.active == []
    assert found.texts["script"] == harmless.texts["script"]
    assert "\u202e" not in page and "alert(1)" in found.texts["h1"]
    assert data_of(page)["runs"][0]["name"].startswith("</script><script>alert(1)")


@pytest.mark.parametrize("text", [
    "\ud800 is half a character", "\x00\x1b[2J", "\u2028\u2029", "{{data}}", "]]>-->",
], ids=range(5))
def test_odd_text_is_kept_readable(report, text):
    status, err, page = report(log_of(1, text))
    assert (status, err) == (0, "")
    assert data_of(page)["runs"][0]["name"] == report_page.plain(text)
    assert not re.search("[\x00\x1b\u2028\u2029\ud800]", page)


@pytest.mark.parametrize("text, why", [
    (b"", "empty"),
    (b"\n\n", "no event log"),
    (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 99, "no event log"),
    (b"<html><script>alert(1)</script></html>\n", "no event log"),
    (b"[" * 100_000 + b"\n", "no event log"),
    (b'{"t_ns":1,"pid":1,"event":"nonsense"}\n', "no event log"),
    (b"9" * 5_000_000 + b"\n", "no event log"),
], ids=["nothing", "blank", "binary", "page", "nested", "unknown", "number"])
def test_no_log_no_page(report, text, why):
    status, err, page = report(text)
    assert (status, page) == (1, None)
    assert err.count("\n") == 1 and why in err and len(err) < 600, err
    assert re.match(r"report\.py: \S+: ", err), err


def test_a_truncated_log_is_shown_as_far_as_it_goes(report):
    text = log_of(5)
    status, err, page = report(text[: len(text) // 2])
    assert status == 0 and "cannot be read: 1, first line" in err
    assert "no newline at its end" in page
    assert data_of(page)["runs"][0]["children"]["pid"]


def test_broken_lines_are_told_apart_from_good_ones(report):
    text = log_of(2) + "garbage\n" + '{"t_ns":-5,"pid":1,"event":"exit"}\n' * 30
    status, err, page = report(text)
    assert status == 0 and "cannot be read: 31" in err
    assert "and 11 more" in page and len(data_of(page)["runs"]) == 1


def test_a_great_many_runs_are_not_all_shown(report):
    one = line(1, 5, "listen", address="::1", port=1, backlog=5, variant="x")
    status, _, page = report(one * 5000)
    assert status == 0 and "5000 runs, of which 100 are shown" in page
    assert len(data_of(page)["runs"]) == report_page.MOST_RUNS


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "device"])
def test_a_path_that_is_no_file_of_lines(folder, kind):
    path = {"device": Path("/dev/zero")}.get(kind, folder / kind)
    if kind == "folder":
        path.mkdir()
    if kind == "fifo":
        os.mkfifo(path)
    done = spawn.run([sys.executable, REPORT, "-o", folder / "page", path])
    assert done.status == 1 and done.err.count("\n") == 1, done
    assert str(path) in done.err and not (folder / "page").exists()


def test_a_page_that_cannot_be_written_leaves_the_old_one(folder):
    log = folder / "run.jsonl"
    log.write_text(log_of())
    (folder / "file").write_text("old")
    done = spawn.run([sys.executable, REPORT, "-o", folder / "file" / "page", log])
    assert done.status == 1 and done.err.count("\n") == 1, done
    assert (folder / "file").read_text() == "old"


@pytest.mark.parametrize("words, status", [
    (["--help"], 0), (["--version"], 0), (["--nonsense"], 2),
])
def test_the_command_line(words, status):
    done = spawn.run([sys.executable, REPORT, *words])
    assert done.status == status


def test_without_a_log_the_story_is_run(lab, folder):
    """Twenty children each; fifteen die while the parent is frozen."""
    page = folder / "page.html"
    done = subprocess.run(
        [sys.executable, REPORT, "--build", lab.build, "-o", page],
        env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True,
        check=False,
    )
    assert done.returncode == 0, done
    assert [one.rsplit(",", 2)[0] for one in done.stdout.splitlines()[:3]] == [
        "server_noreap: children 20, reaped 0",
        "server_sigchld: children 20, reaped 6",
        "server_waitpid_loop: children 20, reaped 20",
    ]
    told = [one["sigchlds"]["deaths"] for one in data_of(page.read_text())["runs"]]
    assert told == [[], [1] * 5 + [15], [1] * 5 + [15]]
    assert [one.name for one in folder.iterdir()] == ["page.html"]
    assert not [one for one in Process.at(os.getpid()).children() if one.is_zombie()]


def test_an_interrupt_leaves_nothing(lab, folder):
    popen = spawn.spawn(
        [sys.executable, REPORT, "--build", lab.build, "-o", folder / "page.html"],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        def serving():
            assert list(folder.glob("*/*.jsonl"))

        eventually(serving)
        os.kill(popen.pid, signal.SIGTERM)
        assert spawn.has_exited(popen, 20) and spawn.exit_status(popen) == 1
        assert list(folder.iterdir()) == []
        assert Process.at(popen.pid).descendants() == []
    finally:
        spawn.end(popen)
