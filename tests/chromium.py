"""A headless Chromium that tests can ask about a page, spoken to over a pipe in the DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}
# Chromium reads commands from descriptor 3 and answers on 4.
_HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One process, whose tabs share the pipe."""

    def __init__(self, profile: str) -> None:
        executable = shutil.which("chromium")
        assert executable, "no chromium: apt-get update && apt-get install -y --no-install-recommends chromium"
        its_input, commands = os.pipe()
        answers, its_output = os.pipe()
        started = [executable, *_OPTIONS, f"--user-data-dir={profile}"]
        self.process = subprocess.Popen(
            [sys.executable, "-SE", "-c", _HAND_OVER, str(its_input), str(its_output), *started],
            pass_fds=(its_input, its_output),
            stderr=subprocess.DEVNULL,
        )
        os.close(its_input)
        os.close(its_output)
        self._commands, self._answers = os.fdopen(commands, "wb"), os.fdopen(answers, "rb")
        self._unread, self._last = b"", 0
        self.events: dict[str, list[dict[str, Any]]] = {}

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The answer to a command; events that come first are kept by session."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        while (found := self._read()).get("id") != message["id"]:
            pass
        assert "error" not in found, f"{method}: {found['error']}"
        return found["result"]

    def wait(self, session: str, event: str) -> dict[str, Any]:
        """The first event of that name, also one that has come already."""
        while True:
            for found in self.events.get(session, []):
                if found["method"] == event:
                    return found["params"]
            self._read()

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            chunk = os.read(self._answers.fileno(), 1 << 20)
            assert chunk, "Chromium has ended"
            self._unread += chunk
        text, _, self._unread = self._unread.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        if "method" in found and "sessionId" in found:
            self.events.setdefault(found["sessionId"], []).append(found)
        return found

    def close(self) -> None:
        self.send("Browser.close")
        self.process.wait(timeout=20)
        self._commands.close()
        self._answers.close()

    @contextmanager
    def tab(self, file: Path, width: int, *, dark: bool = False, media: str = "screen") -> Iterator[Tab]:
        """A page of a file, loaded at a width in pixels and with the reader's wishes."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable", session)
        self.send(
            "Emulation.setDeviceMetricsOverride",
            session,
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", session, media=media, features=[scheme])
        self.send("Page.navigate", session, url=file.resolve().as_uri())
        self.wait(session, "Page.loadEventFired")
        yield Tab(self, session)
        self.send("Target.closeTarget", targetId=target)
        self.events.pop(session, None)


class Tab:
    """A loaded page."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def value(self, expression: str) -> Any:
        """What an expression in JavaScript is, as JSON data."""
        answer = self._browser.send(
            "Runtime.evaluate", self._session, expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """A key with what it types, on what has the focus."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            self._browser.send(
                "Input.dispatchKeyEvent",
                self._session,
                type=kind,
                key=key,
                code="Space" if key == " " else key,
                windowsVirtualKeyCode=_KEYS[key],
                **({"text": text} if text and kind == "keyDown" else {}),
            )

    def screenshot(self, height: int | None = None) -> bytes:
        """The page from its top as PNG, all of it or so many pixels."""
        width, whole = self.value("[innerWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height or whole, "scale": 1}
        shot = self._browser.send(
            "Page.captureScreenshot", self._session, format="png", captureBeyondViewport=True, clip=clip
        )
        return base64.b64decode(shot["data"])

    def complaints(self) -> list[str]:
        """Exceptions, and messages on the console other than plain ones."""
        found = []
        for event in self._browser.events.get(self._session, []):
            parameters = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(parameters["exceptionDetails"]))
            elif event["method"] == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
                found.append(json.dumps(parameters["args"]))
            elif event["method"] == "Log.entryAdded":
                found.append(parameters["entry"]["text"])
        return found

    def requests(self) -> list[str]:
        """Addresses of everything that was asked for, the page itself left out."""
        sent = [
            event["params"]["request"]["url"]
            for event in self._browser.events.get(self._session, [])
            if event["method"] == "Network.requestWillBeSent"
        ]
        return sent[1:]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            yield browser
        finally:
            browser.close()
