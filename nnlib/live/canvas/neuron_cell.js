// Draws one neuron as a nerve cell and as a sum: dendrites that carry the inputs, synapses as thick as their weights,
// the cell body that adds, the axon that carries the answer. Expects neuron (3,) and probe (2,); sliders as neuron_plane.

// All places as shares of the box: [across, down].
const CELL_INPUTS = [[0.09, 0.36], [0.09, 0.66]];
const CELL_BODY = [0.5, 0.51];
const CELL_END = [0.9, 0.51];
const CELL_WORDS = [
  [0.09, "dendrite", "input"],
  [0.29, "synapse", "weight"],
  [0.5, "cell body", "sum"],
  [0.71, "axon hillock", "squash"],
  [0.9, "axon", "output"],
];

const plainText = (value) => withMinus(value.toFixed(2)).replace(/^\u2212(0\.00)$/, "$1");

// "1.20 × 0.50 − 0.80 × 1.00 + 0.50": a sum with its signs between the terms.
function sumText([w1, w2, b], [x1, x2]) {
  const factor = (value) => (value < 0 ? `(${plainText(value)})` : plainText(value));
  const sign = (value) => (value < 0 ? "\u2212" : "+");
  return `${plainText(w1)} × ${factor(x1)} ${sign(w2)} ${plainText(Math.abs(w2))} × ${factor(x2)} ${sign(b)} ${plainText(Math.abs(b))}`;
}

function drawCellWords(ctx, { width }, theme) {
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  for (const [across, nature, sum] of CELL_WORDS) {
    const x = clampTo(across * width, 28, width - 26);
    ctx.font = theme.bold;
    ctx.fillStyle = theme.text;
    ctx.fillText(nature, x, 2);
    ctx.font = theme.small;
    ctx.fillStyle = theme.muted;
    ctx.fillText(sum, x, 17);
  }
}

// A dendrite: it branches at its end, and its synapse is as wide as its weight; dashed and blue if that is negative.
function drawDendrite(ctx, from, to, weight, theme) {
  const bend = from[0] + 0.55 * (to[0] - from[0]);
  ctx.lineCap = "round";
  ctx.strokeStyle = theme.muted;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  for (const [dx, dy] of [[-27, -15], [-31, 3], [-24, 17]]) {
    ctx.moveTo(from[0], from[1]);
    ctx.quadraticCurveTo(from[0] + 0.4 * dx, from[1] + 0.2 * dy, from[0] + dx, from[1] + dy);
  }
  ctx.stroke();
  ctx.strokeStyle = theme.series[weight < 0 ? 0 : 1];
  ctx.lineWidth = 1.5 + 2.6 * Math.min(Math.abs(weight), 4);
  ctx.setLineDash(weight < 0 ? [9, 8] : []);
  ctx.beginPath();
  ctx.moveTo(from[0] + 18, from[1]);
  ctx.bezierCurveTo(bend, from[1], bend, to[1], to[0], to[1]);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.lineCap = "butt";
}

function drawDisc(ctx, [x, y], radius, fill, theme) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = theme.background;
  ctx.fill();
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

function wordAt(ctx, text, x, y, font, color, halo) {
  ctx.font = font;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  if (halo) {
    ctx.strokeStyle = halo;
    ctx.lineWidth = 4;
    ctx.lineJoin = "round";
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
}

// The activation function in a small box on the axon, and the point on it that belongs to z.
function drawSquash(ctx, [x, y], z, hard, theme) {
  const [w, h] = [56, 40];
  ctx.fillStyle = theme.background;
  ctx.fillRect(x - w / 2, y - h / 2, w, h);
  ctx.strokeStyle = theme.axis;
  ctx.lineWidth = 1;
  ctx.strokeRect(crisp(x - w / 2), crisp(y - h / 2), w, h);
  const answer = (value) => (hard ? Number(value > 0) : squashed(value));
  const place = (value) => [x + (clampTo(value, -6, 6) / 6) * (w / 2 - 4), y + h / 2 - 5 - (h - 10) * answer(value)];
  ctx.beginPath();
  for (let i = 0; i <= 48; i++) ctx.lineTo(...place(-6 + i / 4));
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  drawRinged(ctx, ...place(z), theme.series[1], theme);
}

const neuronCellPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    memory.painted = spec.live?.key;
    const neuron = spec.live?.neuron ?? Array.from(data.neuron.values);
    const probe = spec.live?.probe ?? Array.from(data.probe.values);
    const [w1, w2, b] = neuron;
    const z = neuronSum({ w1, w2, b }, ...probe);
    const answer = data.hard ? Number(z > 0) : squashed(z);
    const at = ([across, down]) => [across * box.width, down * box.height];
    const [body, end] = [at(CELL_BODY), at(CELL_END)];
    const radius = Math.min(0.13 * box.height, 0.1 * box.width);
    drawCellWords(ctx, box, theme);
    CELL_INPUTS.forEach((place, i) => {
      const from = at(place);
      const to = [body[0] - 0.8 * radius, body[1] + (i ? 0.5 : -0.5) * radius];
      drawDendrite(ctx, from, to, neuron[i], theme);
      drawDisc(ctx, from, 19, cssColor(theme.diverging(clampTo(probe[i] / 3, -1, 1) * MAP_STRENGTH)), theme);
      wordAt(ctx, `x${"₁₂"[i]}`, from[0], from[1] + (i ? 30 : -30), theme.normal, theme.text);
      wordAt(ctx, plainText(probe[i]), ...from, theme.small, theme.ink);
      const middle = [0.29 * box.width, from[1] + (i ? 14 : -14)];
      wordAt(ctx, `w${"₁₂"[i]} = ${plainText(neuron[i])}`, ...middle, theme.normal, theme.ink, theme.background);
    });
    ctx.strokeStyle = theme.muted;
    ctx.lineWidth = 5;
    ctx.beginPath();
    ctx.moveTo(...body);
    ctx.lineTo(...end);
    ctx.stroke();
    drawDisc(ctx, body, radius, cssColor(theme.diverging(MAP_STRENGTH * Math.tanh(z / 2))), theme);
    wordAt(ctx, "Σ", body[0], body[1] - 0.42 * radius, `600 ${Math.round(0.5 * radius)}px ${theme.family}`, theme.ink);
    wordAt(ctx, `z = ${plainText(z)}`, body[0], body[1] + 0.32 * radius, theme.bold, theme.ink);
    wordAt(ctx, `bias b = ${plainText(b)}`, body[0], body[1] - radius - 12, theme.normal, theme.ink);
    drawSquash(ctx, at([0.71, 0.51]), z, data.hard, theme);
    drawDisc(ctx, end, 19, cssColor(theme.diverging(MAP_STRENGTH * (2 * answer - 1))), theme);
    wordAt(ctx, data.hard ? String(answer) : answer.toFixed(3), ...end, theme.bold, theme.ink);
    wordAt(ctx, "ŷ", end[0], end[1] - 30, theme.normal, theme.text);
    ctx.textAlign = "left";
    ctx.font = theme.normal;
    ctx.fillStyle = theme.text;
    const lines = [`z = w₁ x₁ + w₂ x₂ + b`, `   = ${sumText(neuron, probe)} = ${plainText(z)}`, data.hard ? `ŷ = ${answer}, as z is ${answer ? "" : "not "}above 0` : `ŷ = σ(z) = ${answer.toFixed(3)}`];
    lines.forEach((line, i) => ctx.fillText(line, 8, box.height - 48 + 19 * i, box.width - 12));
  },

  hover: () => null,

  attach: (panel, stage) => (panel.spec.sliders.length ? [followSliders(panel, stage)] : []),
};
