"""The course as web pages, from a plain file server: every explorer lives and shows what the explorer shows."""
import contextlib
import json
import math
import random

import pytest
from axe_playwright_python.sync_playwright import Axe

from lnnlib.live.page import NARROW
from lnnlib.live.tape import settings
from lnnlib.site.book import build
from tests import notebooks, pages

from .served import served
from .taped import assert_right, explorer, go, places, shown, skip

pytestmark = pytest.mark.browser

QUICK = "6_2_7_nonstrict_saddles"
MOST, LIGHT = 60_000_000, 1_000_000         # bytes: of the whole site, and until a page shows its first live picture
PAINTED = "dark => document.querySelector('.lnn-explorer').deck.link.frame.stage.endsWith('dark') === dark"
NAMES = [name if name == QUICK else pytest.param(name, marks=pytest.mark.release) for name in notebooks.names()]


@pytest.fixture(scope="module")
def site(request, tmp_path_factory):
    """The address of a server of the pages, all of them where all are tried."""
    folder = tmp_path_factory.mktemp("site")
    everything = any(item.path == request.path and item.get_closest_marker("release") for item in request.session.items)
    assert list(build(folder, None if everything else [QUICK]))
    with served(folder) as address:
        yield address, folder


@pytest.fixture(params=NAMES)
def page(request, site, chromium):
    """A page as it is opened; afterwards nothing may have been asked of another host, failed or complained."""
    address, _ = site
    with opened(chromium, address, request.param) as tab:
        yield request.param, tab


def uses(name):
    """The explorers of a page."""
    return pages.read()[name].uses


@contextlib.contextmanager
def opened(chromium, address, name):
    complaints = []
    with chromium.blank() as tab:
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("response", lambda answer: answer.status >= 400 and complaints.append(answer.url))
        tab.on("request", lambda request: request.url.startswith(("http", "ws")) and not request.url.startswith(address)
               and complaints.append(request.url))
        tab.goto(f"{address}/{name}.html")
        yield tab
    assert complaints == []


def wake(tab, number):
    """Scroll to an explorer and wait until it lives."""
    one = explorer(tab, number)
    one.scroll_into_view_if_needed()
    tab.wait_for_function("number => document.querySelectorAll('.lnn-explorer')[number].dataset.alive", arg=number)
    return one


def test_every_explorer_wakes_as_it_comes_into_sight_and_shows_recorded_frames(page):
    name, tab = page
    tab.wait_for_function("() => document.querySelector('.lnn-explorer').dataset.alive")
    for number, use in enumerate(uses(name)):
        figure = use.make()
        wake(tab, number)
        skip(tab, number)
        assert_right(figure, tab, number=number)
        recorded, frames = places(tab, number), settings(figure)
        for k in random.Random(number).sample(range(len(frames)), min(20, len(frames))):
            go(tab, recorded[k], number)
            figure.set(**frames[k])
            assert_right(figure, tab, number=number)


def test_what_lies_far_below_sleeps_until_it_is_near(page):
    name, tab = page
    tab.wait_for_function("() => document.querySelector('.lnn-explorer').dataset.alive")
    last = explorer(tab, len(uses(name)) - 1)
    if last.bounding_box()["y"] > 3 * 900:
        assert last.get_attribute("data-alive") is None
        assert last.locator("img").get_attribute("alt") == uses(name)[-1].make().readout


