// Draws points of two classes, the lines that neurons draw between them, and arrows. Expects what the dataclass says:
// points and labels; for each line float32 (3,): w1, w2, b; band; for each arrow float32 (4,): x, y, dx, dy; for each
// path float32 (2, n); ringed. Lines and arrows glide to those of a new frame, so that a line is seen to turn.

const TURN_TIME = 280; // ms
const ARROW_COLORS = [6, 2, 3, 4, 5]; // of the series: the first two belong to the classes
const ARROW_HEAD = 9; // px

// The numbers of all lines and arrows in one array, NaN for what is not there: glide() moves them together.
function gatherTurning(spec, data, memory) {
  if (memory.gatheredFrom === data) return memory.gathered;
  const parts = [...spec.lines.map(({ name }) => [name, 3]), ...spec.arrows.map(({ name }) => [name, 4])];
  const numbers = parts.flatMap(([name, size]) => Array.from({ length: size }, (_, i) => data[name]?.values[i] ?? NaN));
  memory.gatheredFrom = data;
  return (memory.gathered = Float32Array.from(numbers));
}

// Lines and arrows as they stand at this moment of their way: {lines: [[w1, w2, b]], arrows: [[x, y, dx, dy]]}.
function turningNow(spec, data, memory) {
  memory.tweenTime = TURN_TIME;
  const now = glide(memory, gatherTurning(spec, data, memory));
  const lines = spec.lines.map((_, i) => now.subarray(3 * i, 3 * i + 3));
  const first = 3 * spec.lines.length;
  return { lines, arrows: spec.arrows.map((_, i) => now.subarray(first + 4 * i, first + 4 * i + 4)) };
}

// The part of the plot where w1 x1 + w2 x2 + b is at least `from`: corners in pixels, none where it is empty.
function sideOf([w1, w2, b], axes, from = 0) {
  const { x, y, w, h } = axes.plot;
  const corners = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
  const heights = corners.map(([px, py]) => w1 * axes.fromX(px) + w2 * axes.fromY(py) + b - from);
  const side = [];
  corners.forEach((corner, i) => {
    const j = (i + 1) % 4;
    if (heights[i] >= 0) side.push(corner);
    if (heights[i] >= 0 === heights[j] >= 0) return;
    const share = heights[i] / (heights[i] - heights[j]);
    side.push(corner.map((value, k) => value + share * (corners[j][k] - value)));
  });
  return side;
}

function traceCorners(ctx, corners) {
  corners.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  if (corners.length) ctx.closePath();
}

const isSeparator = (line) => Number.isFinite(line[0] + line[1] + line[2]);

// Both sides of the first line in the colour of the class that its neuron answers there; class 1 is hatched, too.
function drawSeparatorSides(ctx, axes, line, theme, memory) {
  const { plot } = axes;
  const ratio = ctx.getTransform().a || 1;
  ctx.fillStyle = cssColor(regionColors(theme, 0).pale);
  ctx.fillRect(plot.x, plot.y, plot.w, plot.h);
  const strict = line[0] || line[1] ? 0 : 1e-30; // at 0 the answer is 0, and without weights all is at b
  const side = sideOf(line, axes, strict);
  if (!side.length) return;
  ctx.save();
  ctx.beginPath();
  traceCorners(ctx, side);
  ctx.clip();
  ctx.fillStyle = cssColor(regionColors(theme, 1).pale);
  ctx.fillRect(plot.x, plot.y, plot.w, plot.h);
  if (memory.hatch?.theme !== theme || memory.hatch.ratio !== ratio) memory.hatch = { theme, ratio, tile: regionTile(theme, 1, ratio) };
  ctx.translate(plot.x, plot.y);
  ctx.globalAlpha = 0.45;
  fillPattern(ctx, plot, memory.hatch.tile, ratio);
  ctx.restore();
}

