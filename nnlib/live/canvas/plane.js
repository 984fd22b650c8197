// Draws a function of two variables as shade with contour lines (or as regions of classes), and on it arrows, paths,
// stars and points written as their labels. Expects what contours.js and paths.js say: values, low, high, levels, bold_level; arrows; an array for
// each path of the spec; marks. Each may be absent. Handles lie above the canvas, see handles.js.

const isLog = (spec, axis) => spec[`${axis}_scale`] === "log";

// "low [ramp] high": what the two ends of the shade mean.
function shadeLegend(spec, theme) {
  if (!spec.low_label && !spec.high_label) return [];
  return [
    {
      before: spec.low_label,
      label: spec.high_label,
      width: 44,
      paint(ctx, x, y) {
        const gradient = ctx.createLinearGradient(x, 0, x + 44, 0);
        gradient.addColorStop(0, cssColor(theme.sequential(0)));
        gradient.addColorStop(1, cssColor(theme.sequential(SHADE_STRENGTH)));
        ctx.fillStyle = gradient;
        ctx.fillRect(x, y - 5, 44, 10);
        ctx.strokeStyle = theme.axis;
        ctx.lineWidth = 1;
        ctx.strokeRect(crisp(x), crisp(y - 5), 43, 9);
      },
    },
  ];
}

function pathLegend(spec, theme) {
  return spec.paths.map(({ name, label }, i) => ({
    label: label ?? name,
    width: 26,
    paint(ctx, x, y) {
      styleCurve(ctx, i, theme);
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + 26, y);
      ctx.stroke();
      ctx.setLineDash([]);
      drawPathMarker(ctx, x + 20, y, i, 4, theme);
    },
  }));
}

function markLegend(spec, data, theme) {
  if (!spec.mark_label || pointCount(data.marks) === 0) return [];
  return [{ label: spec.mark_label, width: 14, paint: (ctx, x, y) => drawStar(ctx, x + 7, y, theme) }];
}

function planeAxes(ctx, box, spec, data, legend, theme) {
  const [logX, logY] = [isLog(spec, "x"), isLog(spec, "y")];
  const square = !logX && !logY && equalSpans(spec);
  const grid = !data.values;
  return drawAxes(ctx, box, spec, { x: spec.x_range, y: spec.y_range, logX, logY, square, grid, top: legend.height }, theme);
}

function drawFrame(ctx, { x, y, w, h }, theme) {
  ctx.strokeStyle = theme.axis;
  ctx.lineWidth = 1;
  ctx.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
}

// Points written as their labels, each text drawn once and stamped as markers are, see markerStamp in scatter.js.
function writtenStamp(theme, text, color, size, ratio) {
  const key = `written ${text} ${color} ${size} ${ratio}`;
  theme.stamps ??= new Map();
  const kept = theme.stamps.get(key);
  if (kept) return kept;
  const canvas = document.createElement("canvas");
  const half = Math.ceil(0.75 * size * ratio);
  canvas.width = canvas.height = 2 * half;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, half, half);
  Object.assign(ctx, { font: `600 ${size}px sans-serif`, textAlign: "center", textBaseline: "middle", lineJoin: "round" });
  Object.assign(ctx, { strokeStyle: theme.background, lineWidth: 2.5, fillStyle: color });
  ctx.strokeText(text, 0, 0);
  ctx.fillText(text, 0, 0);
  const stamp = { canvas, half: half / ratio, size: (2 * half) / ratio };
  theme.stamps.set(key, stamp);
  return stamp;
}

function drawWritten(ctx, axes, spec, { points, labels }, theme) {
  if (!points) return;
  const ratio = ctx.getTransform().a || 1;
  const size = clampTo(Math.round(axes.plot.w / 30), 9, 13);
  const color = (i) => theme.series[i % theme.series.length];
  const stamps = spec.point_labels.map((text, i) => writtenStamp(theme, String(text), color(i), size, ratio));
  for (let i = 0; i < labels.values.length; i++) {
    const stamp = stamps[labels.values[i]];
    const [x, y] = [axes.toX(points.values[2 * i]), axes.toY(points.values[2 * i + 1])];
    if (!stamp || !insidePlot(axes, x, y)) continue;
    const [px, py] = [Math.round((x - stamp.half) * ratio) / ratio, Math.round((y - stamp.half) * ratio) / ratio];
    ctx.drawImage(stamp.canvas, px, py, stamp.size, stamp.size);
  }
}

const planePanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const items = [...shadeLegend(spec, theme), ...regionLegend(spec, theme)];
    items.push(...pathLegend(spec, theme), ...markLegend(spec, data, theme));
    const legend = layoutLegend(ctx, items, box, theme);
    const axes = (memory.axes = planeAxes(ctx, box, spec, data, legend, theme));
    const { plot } = axes;
    if (data.values?.values.length) {
      ctx.drawImage(planeGround(ctx, spec, data, plot, theme, memory), plot.x, plot.y, plot.w, plot.h);
    }
    clipToPlot(ctx, plot, () => {
      drawArrows(ctx, axes, data.arrows, theme);
      drawWritten(ctx, axes, spec, data, theme);
      spec.paths.forEach(({ name }, i) => drawPath(ctx, axes, data[name], i, theme));
      drawMarks(ctx, axes, data.marks, theme);
      drawHand(ctx, axes, spec, theme);
      spec.paths.forEach(({ name }, i) => drawNewest(ctx, axes, data[name], i, theme));
    });
    drawFrame(ctx, plot, theme);
    if (memory.hoverPoint) drawRing(ctx, axes, memory.hoverPoint, theme);
    drawLegend(ctx, legend, axes, box, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverPoint = null;
    const { axes } = memory;
    if (x === null || !axes || !insidePlot(axes, x, y)) return null;
    const point = (memory.hoverPoint = nearestPathPoint(axes, spec.paths, data, x, y, 12));
    const known = planeValue(axes, spec, data, x, y);
    const [across, up] = [shortNumber(axes.fromX(x)), shortNumber(axes.fromY(y))];
    const place = `${spec.x_label || "x"} ${across}, ${spec.y_label || "y"} ${up}`;
    const here = known === null ? place : `${place}: ${known}`;
    return { text: point ? `${here}\n${pathPointText(spec, point)}` : here, x, y };
  },
};

// What is known of the cell under the pointer, in words; null where there are no values at all.
function planeValue(axes, spec, { values: array }, x, y) {
  if (!array?.values.length) return null;
  const { plot } = axes;
  const [rows, columns] = array.shape;
  const column = clampTo(Math.floor(((x - plot.x) / plot.w) * columns), 0, columns - 1);
  const row = clampTo(Math.floor(((plot.y + plot.h - y) / plot.h) * rows), 0, rows - 1);
  const value = array.values[row * columns + column];
  if (spec.classes.length) return value === UNKNOWN_CLASS ? "not known" : className(spec, value);
  if (Number.isNaN(value)) return "not known";
  return `${spec.value_label || "value"} ${shortNumber(value)}`;
}
