"""Runs in the kernel beside a displayed explorer: moves a slider, ends sweeps, notes what they send, draws by Agg, works."""
import json
import time

packs = []                   # of every pack that was sent: time, places left, frames, bytes, processor seconds so far
worked = []                  # the seconds that each `work` took, and how many packs were sent meanwhile


def watch(figure):
    """Note every pack of a sweep of this explorer from now on."""
    sweeps = figure._panel._sweeps
    send = sweeps.send

    def noted(content, buffers):
        size = len(json.dumps(content)) + sum(map(len, buffers))
        send(content, buffers)
        packs.append((time.time(), content["left"], len(content["frames"]), size, time.process_time()))

    sweeps.send = noted


def disturb(figure, name):
    """Move another slider than `name` by a place: frames of other places of `name` that are kept are no longer wanted."""
    others = [control for control in figure.controls.values() if not control.moves_stage and control.name != name]
    other = max(others, key=lambda control: len(control.grid))
    index, length = other.position(other.value)
    figure.set(**{other.name: other.grid[(index + 1) % length]})


def quiet(figure):
    """End all sweeps and forget what was noted of them: the processor seconds so far."""
    figure._panel._sweeps.stop()
    packs.clear()
    return time.process_time()


def differences(figure, name, pairs):
    """In how many pixels Agg's pictures differ, for each pair of places of the slider `name`."""
    control = figure.controls[name]

    def picture(index):
        values = figure.values | {name: control.at([index, len(control.grid)])}
        with figure.lock:
            return figure.scene(values).paint(figure.run(values)).copy()

    return [int((picture(i) != picture(j)).any(-1).sum()) for i, j in pairs]


def work(steps):
    """Count: what a cell does that leaves the kernel no time for others."""
    before, start, total = len(packs), time.perf_counter(), 0
    for k in range(steps):
        total += k * k
    worked.append((time.perf_counter() - start, len(packs) - before))
