// What moves across a plane or a graph: lines, paths, trails, arrows and stars. Expects arrays float32 (2, n), x above
// y, in the units of the axes. A point that no axis can place (NaN, infinite, a logarithm of nothing) leaves a gap;
// one that is far outside is drawn towards, never at, so that the canvas gets no numbers it cannot take.

const FAR = 20_000; // px
const MOST_PATH_DOTS = 60; // points up to which each step has its dot
const MOST_TRAIL_DOTS = 400; // the newest of a trail, one by one; those before share one paleness
const PALEST_DOT = 0.25;

// The place of point i in pixels, or null.
function placePoint(axes, array, i) {
  const n = array.shape[1];
  const x = axes.toX(array.values[i]);
  const y = axes.toY(array.values[n + i]);
  return pullIn(axes.plot, x, y);
}

// A place very far away, moved towards the plot along the line to its middle.
function pullIn(plot, x, y) {
  if (!Number.isFinite(x + y)) return null;
  const [dx, dy] = [x - plot.x - plot.w / 2, y - plot.y - plot.h / 2];
  const away = Math.max(Math.abs(dx), Math.abs(dy));
  if (away <= FAR) return [x, y];
  return [x - dx + (dx * FAR) / away, y - dy + (dy * FAR) / away];
}

const pointCount = (array) => (array ? array.shape[1] : 0);

// Points that crowd within a pixel are drawn as one: a path that has arrived costs no more as it goes on.
function tracePath(ctx, axes, array) {
  let last = null;
  const n = pointCount(array);
  for (let i = 0; i < n; i++) {
    const place = placePoint(axes, array, i);
    if (place && !last) ctx.moveTo(place[0], place[1]);
    else if (place && i + 1 < n && Math.hypot(place[0] - last[0], place[1] - last[1]) < 1) continue;
    else if (place) ctx.lineTo(place[0], place[1]);
    last = place;
  }
}

// The newest point that can be placed, as [x, y], or null.
function newestPoint(axes, array) {
  for (let i = pointCount(array) - 1; i >= 0; i--) {
    const place = placePoint(axes, array, i);
    if (place) return place;
  }
  return null;
}

function clipToPlot(ctx, { x, y, w, h }, paint) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  paint();
  ctx.restore();
}

function addDot(ctx, x, y, radius) {
  ctx.moveTo(x + radius, y);
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
}