// The two ends of a line on the edge of the plot, or null where it does not cross it.
function separatorEnds(line, axes) {
  if (!isSeparator(line) || !(line[0] || line[1])) return null;
  const { x, y, w, h } = axes.plot;
  const crossed = (px, py) => [[x, y], [x + w, y], [x + w, y + h], [x, y + h]].some(([cx, cy]) => px === cx && py === cy);
  const ends = sideOf(line, axes).filter(([px, py]) => !crossed(px, py));
  return ends.length === 2 ? ends : null;
}

function styleSeparator(ctx, index, theme) {
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = index === 0 ? 2.25 : 1.5;
  ctx.setLineDash(theme.dashes[index % theme.dashes.length]);
}

// Paths are thin, and in a colour that no class has.
function styleWay(ctx, index, theme) {
  ctx.strokeStyle = theme.series[(index + 2) % theme.series.length];
  ctx.lineWidth = 1.25;
  ctx.setLineDash(theme.dashes[index % theme.dashes.length]);
}

function drawSeparatingLine(ctx, line, index, axes, theme) {
  const ends = separatorEnds(line, axes);
  if (!ends) return;
  ctx.beginPath();
  ctx.moveTo(...ends[0]);
  ctx.lineTo(...ends[1]);
  ctx.strokeStyle = theme.background;
  ctx.globalAlpha = 0.75;
  ctx.lineWidth = 4.5;
  ctx.stroke();
  ctx.globalAlpha = 1;
  styleSeparator(ctx, index, theme);
  ctx.stroke();
  ctx.setLineDash([]);
}

// Thin lines at a distance from the first line, on both sides.
function drawSeparatorStrip(ctx, [w1, w2, b], width, axes, theme) {
  const reach = width * Math.hypot(w1, w2);
  for (const shift of [reach, -reach]) {
    const ends = separatorEnds([w1, w2, b + shift], axes);
    if (!ends) continue;
    ctx.beginPath();
    ctx.moveTo(...ends[0]);
    ctx.lineTo(...ends[1]);
    ctx.strokeStyle = theme.muted;
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 3]);
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

// An arrow with its shaft and its head; true if it is long enough to be seen.
function drawSeparatorArrow(ctx, { from, to, index }, theme) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length >= 1.5)) return;
  const size = Math.min(ARROW_HEAD, 0.5 * length);
  const [ux, uy] = [dx / length, dy / length];
  const neck = [to[0] - ux * size, to[1] - uy * size];
  const trace = () => {
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...neck);
    ctx.stroke();
  };
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = 5;
  trace();
  ctx.strokeStyle = ctx.fillStyle = theme.series[ARROW_COLORS[index % ARROW_COLORS.length]];
  ctx.lineWidth = 2.5;
  ctx.setLineDash(theme.dashes[index % theme.dashes.length]);
  trace();
  ctx.setLineDash([]);
  ctx.beginPath();
  addPolygon(ctx, ...to, [0, 0, neck[0] - uy * size * 0.5 - to[0], neck[1] + ux * size * 0.5 - to[1], neck[0] + uy * size * 0.5 - to[0], neck[1] - ux * size * 0.5 - to[1]]);
  ctx.fill();
}

// Its name beside its middle, on the side that looks away from the other arrows.
function nameSeparatorArrow(ctx, { from, to, index, label }, centre, axes, theme) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length >= 14)) return;
  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  let [nx, ny] = [-dy / length, dx / length];
  if (nx * (middle[0] - centre[0]) + ny * (middle[1] - centre[1]) < 0) [nx, ny] = [-nx, -ny];
  ctx.font = theme.bold;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const half = ctx.measureText(label).width / 2;
  const away = 9 + half * Math.abs(nx);
  const { x, y, w, h } = axes.plot;
  const px = clampTo(middle[0] + nx * away, x + half + 3, x + w - half - 3);
  const py = clampTo(middle[1] + ny * away, y + 8, y + h - 8);
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = 3.5;
  ctx.lineJoin = "round";
  ctx.strokeText(label, px, py);
  ctx.fillStyle = theme.series[ARROW_COLORS[index % ARROW_COLORS.length]];
  ctx.fillText(label, px, py);
}

