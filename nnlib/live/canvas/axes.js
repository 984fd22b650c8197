// Ticks, numbers, axes and legends that the panels share. drawAxes expects ranges {x: [lo, hi], y: [lo, hi]}
// and options beside them (logX, logY, top, bottom, square, grid, xTicks); it returns the map between data and pixels.

const AXIS_RIGHT = 10;
const LEGEND_ROW = 17;

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const fraction = rough / power;
  return (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10) * power;
}

// Ticks at whole multiples of 1, 2 or 5 times a power of ten, at most `count` of them or so.
function linearTicks(lo, hi, count) {
  const step = niceStep((hi - lo) / count);
  const decimals = clampTo(-Math.floor(Math.log10(step) + 1e-9), 0, 12);
  const ticks = [];
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + 1e-9 * step; i++) {
    const value = Number((i * step).toFixed(decimals));
    ticks.push({ value, label: decimals > 0 && decimals < 5 ? withMinus(value.toFixed(decimals)) : formatNumber(value) });
  }
  return ticks;
}

// Decades when there are enough of them, 1-2-5 within a few, linear within less than one.
function logTicks(lo, hi, count) {
  const low = Math.log10(lo);
  const high = Math.log10(hi);
  const every = Math.max(1, Math.ceil((high - low) / count));
  const mantissas = high - low <= count / 2 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (mantissas.length === 1 && power % every !== 0) continue;
    for (const mantissa of mantissas) {
      const value = power < 0 ? mantissa / 10 ** -power : mantissa * 10 ** power;
      if (value >= lo * (1 - 1e-9) && value <= hi * (1 + 1e-9)) ticks.push({ value, label: formatNumber(value) });
    }
  }
  return ticks.length >= 2 ? ticks : linearTicks(lo, hi, count).filter((tick) => tick.value > 0);
}

const withMinus = (text) => text.replace(/^-/, "\u2212");

// Whole numbers in full, others to four significant digits, very large and very small ones as 1.2e-7.
function formatNumber(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : "\u2212\u221e";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e9 || size < 1e-4) return withMinus(value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e"));
  if (Number.isInteger(value) || size >= 1000) return withMinus(groupThousands(Math.round(value)));
  const text = value.toPrecision(4);
  return withMinus(text.includes(".") ? text.replace(/\.?0+$/, "") : groupThousands(text));
}

const groupThousands = (whole) => String(whole).replace(/\B(?=(\d{3})+$)/g, ",");

// Grows as soon as the data does, in whole tick steps, and shrinks only when much would be empty.
function steadyRange(memory, low, high) {
  const spread = high > low ? high - low : Math.max(Math.abs(high) * 0.2, 1e-3);
  const [lo, hi] = high > low ? [low, high] : [low - spread / 2, high + spread / 2];
  const step = niceStep(spread / 10);
  const wanted = [Math.floor(lo / step + 1e-6) * step, Math.ceil((hi + 0.02 * spread) / step - 1e-6) * step];
  const kept = memory.range;
  if (!kept || wanted[1] - wanted[0] < 0.6 * (kept[1] - kept[0])) memory.range = wanted;
  else if (lo < kept[0] || hi > kept[1]) {
    memory.range = [Math.min(kept[0], wanted[0]), Math.max(kept[1], wanted[1])];
  }
  return memory.range;
}

// The plot rectangle: what is left of the box beside labels and legend.
function plotRectangle(ctx, box, spec, ranges, yTicks, theme) {
  ctx.font = theme.small;
  let widest = 0;
  for (const tick of yTicks) widest = Math.max(widest, ctx.measureText(tick.label).width);
  // In steps of 8 px, so that a longer label does not nudge the whole plot.
  const left = Math.ceil((widest + 10) / 8) * 8 + (spec.y_label ? 16 : 2);
  const bottom = ranges.bottom ?? 20 + (spec.x_label ? 15 : 0);
  const top = ranges.top ?? 8;
  const w = Math.max(10, box.width - left - AXIS_RIGHT);
  const h = Math.max(10, box.height - top - bottom);
  if (!ranges.square) return { x: left, y: top, w, h, margin: left };
  const side = Math.floor(Math.min(w, h));
  return { x: left + Math.floor((w - side) / 2), y: top, w: side, h: side, margin: left };
}

function axisMaps(plot, xRange, yRange, { logX, logY }) {
  const across = scaleMap(xRange, logX, plot.x, plot.w);
  const up = scaleMap(yRange, logY, plot.y + plot.h, -plot.h);
  return { plot, toX: across.to, fromX: across.from, toY: up.to, fromY: up.from };
}

// From a value to its place in pixels, and back; a logarithm places numbers up to zero nowhere.
function scaleMap([low, high], log, start, length) {
  const from = log ? Math.log10(low) : low;
  const k = length / ((log ? Math.log10(high) : high) - from);
  return log
    ? { to: (value) => start + (Math.log10(value) - from) * k, from: (px) => 10 ** (from + (px - start) / k) }
    : { to: (value) => start + (value - from) * k, from: (px) => from + (px - start) / k };
}

