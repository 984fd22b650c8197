// Draws one bar per label: class probabilities, counts, a norm per layer. Expects values float32 (n,), and
// optionally marked, the index of a bar to point out (the true class) with an outline and a small triangle. With y_scale
// "log" the bars stand on the lowest end of y_range, and a value up to 0 has none.

const BAR_SLANT = 0.6; // radians that long labels are turned by

function barRange(spec, values, memory) {
  if (spec.y_range) return spec.y_range;
  let [low, high] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low === high ? [0, 1] : steadyRange(memory, low, high);
}

// Enough digits to compare the bars, few enough to stand above one.
function barText(value, span) {
  if (!Number.isFinite(value)) return formatNumber(value);
  if (span === null) return value === 0 ? "0" : value < 0.01 || value >= 1000 ? shortPower(value) : value.toPrecision(2);
  return withMinus(value.toFixed(span <= 2 ? 2 : span <= 20 ? 1 : 0)).replace(/^\u2212(0\.?0*)$/, "$1");
}

// 3.2e−8 as 3e−8: beside the axis one digit is enough.
const shortPower = (value) => withMinus(value.toExponential(0).replace("e-", "e\u2212").replace("e+", "e"));

// Where bars stand: on zero, or on the lowest end of a logarithmic axis.
const barFoot = (axes) => axes.foot ?? axes.toY(0);

// Where a value lies; on a logarithmic axis what is not above 0 lies on the foot.
function barPlace(axes, value) {
  return axes.foot !== null && !(value > 0) ? axes.foot : axes.toY(value);
}

// Labels lie flat where they fit and are slanted where not; this says which and how much room they take.
function barLabels(ctx, box, labels, pitch, theme) {
  ctx.font = theme.small;
  let widest = 0;
  for (const label of labels) widest = Math.max(widest, ctx.measureText(String(label)).width);
  if (widest <= pitch - 3) return { slanted: false, height: 20, every: 1 };
  const room = Math.min(widest, 0.3 * box.height);
  // Slanted lines need about their own height of room side by side.
  const every = Math.max(1, Math.ceil(15 / pitch));
  return { slanted: true, height: 14 + room * Math.sin(BAR_SLANT), every, room };
}

function drawBarLabels(ctx, axes, labels, count, style, marked, theme) {
  const { x, y, w, h } = axes.plot;
  const pitch = w / count;
  ctx.textBaseline = style.slanted ? "middle" : "top";
  ctx.textAlign = style.slanted ? "right" : "center";
  labels.slice(0, count).forEach((label, i) => {
    if (i % style.every !== 0 && i !== marked) return;
    ctx.font = i === marked ? theme.bold : theme.small;
    ctx.fillStyle = i === marked ? theme.ink : theme.muted;
    ctx.save();
    ctx.translate(x + (i + 0.5) * pitch + (style.slanted ? 3 : 0), y + h + (style.slanted ? 9 : 6));
    if (style.slanted) ctx.rotate(-BAR_SLANT);
    ctx.fillText(style.slanted ? clipText(ctx, String(label), style.room) : String(label), 0, 0);
    ctx.restore();
  });
}

const barWidth = (pitch) => Math.max(1, Math.min(pitch * 0.72, 56));

function addBar(ctx, axes, i, n, value) {
  const { x, y, w, h } = axes.plot;
  const width = barWidth(w / n);
  const [from, to] = [barFoot(axes), barPlace(axes, value)].map((py) => clampTo(py, y, y + h));
  ctx.rect(x + ((i + 0.5) * w) / n - width / 2, Math.min(from, to), width, Math.abs(to - from));
}

function drawBarShapes(ctx, axes, values, theme) {
  ctx.beginPath();
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) addBar(ctx, axes, i, values.length, values[i]);
  ctx.fillStyle = theme.series[0];
  ctx.fill();
  const zero = crisp(clampTo(barFoot(axes), axes.plot.y, axes.plot.y + axes.plot.h));
  ctx.beginPath();
  ctx.moveTo(axes.plot.x, zero);
  ctx.lineTo(axes.plot.x + axes.plot.w, zero);
  ctx.strokeStyle = theme.axis;
  ctx.lineWidth = 1;
  ctx.stroke();
}

