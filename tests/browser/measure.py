"""How live a view is: code that measures on the page, and what the tests do with the figures."""

from collections.abc import Callable

#: Frames painted in a second, watched for some seconds.
WATCH = """async (stage, seconds) => {
  const start = performance.now(), painted = Number(stage.dataset.painted);
  const turn = () => new Promise(requestAnimationFrame);
  while (performance.now() - start < seconds * 1000) await turn();
  return (Number(stage.dataset.painted) - painted) / ((performance.now() - start) / 1000);
}"""
#: Milliseconds from each of some moves of a slider to the frame that shows it.
DRAG = """async (stage, [name, moves]) => {
  const input = stage.querySelector(`[data-control=${name}] input`), times = [];
  const turn = () => new Promise(requestAnimationFrame);
  for (let i = 0; i < moves; i++) {
    const start = performance.now(), before = Number(stage.dataset.asked ?? 0);
    input.value = 300 + (i * 37) % 300;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    const painted = () => Number(stage.dataset.asked ?? 0) > before
      && Number(stage.dataset.applied) >= Number(stage.dataset.asked);
    while (!painted() && performance.now() - start < 5000) await turn();
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 20 + Math.random() * 60));
  }
  return times;
}"""
#: Milliseconds from each press of the space bar to the frame that shows it.
PRESS = """async (stage, presses) => {
  const times = [];
  for (let i = 0; i < presses; i++) {
    const start = performance.now(), before = stage.dataset.playing;
    stage.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
    while (stage.dataset.playing === before && performance.now() - start < 5000) {
      await new Promise(requestAnimationFrame);
    }
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 150));
  }
  return times;
}"""

Report = Callable[[str, str], None]


def p95(times: list[float]) -> float:
    """The value that 95 % do not exceed."""
    return sorted(times)[int(0.95 * len(times))]
