// Draws a computation as a graph from left to right, whose numbers appear one by one: values forwards, gradients
// backwards. Expects shown, how many steps have been made; numbers float32 (steps,); if wanted words, the arithmetic of
// each step, and reply. The spec says nodes, their places (0 to 1) and the steps. For typing see TapeQuestion below.

const TAPE_NODE = [104, 56]; // px, the largest a node gets
const TAPE_FOOT = 30;

// What each node shows after `shown` steps: {value, gradient}, and which step is the newest.
function readTape(spec, data) {
  const shown = clampTo(Math.floor(data.shown ?? 0), 0, spec.steps.length);
  const known = new Map(spec.nodes.map(({ name }) => [name, {}]));
  for (let i = 0; i < shown; i++) {
    const [name, what] = spec.steps[i];
    const number = data.numbers?.values[i];
    if (number !== undefined && !Number.isNaN(number)) known.get(name)[what] = number;
  }
  return { shown, known, newest: shown > 0 ? spec.steps[shown - 1] : null };
}

function placeTape(box, spec) {
  const columns = new Set(spec.places.map(([x]) => x.toFixed(4))).size;
  const rows = spec.places.reduce((most, [x]) => Math.max(most, spec.places.filter((other) => other[0] === x).length), 1);
  const height = box.height - TAPE_FOOT;
  const w = Math.min(TAPE_NODE[0], (0.76 * box.width) / Math.max(1, columns));
  const h = Math.min(TAPE_NODE[1], (0.9 * height) / rows);
  return spec.places.map(([x, y]) => ({ x: x * box.width, y: y * height, w, h }));
}

// From the right of one node to the left of another; backwards the head is at the first.
function drawArrow(ctx, from, to, share, backwards) {
  const [x0, y0] = [from.x + from.w / 2, from.y];
  // Arrows into one node end one above the other.
  const [x1, y1] = [to.x - to.w / 2 - 1, to.y + (share - 0.5) * 0.6 * to.h];
  const middle = (x0 + x1) / 2;
  ctx.beginPath();
  ctx.moveTo(x0 + (backwards ? 5 : 0), y0);
  ctx.bezierCurveTo(middle, y0, middle, y1, x1 - (backwards ? 0 : 5), y1);
  ctx.stroke();
  const [x, y, back] = backwards ? [x0 + 1, y0, 8] : [x1, y1, -7];
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + back, y - 4);
  ctx.lineTo(x + back, y + 4);
  ctx.fill();
}

// A thick arrow is one that the newest number has come along: from the inputs, or back from the users.
function drawTapeArrows(ctx, spec, places, newest, theme) {
  const numbers = new Map(spec.nodes.map(({ name }, i) => [name, i]));
  spec.nodes.forEach(({ name, inputs = [] }, i) => {
    inputs.forEach((input, k) => {
      const came = newest?.[2] ?? name; // where a gradient comes from, if the step says so
      const strong = newest && (newest[1] === "value" ? newest[0] === name : newest[0] === input && came === name);
      ctx.strokeStyle = ctx.fillStyle = strong ? theme.series[newest[1] === "value" ? 0 : 1] : theme.muted;
      ctx.lineWidth = strong ? 2.5 : 1;
      const backwards = strong && newest[1] === "gradient";
      drawArrow(ctx, places[numbers.get(input)], places[i], (k + 0.5) / inputs.length, backwards);
    });
  });
}

function drawTapeNode(ctx, { name, op }, { x, y, w, h }, known, newest, theme) {
  const here = newest?.[0] === name;
  ctx.beginPath();
  ctx.roundRect(x - w / 2, y - h / 2, w, h, 5);
  ctx.fillStyle = theme.panel;
  ctx.fill();
  ctx.strokeStyle = here ? theme.brand : theme.axis;
  ctx.lineWidth = here ? 3 : 1;
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const line = (row, text, color, font) => {
    ctx.font = font;
    ctx.fillStyle = color;
    ctx.fillText(text, x, y + ((row - 1) * h) / 3.2, w - 6);
  };
  line(0, op ? `${name} = ${op}` : name, theme.text, theme.bold);
  const { value, gradient } = known;
  // Besides its colour each number has a sign of its own: "=" before a value, "∂" before a gradient.
  line(1, value === undefined ? "=" : `= ${formatNumber(value)}`, theme.series[0], here && newest[1] === "value" ? theme.bold : theme.small);
  if (gradient !== undefined) line(2, `\u2202 ${formatNumber(gradient)}`, theme.series[1], here && newest[1] === "gradient" ? theme.bold : theme.small);
}

