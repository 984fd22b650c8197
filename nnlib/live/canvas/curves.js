// Draws one or more lines over a common x: loss, accuracy, a gradient norm. Expects, per series of the spec,
// a float32 array of shape (2, n): row 0 is x (ascending), row 1 is y; n may be 0, NaN in y leaves a gap.
// Where several points share a pixel column, the line is their mean and a pale band spans least to greatest.

const isDrawable = (value, logY) => Number.isFinite(value) && (!logY || value > 0);

function curveCount(array) {
  return array ? array.shape[1] : 0;
}

// The largest x, and the span of the y that can be drawn; null when there is none.
function curveExtent(spec, data, logY) {
  let [right, low, high] = [1, Infinity, -Infinity];
  for (const { name } of spec.series) {
    const n = curveCount(data[name]);
    const values = data[name]?.values;
    for (let i = 0; i < n; i++) {
      if (values[i] > right && values[i] < Infinity) right = values[i];
      const y = values[n + i];
      if (!isDrawable(y, logY)) continue;
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  return { right, span: low <= high ? [low, high] : null };
}

function curveRange(spec, extent, logY, memory) {
  if (extent.right < memory.right) memory.range = null; // rewound or reset: the old range says nothing
  memory.right = extent.right;
  if (spec.y_range && (!logY || spec.y_range[0] > 0)) return spec.y_range;
  if (!extent.span) return memory.range && !logY ? memory.range : logY ? [0.1, 1] : [0, 1];
  const [low, high] = extent.span;
  if (logY) return steadyRange(memory, Math.log10(low), Math.log10(high)).map((power) => 10 ** power);
  // Zero belongs in the picture unless the data stays far from it.
  return steadyRange(memory, low >= 0 && low < 0.5 * high ? 0 : low, high);
}

// Scratch space for one curve at a time, kept so that a frame allocates nothing large.
let curveColumns = { size: 0 };

function columnSpace(size) {
  if (curveColumns.size < size) {
    const make = () => new Float32Array(2 * size);
    curveColumns = { size: 2 * size, x: make(), low: make(), high: make(), mean: make(), starts: new Uint8Array(2 * size) };
  }
  return curveColumns;
}

// Gathers the points that share a pixel column, so that a long run costs no more than its width in pixels.
// starts[k] is 1 where a line begins: at the first column and after each gap.
function gatherColumns(array, axes, logY) {
  const n = curveCount(array);
  const space = columnSpace(n);
  const values = array?.values;
  let [k, count, open] = [-1, 0, false];
  space.crowded = false;
  for (let i = 0; i < n; i++) {
    const value = values[n + i];
    if (!isDrawable(value, logY)) {
      open = false;
      continue;
    }
    const x = axes.toX(values[i]);
    const y = axes.toY(value);
    if (open && x - space.x[k] < 1) {
      if (y < space.low[k]) space.low[k] = y;
      if (y > space.high[k]) space.high[k] = y;
      space.mean[k] += (y - space.mean[k]) / ++count;
      space.crowded = true;
      continue;
    }
    k++;
    count = 1;
    space.x[k] = x;
    space.low[k] = space.high[k] = space.mean[k] = y;
    space.starts[k] = open ? 0 : 1;
    open = true;
  }
  space.count = k + 1;
  return space;
}

// The pale band from the least to the greatest value of each column: no spike is lost.
function traceBand(ctx, columns) {
  for (let first = 0; first < columns.count; ) {
    let end = first + 1;
    while (end < columns.count && !columns.starts[end]) end++;
    ctx.moveTo(columns.x[first], columns.high[first]);
    for (let k = first + 1; k < end; k++) ctx.lineTo(columns.x[k], columns.high[k]);
    for (let k = end - 1; k >= first; k--) ctx.lineTo(columns.x[k], columns.low[k]);
    first = end;
  }
}

// The line through the means of the columns, which are the points themselves while there are few.
function traceMeans(ctx, { x, mean, starts, count }) {
  for (let k = 0; k < count; k++) {
    if (!starts[k]) ctx.lineTo(x[k], mean[k]);
    else if (k + 1 < count && !starts[k + 1]) ctx.moveTo(x[k], mean[k]);
    else {
      ctx.moveTo(x[k] - 1, mean[k]); // a lone point between two gaps
      ctx.lineTo(x[k] + 1, mean[k]);
    }
  }
}

function drawCurve(ctx, array, index, axes, logY, theme) {
  const columns = gatherColumns(array, axes, logY);
  styleCurve(ctx, index, theme);
  if (columns.crowded) {
    ctx.beginPath();
    traceBand(ctx, columns);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.globalAlpha = 0.35;
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  ctx.beginPath();
  traceMeans(ctx, columns);
  ctx.stroke();
  ctx.setLineDash([]);
  dotCurve(ctx, array, lastCurveIndex(array, logY), axes, logY, ctx.strokeStyle, theme);
}

// The last drawable point of a series, as its index; -1 when there is none.
function lastCurveIndex(array, logY) {
  const n = curveCount(array);
  let i = n - 1;
  while (i >= 0 && !isDrawable(array.values[n + i], logY)) i--;
  return i;
}

function curveLegend(spec, data, logY, theme) {
  return spec.series.map(({ name, label }, i) => {
    const n = curveCount(data[name]);
    const latest = n ? data[name].values[2 * n - 1] : undefined;
    return {
      label: label ?? name,
      value: latest === undefined ? "" : formatNumber(latest), // NaN is shown as such: that is the news
      width: 22,
      paint(ctx, x, y) {
        styleCurve(ctx, i, theme);
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(x + 22, y);
        ctx.stroke();
        ctx.setLineDash([]);
      },
    };
  });
}

function styleCurve(ctx, index, theme) {
  ctx.strokeStyle = theme.series[index % theme.series.length];
  ctx.setLineDash(theme.dashes[index % theme.dashes.length]);
  ctx.lineWidth = 1.5;
  ctx.lineJoin = "bevel"; // round joins on a noisy curve triple the cost of painting it
}

function dotCurve(ctx, array, index, axes, logY, color, theme) {
  const n = curveCount(array);
  if (index < 0 || !isDrawable(array.values[n + index], logY)) return;
  const y = axes.toY(array.values[n + index]);
  if (y < axes.plot.y - 1 || y > axes.plot.y + axes.plot.h + 1) return;
  ctx.beginPath();
  ctx.arc(axes.toX(array.values[index]), y, 3, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = 1;
  ctx.stroke();
}

// The index whose x is nearest, by bisection.
function nearestCurveIndex(array, x) {
  let [low, high] = [0, curveCount(array) - 1];
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (array.values[middle] < x) low = middle;
    else high = middle;
  }
  return Math.abs(array.values[low] - x) <= Math.abs(array.values[high] - x) ? low : high;
}

function drawCurveHover(ctx, spec, data, axes, logY, theme, memory) {
  const x = crisp(axes.toX(memory.hoverX));
  if (x < axes.plot.x || x > axes.plot.x + axes.plot.w + 1) return;
  ctx.strokeStyle = theme.muted;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, axes.plot.y);
  ctx.lineTo(x, axes.plot.y + axes.plot.h);
  ctx.stroke();
  spec.series.forEach(({ name }, i) => {
    const nearest = nearestCurveIndex(data[name], memory.hoverX);
    dotCurve(ctx, data[name], nearest, axes, logY, theme.series[i % theme.series.length], theme);
  });
}

const curvesPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const logY = spec.y_scale === "log";
    const extent = curveExtent(spec, data, logY);
    const legend = layoutLegend(ctx, curveLegend(spec, data, logY, theme), box, theme);
    const ranges = { x: [0, extent.right], y: curveRange(spec, extent, logY, memory), logY, top: legend.height };
    const axes = (memory.axes = drawAxes(ctx, box, spec, ranges, theme));
    const { x, y, w, h } = axes.plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y - 1, w + 4, h + 2);
    ctx.clip();
    // In order, so that a noisy training curve lies under the smooth test curve and not over it.
    spec.series.forEach(({ name }, i) => drawCurve(ctx, data[name], i, axes, logY, theme));
    ctx.restore();
    if (memory.hoverX != null) drawCurveHover(ctx, spec, data, axes, logY, theme, memory);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverX = null;
    const axes = memory.axes;
    if (x === null || !axes || !insidePlot(axes, x, y)) return null;
    const wanted = axes.fromX(x);
    const best = nearestCurveX(spec, data, wanted, axes.fromX(x + 3) - wanted);
    if (best === null) return null;
    memory.hoverX = best;
    return { text: `${spec.x_label || "x"} ${formatNumber(best)}: ${curveValues(spec, data, best)}`, x: axes.toX(best), y };
  },
};

// The x nearest the pointer; within its reach, that of the sparsest series, which the others mostly share.
function nearestCurveX(spec, data, wanted, reach) {
  let [best, fewest, least] = [null, Infinity, Infinity];
  for (const { name } of spec.series) {
    const index = nearestCurveIndex(data[name], wanted);
    if (index < 0) continue;
    const at = data[name].values[index];
    const away = Math.max(Math.abs(at - wanted), reach);
    const n = curveCount(data[name]);
    if (away < least || (away === least && n < fewest)) [best, fewest, least] = [at, n, away];
  }
  return best;
}

// "training 0.1234, test 0.2011 at 1,190": a series measured elsewhere says where.
function curveValues(spec, data, x) {
  const parts = [];
  for (const { name, label } of spec.series) {
    const array = data[name];
    const index = nearestCurveIndex(array, x);
    if (index < 0) continue;
    const at = array.values[index];
    const value = formatNumber(array.values[curveCount(array) + index]);
    parts.push(`${label ?? name} ${value}${at === x ? "" : ` at ${formatNumber(at)}`}`);
  }
  return parts.join(", ");
}
