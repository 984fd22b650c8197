// Draws what goes on in a network unrolled in time: a column for each step, a row for each unit, signed. Expects for
// each band of the spec float32 (rows, T) or a list of T strings; if wanted cursor, a step, and <band>_scale, the size
// of full colour. Where there are more steps than pixels a column shows the strongest of its steps.

const BAND_GAP = 8;
const SYMBOL_ROW = 20; // px, the height of a band of symbols
const LARGEST_ROW = 26;

const bandSteps = (band) => (Array.isArray(band) ? band.length : (band?.shape[1] ?? 0));
const bandRows = (band) => (Array.isArray(band) ? 1 : (band?.shape[0] ?? 0));

// Bands one below the other: {name, label, array, y, h}.
function layoutBands(spec, data, top, room) {
  const bands = spec.bands.filter(({ name }) => bandRows(data[name]));
  const symbols = bands.filter(({ name }) => Array.isArray(data[name])).length;
  const rows = bands.reduce((sum, { name }) => sum + (Array.isArray(data[name]) ? 0 : bandRows(data[name])), 0);
  const free = room - symbols * SYMBOL_ROW - (bands.length - 1) * BAND_GAP;
  const row = rows ? Math.min(LARGEST_ROW, free / rows) : 0;
  let y = top;
  return bands.map(({ name, label }) => {
    const h = Array.isArray(data[name]) ? SYMBOL_ROW : row * bandRows(data[name]);
    const band = { name, label: label ?? name, array: data[name], y, h };
    y += h + BAND_GAP;
    return band;
  });
}

// At most `columns` columns, each with the largest value in size of the steps it stands for.
function thinned(values, rows, steps, columns) {
  if (steps <= columns) return { values, columns: steps };
  const kept = new Float32Array(rows * columns);
  const ends = Int32Array.from({ length: columns + 1 }, (_, column) => Math.ceil((column * steps) / columns));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let strongest = 0;
      for (let i = row * steps + ends[column]; i < row * steps + ends[column + 1]; i++) {
        const value = values[i];
        if (Math.abs(value) > Math.abs(strongest)) strongest = value;
      }
      kept[row * columns + column] = strongest;
    }
  }
  return { values: kept, columns };
}

function paintBand(memory, band, width, scale, theme) {
  const [rows, steps] = band.array.shape;
  const { values, columns } = thinned(band.array.values, rows, steps, Math.max(1, Math.floor(width)));
  const buffer = pixelBuffer((memory[`band ${band.name}`] ??= {}), columns, rows);
  for (let i = 0; i < buffer.pixels.length; i++) {
    const value = values[i];
    buffer.pixels[i] = theme.divergingPixels[128 + (Number.isNaN(value) ? 0 : Math.round(127 * clampTo(value / scale, -1, 1)))];
  }
  buffer.context.putImageData(buffer.image, 0, 0);
  return buffer.canvas;
}

function drawSymbols(ctx, axes, { array, y, h }, theme) {
  const pitch = axes.plot.w / array.length;
  ctx.font = theme.normal;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const longest = array.reduce((most, text) => (text.length > most.length ? text : most), "");
  const every = Math.max(1, Math.ceil((ctx.measureText(longest).width + 2) / pitch));
  for (let step = 0; step < array.length; step += every) ctx.fillText(array[step], axes.toX(step), y + h / 2);
}

function drawBand(ctx, axes, band, data, theme, memory) {
  const { plot } = axes;
  if (Array.isArray(band.array)) drawSymbols(ctx, axes, band, theme);
  else {
    const scale = data[`${band.name}_scale`] || largestSize(band.array.values);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(paintBand(memory, band, plot.w, scale, theme), plot.x, band.y, plot.w, band.h);
    ctx.strokeStyle = theme.axis;
    ctx.lineWidth = 1;
    ctx.strokeRect(crisp(plot.x), crisp(band.y), plot.w - 1, band.h - 1);
  }
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.fillText(clipText(ctx, band.label, plot.x - 8), plot.x - 6, band.y + band.h / 2);
}

// A frame round the column of a step; on a thin column a line.
function drawCursor(ctx, axes, step, steps, color) {
  const { x, y, w, h } = axes.plot;
  const pitch = w / steps;
  ctx.strokeStyle = color;
  ctx.lineWidth = 2;
  ctx.strokeRect(x + step * pitch - 1, y - 2, Math.max(pitch, 1) + 2, h + 4);
}

const timelinePanel = {
  draw(ctx, box, spec, data, theme, memory) {
    memory.axes = null;
    const steps = Math.max(0, ...spec.bands.map(({ name }) => bandSteps(data[name])));
    if (!steps) return;
    ctx.font = theme.small;
    const widest = spec.bands.reduce((most, { name, label }) => Math.max(most, ctx.measureText(label ?? name).width), 0);
    const left = Math.min(0.3 * box.width, widest + 12);
    const [top, bottom] = [8, 38];
    const bands = (memory.bands = layoutBands(spec, data, top, box.height - top - bottom));
    const h = bands.at(-1).y + bands.at(-1).h - top;
    const plot = { x: left, y: top, w: Math.max(10, box.width - left - AXIS_RIGHT), h, margin: left };
    const axes = (memory.axes = axisMaps(plot, [-0.5, steps - 0.5], [0, 1], {}));
    memory.steps = steps;
    for (const band of bands) drawBand(ctx, axes, band, data, theme, memory);
    const whole = linearTicks(0, Math.max(1, steps - 1), clampTo(Math.floor(plot.w / 65), 2, 12));
    drawTickLabels(ctx, axes, whole.filter(({ value }) => Number.isInteger(value) && value < steps), [], box, theme);
    drawAxisLabels(ctx, plot, box, spec, theme);
    if (data.cursor >= 0 && data.cursor < steps) drawCursor(ctx, axes, data.cursor, steps, theme.ink);
    if (memory.hoverStep != null && memory.hoverStep < steps) drawCursor(ctx, axes, memory.hoverStep, steps, theme.brand);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverStep = null;
    const { axes, bands, steps } = memory;
    if (x === null || !axes || x < axes.plot.x || x >= axes.plot.x + axes.plot.w) return null;
    const band = bands.find((one) => y >= one.y && y < one.y + one.h);
    if (!band) return null;
    const step = (memory.hoverStep = clampTo(Math.round(axes.fromX(x)), 0, steps - 1));
    const place = `${spec.x_label || "step"} ${step}, ${band.label}`;
    if (Array.isArray(band.array)) return { text: `${place}: ${band.array[step] ?? "none"}`, x, y };
    const [rows, count] = band.array.shape;
    if (step >= count) return { text: `${place}: none`, x, y };
    const row = clampTo(Math.floor(((y - band.y) / band.h) * rows), 0, rows - 1);
    const value = formatNumber(band.array.values[row * count + step]);
    return { text: `${place}${rows > 1 ? ` ${row + 1}` : ""}: ${value}`, x, y };
  },
};
