"""Nothing that a student sets reaches an explorer's picture, and nothing of ours reaches the student's plots.

The pictures under a setting are drawn in a process of their own, which this file is too:

    python -m tests.test_settings SETTINGS EXPLORERS      one line for each pair, both lists joined by commas
"""
import contextlib
import copy
import faulthandler
import json
import locale
import pickle
import subprocess
import sys
import threading
import warnings
from hashlib import sha256
from pathlib import Path

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")
from matplotlib import pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
WORST = ("saddle_escape", "learning_dynamics", "descent_ledger", "svd_picture", "bottleneck_trap", "octopus")
STYLES = ("classic", "dark_background", "seaborn-v0_8-paper")
TOGETHER = ("xkcd+science+usetex+constrained+numbers", "classic+autolayout", "seaborn-v0_8-paper+dark_background")
LOCALES = ("de_DE.UTF-8", "fr_FR.UTF-8", "C")                        # the first that the machine has
SECONDS = 30                 # after which a picture is not drawn at all, and the process ends


# ---------------------------------------------------------------- in a process of its own
def science():
    """As style sheets of papers have it."""
    for axis in ("xtick", "ytick"):
        plt.rcParams.update({f"{axis}.minor.visible": True, f"{axis}.direction": "in", f"{axis}.labelsize": 20})
    plt.rcParams.update({"axes.grid": True, "axes.grid.which": "both", "axes.prop_cycle": plt.cycler(color=["r", "y"]),
                         "font.family": "serif", "font.weight": "bold", "font.size": 17, "lines.linewidth": 5,
                         "path.simplify": False, "axes.formatter.use_locale": True, "figure.dpi": 50, "savefig.dpi": 50})


def strict_numbers():
    """Whatever is odd about a number raises, and numbers are written in another way."""
    np.seterr(all="raise")
    warnings.simplefilter("error")
    np.set_printoptions(precision=1, suppress=True, legacy="1.13")
    for name in LOCALES:
        with contextlib.suppress(locale.Error):
            return locale.setlocale(locale.LC_ALL, name)


SETTINGS = {
    "none": lambda: None,
    "science": science,
    "usetex": lambda: plt.rcParams.update({"text.usetex": True}),
    "xkcd": lambda: plt.xkcd(),
    "autolayout": lambda: plt.rcParams.update({"figure.autolayout": True}),
    "constrained": lambda: plt.rcParams.update({"figure.constrained_layout.use": True}),
    "numbers": strict_numbers,
} | {style: (lambda style=style: plt.style.use(style)) for style in plt.style.available}


def seen(name):
    """What an explorer shows as it opens and after a move: readout, verdict, number of operations, digests of the pictures."""
    from lnnlib import explorers  # only after a student's settings
    figure = getattr(explorers, name)()
    control = next(iter(figure.controls.values()))
    for change in ({}, {control.name: control.ends()[-1]}):
        figure.set(**change)
        frame, run = figure.frame(width=640), figure.run()
        scene = figure.scene(figure.values, width=640)
        verdict = figure.predict.verdict(0, run) if figure.predict else ""
        pictures = [json.dumps(frame.ops).encode(), frame.points.tobytes(), scene.paint(run).tobytes()]
        pictures += [] if change else [figure.png(width=640, pixel_ratio=1.0)]
        yield [figure.readout, verdict, scene.handles(), len(frame.ops), *(sha256(picture).hexdigest() for picture in pictures)]


def main(settings, names):
    """Every explorer under every setting; the settings "a+b" are made one after the other, before anything is imported."""
    for setting in settings.split(","):
        with plt.rc_context(), np.errstate(), np.printoptions(), warnings.catch_warnings():
            for one in setting.split("+"):
                SETTINGS[one]()
            for name in names.split(","):
                faulthandler.dump_traceback_later(SECONDS, exit=True)
                try:
                    frames = list(seen(name))
                except Exception as error:
                    frames = repr(error)
                print(json.dumps([setting, name, frames]), flush=True)


# ---------------------------------------------------------------- what is asserted of it
def drawn(settings, names):
    """What such a process has seen: {(setting, name): ..}."""
    command = [sys.executable, "-m", "tests.test_settings", ",".join(settings), ",".join(names)]
    output = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout
    return {(setting, name): frames for setting, name, frames in map(json.loads, output.splitlines())}


@pytest.fixture(scope="module")
def sample():
    return drawn(["none", *TOGETHER], WORST)


@pytest.mark.parametrize("name", WORST)
@pytest.mark.parametrize("settings", TOGETHER)
def test_no_setting_reaches_the_picture(sample, settings, name):
    assert sample.get((settings, name), "not drawn") == sample["none", name]


def test_nor_one_that_was_made_before_the_library_was_imported(sample):
    early = TOGETHER[0]
    assert drawn([early], WORST) == {(early, name): sample["none", name] for name in WORST}