function drawAxes(ctx, box, spec, ranges, theme) {
  const room = box.height - (ranges.top ?? 8) - 30;
  const count = clampTo(Math.floor(room / 40), 2, 8);
  const yTicks = (ranges.logY ? logTicks : linearTicks)(ranges.y[0], ranges.y[1], count);
  const plot = plotRectangle(ctx, box, spec, ranges, yTicks, theme);
  const axes = axisMaps(plot, ranges.x, ranges.y, ranges);
  const across = clampTo(Math.floor(plot.w / 65), 2, 8);
  const xTicks = ranges.xTicks === false ? [] : ticksAcross(ranges, across);
  if (ranges.grid !== false) drawGrid(ctx, axes, xTicks, yTicks, theme);
  drawTickLabels(ctx, axes, xTicks, yTicks, box, theme);
  drawAxisLabels(ctx, plot, box, spec, theme);
  return axes;
}

// Numbers such as 0.005 need more room side by side than one above the other.
function ticksAcross({ x: [low, high], logX }, count) {
  return logX ? logTicks(low, high, Math.min(count, 6)) : linearTicks(low, high, count);
}

const crisp = (value) => Math.round(value) + 0.5; // a 1 px line that falls on whole pixels

function drawGrid(ctx, axes, xTicks, yTicks, theme) {
  const { x, y, w, h } = axes.plot;
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.grid;
  ctx.beginPath();
  for (const tick of xTicks) {
    ctx.moveTo(crisp(axes.toX(tick.value)), y);
    ctx.lineTo(crisp(axes.toX(tick.value)), y + h);
  }
  for (const tick of yTicks) {
    ctx.moveTo(x, crisp(axes.toY(tick.value)));
    ctx.lineTo(x + w, crisp(axes.toY(tick.value)));
  }
  ctx.stroke();
  ctx.strokeStyle = theme.axis;
  ctx.beginPath();
  ctx.moveTo(crisp(x), y);
  ctx.lineTo(crisp(x), crisp(y + h));
  ctx.lineTo(x + w, crisp(y + h));
  ctx.stroke();
}

function drawTickLabels(ctx, axes, xTicks, yTicks, box, theme) {
  const { x, y, h } = axes.plot;
  ctx.font = theme.small;
  ctx.fillStyle = theme.muted;
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  for (const tick of yTicks) ctx.fillText(tick.label, x - 6, clampTo(axes.toY(tick.value), 6, box.height - 6));
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  for (const tick of xTicks) {
    const half = ctx.measureText(tick.label).width / 2;
    ctx.fillText(tick.label, clampTo(axes.toX(tick.value), half + 1, box.width - half - 1), y + h + 6);
  }
}

function drawAxisLabels(ctx, plot, box, spec, theme) {
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  if (spec.x_label) ctx.fillText(spec.x_label, plot.x + plot.w / 2, plot.y + plot.h + 20, box.width);
  if (!spec.y_label) return;
  ctx.save();
  ctx.translate(plot.x - plot.margin + 3, plot.y + plot.h / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(spec.y_label, 0, 0, plot.h + 16);
  ctx.restore();
}

// Items {width, paint(ctx, x, y), label, before?, value?} in rows above the plot. A value has a slot of fixed
// width: digits that come and go must not push the neighbours about.
function layoutLegend(ctx, items, box, theme) {
  ctx.font = theme.small;
  const long = items.some((item) => item.value?.length > 7);
  const slot = ctx.measureText(long ? "0.0000000" : "0.00000").width;
  const room = box.width - 8 - AXIS_RIGHT;
  const legend = { items, places: [], width: 0, height: 0 };
  let x = 0;
  let row = 0;
  for (const item of items) {
    const before = item.before ? ctx.measureText(item.before).width + 5 : 0;
    const label = ctx.measureText(item.label).width;
    const width = before + item.width + 5 + label + (item.value === undefined ? 0 : slot + 5);
    if (x > 0 && x + width > room) [x, row] = [0, row + 1];
    legend.places.push({ x, row, before, label });
    legend.width = Math.max(legend.width, x + width);
    x += width + 14;
  }
  legend.height = items.length ? LEGEND_ROW * (row + 1) + 6 : 8;
  return legend;
}

function drawLegend(ctx, legend, axes, box, theme) {
  const left = Math.max(4, Math.min(axes.plot.x, box.width - AXIS_RIGHT - legend.width));
  ctx.font = theme.small;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  legend.items.forEach((item, i) => {
    const place = legend.places[i];
    const y = 3 + LEGEND_ROW * (place.row + 0.5);
    let x = left + place.x;
    ctx.fillStyle = theme.text;
    if (item.before) ctx.fillText(item.before, x, y);
    x += place.before;
    item.paint(ctx, x, y);
    ctx.fillStyle = theme.text;
    ctx.fillText(item.label, x + item.width + 5, y);
    if (item.value === undefined) return;
    ctx.fillStyle = theme.muted;
    ctx.fillText(item.value, x + item.width + 10 + place.label, y);
  });
}
