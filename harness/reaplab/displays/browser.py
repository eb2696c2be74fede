"""A real Chromium without a window, to open a page with, press keys and look.

It speaks the DevTools protocol over two pipes (--remote-debugging-pipe): JSON
messages that each end with a NUL byte, commands on the browser's descriptor 3,
answers and events on its 4. Protocol: chromedevtools.github.io/devtools-protocol.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from ..deadline import PATIENCE, eventually
from ..servers import spawn

# Seconds for each answer: it is ten processes, which have to start beside other tests,
# and a page may have 10,000 children.
ANSWER = 4 * PATIENCE

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")

# No start page, no update, nothing in the background; root has no sandbox there.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
KEYS = {  # name: Windows key code, which Chromium asks for where text is typed none
    "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13,
    "Tab": 9, "Home": 36, "End": 35, "PageUp": 33, "PageDown": 34,
}


class BrowserFailed(Exception):
    """The browser did not do what it was told; the message says what."""


def find():
    """The path of a Chromium, or None: CHROMIUM in the environment, or what is
    installed. Ubuntu's snap does not count: it sees no file below /tmp."""
    named = os.environ.get("CHROMIUM")
    found = map(shutil.which, [named or "", *PROGRAMS])
    return next((path for path in found if path and not _is_snap(path)), None)


def _is_snap(path):
    real = os.path.realpath(path)
    if os.path.basename(real) == "snap":
        return True
    with open(real, "rb") as file:
        start = file.read(4096)
    return start.startswith(b"#!") and b"/snap/bin" in start


class Browser:
    """One Chromium with one page. `complaints` is all that went wrong in the page:
    exceptions, errors on the console, requests for anything but local files. Use it
    as a context: nothing of it is left."""

    def __init__(self, program, width=1280, height=720):
        self.complaints = []
        self.requests = []
        self._strays = frozenset(spawn.strays())
        self._number = 0
        self._buffer = b""
        self._profile = tempfile.TemporaryDirectory(prefix="reap-browser-")
        theirs_in, self._write = _pipe()
        self._read, theirs_out = _pipe()
        # bash gives them their numbers (dash knows none above 9), and is gone then.
        give = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        try:
            self._popen = spawn.spawn(
                ["bash", "-c", give, "bash", program, *FLAGS,
                 f"--user-data-dir={self._profile.name}",
                 f"--window-size={width},{height}", "about:blank"],
                pass_fds=(theirs_in, theirs_out),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # What it keeps at home and, until it ends by itself, in /tmp.
                env={**os.environ, "HOME": self._profile.name,
                     "TMPDIR": self._profile.name},
            )
        except BaseException:
            os.close(self._write)
            os.close(self._read)
            self._profile.cleanup()
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        try:
            self._session = None
            self._session = self._attach(width, height)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        os.close(self._write)
        os.close(self._read)
        # Its helpers have sessions of their own, and some have lost their parent.
        orphans = [one for one in spawn.strays() if one not in self._strays]
        spawn.end(self._popen, orphans)
        self._profile.cleanup()

    def _attach(self, width, height):
        def page_there():
            targets = self.call("Target.getTargets")["targetInfos"]
            pages = [one for one in targets if one["type"] == "page"]
            assert pages, "no page"
            return pages[0]["targetId"]

        target = eventually(page_there, ANSWER)
        session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        self._session = session
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        return session

    def resize(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=False,
        )

    def call(self, method, **parameters):
        """Give a command, and return its result. Raises BrowserFailed."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data):]
        deadline = time.monotonic() + ANSWER
        while True:
            answer = self._receive(deadline, method)
            if answer.get("id") == self._number:
                break
            self._note(answer)
        if "error" in answer:
            raise BrowserFailed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _receive(self, deadline, method):
        while b"\0" not in self._buffer:
            left = max(0, deadline - time.monotonic())
            ready, _, _ = select.select([self._read], [], [], left)
            if not ready:
                raise BrowserFailed(f"{method}: no answer")
            data = os.read(self._read, 1 << 20)
            if not data:
                raise BrowserFailed(f"{method}: the browser has ended")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event):
        """Keep what must not happen unseen."""
        kind, about = event.get("method"), event.get("params", {})
        if kind == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.complaints.append(
                details.get("exception", {}).get("description", details["text"])
            )
        elif kind == "Runtime.consoleAPICalled" and about["type"] == "error":
            self.complaints.append(f"console: {about['args']}")
        elif kind == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.complaints.append(f"log: {about['entry']['text']}")
        elif kind == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif kind == "Page.javascriptDialogOpening":
            self.complaints.append(f"a dialog: {about['message']}")

    def open(self, url, ready="document.readyState === 'complete'"):
        """Open a page, and wait until an expression is true in it. Returns the
        seconds that took."""
        began = time.monotonic()
        self.call("Page.navigate", url=url)
        self.wait_for(f"location.href !== 'about:blank' && ({ready})")
        return time.monotonic() - began

    def wait_for(self, expression):
        """Wait until an expression is true in the page."""
        def true():
            try:
                found = self.evaluate(expression)
            except BrowserFailed as error:  # the page may be half there
                raise AssertionError(str(error)) from error
            assert found, f"never came true: {expression}"

        eventually(true, ANSWER)

    def evaluate(self, expression):
        """The value of an expression in the page. Raises BrowserFailed if it
        throws."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in result:
            raise BrowserFailed(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key):
        """One key, down and up."""
        about = {"key": key, "windowsVirtualKeyCode": KEYS.get(key, ord(key[0]))}
        if len(key) == 1:
            about["text"] = key
        if key == "Enter":
            about["text"] = "\r"
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, **about)

    def mouse(self, kind, x, y, **more):
        """One mouse event: mouseMoved, mousePressed, mouseReleased, mouseWheel."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def screenshot(self, path):
        """A PNG of what is in sight."""
        data = self.call("Page.captureScreenshot")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


def _pipe():
    """A pipe whose ends are above the descriptors 3 and 4, which it is to become."""
    ends = os.pipe()
    try:
        return tuple(fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in ends)
    finally:
        for one in ends:
            os.close(one)
