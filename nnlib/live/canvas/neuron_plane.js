// Draws the plane as one neuron sees it: its answer as colour, the line on which it cannot decide, its weights as an
// arrow. Expects neuron float32 (3,): w₁, w₂, b; if wanted level, the z of the line; hard, for a threshold in place of
// the logistic function; points and labels as a scatter; other (3,), a second neuron, of which only the line is drawn.
// Where the spec names sliders, numbers that the learner moves are drawn at once, without the kernel.

const FADE = 8; // beyond this z the colour is as full as it gets
const FADE_STOPS = 32;
const LINE_REACH = 4000; // px from the middle of a line to its drawn ends

// What is to be drawn: the sliders where the learner has put them, else the numbers of the frame.
function neuronNow(spec, data) {
  const [w1, w2, b] = spec.live?.neuron ?? data.neuron?.values ?? [0, 0, 0];
  return { w1, w2, b, level: data.level ?? 0 };
}

const neuronSum = ({ w1, w2, b }, x1, x2) => w1 * x1 + w2 * x2 + b;

const squashed = (z) => 1 / (1 + Math.exp(-z));

// Where z has a value, in pixels: the point nearest the middle of the plot, and the way on which z grows by 1.
function sumOnScreen(axes, neuron) {
  const { x, y, w, h } = axes.plot;
  const at = (px, py) => neuronSum(neuron, axes.fromX(px), axes.fromY(py));
  const [mx, my] = [x + w / 2, y + h / 2];
  const middle = at(mx, my);
  const [gx, gy] = [at(mx + 1, my) - middle, at(mx, my + 1) - middle];
  const steep = gx * gx + gy * gy;
  const place = (z) => [mx + ((z - middle) * gx) / steep, my + ((z - middle) * gy) / steep];
  return { middle, flat: steep < 1e-14, place, across: [-gy / Math.sqrt(steep), gx / Math.sqrt(steep)] };
}

function paintAnswer(ctx, axes, neuron, hard, theme) {
  const { x, y, w, h } = axes.plot;
  const sum = sumOnScreen(axes, neuron);
  const color = (z) => cssColor(theme.diverging(MAP_STRENGTH * (hard ? Math.sign(z) : Math.tanh(z / 2))));
  ctx.fillStyle = color(sum.middle);
  if (!sum.flat) {
    const gradient = ctx.createLinearGradient(...sum.place(-FADE), ...sum.place(FADE));
    if (hard) for (const [at, z] of [[0.5, -1], [0.5, 1]]) gradient.addColorStop(at, color(z));
    else for (let i = 0; i <= FADE_STOPS; i++) gradient.addColorStop(i / FADE_STOPS, color(FADE * ((2 * i) / FADE_STOPS - 1)));
    ctx.fillStyle = gradient;
  }
  ctx.fillRect(x, y, w, h);
}

// The line on which z has the value `level`.
function drawNeuronLine(ctx, axes, neuron, { color, dash = [], width = 2 }, theme) {
  const sum = sumOnScreen(axes, neuron);
  if (sum.flat) return;
  const [px, py] = sum.place(neuron.level);
  if (Math.abs(px) + Math.abs(py) > 1e6) return;
  const [ux, uy] = sum.across.map((part) => LINE_REACH * part);
  for (const [stroke, wide, dashes] of [[theme.background, width + 2.5, []], [color, width, dash]]) {
    ctx.beginPath();
    ctx.moveTo(px - ux, py - uy);
    ctx.lineTo(px + ux, py + uy);
    ctx.strokeStyle = stroke;
    ctx.lineWidth = wide;
    ctx.setLineDash(dashes);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

function drawWeightArrow(ctx, axes, { w1, w2 }, theme) {
  const [from, to] = [[axes.toX(0), axes.toY(0)], [axes.toX(w1), axes.toY(w2)]];
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length < 2) return;
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const head = Math.min(13, 0.6 * length);
  const tip = [to[0] - ux * 9, to[1] - uy * 9]; // the handle covers the very end
  for (const [color, wide] of [[theme.background, 6], [theme.ink, 3]]) {
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...tip);
    ctx.strokeStyle = color;
    ctx.lineWidth = wide;
    ctx.stroke();
  }
  if (length < 26) return;
  ctx.beginPath();
  addPolygon(ctx, tip[0], tip[1], [0, 0, -ux * head - uy * head * 0.5, -uy * head + ux * head * 0.5, -ux * head + uy * head * 0.5, -uy * head - ux * head * 0.5]);
  ctx.fillStyle = theme.ink;
  ctx.fill();
}

