// Draws a function of two variables as colours: a decision map, a loss landscape, a weight matrix. Expects
// values of shape (rows, cols), row 0 at the bottom, each at the centre of its cell: int8 in -127..127 is signed
// (blue to orange, with a line where it crosses zero), uint8 is 0..255 (ink). float32 is signed, too, in its own unit:
// in a map that is almost flat its line stays straight. Points lie on top as in a scatter.

const FINE_COLUMNS = 32; // from here on cells are blended; fewer are a matrix and stay squares

const isExact = (values) => values instanceof Float32Array;
const isSigned = (values) => values instanceof Int8Array || isExact(values);

// Row 0 of the data is the bottom, row 0 of an image is the top.
function paintHeatMap(memory, array, scale, soft, theme) {
  const [rows, columns] = array.shape;
  const buffer = pixelBuffer(memory, columns, rows);
  const signed = isSigned(array.values);
  const table = signed ? (soft ? theme.softPixels : theme.divergingPixels) : theme.sequentialPixels;
  const offset = signed ? 128 : 0;
  const { values } = array;
  const level = isExact(values) ? (i) => Math.round(127 * clampTo(values[i] / scale, -1, 1)) || 0 : (i) => values[i];
  for (let row = 0; row < rows; row++) {
    let target = (rows - 1 - row) * columns;
    const end = (row + 1) * columns;
    for (let i = row * columns; i < end; i++) buffer.pixels[target++] = table[level(i) + offset];
  }
  buffer.context.putImageData(buffer.image, 0, 0);
  return buffer.canvas;
}

// Each cell in the hue of its class, as strong as its value.
function paintClassRegions(memory, values, regions, theme) {
  const [rows, columns] = regions.shape;
  const buffer = pixelBuffer((memory.regions ??= {}), columns, rows);
  const tables = (memory.tables ??= theme.series.map((color) => colorTable((i) => classRegionColor(theme, color, i)).pixels));
  for (let row = 0; row < rows; row++) {
    let target = (rows - 1 - row) * columns;
    const end = (row + 1) * columns;
    for (let i = row * columns; i < end; i++) buffer.pixels[target++] = tables[regions.values[i] % tables.length][values.values[i]];
  }
  buffer.context.putImageData(buffer.image, 0, 0);
  return buffer.canvas;
}

const classRegionColor = (theme, color, i) => mixColors(parseColor(theme.background), parseColor(color), (MAP_STRENGTH * i) / 255);

// Marching squares at level zero: the line through the cells whose corners differ in sign.
function traceZero(ctx, array, plot) {
  const [rows, columns] = array.shape;
  const v = array.values;
  const [w, h] = [plot.w / columns, plot.h / rows];
  for (let row = 0; row + 1 < rows; row++) {
    const y = plot.y + plot.h - (row + 0.5) * h;
    for (let column = 0; column + 1 < columns; column++) {
      const i = row * columns + column;
      const [a, b, c, d] = [v[i], v[i + 1], v[i + 1 + columns], v[i + columns]];
      const corners = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (corners === 0 || corners === 15) continue;
      traceCell(ctx, plot.x + (column + 0.5) * w, y, w, h, a, b, c, d, corners);
    }
  }
}

// One cell, corners a b c d counter-clockwise from bottom left: each crossed edge gives one end of a segment.
function traceCell(ctx, x, y, w, h, a, b, c, d, corners) {
  let ends = 0;
  const end = (px, py) => (ends++ % 2 === 0 ? ctx.moveTo(px, py) : ctx.lineTo(px, py));
  const bottom = () => end(x + (w * a) / (a - b), y);
  const right = () => end(x + w, y - (h * b) / (b - c));
  const top = () => end(x + (w * d) / (d - c), y - h);
  const left = () => end(x, y - (h * a) / (a - d));
  // A saddle has two segments; its middle decides which corners they cut off.
  if (corners === 5 || corners === 10) {
    const joined = a + b + c + d > 0 === (corners === 5);
    for (const edge of joined ? [bottom, right, top, left] : [left, bottom, right, top]) edge();
    return;
  }
  if (a > 0 !== b > 0) bottom();
  if (b > 0 !== c > 0) right();
  if (c > 0 !== d > 0) top();
  if (d > 0 !== a > 0) left();
}

