"""The report in a real browser: it draws, by mouse and by keys; thousands of children
do not slow it down; nothing that a log says is ever run. Skipped without Chromium."""

import sys

import pytest

from conftest import ROOT
from reaplab.deadline import PATIENCE, eventually
from reaplab.displays import browser
from reaplab.servers import spawn
from test_report import HOSTILE, line, log_of

REPORT = ROOT / "harness/report.py"
READY = "document.documentElement.dataset.ready !== undefined"
MANY = 10_000
LONG = 4 * PATIENCE  # seconds to write a report on so many

pytestmark = [
    pytest.mark.skipif(browser.find() is None, reason="needs chromium"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(autouse=True)
def nothing_left():
    """In place of the harness's own, which would end the browser after each test."""
    yield
    assert len(spawn.still_running()) <= 1


@pytest.fixture(scope="module")
def chromium(lab):
    """One for all tests here: nothing of a page stays when the next is opened."""
    if lab.sanitized:
        pytest.skip("no C of ours is in the page")
    with browser.Browser(browser.find(), 1280, 900) as running:
        yield running
    assert spawn.still_running() == [] and spawn.end_strays() == []


@pytest.fixture
def opened(chromium, folder):
    """opened(log's text): the browser showing its report, and the seconds that took.
    When the test ends nothing may have gone wrong in the page, and nothing but the
    page been fetched."""
    pages = []

    def open_report(text):
        log, page = folder / "run.jsonl", folder / f"{len(pages)}.html"
        log.write_text(text)
        done = spawn.run([sys.executable, REPORT, "-o", page, log], within=LONG)
        assert done.status == 0, done
        pages.append(f"file://{page}")
        seconds = chromium.open(
            pages[-1], f"{READY} && location.href === '{pages[-1]}'"
        )
        return chromium, seconds

    chromium.complaints.clear()
    chromium.requests.clear()
    yield open_report
    chromium.evaluate("1")  # takes in what was still on its way
    assert chromium.complaints == []
    assert chromium.requests == pages


def focus(page):
    page.evaluate("document.querySelector('canvas').focus()")


def view(page):
    """(from, to) of the time in sight, then of the rows."""
    return page.evaluate("(({t0, t1, r0, r1}) => [t0, t1, r0, r1])"
                         "(sections[0].chart.view)")


def facts(page):
    return page.evaluate("document.querySelector('.facts').textContent")


def colours(page):
    """How many pixels of the chart have each colour of the palette."""
    return page.evaluate("""(() => {
        const {canvas, context, colour} = sections[0].chart;
        const bytes = context.getImageData(0, 0, canvas.width, canvas.height).data;
        const counts = {};
        for (const role of ["live", "zombie", "reaped", "signal"]) {
            const wanted = parseInt(colour(role).slice(1), 16);
            counts[role] = 0;
            for (let i = 0; i < bytes.length; i += 4)
                if (((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]) === wanted)
                    counts[role]++;
        }
        return counts;
    })()""")


def test_it_draws_lives_zombies_reaps_and_signals(opened):
    page, _ = opened(log_of(5))
    assert all(count > 20 for count in colours(page).values()), colours(page)
    page, _ = opened(log_of(1))  # the only one is reaped soon
    assert colours(page)["zombie"] < 9000 < colours(opened(log_of(9))[0])["zombie"]


def test_by_keys(opened):
    page, _ = opened(log_of(40))
    page.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"
    whole = view(page)
    page.press("+")
    near = view(page)
    assert near[1] - near[0] < whole[1] - whole[0]
    page.press("ArrowRight")
    assert view(page)[0] > near[0]
    page.press("]")
    assert view(page)[3] - view(page)[2] < whole[3] - whole[2]
    page.press("0")
    assert view(page) == whole
    page.press("ArrowDown")
    assert facts(page).startswith("child 1000 of 9")
    page.press("End")
    assert facts(page).startswith("child 1039 of 9")
    page.press("z")  # round to the first that was never reaped
    assert "child 1001" in facts(page) and "never reaped" in facts(page)
    page.press("s")
    assert facts(page).startswith("SIGCHLD 1") and "told of 40 deaths" in facts(page)
    page.press("Enter")
    assert view(page)[3] - view(page)[2] == 20


def test_by_mouse(opened):
    page, _ = opened(log_of(5))
    left, top, width, row = page.evaluate("""(() => {
        const {left, top} = document.querySelector('canvas').getBoundingClientRect();
        const {chart} = sections[0];
        return [left, top, chart.width, chart.y(2.5)];
    })()""")
    middle = left + width / 2
    page.mouse("mouseMoved", middle, top + row)
    tip = "document.querySelector('.tip')"
    assert page.evaluate(f"!{tip}.hidden && {tip}.textContent").startswith("child 1002")
    before = view(page)
    page.mouse("mouseWheel", middle, top + row, deltaX=0, deltaY=-100)
    assert view(page) == before  # not in use yet: that scrolls the page
    for kind in ("mousePressed", "mouseReleased"):
        page.mouse(kind, middle, top + row, button="left", clickCount=1)
    assert facts(page).startswith("child 1002 of 9")
    page.mouse("mouseWheel", middle, top + row, deltaX=0, deltaY=-300)

    def zoomed():
        assert view(page)[1] - view(page)[0] < before[1] - before[0]

    eventually(zoomed)
    near = view(page)
    page.mouse("mousePressed", middle, top + row, button="left", clickCount=1)
    page.mouse("mouseMoved", middle - 50, top + row, button="left", buttons=1)
    page.mouse("mouseReleased", middle - 50, top + row, button="left", clickCount=1)
    assert view(page)[0] > near[0]


def test_tables(opened):
    page, _ = opened(log_of(60))
    page.evaluate("document.querySelector('.run details').open = true")
    page.wait_for("document.querySelectorAll('.run table').length === 2")
    rows = "[...document.querySelectorAll('.run tbody')[0].rows]"
    assert page.evaluate(f"{rows}.length") == 25
    page.evaluate("document.querySelector('.run input').click()")
    first = f"{rows}[0].cells[0].textContent"
    assert page.evaluate(first) == "1001"
    page.evaluate("document.querySelectorAll('.run th button')[0].click()")
    page.evaluate("document.querySelectorAll('.run th button')[0].click()")
    assert page.evaluate(first) == "1059"
    page.evaluate(f"{rows}[0].cells[0].firstChild.click()")
    assert facts(page).startswith("child 1059 of 9")


def many_children():
    """The log of a server that reaps one child per SIGCHLD, with many."""
    parts, dead, now = [log_of(0).partition("\n")[0], "\n"], [], 0
    for child in range(1000, 1000 + MANY):
        now += 20_000
        parts += [
            line(now, 9, "fork", child=child),
            line(now + 9000, child, "close", bytes=64),
            line(now + 9001, child, "exit", exit_code=0),
        ]
        dead.append(child)
        if child % 3 == 0:
            parts.append(line(now + 9500, 9, "sigchld"))
            parts.append(line(now + 9600, 9, "reap", child=dead.pop(0), exit_code=0))
    return "".join(parts)


def cpu_seconds(page):
    """What the page's main thread has used since it was opened."""
    metrics = page.call("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in metrics}["ThreadTime"]


def test_ten_thousand_children(opened):
    """Open in under 2 s, and then at least ten pictures a second: of CPU time, as
    others' work on the machine is no fault of the page."""
    page, _ = opened(log_of(1))
    page.call("Performance.enable", timeDomain="threadTicks")
    before = cpu_seconds(page)
    page, _ = opened(many_children())
    used = cpu_seconds(page)
    used -= before if used > before else 0  # the thread may be another now
    assert page.evaluate("sections[0].run.children.pid.length") == MANY
    assert 0 < used < 2
    before = cpu_seconds(page)
    page.evaluate("""(() => {
        const {chart} = sections[0];
        for (let i = 0; i < 5; i++) {
            chart.view.zoomTime(1.2, 1e8);
            chart.draw();
            chart.context.getImageData(0, 0, 1, 1);
        }
    })()""")
    frame = (cpu_seconds(page) - before) / 5
    assert 0 < frame < 0.1
    focus(page)
    page.press("End")
    assert facts(page).startswith(f"child {999 + MANY}")


def test_hostile_text_runs_nothing(opened):
    page, _ = opened(log_of(2, HOSTILE, HOSTILE))
    assert page.evaluate("document.images.length") == 0
    assert page.evaluate("document.scripts.length") == 2
    focus(page)
    page.press("ArrowDown")
    assert "<img src=x" in facts(page)
    page.evaluate("document.querySelector('.run details').open = true")
    page.wait_for("document.querySelectorAll('.run table').length === 2")
    assert page.evaluate("document.images.length") == 0


def test_what_is_not_ours_is_not_run(opened, chromium):
    """The page's policy: the second wall, should a text ever get through the first."""
    page, _ = opened(log_of(1))
    page.evaluate("""(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
    })()""")
    assert page.evaluate("window.ran === undefined")
    eventually(lambda: _has_complaint(chromium))
    assert "Content Security Policy" in chromium.complaints.pop()


def _has_complaint(chromium):
    chromium.evaluate("1")
    assert chromium.complaints


def test_without_children(opened):
    page, _ = opened(line(5, 9, "listen", address="::1", port=1, backlog=1,
                          variant="server_noreap"))
    focus(page)
    for key in ("ArrowDown", "Enter", "z", "s", "+", "]", "0", "End"):
        page.press(key)
    assert facts(page)
