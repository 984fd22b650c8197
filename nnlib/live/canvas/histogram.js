// Draws one small histogram for each layer, side by side, with the same axes. Expects counts uint32 (layers, bins),
// edges float32 (bins + 1,) and if wanted before uint32 (layers, bins), drawn as an outline. A bar is as high as the
// share of its layer that falls into its bin.

const HISTOGRAM_GAP = 22; // px, so that the numbers at the ends do not touch
const LEAST_DECADES = 3; // that a logarithmic axis shows

// Shares of each layer, and the largest and the least of them above zero.
function layerShares(array) {
  const [layers, bins] = array.shape;
  const shares = new Float64Array(layers * bins);
  const totals = [];
  let [largest, least] = [0, 1];
  for (let layer = 0; layer < layers; layer++) {
    const counts = array.values.subarray(layer * bins, (layer + 1) * bins);
    const total = counts.reduce((sum, count) => sum + count, 0);
    totals.push(total);
    counts.forEach((count, bin) => {
      const share = (shares[layer * bins + bin] = total ? count / total : 0);
      largest = Math.max(largest, share);
      if (share > 0) least = Math.min(least, share);
    });
  }
  return { shares, totals, largest, least };
}

function histogramRange(spec, parts, memory) {
  const largest = Math.max(...parts.map((part) => part.largest)) || 1;
  if (spec.y_scale !== "log") return [0, Math.max(steadyRange(memory, 0, largest)[1], 1e-6)];
  const least = Math.min(...parts.map((part) => part.least), largest / 10 ** LEAST_DECADES);
  return [10 ** (Math.floor(Math.log10(least)) - 0.3), 10 ** Math.ceil(Math.log10(largest))];
}

// The steps of a distribution as a path; with `close` down to the axis at both ends.
function traceSteps(ctx, axes, shares, edges, low, close) {
  const { y: top, h } = axes.plot;
  const height = (share) => clampTo(axes.toY(Math.max(share, low)), top, top + h);
  ctx.moveTo(axes.toX(edges[0]), close ? top + h : height(shares[0]));
  shares.forEach((share, bin) => {
    ctx.lineTo(axes.toX(edges[bin]), height(share));
    ctx.lineTo(axes.toX(edges[bin + 1]), height(share));
  });
  if (close) ctx.lineTo(axes.toX(edges.at(-1)), top + h);
}

function drawLayer(ctx, axes, spec, layer, { now, before, edges, bins, range }, theme) {
  const part = ({ shares }) => shares.subarray(layer * bins, (layer + 1) * bins);
  ctx.fillStyle = theme.series[5];
  ctx.beginPath();
  traceSteps(ctx, axes, part(now), edges, range[0], true);
  ctx.fill();
  if (before) {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.25;
    ctx.setLineDash([4, 2]);
    ctx.beginPath();
    traceSteps(ctx, axes, part(before), edges, range[0], false);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  const { x, y, w } = axes.plot;
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  ctx.fillText(clipText(ctx, spec.layers[layer] ?? `layer ${layer + 1}`, w), x + w / 2, y - 3);
}

function histogramLegend(spec, data, theme) {
  if (!data.before) return [];
  const now = (ctx, x, y) => {
    ctx.fillStyle = theme.series[5];
    ctx.fillRect(x, y - 5, 16, 10);
  };
  const before = (ctx, x, y) => {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1.25;
    ctx.setLineDash([4, 2]);
    ctx.strokeRect(x, y - 5, 16, 10);
    ctx.setLineDash([]);
  };
  return [{ label: spec.now_label, width: 16, paint: now }, { label: spec.before_label, width: 16, paint: before }];
}

// The axes of each layer: they share the first one's numbers at the left and the name of x in the middle.
function layerAxes(ctx, box, spec, layers, xRange, range, top, theme) {
  const options = { x: xRange, y: range, logY: spec.y_scale === "log", top, bottom: 20 + (spec.x_label ? 15 : 0), xTicks: false };
  const whole = drawAxes(ctx, box, spec, { ...options, grid: false }, theme);
  const width = (whole.plot.w - (layers - 1) * HISTOGRAM_GAP) / layers;
  const count = clampTo(Math.floor(whole.plot.h / 40), 2, 8);
  const yTicks = (options.logY ? logTicks : linearTicks)(...range, count);
  return Array.from({ length: layers }, (_, layer) => {
    const plot = { ...whole.plot, x: whole.plot.x + layer * (width + HISTOGRAM_GAP), w: Math.max(4, width) };
    const axes = axisMaps(plot, xRange, range, options);
    const xTicks = linearTicks(...xRange, clampTo(Math.floor(width / 46), 1, 6));
    drawGrid(ctx, axes, xTicks, yTicks, theme);
    drawTickLabels(ctx, axes, xTicks, [], box, theme);
    return axes;
  });
}

const histogramPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    memory.layers = null;
    if (!data.counts?.values.length) return;
    const [layers, bins] = data.counts.shape;
    const now = layerShares(data.counts);
    const before = data.before ? layerShares(data.before) : null;
    const range = histogramRange(spec, before ? [now, before] : [now], memory);
    const edges = data.edges.values;
    const legend = layoutLegend(ctx, histogramLegend(spec, data, theme), box, theme);
    const all = layerAxes(ctx, box, spec, layers, [edges[0], edges[bins]], range, legend.height + 14, theme);
    all.forEach((axes, layer) => drawLayer(ctx, axes, spec, layer, { now, before, edges, bins, range }, theme));
    drawLegend(ctx, legend, all[0], box, theme);
    memory.layers = { all, now, before };
    if (memory.hoverBin?.layer < layers) drawHoverBin(ctx, all[memory.hoverBin.layer], edges, memory.hoverBin.bin, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverBin = null;
    if (x === null || !memory.layers) return null;
    const { all, now, before } = memory.layers;
    const layer = all.findIndex((axes) => insidePlot(axes, x, y));
    if (layer < 0) return null;
    const bins = data.counts.shape[1];
    const edges = data.edges.values;
    const value = all[layer].fromX(x);
    const bin = clampTo(edges.findIndex((edge) => edge > value) - 1, 0, bins - 1);
    memory.hoverBin = { layer, bin };
    const percent = (part) => `${formatNumber(Number((100 * part.shares[layer * bins + bin]).toPrecision(3)))} %`;
    const count = formatNumber(data.counts.values[layer * bins + bin]);
    const place = `${spec.layers[layer] ?? `layer ${layer + 1}`}, ${shortNumber(edges[bin])} to ${shortNumber(edges[bin + 1])}`;
    const text = `${place}: ${count} of ${formatNumber(now.totals[layer])}, ${percent(now)}`;
    return { text: before ? `${text}\n${spec.before_label}: ${percent(before)}` : text, x, y };
  },
};

function drawHoverBin(ctx, axes, edges, bin, theme) {
  const { y, h } = axes.plot;
  ctx.globalAlpha = 0.15;
  ctx.fillStyle = theme.ink;
  ctx.fillRect(axes.toX(edges[bin]), y, axes.toX(edges[bin + 1]) - axes.toX(edges[bin]), h);
  ctx.globalAlpha = 1;
}
