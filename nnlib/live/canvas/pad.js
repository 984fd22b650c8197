// A sketch pad: strokes are painted at once, and the kernel hears of them as bytes of a small grid. Expects in the
// data, if wanted, seen: uint8 (h, w), the drawing as the network gets it; in the spec what SketchPad leaves in shown.

const TELL_EVERY = 1000 / 15; // ms between messages while the learner draws
const PAD_TOP = 18; // px for the label over the second picture
const PAD_GAP = 20;
const LINE_WIDTHS = { thin: 0.5, medium: 1, thick: 1.8 }; // of the panel's line width

// Where paper and second picture lie.
function padLayout(box, { rows, columns }, seen) {
  const [room, height] = [box.width - 8, box.height - PAD_TOP - 6];
  const [h, w] = seen ? seen.shape : [1, 1];
  const wide = seen ? (room - PAD_GAP) * 0.6 : room;
  const cell = Math.min(height / rows, wide / columns);
  const paper = { x: 4, y: PAD_TOP, w: cell * columns, h: cell * rows };
  if (!seen) return { paper: { ...paper, x: (box.width - paper.w) / 2 }, picture: null };
  const zoom = Math.min((0.72 * height) / h, Math.max(1, room - PAD_GAP - paper.w) / w);
  const left = Math.max(4, (box.width - paper.w - PAD_GAP - zoom * w) / 2);
  paper.x = left;
  const y = paper.y + Math.max(0, (paper.h - zoom * h) / 2);
  return { paper, picture: { x: left + paper.w + PAD_GAP, y, w: zoom * w, h: zoom * h } };
}

// The ink in the theme's colour.
function tinted(ink, theme, memory) {
  const { width, height } = ink.canvas;
  memory.tinted ??= emptyCanvas(width, height);
  const ctx = memory.tinted.getContext("2d");
  ctx.globalCompositeOperation = "copy";
  ctx.drawImage(ink.canvas, 0, 0);
  ctx.globalCompositeOperation = "source-in";
  ctx.fillStyle = cssColor(theme.sequential(1));
  ctx.fillRect(0, 0, width, height);
  return memory.tinted;
}

function drawSeen(ctx, box, rect, seen, label, theme, memory) {
  const picture = paintAtlas(memory, { values: seen.values, shape: [1, ...seen.shape] }, 1, theme);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(picture, rect.x, rect.y, rect.w, rect.h);
  drawFrame(ctx, rect, theme);
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  const middle = rect.x + rect.w / 2;
  ctx.fillText(label, middle, rect.y - 4, Math.min(rect.w + 1.6 * PAD_GAP, 2 * (box.width - middle) - 4));
}

// A ring as wide as the line: filled where the pen is down, crossed out where it erases.
function drawPen(ctx, paper, { at, down, width, erase }, { columns }, theme) {
  const cell = paper.w / columns;
  const [x, y] = [paper.x + at[0] * cell, paper.y + at[1] * cell];
  const r = Math.max(5, (width * cell) / 2);
  for (const [color, line] of [[theme.background, 4], [theme.brand, 2]]) {
    ctx.strokeStyle = color;
    ctx.lineWidth = line;
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    if (erase) {
      ctx.moveTo(x - 0.7 * r, y + 0.7 * r);
      ctx.lineTo(x + 0.7 * r, y - 0.7 * r);
    }
    ctx.stroke();
  }
  if (!down) return;
  ctx.fillStyle = theme.brand;
  ctx.beginPath();
  ctx.arc(x, y, 3, 0, 2 * Math.PI);
  ctx.fill();
}

const padPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const { ink, pen } = spec;
    const { paper, picture } = (memory.pad = padLayout(box, ink, data.seen));
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(tinted(ink, theme, memory), paper.x, paper.y, paper.w, paper.h);
    drawFrame(ctx, paper, theme);
    if (pen.shown) drawPen(ctx, paper, pen, ink, theme);
    if (picture) drawSeen(ctx, box, picture, data.seen, spec.seen_label, theme, memory);
  },

  hover(x, y, box, spec, { seen }, memory) {
    const picture = x === null ? null : memory.pad?.picture;
    if (!picture || !seen) return null;
    const [h, w] = seen.shape;
    const row = Math.floor(((y - picture.y) / picture.h) * h);
    const column = Math.floor(((x - picture.x) / picture.w) * w);
    if (row < 0 || row >= h || column < 0 || column >= w) return null;
    const value = formatNumber(Number((seen.values[row * w + column] / 255).toPrecision(3)));
    return { text: `row ${row}, column ${column}: ${value}`, x, y };
  },
};

class SketchPad extends Gesture {
  constructor(panel, stage) {
    super(panel, stage, panel.spec.drawing);
    const { rows, columns } = this.control;
    this.ink = new Ink(rows, columns);
    this.pen = { at: [(columns >> 1) + 0.5, (rows >> 1) + 0.5], down: false, erase: false, width: 1, shown: false };
    this.known = ""; // the drawing as the kernel last had it from here, or here from the kernel
    this.element = makeField("nn-paper", "sketch pad");
    this.tell = throttled(TELL_EVERY, () => this.send());
    const pad = this;
    panel.shown = {
      get ink() {
        pad.follow();
        return pad.ink;
      },
      pen: this.pen,
    };
    this.buildTools();
    this.listen();
  }

