// Draws labelled points: colour and shape tell the class, filled is training, hollow is test. Expects points
// float32 (n, 2) and labels uint8 (n,), and the same as test_points and test_labels if there is a test set.

const POINT_RADIUS = 4;

// Smaller in a small plot, so that a few hundred points stay apart.
const pointRadius = (axes) => clampTo(Math.round(axes.plot.w / 35) / 2, 3, POINT_RADIUS);

function addMarker(ctx, shape, x, y, r) {
  if (shape === "circle") {
    ctx.moveTo(x + r, y);
    ctx.arc(x, y, r, 0, 2 * Math.PI);
  } else if (shape === "square") {
    ctx.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  } else if (shape === "triangle" || shape === "down") {
    const s = shape === "down" ? -r : r;
    addPolygon(ctx, x, y, [0, -1.2 * s, 1.1 * s, 0.8 * s, -1.1 * s, 0.8 * s]);
  } else if (shape === "diamond") {
    addPolygon(ctx, x, y, [0, -1.3 * r, 1.1 * r, 0, 0, 1.3 * r, -1.1 * r, 0]);
  } else {
    addCross(ctx, x, y, r, shape === "plus" ? 0 : Math.PI / 4);
  }
}

function addPolygon(ctx, x, y, offsets) {
  ctx.moveTo(x + offsets[0], y + offsets[1]);
  for (let i = 2; i < offsets.length; i += 2) ctx.lineTo(x + offsets[i], y + offsets[i + 1]);
  ctx.closePath();
}

// A cross with thick arms, so that it can be filled and outlined like the other shapes.
function addCross(ctx, x, y, r, angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const a = 0.4 * r;
  const b = 1.2 * r;
  const corners = [a, a, a, b, -a, b, -a, a, -b, a, -b, -a, -a, -a, -a, -b, a, -b, a, -a, b, -a, b, a];
  const turned = corners.map((_, i) => {
    const [u, v] = [corners[i & ~1], corners[i | 1]];
    return i & 1 ? u * sin + v * cos : u * cos - v * sin;
  });
  addPolygon(ctx, x, y, turned);
}

// A marker drawn once and stamped many times: a few hundred outlined shapes a frame would cost several
// milliseconds of rasterising. The theme keeps the stamps, so that a new theme starts afresh.
function markerStamp(theme, label, radius, layer, ratio) {
  const key = `${label} ${radius} ${layer} ${ratio}`;
  theme.stamps ??= new Map();
  const kept = theme.stamps.get(key);
  if (kept) return kept;
  const half = Math.ceil((1.4 * radius + 2.5) * ratio);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * half;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, half, half);
  ctx.lineJoin = "round";
  ctx.beginPath();
  addMarker(ctx, theme.markers[label % theme.markers.length], 0, 0, radius);
  paintMarker(ctx, theme.series[label % theme.series.length], layer, theme);
  const stamp = { canvas, half: half / ratio, size: (2 * half) / ratio };
  theme.stamps.set(key, stamp);
  return stamp;
}

// Layers: a halo sets a class off from what lies under it; the hairline round a filled marker keeps neighbours
// apart and is thin enough that a dense cluster keeps its colour; a hollow marker has its own halo.
function paintMarker(ctx, color, layer, theme) {
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = layer === "hollow" ? 3.5 : 2.5;
  if (layer !== "filled") ctx.stroke();
  if (layer === "filled") {
    ctx.fillStyle = color;
    ctx.fill();
    ctx.lineWidth = 0.6;
    ctx.stroke();
  } else if (layer === "hollow") {
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
}

// options.hollow draws rings (a test set), options.radius overrides the size that suits the plot.
function drawPoints(ctx, axes, points, labels, theme, options = {}) {
  if (!points) return;
  const { hollow = false, radius = pointRadius(axes) } = options;
  const ratio = ctx.getTransform().a || 1;
  let classes = 0;
  for (const label of labels.values) classes = Math.max(classes, label + 1);
  for (let label = 0; label < classes; label++) {
    for (const layer of hollow ? ["hollow"] : ["halo", "filled"]) {
      stampClass(ctx, axes, points.values, labels.values, label, markerStamp(theme, label, radius, layer, ratio), ratio);
    }
  }
}

function stampClass(ctx, axes, points, labels, label, stamp, ratio) {
  const { x: left, y: top, w, h } = axes.plot;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== label) continue;
    const x = axes.toX(points[2 * i]);
    const y = axes.toY(points[2 * i + 1]);
    if (!(x >= left && x <= left + w && y >= top && y <= top + h)) continue;
    // On whole device pixels a stamp is copied, off them it would be blurred.
    const px = Math.round((x - stamp.half) * ratio) / ratio;
    const py = Math.round((y - stamp.half) * ratio) / ratio;
    ctx.drawImage(stamp.canvas, px, py, stamp.size, stamp.size);
  }
}

