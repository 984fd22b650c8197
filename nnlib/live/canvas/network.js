// Draws a small network: columns of units, a line for each weight (width its size; negative ones blue and dashed,
// positive ones orange), a bar for each bias, and in each unit its activation or its response map over the plane.
// Expects sizes, and if wanted weights_<l> float32 (in, out) and biases_<l> float32 (out,) for layers l = 1, 2, ...,
// activations float32 (units,), maps int8 or uint8 (units, rows, columns), scale. For typing see network_editor.js.

const WIDEST_EDGE = 6; // px, less where units crowd
const EDGE_WIDTHS = 8; // lines are drawn in so many widths, each in one stroke
const MOST_DASHED = 100;
const EDGE_REACH = 5; // px between the pointer and a line that it means
const LARGEST_UNIT = 46; // px across
const NEGATIVE_DASH = [5, 3];
const BIAS_BAR = 12; // px, the length of the largest bias

// Where each unit stands, and how many of each column are drawn; the same until sizes or box change.
function layoutNetwork(box, spec, sizes, memory) {
  const key = `${sizes}|${box.width}|${box.height}`;
  if (memory.layout?.key === key) return memory.layout;
  const side = spec.input_labels.length ? 52 : 16;
  const right = spec.output_labels.length ? 62 : 22;
  const drawn = sizes.map((n) => (n > spec.most ? spec.most - 1 : n));
  const rows = Math.max(1, ...sizes.map((n) => Math.min(n, spec.most)));
  const top = 22;
  const pitch = (box.height - top - 6) / rows;
  const gap = (box.width - side - right) / Math.max(1, sizes.length);
  const size = Math.max(5, Math.min(LARGEST_UNIT, 0.8 * pitch, 0.42 * gap));
  const across = (column) => side + (column + 0.5) * gap;
  const columns = sizes.map((n, column) => {
    const slots = Math.min(n, spec.most);
    const step = Math.min(pitch, (box.height - top - 6) / Math.max(1, slots), 2.2 * LARGEST_UNIT);
    const start = top + (box.height - top - 6 - slots * step) / 2;
    return Array.from({ length: slots }, (_, i) => ({ x: across(column), y: start + (i + 0.5) * step }));
  });
  const offsets = sizes.map((_, column) => sizes.slice(0, column).reduce((sum, n) => sum + n, 0));
  memory.layout = { key, sizes, drawn, columns, offsets, size, widest: clampTo(0.25 * pitch, 2.5, WIDEST_EDGE) };
  return memory.layout;
}

function largestWeight(data, layers) {
  let largest = 0;
  for (let layer = 1; layer < layers; layer++) {
    for (const value of data[`weights_${layer}`]?.values ?? []) {
      if (Math.abs(value) > largest && Number.isFinite(value)) largest = Math.abs(value);
    }
  }
  return largest;
}

// Call visit(layer, from, to, weight) for each line that is drawn.
function eachEdge(layout, data, visit) {
  for (let layer = 1; layer < layout.sizes.length; layer++) {
    const weights = data[`weights_${layer}`];
    if (!weights) continue;
    const n = weights.shape[1];
    for (let from = 0; from < layout.drawn[layer - 1]; from++) {
      for (let to = 0; to < layout.drawn[layer]; to++) visit(layer, from, to, weights.values[from * n + to]);
    }
  }
}

function edgeEnds({ columns, size }, layer, from, to) {
  const [a, b] = [columns[layer - 1][from], columns[layer][to]];
  return [a.x + size / 2, a.y, b.x - size / 2, b.y];
}

