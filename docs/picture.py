"""The picture of a report for README: `python docs/picture.py OUT.png [GAME]` writes the page's first screen.

Needs Chromium (CHROMIUM names another executable) and pillow, which comes with matplotlib.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from mpgcert.games import resolve
from mpgcert.games.files import write_atomically
from mpgcert.reporting.page import write_report

WIDTH, HEIGHT, COLOURS = 1100, 760, 96


def main(target: Path, game: str = "zhang2022-figure-1") -> None:
    """Write a report, photograph the top of it, and reduce its colours so that the file stays small."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("picture: no Chromium; install it, or name it in CHROMIUM")
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "report.html", Path(folder) / "report.png"
        write_report(resolve(game), page)
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-device-scale-factor=1.5",
        ]
        size = f"--window-size={WIDTH},{HEIGHT}"
        command = [browser, *options, f"--user-data-dir={folder}/profile", size, f"--screenshot={shot}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        buffer = io.BytesIO()
        with Image.open(shot) as image:
            image.convert("RGB").quantize(COLOURS).save(buffer, format="PNG", optimize=True)
    write_atomically(target, buffer.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