function pointLegend(spec, data, theme) {
  if (!data.points) return [];
  const item = (label, shape, color, hollow) => ({
    label,
    width: 10,
    paint(ctx, x, y) {
      ctx.beginPath();
      addMarker(ctx, shape, x + 5, y, POINT_RADIUS);
      ctx.lineJoin = "round";
      paintMarker(ctx, color, hollow ? "hollow" : "filled", theme);
    },
  });
  const items = (spec.classes ?? []).map((label, i) =>
    item(String(label), theme.markers[i % theme.markers.length], theme.series[i % theme.series.length], false),
  );
  if (data.test_points) items.push(item("test", "circle", theme.text, true));
  return items;
}

function insidePlot(axes, x, y) {
  const { plot } = axes;
  return x >= plot.x && x <= plot.x + plot.w && y >= plot.y && y <= plot.y + plot.h;
}

// Plots whose axes span the same keep their squares square.
function equalSpans(spec) {
  const [width, height] = [spec.x_range[1] - spec.x_range[0], spec.y_range[1] - spec.y_range[0]];
  return Math.abs(width - height) < 1e-6 * Math.abs(width);
}

// The point nearest the pointer within `reach` px, or null.
function findPoint(axes, x, y, data, reach) {
  let best = null;
  let least = reach * reach;
  for (const [set, points, labels] of [
    ["training", data.points, data.labels],
    ["test", data.test_points, data.test_labels],
    ["added", data.hand_points, data.hand_labels],
  ]) {
    for (let i = 0; points && i < points.shape[0]; i++) {
      const [dx, dy] = [axes.toX(points.values[2 * i]) - x, axes.toY(points.values[2 * i + 1]) - y];
      if (!(dx * dx + dy * dy < least)) continue;
      least = dx * dx + dy * dy;
      best = { set, label: labels.values[i], x: points.values[2 * i], y: points.values[2 * i + 1] };
    }
  }
  return best;
}

const className = (spec, label) => String(spec.classes?.[label] ?? `class ${label}`);

function drawRing(ctx, axes, point, theme) {
  ctx.beginPath();
  ctx.arc(axes.toX(point.x), axes.toY(point.y), POINT_RADIUS + 4, 0, 2 * Math.PI);
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

const scatterPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const legend = layoutLegend(ctx, pointLegend(spec, data, theme), box, theme);
    const ranges = { x: spec.x_range, y: spec.y_range, top: legend.height, logX: spec.x_scale === "log", square: equalSpans(spec) };
    const axes = (memory.axes = drawAxes(ctx, box, spec, ranges, theme));
    drawPoints(ctx, axes, data.points, data.labels, theme);
    drawPoints(ctx, axes, data.test_points, data.test_labels, theme, { hollow: true });
    drawHand(ctx, axes, spec, theme);
    if (memory.hoverPoint) drawRing(ctx, axes, memory.hoverPoint, theme);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverPoint = null;
    if (x === null || !memory.axes || !insidePlot(memory.axes, x, y)) return null;
    const point = findPoint(memory.axes, x, y, { ...data, ...spec.hand }, 12);
    if (!point) return null;
    memory.hoverPoint = point;
    const set = data.test_points ? `, ${point.set}` : "";
    const place = `${spec.x_label || "x"} ${formatNumber(point.x)}, ${spec.y_label || "y"} ${formatNumber(point.y)}`;
    return {
      text: `${className(spec, point.label)}${set}: ${place}`,
      x: memory.axes.toX(point.x),
      y: memory.axes.toY(point.y),
    };
  },
};