function drawZeroLine(ctx, array, plot, theme) {
  ctx.beginPath();
  traceZero(ctx, array, plot);
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1.25;
  ctx.lineCap = "round";
  ctx.stroke();
  ctx.lineCap = "butt";
}

// "low [ramp] high": what the two ends of the colours mean.
function rampLegend(spec, signed, soft, theme) {
  if (!spec.low_label && !spec.high_label) return [];
  const stops = signed ? [-1, 0, 1].map((t) => theme.diverging(soft ? MAP_STRENGTH * t : t)) : [0, 1].map(theme.sequential);
  return [
    {
      before: spec.low_label ?? "",
      label: spec.high_label ?? "",
      width: 44,
      paint(ctx, x, y) {
        const gradient = ctx.createLinearGradient(x, 0, x + 44, 0);
        stops.forEach((rgb, i) => gradient.addColorStop(i / (stops.length - 1), cssColor(rgb)));
        ctx.fillStyle = gradient;
        ctx.fillRect(x, y - 5, 44, 10);
        ctx.strokeStyle = theme.border;
        ctx.lineWidth = 1;
        ctx.strokeRect(crisp(x), crisp(y - 5), 43, 9);
      },
    },
  ];
}

function heatMapValue(array, row, column, scale = 1) {
  const value = array.values[row * array.shape[1] + column];
  if (isExact(array.values)) return value;
  return (value / (isSigned(array.values) ? 127 : 255)) * scale;
}

const heatMapPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const array = data.values;
    const signed = Boolean(array) && isSigned(array.values);
    const { regions } = data;
    const soft = Boolean(data.points || spec.hand);
    const items = [...(regions ? [] : rampLegend(spec, signed, soft, theme)), ...pointLegend(spec, data, theme)];
    const legend = layoutLegend(ctx, items, box, theme);
    const ranges = { x: spec.x_range, y: spec.y_range, top: legend.height, square: equalSpans(spec), grid: false };
    const axes = (memory.axes = drawAxes(ctx, box, spec, ranges, theme));
    const { x, y, w, h } = axes.plot;
    if (array && array.values.length > 0) {
      const smooth = array.shape[1] >= FINE_COLUMNS;
      ctx.imageSmoothingEnabled = smooth;
      const cells = regions
        ? paintClassRegions(memory, array, regions, theme)
        : paintHeatMap(memory, array, data.scale || 1, soft, theme);
      ctx.drawImage(cells, x, y, w, h);
      // Between a few large cells a contour would be an invention.
      if (signed && smooth) drawZeroLine(ctx, array, axes.plot, theme);
    }
    ctx.strokeStyle = theme.axis;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    drawPoints(ctx, axes, data.points, data.labels, theme);
    drawPoints(ctx, axes, data.test_points, data.test_labels, theme, { hollow: true });
    if (data.by_hand !== false) drawHand(ctx, axes, spec, theme);
    if (data.ring) drawRing(ctx, axes, { x: data.ring[0], y: data.ring[1] }, theme);
    if (memory.hoverPoint) drawRing(ctx, axes, memory.hoverPoint, theme);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverPoint = null;
    const { axes } = memory;
    if (x === null || !axes || !data.values?.values.length || !insidePlot(axes, x, y)) return null;
    const [rows, columns] = data.values.shape;
    const { plot } = axes;
    const column = Math.min(columns - 1, Math.floor(((x - plot.x) / plot.w) * columns));
    const row = Math.min(rows - 1, Math.floor(((plot.y + plot.h - y) / plot.h) * rows));
    const value = formatNumber(heatMapValue(data.values, row, column, data.scale));
    const region = data.regions ? `${className(spec, data.regions.values[row * columns + column])}, ` : "";
    const [across, up] = [shortNumber(axes.fromX(x)), shortNumber(axes.fromY(y))];
    const place = `${spec.x_label || "x"} ${across}, ${spec.y_label || "y"} ${up}`;
    const point = (memory.hoverPoint = findPoint(axes, x, y, { ...data, ...spec.hand }, 7));
    const known = point ? `; ${point.set} point: ${className(spec, point.label)}` : "";
    return { text: `${place}: ${spec.value_label || "value"} ${region}${value}${known}`, x, y };
  },
};

// A pointer's place is no more exact than a pixel.
const shortNumber = (value) => formatNumber(Number(value.toPrecision(3)));
