// The inputs of a Boolean function as the corners of a square or a cube, each marked with its wanted output, and the
// line or plane of a neuron between them. Expects inputs float32 (rows, n), n of 2 or 3; labels uint8 (rows,); found
// float32 (n + 1,), weights and bias, or empty where there is none.

const CUBE_DEPTH = [0.46, 0.34]; // how far x₃ goes right and up, as shares of a side
const CUBE_MARGIN = 0.22; // how far the plane reaches beyond the corners

// The map from a corner to pixels.
function cubeMap({ width, height }, n, top) {
  const [across, up] = n === 3 ? [1 + CUBE_DEPTH[0], 1 + CUBE_DEPTH[1]] : [1, 1];
  const side = Math.min((width - 110) / across, (height - top - 62) / up);
  const [x0, y0] = [(width - side * across) / 2, top + (height - top + side * up) / 2 - 8];
  return ([x1, x2, x3 = 0]) => [x0 + side * (x1 + CUBE_DEPTH[0] * x3), y0 - side * (x2 + CUBE_DEPTH[1] * x3)];
}

// All corners of a square or cube from low to high, and its edges as pairs of corners.
function cubeEdges(n, low, high) {
  const edges = [];
  for (let i = 0; i < 1 << n; i++) {
    for (let k = 0; k < n; k++) if (!(i & (1 << k))) edges.push([i, i | (1 << k)]);
  }
  const corner = (i) => Array.from({ length: n }, (_, k) => (i & (1 << k) ? high : low));
  return edges.map(([from, to]) => [corner(from), corner(to)]);
}

// Where the neuron's line or plane leaves a box a little larger than the cube: points in order around their middle.
function cutThrough(found, n, map) {
  const sum = (x) => x.reduce((total, value, k) => total + value * found[k], found[n]);
  const points = [];
  for (const [from, to] of cubeEdges(n, -CUBE_MARGIN, 1 + CUBE_MARGIN)) {
    const [a, b] = [sum(from), sum(to)];
    if (a > 0 === b > 0) continue;
    points.push(map(from.map((value, k) => value + (a / (a - b)) * (to[k] - value))));
  }
  const middle = [0, 1].map((k) => points.reduce((total, point) => total + point[k], 0) / points.length);
  return points.sort((p, q) => Math.atan2(p[1] - middle[1], p[0] - middle[0]) - Math.atan2(q[1] - middle[1], q[0] - middle[0]));
}

function drawCut(ctx, points, theme) {
  if (points.length < 2) return;
  ctx.beginPath();
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  if (points.length > 2) {
    ctx.closePath();
    ctx.globalAlpha = 0.28;
    ctx.fillStyle = theme.series[2];
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  ctx.strokeStyle = theme.series[2];
  ctx.lineWidth = 2.5;
  ctx.stroke();
}

const cubePanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const [rows, n] = data.inputs.shape;
    const legend = layoutLegend(ctx, pointLegend(spec, { points: data.inputs }, theme), box, theme);
    const map = (memory.map = cubeMap(box, n, legend.height));
    ctx.strokeStyle = theme.axis;
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    for (const [from, to] of cubeEdges(n, 0, 1)) {
      ctx.moveTo(...map(from));
      ctx.lineTo(...map(to));
    }
    ctx.stroke();
    if (data.found?.values.length) drawCut(ctx, cutThrough(Array.from(data.found.values), n, map), theme);
    for (let i = 0; i < rows; i++) {
      const x = Array.from(data.inputs.values.slice(i * n, (i + 1) * n));
      const [px, py] = map(x);
      const label = data.labels.values[i];
      ctx.beginPath();
      addMarker(ctx, theme.markers[label], px, py, 9);
      ctx.lineJoin = "round";
      paintMarker(ctx, theme.series[label], "halo", theme);
      paintMarker(ctx, theme.series[label], "filled", theme);
      wordAt(ctx, x.join(""), px, py + (x[1] ? -19 : 20), theme.small, theme.text, theme.background);
    }
    drawLegend(ctx, legend, { plot: { x: 8 } }, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    if (x === null || !memory.map) return null;
    const [rows, n] = data.inputs.shape;
    for (let i = 0; i < rows; i++) {
      const corner = Array.from(data.inputs.values.slice(i * n, (i + 1) * n));
      const [px, py] = memory.map(corner);
      if (Math.hypot(px - x, py - y) < 14) return { text: `inputs ${corner.join(" ")}: ${className(spec, data.labels.values[i])}`, x, y };
    }
    return null;
  },
};
