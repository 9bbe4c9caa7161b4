"""Every explorer without a browser: at its extremes, in any order, in both layouts and themes, and what it says."""
import inspect
import json
import re
import warnings
from functools import cache

import numpy as np
import pytest

from lnnlib import explorers
from lnnlib.live import Toggle
from lnnlib.live.look import CSS_DPI

# A picture that stands alone, wide and narrow; and what windows from 1280 x 900 down to 410 CSS pixels of height leave it.
SIZES = [dict(width=900), dict(width=360), dict(width=1080, height=416, pixel_ratio=2, dark=True),
         dict(width=832, height=384), dict(width=600, height=464), dict(width=576, height=352), dict(width=648, height=208),
         dict(width=352, height=560)]
FRAMED = [SIZES[k] for k in (0, 1, 6)]       # those at which all settings are drawn
READOUT, VERDICT = 245, 165                 # characters that fit into the lines that are reserved for them


@pytest.fixture(params=explorers.__all__)
def make(request):
    return getattr(explorers, request.param)


def settings(figure):
    """Every control at its ends and critical values, the others as they are; then every preset."""
    for name, control in figure.controls.items():
        for value in control.ends():
            yield {name: value}
    for preset in figure.presets:
        yield figure.usual | preset.changes


@cache
def frames(make, **size):
    """(values, readout, frame) of all settings, one after the other in one figure."""
    figure, drawn = make(), []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for change in [{}, *settings(make())]:
            figure.set(**change)
            drawn.append((figure.values, figure.readout, figure.frame(**size)))
    return drawn


def test_every_extreme_is_drawn_as_if_drawn_first(make):
    for values, readout, frame in frames(make, width=900):
        fresh = make(**values)
        assert fresh.frame(width=900) == frame, values
        assert fresh.readout == readout


def test_the_order_of_moves_does_not_matter(make):
    rng = np.random.default_rng(0)
    used = make()
    for _ in range(40):
        name = rng.choice(list(used.controls))
        grid = getattr(used.controls[name], "grid", None) or used.controls[name].ends()
        used.set(**{name: grid[rng.integers(len(grid))]})
    assert used.frame() == make(**used.values).frame()


@pytest.mark.parametrize("size", FRAMED, ids=str)
def test_no_extreme_warns_or_leaves_an_empty_picture(make, size):
    figure = make()
    width, height = figure.scene(figure.values, **size).size
    for values, _, frame in frames(make, **size):
        inside = ((frame.points >= 0) & (frame.points <= [width, height])).all(axis=1)
        assert np.isfinite(frame.points).all()
        assert inside.sum() > 20, values


def test_the_readout_is_a_sentence_with_numbers_of_at_most_four_digits(make):
    figure = make()
    for change in [{}, *settings(make())]:
        figure.set(**change)
        readout = figure.readout
        assert readout[0].isupper() and readout.endswith("."), readout
        assert not re.search(r"nan|inf\b|None", readout), readout
        decimals = re.findall(r"\d+\.\d+", readout)
        assert all(len(decimal.replace(".", "").lstrip("0")) <= 4 for decimal in decimals), readout


def test_the_readout_fits_into_its_lines_and_is_written_as_in_print(make):
    figure = make()
    for change in [{}, *settings(make())]:
        figure.set(**change)
        assert len(figure.readout) <= READOUT, figure.readout
        assert not re.search(r"_|\de[-+\d]|[-]\d", figure.readout), figure.readout


def test_a_verdict_fits_into_its_lines(make):
    if "predict" not in inspect.signature(make).parameters:
        pytest.skip("asks nothing")
    figure = make(predict=True)
    for change in [{}, *settings(make())]:
        figure.set(**change)
        for predicted in range(len(figure.predict.options)):
            verdict = figure.predict.verdict(predicted, figure.run())
            assert len(verdict) <= VERDICT and verdict.endswith("."), verdict


def test_the_controls_in_use_are_three_at_most(make):
    figure = make()
    assert 1 <= len(figure.in_use) <= 3
    assert set(figure.in_use) <= set(figure.controls)
    some = list(figure.controls)[-1]
    assert make(show=some).in_use == (some,)
    assert [preset.label for preset in make(scenes=[]).presets] == []
    for keyword in ("show", "scenes"):
        with pytest.raises(ValueError, match=f"{keyword} names 'nothing', expected some of"):
            make(**{keyword: ["nothing"]})


def test_a_pinned_run_is_drawn_or_released_with_a_word(make):
    """The default's run behind all settings, and each setting's behind the default."""
    figure, usual = make(), make().values
    if not figure.has_ghosts:
        pytest.skip("no pin")
    for change in settings(make()):
        for before, after in ((usual, change), (usual | change, usual)):
            figure.set(**before)
            figure.pin()
            assert figure.pin_says == f"Pinned: {figure.readout}"
            figure.set(**after)
            figure.frame(width=576, height=352)
            if figure.pinned is None:
                assert re.fullmatch(r"The pin is released: its .+ was .+\.", figure.pin_says)
            figure.pin(False)


def test_a_frame_stays_small(make):
    for values, _, frame in frames(make, width=900):
        assert frame.points.nbytes + len(json.dumps(frame.ops, separators=(",", ":"))) < 8192, values


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_text_is_smaller_than_ten_css_pixels(make, size):
    figure = make()
    scene = figure.scene(figure.values, **size)
    texts = [text for text in scene.figure.findobj(lambda artist: hasattr(artist, "get_fontsize")) if text.get_text().strip()]
    assert min(text.get_fontsize() * CSS_DPI / 72 for text in texts) >= 10


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_that_stands_still_is_cut_off_or_written_over(make, size):
    figure = make()
    scene = figure.scene(figure.values, **size)
    width, height = scene.size
    boxes = [ax.get_tightbbox() for ax in scene.figure.axes]
    for box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, box
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = one.x1 <= other.x0 or other.x1 <= one.x0 or one.y1 <= other.y0 or other.y1 <= one.y0
            assert apart, (one, other)


def test_the_saved_picture_has_the_readout_as_its_alternative_text(make):
    figure = make()
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == figure.readout == metadata["image/png"]["alt"]
    assert data["image/png"]
    figure.close()


@pytest.mark.parametrize("junk", [float("nan"), float("inf"), "much", None, True, [1]])
def test_a_bad_setting_is_a_value_error_that_names_it_and_changes_nothing(make, junk):
    for name, control in make().controls.items():
        if junk is True and isinstance(control, Toggle):
            continue
        with pytest.raises(ValueError, match=name):
            make(**{name: junk})
        figure = make()
        before = figure.values
        with pytest.raises(ValueError, match=name):
            figure.set(**{name: junk})
        assert figure.values == before


def test_a_preset_shows_the_scene_that_it_promises_wherever_the_explorer_started(make):
    usual = make()
    elsewhere = make(**{name: control.ends()[-1] for name, control in usual.controls.items()})
    for one, other in zip(usual.presets, elsewhere.presets, strict=True):
        usual.show(one)
        elsewhere.show(other)
        assert elsewhere.values == usual.values, one.label


def test_an_explorer_stands_in_a_file_of_its_name(make):
    assert make.__module__.rpartition(".")[2] == make.__name__


def test_an_unknown_parameter_is_a_value_error(make):
    with pytest.raises(ValueError, match="nonsense is no parameter here, expected one of"):
        make().set(nonsense=1)