  buildTools() {
    this.drawing = makeTool("Pen", () => this.choose(false));
    this.erasing = makeTool("Eraser", () => this.choose(true));
    const widths = keepKeys(make("select", {}, ...Object.keys(LINE_WIDTHS).map((name) => make("option", {}, name))));
    widths.value = "medium";
    widths.addEventListener("change", () => this.setWidth(widths.value));
    this.setWidth(widths.value);
    this.choose(false);
    const clear = makeTool("Clear", () => this.clear());
    makeTools(this.panel, this.drawing, this.erasing, make("label", {}, "Line ", widths), clear);
  }

  setWidth(name) {
    const side = Math.min(this.ink.rows, this.ink.columns);
    this.pen.width = this.panel.spec.line_width * side * LINE_WIDTHS[name];
  }

  choose(erase) {
    this.pen.erase = erase;
    setPressed(this.drawing, !erase);
    setPressed(this.erasing, erase);
  }

  listen() {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => this.begin(event));
    element.addEventListener("pointermove", (event) => this.draw(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      element.addEventListener(end, (event) => this.end(event));
    }
    element.addEventListener("keydown", (event) => this.onKey(event));
    element.addEventListener("focus", () => this.showPen(element.matches(":focus-visible")));
    element.addEventListener("blur", () => this.showPen(false));
  }

  // Take over a drawing that was not made here. What has not been told yet goes first.
  follow() {
    const { value } = this;
    if (value === this.known || this.held !== undefined || this.untold) return;
    this.known = value;
    this.ink.load(unpackBytes(value, this.ink.rows * this.ink.columns));
  }

  send() {
    this.untold = false;
    const text = packBytes(this.ink.bytes());
    if (text === this.known) return;
    this.known = text;
    this.steer(text);
  }

  place() {
    layOver(this.element, this.panel.memory.pad?.paper);
    const { at, down, erase } = this.pen;
    const tool = erase ? "eraser" : "pen";
    const [column, row] = at.map((place) => Math.floor(place) + 1);
    this.label(
      `${this.control.label}: ${tool} ${down ? "down" : "up"} at row ${row}, column ${column}. Draw with the pointer; ` +
        `or arrow keys move the ${tool}, space puts it down and lifts it, Delete clears`,
    );
  }

  clear() {
    this.ink.clear();
    this.repaint();
    this.tell.now();
    this.speaker.say("cleared");
  }

  // ---------------------------------------------------------------- the pointer

  placeOf(event) {
    const [x, y] = shareOf(this.element, event);
    return [x * this.ink.columns, y * this.ink.rows];
  }

  begin(event) {
    if (this.held !== undefined || event.button !== 0) return;
    this.held = event.pointerId;
    this.element.setPointerCapture(event.pointerId);
    this.pen.shown = this.pen.down = false;
    this.pen.at = this.placeOf(event);
    this.strokeTo([this.pen.at]);
  }

  draw(event) {
    if (this.held !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.strokeTo((events.length ? events : [event]).map((each) => this.placeOf(each)));
  }

  end(event) {
    if (this.held !== event.pointerId) return;
    this.held = undefined;
    this.pen.at = this.clamped(this.pen.at);
    this.tell.now();
  }

  strokeTo(places) {
    for (const place of places) {
      this.ink.line(this.pen.at, place, this.pen.width, this.pen.erase);
      this.pen.at = place;
    }
    this.untold = true;
    this.repaint();
    this.tell.soon();
  }

  // ---------------------------------------------------------------- the keyboard

  clamped([x, y]) {
    return [clampTo(x, 0.5, this.ink.columns - 0.5), clampTo(y, 0.5, this.ink.rows - 0.5)];
  }

  showPen(shown) {
    this.pen.shown = shown;
    if (!shown) this.pen.down = false;
    this.repaint();
  }

  onKey(event) {
    const way = ARROW_KEYS[event.key];
    if (!isPlainKey(event) || !(way || [" ", "Delete", "Backspace"].includes(event.key))) return;
    takeKey(event);
    if (this.held !== undefined) return;
    this.pen.shown = true;
    if (way) this.move(way, event.shiftKey);
    else if (event.key === " ") this.press(!this.pen.down);
    else this.clear();
  }

  move([dx, dy], far) {
    const step = far ? Math.max(2, Math.round(this.ink.columns / 8)) : 1;
    const place = this.clamped([this.pen.at[0] + step * dx, this.pen.at[1] + step * dy]);
    if (this.pen.down) this.strokeTo([place]);
    else this.pen.at = place;
    this.repaint();
  }

  press(down) {
    this.pen.down = down;
    if (down) this.strokeTo([this.pen.at]);
    else this.tell.now();
    this.repaint();
    this.speaker.say(`${this.pen.erase ? "eraser" : "pen"} ${down ? "down" : "up"}`);
  }
}
