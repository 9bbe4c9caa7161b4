"""What sweeps cost: a first press meanwhile, a cell that runs meanwhile, bytes and processor time, the browser's memory."""
import math
import statistics

from .hand import hover

UNDER_WAY = 100              # ms after which a sweep that hovering has begun is under way, besides the way there
BEGUN = 300                  # ms after which a cell that was sent runs
LONGEST = 60                 # seconds that a sweep may take
WORK_CELL = 2                # the cell of the notebook that works
BURST = 100                  # key presses in a row
MEGABYTE = 2**20


def first_press(hand, swept, trials):
    """Milliseconds from a first press of the `hand` to its picture, p50: without a sweep, and while `swept` is swept.

    And how many presses the second counts: not those that came before a sweep was under way, or after it.
    """
    alone, meanwhile = [], []
    key = "ArrowRight" if hand.page.index(hand.name) < hand.places / 2 else "ArrowLeft"     # never back to where it was
    for k in range(2 * trials):
        hand.leave()
        hand.page.kernel.run("watch.quiet(figure)")
        if k % 2:
            hover(hand.page, swept)
            hand.tab.wait_for_timeout(UNDER_WAY + hand.round_trip / 2)
        latency = hand.press(key)
        if not k % 2 or _under_way(hand):
            (meanwhile if k % 2 else alone).append(math.inf if latency is None else latency)
    return statistics.median(alone), statistics.median(meanwhile) if meanwhile else math.nan, len(meanwhile)


def _under_way(hand):
    """Whether a sweep had begun when a key was pressed, and was not over."""
    pressed = hand.tab.evaluate("() => probe.pressed")
    left = [left for sent, left, *_ in hand.page.kernel.value("watch.packs") if 1000 * sent < pressed]
    return bool(left) and left[-1] > 0


def whole_sweep(hand):
    """Frames, bytes and the kernel's processor seconds of a sweep that nothing disturbs."""
    hand.leave()
    before = hand.page.kernel.value("watch.quiet(figure)")
    hover(hand.page, hand.name)
    for _ in range(LONGEST):
        hand.tab.wait_for_timeout(1000)                      # asking costs the kernel time, too
        packs = hand.page.kernel.value("watch.packs")
        if packs and not packs[-1][1]:
            _, _, frames, sizes, spent = zip(*packs, strict=True)
            return sum(frames), sum(sizes), spent[-1] - before
    raise RuntimeError(f"{hand.page.name}: no end of a sweep of {hand.name} in {LONGEST} s, {len(packs)} packs")


def running_cell(hand, trials):
    """Seconds that a cell counts, median: alone, and where a sweep is wanted and made meanwhile, infinite if none is; packs sent.

    The sweeps come first: where the kernel slept through the cell before, it may hear of the next sweep when its cell is done.
    """
    page, alone, meanwhile, packs = hand.page, [], [], 0
    page.select_cell(WORK_CELL)
    for swept in [True] * trials + [False] * trials:
        hand.leave()
        page.kernel.run("watch.quiet(figure)")
        page.tab.evaluate("() => { jupyterapp.commands.execute('notebook:run-cell'); }")
        page.tab.wait_for_timeout(BEGUN)
        if swept:
            hover(page, hand.name)
        spent, sent = page.kernel.value("watch.worked[-1]")  # is answered when the cell is done
        packs += sent
        if sent or not swept:
            (meanwhile if swept else alone).append(spent)
    return statistics.median(alone), statistics.median(meanwhile) if meanwhile else math.inf, packs


def browser_memory(page, sliders, moves):
    """Megabytes of the tab's memory for JavaScript before, in the middle of and after so many moves by keys, all else new."""
    devtools = page.tab.context.new_cdp_session(page.tab)
    found, bursts = [_megabytes(page, devtools)], moves // BURST
    for k in range(bursts):
        slider = sliders[k % len(sliders)]
        page.kernel.run(f"watch.disturb(figure, {slider!r})")
        page.press(slider, "ArrowRight" if k // len(sliders) % 2 else "ArrowLeft", BURST)
        page.tab.wait_for_timeout(UNDER_WAY)                 # a sweep begins
        if k + 1 in (bursts // 2, bursts):
            found.append(_megabytes(page, devtools))
    return found


def _megabytes(page, devtools):
    """Objects, and what their arrays hold, after a garbage collection."""
    page.tab.evaluate("() => probe.clear()")
    devtools.send("HeapProfiler.collectGarbage")
    usage = devtools.send("Runtime.getHeapUsage")
    return (usage["usedSize"] + usage["backingStorageSize"]) / MEGABYTE
