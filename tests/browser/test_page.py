"""What a live view does on the page: keys, themes, words, errors, settings, hostile messages."""

import json
import random

import pytest
from lab import Lab, View

SPIRAL = """
from nnlib.explorables.start_here import SpiralBoundary
view = SpiralBoundary()
view
"""


@pytest.fixture
def spiral(lab: Lab) -> View:
    return lab.show(SPIRAL)


def press_key(view: View, key: str) -> None:
    view.locator.focus()
    view.page.keyboard.press(key)


def test_the_keyboard_does_all_that_the_buttons_do(lab: Lab, spiral: View) -> None:
    press_key(spiral, ".")
    spiral.wait("stage.dataset.step === '1'")
    press_key(spiral, "e")
    spiral.wait("stage.dataset.step === '10'")  # 300 points in batches of 32: ten to an epoch
    press_key(spiral, ",")
    spiral.wait("Number(stage.dataset.step) < 10")
    press_key(spiral, " ")
    spiral.wait("stage.dataset.playing === 'true' && Number(stage.dataset.step) > 30")
    press_key(spiral, " ")
    spiral.wait("stage.dataset.playing === 'false'")
    press_key(spiral, "r")
    spiral.wait("stage.dataset.step === '0'")
    # Arrows move the slider that has the focus, and JupyterLab keeps its hands off.
    spiral.locator.locator("[data-control=momentum] input").focus()
    lab.page.keyboard.press("ArrowLeft")
    spiral.settle()
    assert spiral.values()["momentum"] < 0.9
    assert lab.page.locator(".jp-Cell").count() == 1


def test_every_control_can_be_reached_by_tab_and_has_a_name(lab: Lab, spiral: View) -> None:
    names = spiral.locator.evaluate(
        """stage => [...stage.querySelectorAll('button, input, select, summary')].map(element =>
          element.labels?.[0]?.textContent || element.getAttribute('aria-label')
          || element.textContent)"""
    )
    assert len(names) >= 12
    assert all(name.strip() for name in names)
    spiral.locator.focus()
    for _ in range(4):
        lab.page.keyboard.press("Tab")
    assert lab.page.evaluate("() => document.activeElement.closest('.nn-stage') !== null")


def test_the_picture_is_told_in_words(spiral: View) -> None:
    canvas = spiral.locator.locator("canvas[data-panel=map]")
    before = canvas.get_attribute("aria-label")
    assert "of the test points" in before
    assert canvas.get_attribute("role") == "img"
    spiral.play()
    spiral.wait("Number(stage.dataset.step) > 400")
    spiral.pause()
    assert canvas.get_attribute("aria-label") != before
    assert "Update" in spiral.locator.locator(".nn-status").text_content()


def test_the_theme_changes_at_once(lab: Lab, spiral: View) -> None:
    corner = """canvas => [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3)"""
    canvas = spiral.locator.locator("canvas[data-panel=loss]")
    assert sum(canvas.evaluate(corner)) > 600
    lab.theme("JupyterLab Dark")
    lab.page.wait_for_function(
        f"canvas => ({corner})(canvas).reduce((a, b) => a + b) < 150", arg=canvas.element_handle()
    )
    lab.page.wait_for_timeout(1000)  # JupyterLab is still loading the rest of its theme
    lab.theme("JupyterLab Light")
    lab.page.wait_for_function(
        f"canvas => ({corner})(canvas).reduce((a, b) => a + b) > 600", arg=canvas.element_handle()
    )


def test_rewinding_brings_back_the_picture(spiral: View) -> None:
    spiral.page.wait_for_timeout(500)  # the page finds its size
    spiral.keep("map")
    spiral.play()
    spiral.wait("Number(stage.dataset.step) > 200")
    spiral.pause()
    assert spiral.difference("map") > 0.05
    spiral.locator.locator(".nn-scrub input").evaluate(
        "input => { input.value = 0; input.dispatchEvent(new Event('input')) }"
    )
    spiral.wait("stage.dataset.step === '0'")
    assert spiral.difference("map") < 0.001


def test_divergence_is_told_and_the_last_good_picture_stays(lab: Lab) -> None:
    view = lab.show(
        """
        import numpy as np
        from nnlib.explorables.start_here import SpiralBoundary
        class Breaks(SpiralBoundary):
            broken = False
            def steps(self):
                for step in super().steps():
                    if self.player.step == 150 and not self.broken:
                        self.broken = True
                        self.network.layers[2].weight.value[0, 0] = np.inf
                    yield step
        view = Breaks()
        view
        """
    )
    view.play()
    view.wait("!stage.querySelector('.nn-message').hidden")
    assert "layer 3, Dense(16, 16)" in view.message()
    assert "learning rate 0.05 is too large" in view.message()
    assert not view.playing
    assert 100 <= view.step <= 150
    assert lab.execute("view.check(); print('finite')") == "finite"
    view.slide("learning_rate", 0.3)
    view.settle()
    view.play()
    view.wait("Number(stage.dataset.step) > 200")
    assert view.message() == ""


