// Draws one recurrent cell folded, with a loop, and unfolded, a copy for each step. Expects inputs, a list of T strings;
// states, float32 (units, T), signed; if wanted outputs, a list of T strings, "" where there is none; cursor, a step;
// unfold, from 0 to 1; gradient, float32 (T,), from 0 to 1: how much of it comes back to the state of each step.
// The copies glide out of the folded cell.

const UNROLLED_CELL = 76; // px, the widest a cell gets
const UNFOLD_TIME = 900; // ms, for the copies to come out of the one cell
const UNROLLED_BADGE = 13; // px, the radius of what is read and answered

const easedShare = (share) => share * share * (3 - 2 * share);

// Where everything lies: the middle of each copy, and the rows of inputs, cells and outputs.
function layoutUnrolled({ width, height }, steps, unfold) {
  const share = easedShare(unfold);
  const pitch = (width - 60) / Math.max(1, steps);
  const w = UNROLLED_CELL + share * (Math.min(UNROLLED_CELL, 0.6 * pitch) - UNROLLED_CELL);
  const at = (step) => width / 2 + share * (46 + (step + 0.5) * pitch - width / 2);
  const [up, down] = [26, height - 46];
  const h = Math.max(30, down - up - 2 * (UNROLLED_BADGE + 34));
  return { share, pitch, w, h, at, up, down, middle: (up + down) / 2, steps };
}

function unrolledArrow(ctx, x0, y0, x1, y1, width = 1.5) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = Math.hypot(dx, dy);
  if (length < 6) return;
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(5 + width, 0.6 * length);
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1 - head * ux, y1 - head * uy);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x1 - head * ux - 0.55 * head * uy, y1 - head * uy + 0.55 * head * ux);
  ctx.lineTo(x1 - head * ux + 0.55 * head * uy, y1 - head * uy - 0.55 * head * ux);
  ctx.fill();
}

// What is read or answered at a step, in a circle.
function unrolledBadge(ctx, x, y, text, strong, theme) {
  ctx.beginPath();
  ctx.arc(x, y, UNROLLED_BADGE, 0, 2 * Math.PI);
  ctx.fillStyle = theme.background;
  ctx.fill();
  ctx.strokeStyle = strong ? theme.ink : theme.axis;
  ctx.lineWidth = strong ? 2 : 1;
  ctx.stroke();
  const font = text.length > 2 ? theme.tiny : strong ? `600 13px ${theme.family}` : theme.normal;
  wordAt(ctx, text, x, y + 1, font, strong ? theme.ink : theme.text);
}

// The state inside a copy: a stripe for each unit, as in a heat map.
function unrolledState(ctx, { w, h, middle }, x, states, step, theme) {
  const [units, steps] = states.shape;
  const row = h / units;
  for (let unit = 0; unit < units; unit++) {
    const value = states.values[unit * steps + step];
    ctx.fillStyle = cssColor(theme.diverging(Number.isNaN(value) ? 0 : value));
    ctx.fillRect(x - w / 2, middle - h / 2 + unit * row, w, row + 0.5);
  }
}

function unrolledCopy(ctx, layout, data, step, { cursor, theme }) {
  const { w, h, at, up, down, middle } = layout;
  const x = at(step);
  const [now, done] = [step === cursor, step <= cursor];
  ctx.globalAlpha = done ? 1 : 0.4;
  ctx.strokeStyle = ctx.fillStyle = now ? theme.ink : theme.muted;
  unrolledArrow(ctx, x, down - UNROLLED_BADGE - 1, x, middle + h / 2 + 1, now ? 2.5 : 1.25);
  const answer = data.outputs?.[step] ?? "";
  if (answer) unrolledArrow(ctx, x, middle - h / 2 - 1, x, up + UNROLLED_BADGE + 1, now ? 2.5 : 1.25);
  ctx.fillStyle = theme.background;
  ctx.fillRect(x - w / 2, middle - h / 2, w, h);
  if (done) unrolledState(ctx, layout, x, data.states, step, theme);
  ctx.strokeStyle = now ? theme.brand : theme.axis;
  ctx.lineWidth = now ? 3 : 1;
  ctx.strokeRect(crisp(x - w / 2), crisp(middle - h / 2), Math.round(w) - 1, Math.round(h) - 1);
  unrolledBadge(ctx, x, down, data.inputs[step] ?? "", now, theme);
  if (answer) unrolledBadge(ctx, x, up, answer, now, theme);
  ctx.globalAlpha = 1;
}

