"""What stands on the screen: every explorer as a student sees it, in windows of the usual sizes."""
from pathlib import Path

JUDGE = (Path(__file__).parent / "screen.js").read_text(encoding="utf-8")
ALL = f"""async ([narrow, which]) => {{
    const wrong = [], judge = {JUDGE};
    for (const [k, root] of [...document.querySelectorAll(".lnn-explorer")].entries()) {{
        if (!root.matches(which)) continue;
        root.scrollIntoView({{ block: "center" }});
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        wrong.push(...judge(root, narrow).map(what => [k, what]));
    }}
    return wrong;
}}"""
# Window, file list open: 1280 x 900 and 1440 x 820 as they are, a projector, a projector at 125 %, a tablet, a low window.
WINDOWS = [((1280, 900), True), ((1440, 820), True), ((1280, 720), True), ((1280, 720), False), ((1024, 720), True),
           ((1024, 720), False), ((800, 900), False), ((845, 531), False)]
NARROW = ((800, 900), True)                             # 353 px: only cutting and overlapping are faults there


def look(page, window, files):
    """Show the page in a window of that size, with the list of files open or not."""
    page.resize(*window)
    if page.tab.evaluate("() => jupyterapp.shell.leftCollapsed") == files:
        page.command("application:toggle-left-area")


def faults(page, windows, which=".lnn-explorer"):
    """What is wrong with `which` explorers of the page in any of the windows, as `size: explorer: what`."""
    found = []
    for window, files in windows:
        look(page, window, files)
        page.tab.wait_for_timeout(200)                  # sizes settle
        wrong = page.tab.evaluate(ALL, [(window, files) == NARROW, which])
        found += [f"{window}{', files' * files}: explorer {k}: {what}" for k, what in wrong]
    return found


def answer(page):
    """Answer every question with its first option, and wait for the verdicts."""
    for root in page.tab.locator(".lnn-explorer:has(.lnn-predict)").all():
        root.scroll_into_view_if_needed()
        root.locator("input[type=radio]").first.check()
        root.get_by_role("button", name="That is my prediction").click()
    page.tab.wait_for_function("() => !document.querySelector('.lnn-asking') && [...document.querySelectorAll('.lnn-verdict')].every(one => one.textContent)")
