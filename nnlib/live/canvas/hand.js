// Points by hand, on any panel with axes whose spec names a control in by_hand: a click adds a point of the chosen
// class, a click with Shift (or while "Remove" is on) takes the nearest away. With the keyboard a crosshair does it.

const REMOVE_REACH = 30; // px
const CROSS_STEP = 0.02; // of the axis, with an arrow key
const CROSS_STRIDE = 0.1; // with Shift

// The points as a scatter takes them, and drawn.
function handData(points) {
  return {
    hand_points: { values: points.flatMap(([x, y]) => [x, y]), shape: [points.length, 2] },
    hand_labels: { values: points.map((point) => point[2]) },
  };
}

function drawHand(ctx, axes, { hand }, theme) {
  if (hand) drawPoints(ctx, axes, hand.hand_points, hand.hand_labels, theme);
}

class HandPoints extends Gesture {
  constructor(panel, stage) {
    super(panel, stage, panel.spec.by_hand);
    this.at = [0.5, 0.5]; // the crosshair, as shares of the plot
    this.chosen = 0;
    this.removing = false;
    this.element = makeField("nn-crosshair", "crosshair");
    const gesture = this;
    panel.shown = {
      get hand() {
        return handData(gesture.value);
      },
    };
    this.buildTools();
    this.listen();
  }

  buildTools() {
    this.classes = this.control.classes.map((name, i) => {
      const button = makeTool(String(name), () => this.choose(i));
      button.title = `Add points of this class (${i + 1})`;
      button.prepend(make("canvas", { class: "nn-glyph", width: 32, height: 32, "aria-hidden": "true" }));
      return button;
    });
    this.remover = makeTool("Remove", () => this.setRemoving(!this.removing));
    this.remover.title = "Clicks take the nearest point away";
    this.counter = make("output", {});
    this.tools = makeTools(this.panel, ...this.classes, this.remover, makeTool("Clear", () => this.change([], "all removed")), this.counter);
    this.choose(0);
  }

  choose(index) {
    this.chosen = index;
    this.setRemoving(false);
    this.place();
  }

  setRemoving(on) {
    this.removing = on;
    setPressed(this.remover, on);
    this.classes.forEach((button, i) => setPressed(button, !on && i === this.chosen));
  }

  listen() {
    const { canvas } = this.panel;
    let tap = null; // a finger that moves across the canvas scrolls the page: only its tap is a click
    canvas.addEventListener("pointerdown", (event) => {
      tap = event.pointerType === "touch" ? { x: event.clientX, y: event.clientY } : null;
      if (!tap && event.button === 0) this.click(event);
    });
    canvas.addEventListener("pointerup", (event) => {
      const still = tap && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < TAP_REACH;
      tap = null;
      if (still) this.click(event);
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  // A frame may say that points by hand have no place in what is shown.
  get isOff() {
    return this.data?.by_hand === false;
  }

  click(event) {
    if (this.isOff) return;
    const { axes } = this.panel.memory;
    const box = this.panel.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (!axes || !insidePlot(axes, x, y)) return;
    event.preventDefault(); // the crosshair keeps the focus, if it has it
    if (this.removing || event.shiftKey) this.removeNear(x, y);
    else this.add(x, y);
    if (this.full && !event.shiftKey) this.stage.tip(`no more than ${this.control.most} points`, event);
  }

  // ---------------------------------------------------------------- the points

  add(x, y) {
    const { axes } = this.panel.memory;
    const { most, x_range: across, y_range: up } = this.control;
    const points = this.value;
    this.full = points.length >= most;
    if (this.full) {
      this.speaker.say(`no more than ${most} points`);
      return;
    }
    const point = [clampTo(axes.fromX(x), ...across), clampTo(axes.fromY(y), ...up), this.chosen];
    this.change([...points, point], `added ${this.className}`);
  }

  removeNear(x, y) {
    const { axes } = this.panel.memory;
    const points = this.value;
    this.full = false;
    const away = points.map((point) => Math.hypot(axes.toX(point[0]) - x, axes.toY(point[1]) - y));
    const nearest = away.indexOf(Math.min(...away));
    if (!(away[nearest] <= REMOVE_REACH)) return;
    this.change(points.toSpliced(nearest, 1), `removed ${this.control.classes[points[nearest][2]]}`);
  }

  change(points, words) {
    this.full = false;
    this.steer(points);
    this.repaint();
    this.speaker.say(`${words}; ${pointsInWords(points)}`);
  }

  // ---------------------------------------------------------------- what is shown

  get className() {
    return String(this.control.classes[this.chosen]);
  }

  // In pixels of the panel.
  whereabouts() {
    const { x, y, w, h } = this.panel.memory.axes.plot;
    return [x + this.at[0] * w, y + this.at[1] * h];
  }

  place() {
    const { axes } = this.panel.memory;
    const off = !axes || this.isOff;
    this.element.hidden = this.tools.hidden = off;
    this.panel.canvas.classList.toggle("nn-clickable", !off);
    if (off) return;
    const [x, y] = this.whereabouts();
    this.element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    const { x_label: across, y_label: up } = this.panel.spec;
    const count = pointsInWords(this.value);
    if (this.counter.textContent !== count) this.counter.textContent = count;
    this.label(
      `${this.control.label}: crosshair at ${across || "x"} ${shortNumber(axes.fromX(x))}, ${up || "y"} ` +
        `${shortNumber(axes.fromY(y))}, ${count}. Arrow keys move it, Enter adds a point of ${this.className}, ` +
        "Delete removes the nearest, numbers choose the class",
    );
    this.paintGlyphs();
  }

  // The markers of the classes, on their buttons: this is the legend, too.
  paintGlyphs() {
    const { theme } = this.stage;
    if (!theme || this.glyphTheme === theme) return;
    this.glyphTheme = theme;
    this.classes.forEach((button, i) => {
      const ctx = button.querySelector("canvas").getContext("2d");
      ctx.setTransform(2, 0, 0, 2, 0, 0);
      ctx.clearRect(0, 0, 16, 16);
      ctx.beginPath();
      addMarker(ctx, theme.markers[i % theme.markers.length], 8, 8, 5);
      paintMarker(ctx, theme.series[i % theme.series.length], "filled", theme);
    });
  }

  // ---------------------------------------------------------------- the keyboard

  onKey(event) {
    if (!isPlainKey(event) || !this.panel.memory.axes) return;
    const way = ARROW_KEYS[event.key];
    const number = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    if (way) this.move(way, event.shiftKey ? CROSS_STRIDE : CROSS_STEP);
    else if (event.key === "Enter") this.add(...this.whereabouts());
    else if (event.key === "Delete" || event.key === "Backspace") this.removeNear(...this.whereabouts());
    else if (number > 0 && number <= this.classes.length) this.choose(number - 1);
    else return;
    takeKey(event);
  }

  move([dx, dy], step) {
    this.at = [clampTo(this.at[0] + step * dx, 0, 1), clampTo(this.at[1] + step * dy, 0, 1)];
    this.place();
  }
}

const pointsInWords = (points) => `${points.length} point${points.length === 1 ? "" : "s"}`;