// One line: on a shade it has a halo, which keeps it in sight whatever lies under it.
function strokeLine(ctx, axes, array, index, theme, { halo = false } = {}) {
  ctx.beginPath();
  tracePath(ctx, axes, array);
  styleCurve(ctx, index, theme);
  ctx.lineWidth = 1.75;
  if (halo) {
    const { strokeStyle } = ctx;
    const dashes = ctx.getLineDash();
    ctx.setLineDash([]);
    ctx.strokeStyle = theme.background;
    ctx.lineWidth = 3.5;
    ctx.globalAlpha = 0.75;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = strokeStyle;
    ctx.lineWidth = 1.75;
    ctx.setLineDash(dashes);
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawPath(ctx, axes, array, index, theme) {
  strokeLine(ctx, axes, array, index, theme, { halo: true });
  const n = pointCount(array);
  if (n > MOST_PATH_DOTS) return;
  ctx.beginPath();
  for (let i = 0; i < n; i++) {
    const place = placePoint(axes, array, i);
    if (place) addDot(ctx, place[0], place[1], 2.25);
  }
  ctx.fillStyle = theme.series[index % theme.series.length];
  ctx.fill();
}

function drawNewest(ctx, axes, array, index, theme) {
  const place = newestPoint(axes, array);
  if (place) drawPathMarker(ctx, place[0], place[1], index, 5, theme);
}

function drawPathMarker(ctx, x, y, index, radius, theme) {
  ctx.beginPath();
  addMarker(ctx, theme.markers[index % theme.markers.length], x, y, radius);
  ctx.lineJoin = "round";
  paintMarker(ctx, theme.series[index % theme.series.length], "halo", theme);
  paintMarker(ctx, theme.series[index % theme.series.length], "filled", theme);
}

// Dots joined by a thin line, the older the paler, and a ring round the newest.
function drawTrail(ctx, axes, array, index, theme) {
  const n = pointCount(array);
  const color = theme.series[index % theme.series.length];
  ctx.strokeStyle = ctx.fillStyle = color;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.55;
  ctx.beginPath();
  tracePath(ctx, axes, array);
  ctx.stroke();
  for (let i = Math.max(0, n - MOST_TRAIL_DOTS); i < n - 1; i++) {
    const place = placePoint(axes, array, i);
    if (!place) continue;
    ctx.globalAlpha = PALEST_DOT + ((1 - PALEST_DOT) * i) / n;
    ctx.beginPath();
    addDot(ctx, place[0], place[1], 2.5);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
  const newest = newestPoint(axes, array);
  if (newest) drawRinged(ctx, newest[0], newest[1], color, theme);
}

function drawRinged(ctx, x, y, color, theme) {
  for (const [radius, fill] of [[8, theme.background], [7, color], [5.5, theme.background], [4, color]]) {
    ctx.beginPath();
    addDot(ctx, x, y, radius);
    ctx.fillStyle = fill;
    ctx.fill();
  }
}

// Arrows float32 (4, n): x, y, dx, dy, in the units of the axes.
function drawArrows(ctx, axes, array, theme) {
  const n = pointCount(array);
  const v = array?.values;
  const heads = [];
  ctx.beginPath();
  for (let i = 0; i < n; i++) {
    const from = pullIn(axes.plot, axes.toX(v[i]), axes.toY(v[n + i]));
    const to = from && pullIn(axes.plot, axes.toX(v[i] + v[2 * n + i]), axes.toY(v[n + i] + v[3 * n + i]));
    if (!to) continue;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    if (length < 1) continue;
    const size = Math.min(6, 0.45 * length);
    heads.push([to, dx / length, dy / length, size]);
    ctx.moveTo(from[0], from[1]);
    ctx.lineTo(to[0] - (dx / length) * size * 0.8, to[1] - (dy / length) * size * 0.8);
  }
  ctx.strokeStyle = ctx.fillStyle = theme.text;
  ctx.lineWidth = 1.1;
  ctx.stroke();
  ctx.beginPath();
  for (const [[x, y], ux, uy, size] of heads) {
    const [backX, backY, side] = [x - ux * size, y - uy * size, 0.5 * size];
    addPolygon(ctx, x, y, [0, 0, backX - uy * side - x, backY + ux * side - y, backX + uy * side - x, backY - ux * side - y]);
  }
  ctx.fill();
}

function addStar(ctx, x, y, radius) {
  const corners = [];
  for (let k = 0; k < 10; k++) {
    const r = k % 2 === 0 ? radius : 0.42 * radius;
    corners.push(r * Math.sin((k * Math.PI) / 5), -r * Math.cos((k * Math.PI) / 5));
  }
  addPolygon(ctx, x, y, corners);
}

function drawStar(ctx, x, y, theme) {
  ctx.beginPath();
  addStar(ctx, x, y, 7.5);
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = 3;
  ctx.stroke();
  ctx.fillStyle = theme.ink;
  ctx.fill();
}

function drawMarks(ctx, axes, array, theme) {
  for (let i = 0; i < pointCount(array); i++) {
    const place = placePoint(axes, array, i);
    if (place) drawStar(ctx, place[0], place[1], theme);
  }
}

// The point nearest the pointer within `reach` px, of those of `lines`: {label, index, x, y, place}, or null.
function nearestPathPoint(axes, lines, data, x, y, reach) {
  let best = null;
  let least = reach * reach;
  for (const { name, label } of lines) {
    const array = data[name];
    const n = pointCount(array);
    const steps = data[`${name}_steps`]?.values; // where points were left out
    for (let i = 0; i < n; i++) {
      const [dx, dy] = [axes.toX(array.values[i]) - x, axes.toY(array.values[n + i]) - y];
      if (!(dx * dx + dy * dy <= least)) continue; // of points in one place, the newest
      least = dx * dx + dy * dy;
      best = { label: label ?? name, index: steps ? steps[i] : i, x: array.values[i], y: array.values[n + i] };
    }
  }
  return best;
}

// "SGD, step 12: x₁ 0.5, x₂ 1.2"
function pathPointText(spec, { label, index, x, y }) {
  return `${label}, step ${formatNumber(index)}: ${spec.x_label || "x"} ${formatNumber(x)}, ${spec.y_label || "y"} ${formatNumber(y)}`;
}