function drawSeparatorArrows(ctx, arrows, axes, spec, theme) {
  const placed = arrows
    .map(([x, y, dx, dy], index) => {
      const from = pullIn(axes.plot, axes.toX(x), axes.toY(y));
      const to = from && pullIn(axes.plot, axes.toX(x + dx), axes.toY(y + dy));
      return { from, to, index, label: spec.arrows[index].label };
    })
    .filter(({ to }) => to);
  const ends = placed.flatMap(({ from, to }) => [from, to]);
  const centre = [0, 1].map((k) => ends.reduce((sum, end) => sum + end[k], 0) / Math.max(1, ends.length));
  placed.forEach((arrow) => drawSeparatorArrow(ctx, arrow, theme));
  placed.forEach((arrow) => nameSeparatorArrow(ctx, arrow, centre, axes, theme));
}

function drawRingedPoint(ctx, axes, points, index, theme) {
  if (!(index >= 0 && index < (points?.shape[0] ?? 0))) return;
  const [px, py] = [axes.toX(points.values[2 * index]), axes.toY(points.values[2 * index + 1])];
  for (const [color, width] of [[theme.background, 5], [theme.ink, 2.25]]) {
    ctx.beginPath();
    ctx.arc(px, py, POINT_RADIUS + 5, 0, 2 * Math.PI);
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.stroke();
  }
}

function separatorLegend(spec, data, theme) {
  const stroke = (label, style) => ({
    label,
    width: 22,
    paint(ctx, x, y) {
      style(ctx);
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + 22, y);
      ctx.stroke();
      ctx.setLineDash([]);
    },
  });
  const lines = spec.lines.filter(({ label }) => label).map(({ label }, i) => stroke(label, (ctx) => styleSeparator(ctx, i, theme)));
  const paths = spec.paths.filter(({ label }) => label).map(({ label }, i) => stroke(label, (ctx) => styleWay(ctx, i, theme)));
  return [...(spec.by_hand ? [] : pointLegend(spec, data, theme)), ...lines, ...paths];
}

const separatorPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const legend = layoutLegend(ctx, separatorLegend(spec, data, theme), box, theme);
    const ranges = { x: spec.x_range, y: spec.y_range, top: legend.height, square: equalSpans(spec) };
    const tinted = spec.lines.length > 0;
    const axes = (memory.axes = drawAxes(ctx, box, spec, { ...ranges, grid: !tinted }, theme));
    const { lines, arrows } = turningNow(spec, data, memory);
    clipToPlot(ctx, axes.plot, () => {
      if (tinted && isSeparator(lines[0])) drawSeparatorSides(ctx, axes, lines[0], theme, memory);
      if (tinted && data.band > 0) drawSeparatorStrip(ctx, lines[0], data.band, axes, theme);
      spec.paths.forEach(({ name }, i) => {
        ctx.beginPath();
        tracePath(ctx, axes, data[name]);
        styleWay(ctx, i, theme);
        ctx.stroke();
        ctx.setLineDash([]);
      });
      for (let i = lines.length - 1; i >= 0; i--) drawSeparatingLine(ctx, lines[i], i, axes, theme);
      drawPoints(ctx, axes, data.points, data.labels, theme);
      drawHand(ctx, axes, spec, theme);
      drawRingedPoint(ctx, axes, data.points, data.ringed, theme);
      drawSeparatorArrows(ctx, arrows, axes, spec, theme);
    });
    drawFrame(ctx, axes.plot, theme);
    if (memory.hoverPoint) drawRing(ctx, axes, memory.hoverPoint, theme);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverPoint = null;
    const { axes } = memory;
    if (x === null || !axes || !insidePlot(axes, x, y)) return null;
    const point = (memory.hoverPoint = findPoint(axes, x, y, { ...data, ...spec.hand }, 12));
    const at = point ?? { x: axes.fromX(x), y: axes.fromY(y) };
    const place = `${spec.x_label || "x"} ${shortNumber(at.x)}, ${spec.y_label || "y"} ${shortNumber(at.y)}`;
    return { text: point ? `${className(spec, point.label)}: ${place}` : place, x, y };
  },

  attach: (panel, stage) => [new Glider(panel, stage)],
};