// From copy to copy: the state goes right, and below it the gradient comes back, as wide as it is large.
function unrolledWays(ctx, layout, data, { cursor, theme }) {
  const { w, h, at, middle, share, steps } = layout;
  const gradient = data.gradient?.values;
  for (let step = 0; step < steps; step++) {
    const left = step ? at(step - 1) + w / 2 : at(0) - w / 2 - 26 * share;
    const right = at(step) - w / 2;
    ctx.globalAlpha = share * (step <= cursor ? 1 : 0.4);
    ctx.strokeStyle = ctx.fillStyle = step === cursor ? theme.ink : theme.muted;
    const lift = gradient ? Math.min(12, 0.2 * h) : 0;
    unrolledArrow(ctx, left, middle - lift, right, middle - lift, step === cursor ? 2.5 : 1.25);
    if (!gradient || !step || step > cursor) continue;
    const size = clampTo(gradient[step - 1], 0, 1);
    ctx.globalAlpha = share * (0.25 + 0.75 * size);
    ctx.strokeStyle = ctx.fillStyle = theme.series[1];
    ctx.setLineDash([5, 3]);
    unrolledArrow(ctx, right, middle + lift, left, middle + lift, 0.75 + 5 * size);
    ctx.setLineDash([]);
  }
  ctx.globalAlpha = 1;
}

// The loop of the folded cell: its state goes back into itself.
function unrolledLoop(ctx, { w, h, at, middle, share }, cursor, theme) {
  if (share >= 1) return;
  const [x, y] = [at(cursor) + w / 2, middle];
  ctx.globalAlpha = 1 - share;
  ctx.strokeStyle = ctx.fillStyle = theme.ink;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(x + 1, y - 0.2 * h);
  ctx.bezierCurveTo(x + 62, y - 0.45 * h, x + 62, y + 0.45 * h, x + 10, y + 0.2 * h);
  ctx.stroke();
  unrolledArrow(ctx, x + 16, y + 0.22 * h, x + 2, y + 0.18 * h, 2);
  wordAt(ctx, "U: the state, one step later", x + 140, y, theme.normal, theme.text);
  ctx.globalAlpha = 1;
}

function unrolledWords(ctx, layout, spec, data, cursor, theme) {
  const { at, w, h, up, down, middle, share } = layout;
  const x = at(cursor);
  const beside = (text, y) => wordAt(ctx, text, x + 16, y, theme.bold, theme.text, theme.background);
  beside("W", (down + middle + h / 2 - UNROLLED_BADGE) / 2);
  if (data.outputs?.[cursor]) beside("V", (up + middle - h / 2 + UNROLLED_BADGE) / 2);
  if (share > 0.5 && cursor) wordAt(ctx, "U", (at(cursor - 1) + x) / 2, middle - Math.min(12, 0.2 * h) - 12, theme.bold, theme.text, theme.background);
  ctx.font = theme.small;
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  [[spec.output_label, up], ["state", middle], ["reads", down]].forEach(([text, y]) => ctx.fillText(text, 2, y, share > 0.5 ? 38 : 90));
  wordAt(ctx, `step ${cursor}`, clampTo(x, w, 1e9), down + UNROLLED_BADGE + 14, theme.small, theme.text);
}

const unrolledPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const steps = data.inputs?.length ?? 0;
    memory.layout = memory.axes = null;
    if (!steps || !data.states) return;
    memory.tweenTime = UNFOLD_TIME;
    const wanted = clampTo(Number(data.unfold ?? 1), 0, 1);
    if (memory.wanted?.[0] !== wanted) memory.wanted = Float32Array.of(wanted);
    const layout = (memory.layout = layoutUnrolled(box, steps, glide(memory, memory.wanted)[0]));
    const cursor = clampTo(Math.round(Number(data.cursor) || 0), 0, steps - 1);
    const look = { cursor, theme };
    const plot = { x: 46, y: 0, w: box.width - 60, h: layout.down + UNROLLED_BADGE + 4, margin: 0 };
    // A handle shows where the copies lie side by side only.
    if (layout.share === 1) memory.axes = axisMaps(plot, [-0.5, steps - 0.5], [0, 1], {});
    if (layout.share > 0) unrolledWays(ctx, layout, data, look);
    // Of copies that lie on each other only the one that works is seen.
    const shown = layout.share > 0 ? [...Array(steps).keys()].filter((step) => step !== cursor) : [];
    for (const step of [...shown, cursor]) unrolledCopy(ctx, layout, data, step, look);
    unrolledLoop(ctx, layout, cursor, theme);
    unrolledWords(ctx, layout, spec, data, cursor, theme);
  },

  hover(x, y, box, spec, data, memory) {
    const { layout } = memory;
    if (x === null || !layout || layout.share < 1) return null;
    const step = [...Array(layout.steps).keys()].find((one) => Math.abs(layout.at(one) - x) < layout.pitch / 2);
    if (step === undefined) return null;
    const back = data.gradient ? `; of the gradient ${formatNumber(Number(data.gradient.values[step].toPrecision(3)))}` : "";
    const answer = data.outputs?.[step] ? `, ${spec.output_label} ${data.outputs[step]}` : "";
    return { text: `step ${step}: reads ${data.inputs[step]}${answer}${back}`, x, y };
  },

  attach: (panel, stage) => [new Glider(panel, stage)],
};