// Lines of one sign and about one width share their style. Each is a stroke of its own: one path of them all would be
// far slower. Dashes cost three times as much as solid lines, so only the strongest of many lines have them.
function drawEdges(ctx, layout, data, scale, theme) {
  const paths = new Map();
  eachEdge(layout, data, (layer, from, to, weight) => {
    if (!Number.isFinite(weight)) return;
    const share = Math.min(1, Math.abs(weight) / scale);
    const key = Math.round(share * (EDGE_WIDTHS - 1)) * (weight < 0 ? -1 : 1) || (weight < 0 ? -0.5 : 0);
    if (!paths.has(key)) paths.set(key, []);
    paths.get(key).push(edgeEnds(layout, layer, from, to));
  });
  const keys = [...paths.keys()].sort((a, b) => Math.abs(a) - Math.abs(b));
  const dashed = new Set();
  let count = 0;
  for (const key of keys.filter((one) => one < 0).reverse()) {
    count += paths.get(key).length;
    if (count <= MOST_DASHED || dashed.size === 0) dashed.add(key);
  }
  for (const key of keys) {
    const share = Math.trunc(Math.abs(key)) / (EDGE_WIDTHS - 1);
    ctx.strokeStyle = theme.series[key < 0 ? 0 : 1];
    ctx.globalAlpha = 0.45 + 0.5 * share;
    ctx.lineWidth = Math.max(0.7, layout.widest * share);
    ctx.setLineDash(dashed.has(key) ? NEGATIVE_DASH : []);
    for (const [x0, y0, x1, y1] of paths.get(key)) {
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
      ctx.stroke();
    }
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

// All maps in one tall picture, lowest row of each at its bottom.
function paintMaps(memory, array, theme) {
  const [n, rows, columns] = array.shape;
  const buffer = pixelBuffer((memory.maps ??= {}), columns, rows * n);
  const table = isSigned(array.values) ? theme.divergingPixels : theme.sequentialPixels;
  const offset = isSigned(array.values) ? 128 : 0;
  for (let line = 0; line < n * rows; line++) {
    const unit = Math.floor(line / rows);
    let target = (unit * rows + rows - 1 - (line - unit * rows)) * columns;
    const end = (line + 1) * columns;
    for (let i = line * columns; i < end; i++) buffer.pixels[target++] = table[array.values[i] + offset];
  }
  buffer.context.putImageData(buffer.image, 0, 0);
  return buffer.canvas;
}

function drawUnits(ctx, layout, data, theme, memory) {
  const { size, drawn, columns, offsets } = layout;
  const maps = data.maps?.values.length ? paintMaps(memory, data.maps, theme) : null;
  const full = data.activations && Math.max(1e-12, ...Array.from(data.activations.values, (v) => (Number.isFinite(v) ? Math.abs(v) : 0)));
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = theme.text;
  ctx.imageSmoothingEnabled = true;
  columns.forEach((places, column) => {
    for (let unit = 0; unit < drawn[column]; unit++) {
      const { x, y } = places[unit];
      const number = offsets[column] + unit;
      const value = data.activations?.values[number];
      ctx.fillStyle = Number.isFinite(value) ? cssColor(theme.diverging(value / full)) : theme.background;
      ctx.beginPath();
      if (maps) {
        const [, rows, across] = data.maps.shape;
        ctx.drawImage(maps, 0, number * rows, across, rows, x - size / 2, y - size / 2, size, size);
        ctx.rect(x - size / 2, y - size / 2, size, size);
      } else {
        addDot(ctx, x, y, size / 2);
        ctx.fill();
      }
      ctx.stroke();
    }
  });
}

// A small bar right of each unit, up or down from its middle.
function drawBiases(ctx, layout, data, theme) {
  const { size, drawn, columns } = layout;
  for (let layer = 1; layer < columns.length; layer++) {
    const biases = data[`biases_${layer}`]?.values;
    if (!biases) continue;
    const largest = biases.reduce((most, b) => (Number.isFinite(b) ? Math.max(most, Math.abs(b)) : most), 1e-12);
    for (let unit = 0; unit < drawn[layer]; unit++) {
      if (!Number.isFinite(biases[unit])) continue;
      const { x, y } = columns[layer][unit];
      const length = (biases[unit] / largest) * Math.min(BIAS_BAR, size / 2);
      ctx.fillStyle = theme.series[biases[unit] < 0 ? 0 : 1];
      ctx.fillRect(x + size / 2 + 2, Math.min(y, y - length), 3, Math.max(1, Math.abs(length)));
    }
  }
}

function drawNetworkWords(ctx, box, spec, layout, theme) {
  const { sizes, columns, drawn, size } = layout;
  ctx.font = theme.small;
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  columns.forEach((places, column) => {
    const x = places[0]?.x ?? 0;
    const name = column === 0 ? "input" : column === sizes.length - 1 ? "output" : `layer ${column}`;
    ctx.fillText(name, x, 9);
    const rest = sizes[column] - drawn[column];
    if (rest > 0) ctx.fillText(`\u2026 ${formatNumber(rest)} more`, x, places.at(-1).y);
  });
  ctx.fillStyle = theme.text;
  ctx.textAlign = "right";
  for (let i = 0; i < Math.min(drawn[0] ?? 0, spec.input_labels.length); i++) {
    const { x, y } = columns[0][i];
    ctx.fillText(clipText(ctx, spec.input_labels[i], x - size / 2 - 6), x - size / 2 - 5, y);
  }
  const last = sizes.length - 1;
  ctx.textAlign = "left";
  for (let i = 0; i < Math.min(drawn[last] ?? 0, spec.output_labels.length); i++) {
    const { x, y } = columns[last][i];
    ctx.fillText(clipText(ctx, spec.output_labels[i], box.width - x - size / 2 - 12), x + size / 2 + 9, y);
  }
}

// What the pointer is on, or what is chosen, in ink: the two colours say the sign.
function drawPicked(ctx, layout, picked, theme) {
  if (!picked) return;
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 2.5;
  ctx.beginPath();
  if (picked.what === "weight") {
    const [x0, y0, x1, y1] = edgeEnds(layout, picked.layer, picked.from, picked.to);
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    addDot(ctx, x0, y0, 3);
    addDot(ctx, x1, y1, 3);
  } else {
    const { x, y } = layout.columns[picked.layer][picked.to];
    addDot(ctx, x, y, layout.size * 0.72);
  }
  ctx.stroke();
}

function unitName(spec, sizes, layer, unit) {
  if (layer === 0) return spec.input_labels[unit] || `input ${unit + 1}`;
  if (layer === sizes.length - 1) return spec.output_labels[unit] || `output ${unit + 1}`;
  return `unit ${unit + 1} of layer ${layer}`;
}

// The number itself, undefined where the frame has none.
function pickedValue(data, { what, layer, from, to }) {
  const array = data[what === "weight" ? `weights_${layer}` : `biases_${layer}`];
  return array?.values[what === "weight" ? from * array.shape[1] + to : to];
}

function pickedText(spec, data, picked) {
  const { what, layer, from, to } = picked;
  const { sizes } = data;
  const value = pickedValue(data, picked);
  const name = unitName(spec, sizes, layer, to);
  if (what === "weight") {
    const line = `${unitName(spec, sizes, layer - 1, from)} \u2192 ${name}`;
    return value === undefined ? line : `${line}: weight ${formatNumber(value)}`;
  }
  const number = sizes.slice(0, layer).reduce((sum, n) => sum + n, 0) + to;
  const parts = [];
  const activation = data.activations?.values[number];
  if (activation !== undefined) parts.push(`activation ${formatNumber(activation)}`);
  if (value !== undefined) parts.push(`bias ${formatNumber(value)}`);
  return parts.length ? `${name}: ${parts.join(", ")}` : name;
}

// The unit or the line that a place means: {what, layer, from, to}, or null.
function pickNetwork(layout, data, x, y) {
  for (let layer = 0; layer < layout.columns.length; layer++) {
    for (let to = 0; to < layout.drawn[layer]; to++) {
      const place = layout.columns[layer][to];
      if (Math.max(Math.abs(x - place.x), Math.abs(y - place.y)) <= layout.size / 2 + 2) return { what: "bias", layer, from: 0, to };
    }
  }
  let best = null;
  let nearest = EDGE_REACH;
  eachEdge(layout, data, (layer, from, to) => {
    const [x0, y0, x1, y1] = edgeEnds(layout, layer, from, to);
    if (x < x0 || x > x1) return;
    const slope = (y1 - y0) / (x1 - x0);
    const distance = Math.abs(y - y0 - slope * (x - x0)) / Math.hypot(1, slope);
    if (distance < nearest) [nearest, best] = [distance, { what: "weight", layer, from, to }];
  });
  return best;
}

const networkPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const layout = layoutNetwork(box, spec, data.sizes ?? [], memory);
    // The scale grows with the weights and shrinks only when they have become much smaller.
    const largest = largestWeight(data, layout.sizes.length);
    if (!(memory.scale >= largest && memory.scale < 2 * largest)) memory.scale = 1.15 * largest || 1;
    drawEdges(ctx, layout, data, data.scale || memory.scale, theme);
    drawUnits(ctx, layout, data, theme, memory);
    drawBiases(ctx, layout, data, theme);
    drawNetworkWords(ctx, box, spec, layout, theme);
    for (const picked of [memory.hovered, memory.picked?.()]) {
      if (picked && isDrawn(layout, picked)) drawPicked(ctx, layout, picked, theme);
    }
  },

  hover(x, y, box, spec, data, memory) {
    memory.hovered = null;
    if (x === null || !memory.layout) return null;
    memory.hovered = pickNetwork(memory.layout, data, x, y);
    return memory.hovered && { text: pickedText(spec, data, memory.hovered), x, y };
  },

  attach: (panel, stage) => [new NetworkEditor(panel, stage)],
};

const isDrawn = ({ drawn }, { what, layer, from, to }) =>
  to < (drawn[layer] ?? 0) && (what === "bias" || from < (drawn[layer - 1] ?? 0));
