// The handles of a neuron: the tip of its weight arrow, its line, which the bias moves, and an input to try. They move
// sliders as any handle does; what they move is painted at once, before the kernel has heard of it.

const BIAS_STEP = 0.05; // with an arrow key
const BIAS_STRIDE = 0.5; // with Shift

// Numbers of sliders as the learner has them now; null before the first frame.
const slidersNow = (stage, names) => (stage.frame && names.length ? names.map((name) => Number(stage.valueOf(name))) : null);

// `panel.shown.live` is what the renderer draws from: {neuron, probe, key}.
function followSliders(panel, stage) {
  const { sliders, probe } = panel.spec;
  panel.shown = {
    get live() {
      const [neuron, input] = [slidersNow(stage, sliders), slidersNow(stage, probe)];
      return { neuron, probe: input, key: JSON.stringify([neuron, input]) };
    },
  };
  return new NeuronPainter(panel, stage);
}

function buildNeuronHandles(panel, stage) {
  const { sliders, probe } = panel.spec;
  if (!sliders.length) return [];
  const painter = followSliders(panel, stage);
  const [w1, w2, b] = sliders;
  const handles = [new PanelHandle({ label: "weights", x: w1, y: w2 }, panel, stage)];
  handles.push(new LineHandle({ label: "bias", x: b }, panel, stage));
  if (probe.length) handles.push(new PanelHandle({ label: "input", x: probe[0], y: probe[1] }, panel, stage));
  return [painter, ...handles];
}

// Paints a panel again as soon as a slider that it draws has moved.
class NeuronPainter {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage });
  }

  place() {
    const data = this.stage.frame?.panels[this.panel.spec.name];
    if (!data || !this.panel.box || this.panel.shown.live.key === this.panel.memory.painted) return;
    this.stage.paintPanel(this.panel, data);
  }
}

// Sits on the line where it is nearest the origin. To drag it is to move the line, and only the bias can do that.
class LineHandle extends PanelHandle {
  whereabouts() {
    const { axes } = this.panel.memory;
    const neuron = this.panel.shown.live.neuron;
    if (!axes || !neuron) return null;
    const [w1, w2, b] = neuron;
    const size = w1 * w1 + w2 * w2;
    if (size < 1e-6) return null; // without weights there is no line
    const { x, y, w, h } = axes.plot;
    return [clampTo(axes.toX((-b * w1) / size), x, x + w), clampTo(axes.toY((-b * w2) / size), y, y + h)];
  }

  words() {
    return `${this.spec.label}: b ${formatNumber(this.values().x)}`;
  }

  moveTo(px, py) {
    const { axes } = this.panel.memory;
    const neuron = this.panel.shown.live.neuron;
    if (!axes || !neuron) return;
    this.steer(this.spec.x, -(neuron[0] * axes.fromX(px) + neuron[1] * axes.fromY(py)));
    this.place();
  }

  onKey(event) {
    const way = ARROW_KEYS[event.key];
    if (!way || this.held || !isPlainKey(event)) return;
    takeKey(event);
    const sign = way[0] - way[1];
    this.nudge(this.spec.x, this.values().x + sign * (event.shiftKey ? BIAS_STRIDE : BIAS_STEP), sign);
    this.place();
  }
}
