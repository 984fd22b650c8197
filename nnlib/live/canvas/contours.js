// The ground of a plane: shade and contour lines, or the regions of classes. Expects values float32 (rows, cols),
// row 0 at the bottom, each at the middle of its cell, NaN for not known (or uint8 classes, 255 for not known).
// All of it is painted once into a picture of its own, and again only when the data, the size or the theme change.

const SHADE_STRENGTH = 0.36; // how much of the ink the fullest shade takes: paths stand out on it
const REGION_STRENGTH = 0.3; // how much of its hue the region of a class takes
const UNKNOWN_CLASS = 255;

// Strokes on a tile of 8 x 8 px, as [x0, y0, x1, y1]: the second cue beside the hue of a region.
const REGION_HATCHES = [
  [],
  [[-2, 6, 6, -2], [2, 10, 10, 2]],
  [[-2, 2, 6, 10], [2, -2, 10, 6]],
  [[-1, 4, 9, 4]],
  [[4, -1, 4, 9]],
  [[2, 2, 3, 2], [6, 6, 7, 6]],
  [[-1, 4, 9, 4], [4, -1, 4, 9]],
];

function emptyCanvas(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  return canvas;
}

// The picture of the ground, in the pixels of the screen.
function planeGround(ctx, spec, data, plot, theme, memory) {
  const ratio = ctx.getTransform().a || 1;
  const made = [data.values, data.levels, data.bold_level, data.low, data.high, theme, plot.w, plot.h, ratio];
  if (memory.ground?.made.every((part, i) => part === made[i])) return memory.ground.canvas;
  const canvas = emptyCanvas(Math.round(plot.w * ratio), Math.round(plot.h * ratio));
  const ground = canvas.getContext("2d");
  ground.setTransform(canvas.width / plot.w, 0, 0, canvas.height / plot.h, 0, 0);
  if (spec.classes.length > 0) paintRegions(ground, data.values, plot, spec, theme, ratio);
  else paintShade(ground, data, plot, theme, ratio);
  memory.ground = { made, canvas };
  return canvas;
}

function fillPattern(ctx, plot, tile, ratio) {
  const pattern = ctx.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
  ctx.fillStyle = pattern;
  ctx.fillRect(0, 0, plot.w, plot.h);
}

function hatchTile(strokes, color, width, ratio) {
  const tile = emptyCanvas(Math.round(8 * ratio), Math.round(8 * ratio));
  const ctx = tile.getContext("2d");
  ctx.setTransform(tile.width / 8, 0, 0, tile.height / 8, 0, 0);
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  for (const [x0, y0, x1, y1] of strokes) {
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
  }
  ctx.stroke();
  return tile;
}

// What is not known: empty with a faint hatch, under all that is known.
function paintUnknown(ctx, plot, theme, ratio) {
  fillPattern(ctx, plot, hatchTile(REGION_HATCHES[1], theme.grid, 1, ratio), ratio);
}

// Calls `each(value, k)` for every cell, k its place in a picture whose first row is the top.
function forEachCell({ values, shape: [rows, columns] }, each) {
  for (let row = 0; row < rows; row++) {
    const start = (rows - 1 - row) * columns - row * columns;
    for (let i = row * columns; i < (row + 1) * columns; i++) each(values[i], start + i);
  }
}

function paintShade(ctx, data, plot, theme, ratio) {
  const [rows, columns] = data.values.shape;
  const { low = 0, high = 1, levels, bold_level: bold } = data;
  const buffer = pixelBuffer({}, columns, rows);
  const table = shadeTable(theme);
  const scale = high !== low ? 255 / (high - low) : 0; // a low above high shades downwards
  let unknown = false;
  forEachCell(data.values, (value, k) => {
    if (Number.isNaN(value)) unknown = true;
    else buffer.pixels[k] = table[Math.round(clampTo((value - low) * scale, 0, 255)) || 0]; // 0 * infinity is NaN
  });
  if (unknown) paintUnknown(ctx, plot, theme, ratio);
  buffer.context.putImageData(buffer.image, 0, 0);
  // Blending would bleed the empty cells into their neighbours.
  ctx.imageSmoothingEnabled = columns >= FINE_COLUMNS && !unknown;
  ctx.drawImage(buffer.canvas, 0, 0, plot.w, plot.h);
  strokeContours(ctx, data.values, plot, levels?.values ?? [], { color: theme.text, width: 0.75, alpha: 0.5 });
  if (!Number.isFinite(bold)) return;
  strokeContours(ctx, data.values, plot, [bold], { color: theme.background, width: 4.5, alpha: 0.8 });
  strokeContours(ctx, data.values, plot, [bold], { color: theme.ink, width: 2.25, alpha: 1 });
}