def test_settings_travel_as_text(spiral: View) -> None:
    spiral.slide("noise", 0.5)
    spiral.settle()
    field = spiral.locator.locator(".nn-state input")
    state = field.input_value()
    spiral.slide("noise", 0.1)
    spiral.settle()
    spiral.play()  # frames go on arriving while the learner types
    spiral.locator.locator(".nn-state summary").click()
    use = spiral.locator.locator(".nn-state button", has_text="Use")
    field.fill(state)
    spiral.page.wait_for_timeout(300)
    use.click()
    spiral.wait(f"stage.querySelector('.nn-state input').value === {json.dumps(state)}")
    field.fill("<img src=x onerror=alert(1)>")
    use.click()
    spiral.wait("!stage.querySelector('.nn-message').hidden")
    assert "nothing has changed" in spiral.message()
    assert spiral.locator.locator("img").count() == 0
    assert spiral.values() == json.loads(state)["values"]


def test_less_motion_means_two_pictures_a_second(lab: Lab, spiral: View) -> None:
    lab.page.emulate_media(reduced_motion="reduce")
    spiral.press("play")
    lab.page.wait_for_timeout(1500)
    before = int(spiral.data()["painted"])
    lab.page.wait_for_timeout(3000)
    assert 3 <= int(spiral.data()["painted"]) - before <= 8


def hostile_messages(count: int) -> list[object]:
    """Random junk, and messages that are almost right."""
    dice = random.Random(5)
    junk = [None, True, -1, 1e308, 2**60, "", "<b>x</b>", "x" * 5000, [], {}, [[[]]], {"a": {}}]
    junk += ["<img src=x onerror='window.hacked = 1'>", "<script>window.hacked = 1</script>", "NaN"]
    kinds = ["set", "seek", "restore", "painted", "look", "hello", "step", "back", "nonsense", None]
    kinds += ["edit", "answer", "preset", "seed", "play", "pause", junk[-3], junk[-2]]
    names = ["learning_rate", "momentum", "noise", "speed", "__class__", "", 7, None, *junk[-3:]]
    keys = ("value", "number", "step", "state", "sequence", "panel", "index", "what", "seed", "ago")
    messages: list[object] = []
    for _ in range(count):
        message = {
            "type": dice.choice(kinds),
            "name": dice.choice(names),
            **{key: dice.choice(junk) for key in keys},
        }
        messages.append(dice.choice([message, message, message, dice.choice(junk)]))
    return messages


def test_a_thousand_hostile_messages_leave_it_working(lab: Lab, spiral: View) -> None:
    comm = lab.execute("print(view.stage.comm.comm_id)")
    lab.page.evaluate(
        """async ([comm, contents]) => {
          const session = window.jupyterapp.shell.currentWidget.sessionContext.session;
          const kernel = session.kernel;
          for (const [index, content] of contents.entries()) {
            kernel.sendShellMessage({
              header: { msg_id: `hostile-${index}`, username: '', session: kernel.clientId,
                        msg_type: 'comm_msg', version: '5.2', date: new Date().toISOString() },
              parent_header: {}, metadata: {}, buffers: [], channel: 'shell',
              content: { comm_id: comm, data: { method: 'custom', content } },
            }, false, true);
            if (index % 50 === 0) await new Promise(done => setTimeout(done, 60));
          }
        }""",
        [comm, hostile_messages(1000)],
    )
    # A message may say that nobody looks; looking away and back puts that right.
    spiral.locator.evaluate("stage => { stage.style.display = 'none' }")
    lab.page.wait_for_timeout(500)
    spiral.locator.evaluate("stage => { stage.style.display = '' }")
    spiral.press("reset")
    spiral.wait("stage.dataset.step === '0' && stage.dataset.playing === 'false'")
    valid = "for c in view._controls.values(): c.clean(view.values[c.name])\nprint('valid')"
    assert lab.execute(valid) == "valid"
    assert lab.page.locator(".nn-stage b, .nn-stage img, .nn-stage script").count() == 0
    assert lab.page.evaluate("() => window.hacked") is None
    spiral.slide("learning_rate", 0.5)
    spiral.slide("speed", 1.0)  # a message may have set it to one update a second
    spiral.settle()
    spiral.play()
    spiral.wait("Number(stage.dataset.step) > 20")
    spiral.pause()
