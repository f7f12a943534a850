"""The page in a real Chromium: formulas and drawings are laid out, nothing overflows, nothing is fetched."""

import json
import re
import shutil
import subprocess
from html import escape, unescape

import pytest

pytestmark = pytest.mark.browser

POLICY = (
    "<meta http-equiv='Content-Security-Policy' "
    "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
    "<script>const refused = []; document.addEventListener("
    "'securitypolicyviolation', event => refused.push(event.blockedURI));</script>"
)
MEASURE = """<script>
addEventListener('load', () => setTimeout(() => {
  const box = element => { const r = element.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  const closed = [...document.querySelectorAll('details:not([open])')];
  closed.forEach(element => element.open = true);
  const root = document.documentElement;
  const out = {
    width: innerWidth,
    scroll_width: root.scrollWidth,
    ink: getComputedStyle(document.body).color,
    paper: getComputedStyle(document.body).backgroundColor,
    math: [...document.querySelectorAll('math')].map(box),
    drawings: [...document.querySelectorAll('svg')].map(
      svg => ({box: box(svg), texts: [...svg.querySelectorAll('text')].map(box),
               lines: [...svg.querySelectorAll('path')].map(p => getComputedStyle(p).stroke)})),
    fetched: performance.getEntriesByType('resource').map(entry => entry.name),
    refused: refused,
  };
  parent.postMessage(JSON.stringify(out), '*');
}, 50));
</script>"""
# Chromium's own window is never narrower than 500 pixels; a frame is as narrow as it is told to be.
FRAME = """<!DOCTYPE html><html><head><meta name="color-scheme" content="light dark"></head><body>
<script>addEventListener('message', event => {
  const result = document.createElement('pre');
  result.id = 'measured';
  result.textContent = event.data;
  document.body.append(result);
});</script>
<iframe style="border: 0; width: %dpx; height: 900px" srcdoc="%s"></iframe>
</body></html>"""
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)


def measured(page, folder, width, dark=False):
    """Layout of a page in Chromium, at a width in pixels."""
    chromium = shutil.which("chromium")
    assert chromium, "no chromium: apt-get update && apt-get install -y --no-install-recommends chromium"
    page = page.replace("<head>", f"<head>{POLICY}", 1).replace("</body>", f"{MEASURE}</body>", 1)
    frame = folder / "frame.html"
    frame.write_text(FRAME % (width, escape(page)), encoding="utf-8")
    command = [
        chromium,
        *QUIET,
        f"--user-data-dir={folder / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        "--window-size=1400,1000",
        "--virtual-time-budget=5000",
        "--dump-dom",
        frame.as_uri(),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="measured">(.*?)</pre>', answer, flags=re.DOTALL)
    assert found, f"Chromium did not measure the page: {answer[-300:]}"
    return json.loads(unescape(found.group(1)))


@pytest.mark.parametrize(
    ("page", "drawings", "width", "dark"),
    [("html", 19, 390, False), ("html", 19, 1200, True), ("lq_html", 11, 390, True), ("lq_html", 11, 1200, False)],
)
def test_the_page_is_laid_out(request, tmp_path, page, drawings, width, dark):
    found = measured(request.getfixturevalue(page), tmp_path, width, dark)
    assert found["width"] == width
    assert found["scroll_width"] <= width, "the page scrolls sideways"
    assert (found["fetched"], found["refused"]) == ([], [])
    assert len(found["math"]) > 40
    for left, top, right, bottom in found["math"]:
        assert right - left > 3
        assert bottom - top > 6
    assert len(found["drawings"]) == drawings
    for drawing in found["drawings"]:
        left, top, right, bottom = drawing["box"]
        assert right - left > 300
        assert bottom - top > 180
        assert drawing["texts"]
        for x0, y0, x1, y1 in drawing["texts"]:
            assert left - 1 <= x0 < x1 <= right + 1, "a label is cut off"
            assert top - 1 <= y0 < y1 <= bottom + 1, "a label is cut off"
        # axes take the colour of the text, so that they are seen on dark and light pages
        assert found["ink"] in drawing["lines"]
    ink, paper = (sum(map(int, re.findall(r"\d+", found[name])[:3])) for name in ("ink", "paper"))
    assert (ink > 600 and paper < 120) if dark else (ink < 120 and paper > 700)


def test_the_measurement_notices_what_it_looks_for(tmp_path):
    page = (
        "<!DOCTYPE html><html><head></head><body><div style='width: 2000px'>wide</div>"
        "<img src='https://example.org/pixel.png'><math></math></body></html>"
    )
    found = measured(page, tmp_path, 390)
    assert found["scroll_width"] > 390
    assert any("example.org" in address for address in found["refused"] + found["fetched"])
    left, _, right, _ = found["math"][0]
    assert right - left < 3