function tapeWords(spec, data, { shown, newest }) {
  const [done, all] = [shown, spec.steps.length].map((count) => count - (spec.given ?? 0));
  if (done <= 0) return `0 of ${all} steps`;
  const words = data.words?.[shown - 1] ?? "";
  return `${done} of ${all}: ${newest[1]} of ${newest[0]}${words ? `: ${words}` : ""}`;
}

const tapePanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const tape = (memory.tape = readTape(spec, data));
    const places = (memory.places = placeTape(box, spec));
    drawTapeArrows(ctx, spec, places, tape.newest, theme);
    spec.nodes.forEach((node, i) => drawTapeNode(ctx, node, places[i], tape.known.get(node.name), tape.newest, theme));
    ctx.font = theme.normal;
    ctx.fillStyle = theme.text;
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    ctx.fillText(tapeWords(spec, data, tape), box.width / 2, box.height - 6, box.width - 8);
  },

  hover(x, y, box, spec, data, memory) {
    const at = x === null ? -1 : (memory.places ?? []).findIndex((p) => Math.abs(x - p.x) <= p.w / 2 && Math.abs(y - p.y) <= p.h / 2);
    if (at < 0) return null;
    const { name, op, inputs = [] } = spec.nodes[at];
    const { value, gradient } = memory.tape.known.get(name);
    const lines = [op ? `${name} = ${op}${inputs.length ? ` of ${inputs.join(", ")}` : ""}` : name];
    lines.push(value === undefined ? "value: not yet" : `value ${formatNumber(value)}`);
    lines.push(gradient === undefined ? "gradient: not yet" : `gradient ${formatNumber(gradient)}`);
    return { text: lines.join("\n"), x, y };
  },

  attach: (panel, stage) => (panel.spec.asks ? [new TapeQuestion(panel, stage)] : []),
};

// Asks for the next number before it is shown, and sends what is typed as {type: "answer", panel, index, value}.
class TapeQuestion {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage, index: -1 });
    this.question = make("span");
    this.input = make("input", { type: "number", step: "any" });
    this.button = make("button", { type: "submit" }, "Check");
    this.reply = make("output");
    this.element = keepKeys(make("form", { class: "nn-question", novalidate: "" }, make("label", {}, this.question, this.input), this.button, this.reply));
    this.element.addEventListener("keydown", (event) => event.stopPropagation());
    this.element.addEventListener("submit", (event) => this.send(event));
    // Who begins to type wants the question to stay.
    this.input.addEventListener("focus", () => stage.frame?.playing && stage.link.ask({ type: "pause" }));
  }

  place() {
    const { spec } = this.panel;
    const data = this.stage.frame?.panels[spec.name];
    if (!data) return;
    const { shown } = readTape(spec, data);
    const over = shown >= spec.steps.length;
    if (shown !== this.index) {
      this.index = shown;
      this.input.value = "";
      const [name, what] = spec.steps[shown] ?? [];
      this.question.textContent = over ? "That was the last step." : `Next: the ${what} of ${name} is`;
    }
    this.input.hidden = this.button.hidden = over;
    const reply = data.reply ?? "";
    if (this.reply.textContent !== reply) this.reply.textContent = reply;
  }

  send(event) {
    event.preventDefault();
    const value = this.input.valueAsNumber;
    if (!Number.isFinite(value)) return this.input.focus();
    this.stage.link.ask({ type: "answer", panel: this.panel.spec.name, index: this.index, value });
  }
}