// From the origin to the line, at right angles: the way that the bias decides.
function drawReach(ctx, axes, neuron, theme) {
  const size = neuron.w1 ** 2 + neuron.w2 ** 2;
  if (size < 1e-6) return;
  const share = (neuron.level - neuron.b) / size;
  ctx.beginPath();
  ctx.moveTo(axes.toX(0), axes.toY(0));
  ctx.lineTo(...pullIn(axes.plot, axes.toX(share * neuron.w1), axes.toY(share * neuron.w2)));
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawOrigin(ctx, axes, theme) {
  const { x, y, w, h } = axes.plot;
  ctx.strokeStyle = theme.muted;
  ctx.globalAlpha = 0.35;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(crisp(axes.toX(0)), y);
  ctx.lineTo(crisp(axes.toX(0)), y + h);
  ctx.moveTo(x, crisp(axes.toY(0)));
  ctx.lineTo(x + w, crisp(axes.toY(0)));
  ctx.stroke();
  ctx.globalAlpha = 1;
}

// The points on the wrong side of the line.
function wrongPoints(data, neuron) {
  const wrong = [];
  for (let i = 0; i < (data.points?.shape[0] ?? 0); i++) {
    const [x1, x2] = [data.points.values[2 * i], data.points.values[2 * i + 1]];
    if (neuronSum(neuron, x1, x2) > neuron.level !== data.labels.values[i] > 0) wrong.push({ x: x1, y: x2 });
  }
  return wrong;
}

// A word beside each handle, which looks like the others: that of the arrow before its tip, that of the line behind it.
function nameHandles(ctx, axes, spec, neuron, theme) {
  const { x, y, w, h } = axes.plot;
  const size = Math.hypot(neuron.w1, neuron.w2);
  const [ux, uy] = size > 1e-3 ? [neuron.w1 / size, -neuron.w2 / size] : [1, -1];
  const share = -neuron.b / size ** 2;
  const marks = [["w", neuron.w1, neuron.w2, ux, uy]];
  if (size > 1e-3) marks.push(["b", share * neuron.w1, share * neuron.w2, -ux, -uy]);
  if (spec.live?.probe) marks.push(["x", ...spec.live.probe, 0.8, -0.7]);
  for (const [name, x1, x2, dx, dy] of marks) {
    const at = [clampTo(axes.toX(x1), x, x + w) + 19 * dx, clampTo(axes.toY(x2), y, y + h) + 19 * dy];
    wordAt(ctx, name, clampTo(at[0], x + 8, x + w - 8), clampTo(at[1], y + 8, y + h - 8), theme.bold, theme.ink, theme.background);
  }
}

function lineLegend(spec, data, theme) {
  const item = (label, color, dash) => ({
    label,
    width: 22,
    paint(ctx, x, y) {
      ctx.strokeStyle = color;
      ctx.lineWidth = 2;
      ctx.setLineDash(dash);
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + 22, y);
      ctx.stroke();
      ctx.setLineDash([]);
    },
  });
  const items = [item(spec.line_label, theme.ink, [])];
  if (data.other) items.push(item(spec.other_label, theme.series[2], [7, 4]));
  return items;
}

function wrongLegend(spec, wrong, theme) {
  if (!spec.judge) return [];
  const paint = (ctx, x, y) => {
    ctx.beginPath();
    ctx.arc(x + 6, y, 6, 0, 2 * Math.PI);
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  };
  return [{ label: "on the wrong side", value: String(wrong.length), width: 12, paint }];
}

const neuronPlanePanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const neuron = neuronNow(spec, data);
    memory.painted = spec.live?.key;
    const wrong = spec.judge ? wrongPoints(data, neuron) : [];
    const items = [...rampLegend(spec, true, true, theme), ...lineLegend(spec, data, theme)];
    items.push(...pointLegend(spec, data, theme), ...wrongLegend(spec, wrong, theme));
    const legend = layoutLegend(ctx, items, box, theme);
    const ranges = { x: spec.x_range, y: spec.y_range, top: legend.height, square: equalSpans(spec), grid: false };
    const axes = (memory.axes = drawAxes(ctx, box, spec, ranges, theme));
    clipToPlot(ctx, axes.plot, () => {
      paintAnswer(ctx, axes, neuron, data.hard, theme);
      if (spec.arrow) drawOrigin(ctx, axes, theme);
      drawPoints(ctx, axes, data.points, data.labels, theme);
      if (data.other) drawNeuronLine(ctx, axes, neuronNow({}, { neuron: data.other }), { color: theme.series[2], dash: [7, 4] }, theme);
      drawNeuronLine(ctx, axes, neuron, { color: theme.ink }, theme);
      for (const point of wrong) drawRing(ctx, axes, point, theme);
      if (spec.arrow) {
        drawReach(ctx, axes, neuron, theme);
        drawWeightArrow(ctx, axes, neuron, theme);
      }
    });
    if (spec.arrow) nameHandles(ctx, axes, spec, neuron, theme);
    drawFrame(ctx, axes.plot, theme);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    const { axes } = memory;
    if (x === null || !axes || !insidePlot(axes, x, y)) return null;
    const [x1, x2] = [axes.fromX(x), axes.fromY(y)];
    const z = neuronSum(neuronNow(spec, data), x1, x2);
    const answer = data.hard ? Number(z > 0) : squashed(z);
    const place = `${spec.x_label || "x₁"} ${shortNumber(x1)}, ${spec.y_label || "x₂"} ${shortNumber(x2)}`;
    return { text: `${place}\nz = ${shortNumber(z)}, answer ${withMinus(answer.toFixed(3))}`, x, y };
  },

  attach: (panel, stage) => buildNeuronHandles(panel, stage),
};