def test_what_is_set_together_hides_nothing_of_what_is_set_alone():
    """Every parameter that a setting changes is changed by one of those together, in the end."""
    def changed(settings):
        with plt.rc_context(), np.errstate(), np.printoptions(), warnings.catch_warnings():
            before = dict(plt.rcParams)
            for one in settings.split("+"):
                if one != "numbers":                                   # it sets the locale of the whole process
                    SETTINGS[one]()
            return {key for key, value in plt.rcParams.items() if repr(value) != repr(before[key])}

    every = {name for name in SETTINGS if name not in plt.style.available or name in STYLES}
    assert {"none", *"+".join(TOGETHER).split("+")} == every
    for settings in TOGETHER:
        assert changed(settings) >= set().union(*map(changed, settings.split("+")))


@pytest.mark.release
def test_no_setting_or_style_reaches_any_picture():
    from lnnlib import explorers
    report = drawn(SETTINGS, explorers.__all__)
    wrong = [(setting, name) for setting in SETTINGS for name in explorers.__all__
             if report.get((setting, name)) != report["none", name]]
    assert not wrong


# ---------------------------------------------------------------- a student who plots meanwhile
def student(styles):
    """Sixty plots with pyplot, each in a style of its own and with a line width of its own: their pixels."""
    for k in range(60):
        with plt.style.context(styles[k % len(styles)]):
            plt.rcParams["lines.linewidth"] = 1 + k / 10
            figure, ax = plt.subplots(figsize=(2, 1.5))
            ax.plot(np.sin(np.arange(k + 2)), label=f"plot {k}")
            ax.legend()
            figure.canvas.draw()
            assert plt.rcParams["lines.linewidth"] == 1 + k / 10
            yield np.array(figure.canvas.buffer_rgba())
            plt.close(figure)


def our_frames(figure, at):
    """A drop-down, a slider and a resize, as a busy hand would have them."""
    landscapes = figure.controls["landscape"].ends()
    figure.set(landscape=landscapes[at % len(landscapes)], eta=figure.controls["eta"].grid[-1 - at])
    return figure.frame(width=500 + 20 * (at % 7))


def test_a_thread_that_draws_and_a_cell_that_plots_do_not_see_each_other():
    from lnnlib.explorers import saddle_escape
    figure, meanwhile, failed, done = saddle_escape(), [], [], threading.Event()

    def draw():
        try:
            while not done.is_set():
                meanwhile.append(our_frames(figure, len(meanwhile) % 8))
        except Exception as error:                                     # a thread's own would be lost
            failed.append(error)

    alone = list(student(STYLES))
    settings, values = plt.rcParams, pickle.dumps(dict(plt.rcParams))
    thread = threading.Thread(target=draw)
    thread.start()
    try:
        together = list(student(STYLES))
    finally:
        done.set()
        thread.join()
    assert not failed
    assert [k for k, (one, other) in enumerate(zip(alone, together, strict=True)) if not np.array_equal(one, other)] == []
    assert plt.rcParams is settings and pickle.dumps(dict(plt.rcParams)) == values
    assert len(meanwhile) > 5
    again = saddle_escape()
    frames = [our_frames(again, at) for at in range(min(len(meanwhile), 8))]
    assert [at for at, frame in enumerate(meanwhile) if frame != frames[at % 8]] == []


# ---------------------------------------------------------------- how it is done
def test_only_the_thread_that_draws_reads_the_defaults_and_writing_is_as_ever():
    from lnnlib.live.defaults import PROCESS, undisturbed
    elsewhere = []
    with plt.rc_context({"lines.linewidth": 7, "font.family": "serif"}):
        with undisturbed():
            reads = dict(plt.rcParams)
            thread = threading.Thread(target=lambda: elsewhere.append(plt.rcParams["lines.linewidth"]))
            thread.start()
            thread.join()
            plt.rcParams["lines.linewidth"] = 8
        assert plt.rcParams["lines.linewidth"] == 8
        with pytest.raises(ZeroDivisionError), undisturbed():
            1 / 0                                                        # noqa: B018
        assert plt.rcParams["font.family"] == ["serif"]
    assert elsewhere == [7]
    default = matplotlib.rcParamsDefault
    assert [key for key in default if key not in PROCESS and reads[key] != default[key]] == []


def test_what_is_copied_or_pickled_is_matplotlibs_own():
    from lnnlib.live import defaults
    settings = plt.rcParams
    assert type(settings) is defaults.RcParams
    for same in (settings.copy(), copy.copy(settings), copy.deepcopy(settings), pickle.loads(pickle.dumps(settings))):
        assert type(same) is matplotlib.RcParams
        assert repr(same) == repr(settings)


if __name__ == "__main__":
    main(*sys.argv[1:])