function shadeTable(theme) {
  theme.shadePixels ??= colorTable((i) => theme.sequential((SHADE_STRENGTH * i) / 255)).pixels;
  return theme.shadePixels;
}

function strokeContours(ctx, array, plot, levels, { color, width, alpha }) {
  ctx.beginPath();
  traceContours(ctx, array, plot, levels);
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.lineCap = width > 1 ? "round" : "butt"; // thin pieces meet well enough, and cost half
  ctx.globalAlpha = alpha;
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.lineCap = "butt";
}

// Marching squares between the middles of the cells, and from the outermost on to the edge of the plot, where the
// value is taken to stay as it is. A square with a corner that is not finite has no line.
function traceContours(ctx, { values, shape: [rows, columns] }, plot, levels) {
  const place = (i, count) => clampTo((i + 0.5) / count, 0, 1);
  const start = (row) => clampTo(row, 0, rows - 1) * columns;
  for (let row = -1; row < rows; row++) {
    const [below, above] = [start(row), start(row + 1)];
    const y = plot.h * (1 - place(row, rows));
    const h = y - plot.h * (1 - place(row + 1, rows));
    for (let column = -1; column < columns; column++) {
      const [left, right] = [Math.max(column, 0), Math.min(column + 1, columns - 1)];
      const [a, b] = [values[below + left], values[below + right]];
      const [c, d] = [values[above + right], values[above + left]];
      const [low, high] = [Math.min(a, b, c, d), Math.max(a, b, c, d)];
      if (!(high - low < Infinity)) continue; // NaN and infinities fail
      for (let k = 0; k < levels.length && levels[k] < high; k++) {
        const level = levels[k];
        if (level < low) continue;
        const corners = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
        if (corners === 0 || corners === 15) continue;
        const x = plot.w * place(column, columns);
        const w = plot.w * place(column + 1, columns) - x;
        traceCell(ctx, x, y, w, h, a - level, b - level, c - level, d - level, corners);
      }
    }
  }
}

// A pale hue and a stronger stroke of it.
function regionColors(theme, index) {
  const ground = parseColor(theme.background);
  const hue = parseColor(theme.series[index % theme.series.length]);
  return { pale: mixColors(ground, hue, REGION_STRENGTH), strong: cssColor(mixColors(ground, hue, 0.75)) };
}

const regionTile = (theme, index, ratio) =>
  hatchTile(REGION_HATCHES[index % REGION_HATCHES.length], regionColors(theme, index).strong, 1, ratio);

function paintRegions(ctx, array, plot, spec, theme, ratio) {
  const [rows, columns] = array.shape;
  paintUnknown(ctx, plot, theme, ratio);
  ctx.imageSmoothingEnabled = false;
  spec.classes.forEach((_, index) => {
    const mask = pixelBuffer({}, columns, rows);
    const [r, g, b] = regionColors(theme, index).pale;
    const pixel = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    forEachCell(array, (value, k) => (mask.pixels[k] = value === index ? pixel : 0));
    mask.context.putImageData(mask.image, 0, 0);
    ctx.drawImage(mask.canvas, 0, 0, plot.w, plot.h);
    // The hatch, cut to the region.
    const layer = emptyCanvas(ctx.canvas.width, ctx.canvas.height);
    const cut = layer.getContext("2d");
    cut.setTransform(ctx.getTransform());
    fillPattern(cut, plot, regionTile(theme, index, ratio), ratio);
    cut.globalCompositeOperation = "destination-in";
    cut.imageSmoothingEnabled = false;
    cut.drawImage(mask.canvas, 0, 0, plot.w, plot.h);
    ctx.drawImage(layer, 0, 0, plot.w, plot.h);
  });
}

function regionLegend(spec, theme) {
  return spec.classes.map((label, index) => ({
    label: String(label),
    width: 16,
    paint(ctx, x, y) {
      const ratio = ctx.getTransform().a || 1;
      ctx.save();
      ctx.translate(x, y - 6);
      ctx.fillStyle = cssColor(regionColors(theme, index).pale);
      ctx.fillRect(0, 0, 16, 12);
      fillPattern(ctx, { w: 16, h: 12 }, regionTile(theme, index, ratio), ratio);
      ctx.strokeStyle = regionColors(theme, index).strong;
      ctx.lineWidth = 1;
      ctx.strokeRect(0.5, 0.5, 15, 11);
      ctx.restore();
    },
  }));
}
