// Draws graphs of functions of one variable between axes that stay as they are: curves, tangents, limits, and trails
// of points on them. Expects for each line and trail of the spec float32 (2, n), x above y (see paths.js); if wanted
// marks (2, k), and marked_x with marked_label. Handles lie above the canvas, see handles.js.

const graphLines = (spec) => [...spec.lines, ...spec.trails];

// The colour of a band is that of the line that it belongs to.
const bandColor = (spec, { line }, theme) => theme.series[Math.max(0, spec.lines.findIndex(({ name }) => name === line)) % theme.series.length];

// A pale strip between two edges, float32 (3, n): x, low, high; the edges are dotted, as a second cue.
function drawGraphBand(ctx, axes, array, color) {
  if (!array) return;
  const n = array.shape[1];
  const { values } = array;
  const at = (i, row) => [axes.toX(values[i]), axes.toY(values[row * n + i])];
  const edge = (row) => {
    for (let i = 0; i < n; i++) if (Number.isFinite(values[row * n + i])) ctx.lineTo(...at(i, row));
  };
  ctx.fillStyle = ctx.strokeStyle = color;
  ctx.globalAlpha = 0.22;
  ctx.beginPath();
  edge(1);
  for (let i = n - 1; i >= 0; i--) if (Number.isFinite(values[2 * n + i])) ctx.lineTo(...at(i, 2));
  ctx.fill();
  ctx.globalAlpha = 0.8;
  ctx.lineWidth = 1;
  ctx.setLineDash([1.5, 3]);
  for (const row of [1, 2]) {
    ctx.beginPath();
    edge(row);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function graphBandLegend(spec, theme) {
  return (spec.bands ?? []).map((band) => ({
    label: band.label ?? band.name,
    width: 22,
    paint(ctx, x, y) {
      ctx.fillStyle = ctx.strokeStyle = bandColor(spec, band, theme);
      ctx.globalAlpha = 0.22;
      ctx.fillRect(x, y - 5, 22, 10);
      ctx.globalAlpha = 1;
      ctx.lineWidth = 1;
      ctx.setLineDash([1.5, 3]);
      ctx.strokeRect(x + 0.5, y - 4.5, 21, 9);
      ctx.setLineDash([]);
    },
  }));
}

function graphLegend(spec, theme) {
  return graphLines(spec).map(({ name, label }, i) => ({
    label: label ?? name,
    width: 22,
    paint(ctx, x, y) {
      const trail = i >= spec.lines.length;
      styleCurve(ctx, i, theme);
      if (trail) ctx.setLineDash([]);
      ctx.lineWidth = trail ? 1 : 1.75;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + 22, y);
      ctx.stroke();
      ctx.setLineDash([]);
      if (!trail) return;
      ctx.fillStyle = theme.series[i % theme.series.length];
      ctx.beginPath();
      for (const at of [3, 11, 19]) addDot(ctx, x + at, y, 2.5);
      ctx.fill();
    },
  }));
}

function drawMarkedX(ctx, axes, at, label, theme) {
  const { x: left, y: top, w, h } = axes.plot;
  const x = axes.toX(at);
  if (!(x >= left && x <= left + w)) return;
  ctx.strokeStyle = theme.muted;
  ctx.lineWidth = 1;
  ctx.setLineDash([5, 4]);
  ctx.beginPath();
  ctx.moveTo(crisp(x), top);
  ctx.lineTo(crisp(x), top + h);
  ctx.stroke();
  ctx.setLineDash([]);
  if (!label) return;
  ctx.font = theme.small;
  ctx.textBaseline = "top";
  const right = x + 5 + ctx.measureText(label).width <= left + w;
  ctx.textAlign = right ? "left" : "right";
  const place = x + (right ? 5 : -5);
  ctx.strokeStyle = theme.background; // words stay readable where a line crosses them
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeText(label, place, top + 4);
  ctx.fillStyle = theme.text;
  ctx.fillText(label, place, top + 4);
}

// Height in pixels at which a line crosses an x, null where it does not reach it. Between two points it is straight
// on the screen, as it is drawn.
function lineHeight(axes, array, x) {
  const n = pointCount(array);
  const px = axes.toX(x);
  for (let i = 0; i < n; i++) {
    const [here, there] = [axes.toX(array.values[i]), axes.toX(array.values[Math.min(i + 1, n - 1)])];
    const share = there === here ? 0 : (px - here) / (there - here);
    if (!(share >= 0 && share <= 1) || (there === here && Math.abs(px - here) > 1e-6)) continue;
    const y = axes.toY(array.values[n + i]);
    const up = axes.toY(array.values[n + Math.min(i + 1, n - 1)]);
    const height = share === 0 ? y : share === 1 ? up : y + share * (up - y);
    if (Number.isFinite(height)) return height;
  }
  return null;
}

// "f 1.25, tangent 0.9": the lines that reach this x.
function graphValues(spec, data, axes, x) {
  const parts = [];
  for (const { name, label } of spec.lines) {
    const height = lineHeight(axes, data[name], x);
    if (height !== null) parts.push(`${label ?? name} ${shortNumber(axes.fromY(height))}`);
  }
  return parts.join(", ");
}

function drawGraphHover(ctx, spec, data, axes, theme, memory) {
  const { plot } = axes;
  const x = crisp(axes.toX(memory.hoverX));
  ctx.strokeStyle = theme.muted;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, plot.y);
  ctx.lineTo(x, plot.y + plot.h);
  ctx.stroke();
  spec.lines.forEach(({ name }, i) => {
    const height = lineHeight(axes, data[name], memory.hoverX);
    if (height === null || height < plot.y || height > plot.y + plot.h) return;
    ctx.beginPath();
    addDot(ctx, x, height, 3);
    ctx.fillStyle = theme.series[i % theme.series.length];
    ctx.fill();
  });
}

const graphPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const legend = layoutLegend(ctx, [...graphLegend(spec, theme), ...graphBandLegend(spec, theme)], box, theme);
    const ranges = { x: spec.x_range, y: spec.y_range, logX: isLog(spec, "x"), logY: isLog(spec, "y"), top: legend.height };
    const axes = (memory.axes = drawAxes(ctx, box, spec, ranges, theme));
    const after = spec.lines.length;
    clipToPlot(ctx, axes.plot, () => {
      if (Number.isFinite(data.marked_x)) drawMarkedX(ctx, axes, data.marked_x, data.marked_label, theme);
      for (const band of spec.bands ?? []) drawGraphBand(ctx, axes, data[band.name], bandColor(spec, band, theme));
      spec.lines.forEach(({ name }, i) => strokeLine(ctx, axes, data[name], i, theme));
      spec.trails.forEach(({ name }, i) => drawTrail(ctx, axes, data[name], after + i, theme));
      drawMarks(ctx, axes, data.marks, theme);
      if (memory.hoverX != null) drawGraphHover(ctx, spec, data, axes, theme, memory);
    });
    if (memory.hoverPoint) drawRing(ctx, axes, memory.hoverPoint, theme);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverX = memory.hoverPoint = null;
    const { axes } = memory;
    if (x === null || !axes || !insidePlot(axes, x, y)) return null;
    const point = (memory.hoverPoint = nearestPathPoint(axes, spec.trails, data, x, y, 12));
    if (point) return { text: pathPointText(spec, point), x, y };
    memory.hoverX = axes.fromX(x);
    const values = graphValues(spec, data, axes, memory.hoverX);
    const place = `${spec.x_label || "x"} ${shortNumber(memory.hoverX)}`;
    return { text: values ? `${place}: ${values}` : place, x, y };
  },
};