def test_keys_scenes_prediction_and_reset(page):
    name, tab = page
    for number, use in enumerate(uses(name)):
        figure, one = use.make(), wake(tab, number)
        if figure.predict:
            assert not one.locator(".lnn-settings").is_visible()
            one.locator(".lnn-predict input").first.check()
            one.get_by_role("button", name="That is my prediction").click()
            one.locator(".lnn-verdict", has_text=figure.predict.verdict(0, figure.run())).wait_for()
        sliders = one.locator(".lnn-slider:visible")
        if sliders.count():
            sliders.first.focus()
            before = shown(tab, number)[3]
            ends = []
            for key in ("End", "ArrowLeft", "Home", "ArrowRight"):
                tab.keyboard.press(key)
                ends.append(shown(tab, number)[3])
            assert len({*map(tuple, ends), tuple(before)}) >= 3
        for preset in figure.presets:
            tab.evaluate("""([number, label]) => [...document.querySelectorAll('.lnn-explorer')[number]
                .querySelectorAll('.lnn-scenes button')].find(one => one.textContent === label).click()""", [number, preset.label])
            figure.show(preset)
            assert_right(figure, tab, number=number)
        one.get_by_role("button", name="Reset").click()
        figure.reset()
        assert_right(figure, tab, number=number)


def test_a_slider_is_dragged_and_the_picture_follows(page):
    name, tab = page
    wake(tab, 0)
    skip(tab)
    sliders = explorer(tab).locator(".lnn-slider:visible").all()
    if not sliders:
        return
    longest = max(sliders, key=lambda one: int(one.get_attribute("max")))
    box, seen = longest.bounding_box(), set()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    for k in range(20):
        tab.mouse.move(box["x"] + box["width"] * (k + .5) / 20, box["y"] + box["height"] / 2)
        seen.add(tuple(shown(tab)[3]))
    tab.mouse.up()
    assert len(seen) >= 5


def test_every_point_is_dragged_though_others_have_moved(page):
    name, tab = page
    for number in range(len(uses(name))):
        one = wake(tab, number)
        skip(tab, number)
        for k in range(len(handles(tab, number))):
            box = one.locator("canvas").bounding_box()
            x, y = handles(tab, number)[k]
            to = [x + (.5 * box["width"] - x) / 3, y + (.5 * box["height"] - y) / 3]
            tab.mouse.move(box["x"] + x, box["y"] + y)
            tab.mouse.down()
            tab.mouse.move(box["x"] + to[0], box["y"] + to[1], steps=5)
            tab.mouse.up()
            shown(tab, number)
            assert math.dist(handles(tab, number)[k], to) < math.dist((x, y), to)


def handles(tab, number):
    """Where the points that can be dragged are, in CSS pixels of the canvas."""
    return tab.evaluate("""number => {
        const { link, view } = document.querySelectorAll(".lnn-explorer")[number].deck, { canvas } = view;
        return link.frame.handles.filter(one => one).map(one => one.map(at => at * canvas.clientWidth / canvas.width));
    }""", number)


def test_where_no_record_is_the_others_that_move_are_named(page):
    name, tab = page
    for number in range(len(uses(name))):
        one = wake(tab, number)
        skip(tab, number)
        said = tab.evaluate("""number => {
            const own = document.querySelectorAll(".lnn-explorer")[number].deck, { player, note } = own, { tape } = player;
            for (let k = 0; k < tape.names.length; k++)
                for (const end of [0, tape.controls[tape.names[k]].length - 1]) {
                    const before = player.place;
                    own.move(k, end, { exact: true });
                    const moved = tape.names.filter((_, i) => i !== k && before[i] !== player.place[i]);
                    if (player.place[k] !== end) return `control ${k} stands on ${player.place[k]}, not ${end}`;
                    if (note.hidden !== !moved.length) return `${moved} moved, said: ${note.textContent}`;
                }
            return "";
        }""", number)
        assert said == "", one


def test_it_can_be_used_without_eyes_and_without_a_mouse_in_both_themes(page):
    name, tab = page
    for number in range(len(uses(name))):
        wake(tab, number)
    assert violations(tab) == []
    tab.locator(".theme select").select_option("dark")
    for details in tab.locator("main details").all():
        details.evaluate("one => { one.open = true; }")
    for number in range(len(uses(name))):
        skip(tab, number)
    assert violations(tab) == []


def violations(tab):
    found = Axe().run(tab).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]