function barTop(axes, value) {
  const { y, h } = axes.plot;
  return clampTo(Number.isFinite(value) ? barPlace(axes, value) : barFoot(axes), y, y + h);
}

function drawBarValues(ctx, axes, values, heights, span, theme) {
  const pitch = axes.plot.w / values.length;
  ctx.font = theme.small;
  const texts = Array.from(values, (value) => barText(value, span));
  const widest = texts.reduce((width, text) => Math.max(width, ctx.measureText(text).width), 0);
  if (widest > 1.1 * (pitch - 1)) return false;
  if (widest > pitch - 3) ctx.font = theme.tiny;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  texts.forEach((text, i) => {
    // A bar that hangs down has its text above the zero line: below it might run into the label.
    ctx.fillText(text, axes.plot.x + (i + 0.5) * pitch, barTop(axes, Math.max(heights[i], 0)) - 2);
  });
  return true;
}

// Outline and triangle: two cues that do not need colour.
function drawMarkedBar(ctx, axes, values, marked, hasText, theme) {
  const value = values[marked];
  ctx.beginPath();
  addBar(ctx, axes, marked, values.length, Number.isFinite(value) ? value : 0);
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 2;
  ctx.stroke();
  const x = axes.plot.x + ((marked + 0.5) * axes.plot.w) / values.length;
  const y = barTop(axes, Math.max(value, 0)) - (hasText ? 20 : 7);
  ctx.beginPath();
  addMarker(ctx, "down", x, y, 4);
  ctx.fillStyle = theme.ink;
  ctx.fill();
}

const barsPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const values = data.values?.values ?? [];
    const labels = data.labels ?? spec.labels ?? [];
    const range = barRange(spec, values, memory);
    const n = Math.max(1, values.length);
    const style = barLabels(ctx, box, labels, (box.width - 60) / n, theme);
    // Room above for the text and the triangle of a bar that fills its range.
    const logY = isLog(spec, "y");
    const ranges = { x: [0, n], y: range, logY, top: 28, bottom: style.height + (spec.x_label ? 15 : 0), xTicks: false };
    const axes = (memory.axes = drawAxes(ctx, box, { ...spec, x_label: "" }, ranges, theme));
    axes.foot = logY ? axes.plot.y + axes.plot.h : null;
    const heights = spec.smooth ? glide(memory, values) : values;
    const spread = logY ? null : range[1] - range[0];
    drawBarShapes(ctx, axes, heights, theme);
    const hasText = values.length > 0 && drawBarValues(ctx, axes, values, heights, spread, theme);
    const marked = data.marked ?? -1;
    if (marked >= 0 && marked < values.length) drawMarkedBar(ctx, axes, heights, marked, hasText, theme);
    if (values.length > 0) drawBarLabels(ctx, axes, labels, n, style, marked, theme);
    if (spec.x_label) drawBarsXLabel(ctx, axes, box, spec, theme);
    if (memory.hoverBar != null) drawHoverBar(ctx, axes, n, memory.hoverBar, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverBar = null;
    const { axes } = memory;
    const values = data.values?.values ?? [];
    if (x === null || !axes || values.length === 0 || x < axes.plot.x || x >= axes.plot.x + axes.plot.w) return null;
    if (y < 0 || y > box.height) return null;
    const i = Math.floor(((x - axes.plot.x) / axes.plot.w) * values.length);
    memory.hoverBar = i;
    const note = i === data.marked ? ` (${spec.marked_label || "marked"})` : "";
    const name = spec.value_label || spec.y_label;
    return { text: `${(data.labels ?? spec.labels)?.[i] ?? i}${note}: ${name ? `${name} ` : ""}${formatNumber(values[i])}`, x, y };
  },

  attach: (panel, stage) => (panel.spec.smooth ? [new Glider(panel, stage)] : []),
};

function drawBarsXLabel(ctx, axes, box, spec, theme) {
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  ctx.fillText(spec.x_label, axes.plot.x + axes.plot.w / 2, box.height - 2);
}

function drawHoverBar(ctx, axes, n, index, theme) {
  const { x, y, w, h } = axes.plot;
  ctx.globalAlpha = 0.1;
  ctx.fillStyle = theme.ink;
  ctx.fillRect(x + (index * w) / n, y, w / n, h);
  ctx.globalAlpha = 1;
}