def test_the_theme_is_the_systems_until_one_is_chosen_and_then_stays(page):
    name, tab = page
    number = 0
    figure = uses(name)[number].make()
    wake(tab, number)
    skip(tab)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(PAINTED, arg=True)
    assert_right(figure, tab, dark=True)
    assert max(background(tab)) < 40
    tab.locator(".theme select").select_option("light")
    tab.wait_for_function(PAINTED, arg=False)
    assert_right(figure, tab, dark=False)
    tab.reload()
    assert min(background(tab)) > 200 and tab.locator(".theme select").input_value() == "light"


def background(tab):
    return json.loads(tab.evaluate("""() => { const g = new OffscreenCanvas(1, 1).getContext("2d");
        g.fillStyle = getComputedStyle(document.body).backgroundColor; g.fillRect(0, 0, 1, 1);
        return JSON.stringify([...g.getImageData(0, 0, 1, 1).data].slice(0, 3)); }"""))


@pytest.mark.parametrize("width", [360, 390, 800, 1600])
def test_nothing_is_wider_than_the_window(page, width):
    name, tab = page
    tab.set_viewport_size({"width": width, "height": 900})
    for number in range(len(uses(name))):
        wake(tab, number)
    for details in tab.locator("main details").all():
        details.evaluate("one => { one.open = true; }")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("""() => [...document.querySelectorAll("main *")].filter(one => !one.closest(".display, .wide, pre, .lnn-explorer")
        && one.getBoundingClientRect().right > innerWidth + 1).map(one => one.textContent.slice(0, 80))""") == []
    if width < 500:
        skip(tab)
        assert_right(uses(name)[0].make(), tab, NARROW)


def test_what_is_fetched_until_the_first_picture_lives_is_light(site, chromium):
    address, folder = site
    for name in sorted(path.stem for path in folder.glob("*.html")):
        assert 0 < fetched(chromium, f"{address}/{name}.html") <= LIGHT, name


def fetched(chromium, address):
    """The bytes that a page has fetched when its first picture lives."""
    answers = []
    with chromium.blank() as tab:
        tab.on("response", lambda answer: answers.append(answer))
        tab.goto(address, wait_until="commit")
        tab.wait_for_function("() => document.querySelector('.lnn-explorer')?.dataset.alive")
        return sum(len(answer.body()) for answer in answers)


def test_the_whole_site_is_light(site):
    _, folder = site
    assert sum(path.stat().st_size for path in folder.rglob("*")) <= MOST


def test_without_javascript_pictures_and_readouts_stand_there(site, chromium):
    address, _ = site
    with chromium._browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{address}/{QUICK}.html")
        images = tab.locator(".lnn-explorer img")
        assert [image.get_attribute("alt") for image in images.all()] == [use.make().readout for use in uses(QUICK)]
        assert all(image.is_visible() for image in images.all())
        images.first.scroll_into_view_if_needed()
        assert images.first.bounding_box()["height"] > 200
        assert tab.locator("noscript").count() and not tab.locator(".theme").is_visible()


def test_a_print_shows_the_still_pictures_and_what_is_folded(site, chromium):
    address, _ = site
    with opened(chromium, address, QUICK) as tab:
        wake(tab, 0)
        tab.emulate_media(media="print")
        assert explorer(tab).locator("img").is_visible() and not explorer(tab).locator("canvas").is_visible()
        assert not tab.locator(".contents").is_visible() and not tab.locator(".do").first.is_visible()
        folded = tab.locator("main details:not(.call) table").first
        assert folded.is_visible()


def test_runs_that_cannot_be_read_are_said_and_the_picture_stays(site, chromium):
    address, _ = site
    with chromium.blank() as tab:
        tab.route("**/*.tape", lambda route: route.fulfill(status=404))
        tab.goto(f"{address}/{QUICK}.html")
        tab.locator(".lnn-error", has_text="This picture stands still").first.wait_for()
        assert explorer(tab).locator("img").is_visible()
