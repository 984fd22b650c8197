// Handles: points on a panel that the learner drags. Each is a button above the canvas and moves one or two sliders:
// it follows the pointer at once, and stands where the sliders stand when it is let go. Expects in the spec of a
// panel handles of {label, x, y, on}: names of the sliders across and up; without y, of the line that it sits on.

const HANDLE_STEP = 0.01; // of the axis, with an arrow key
const HANDLE_STRIDE = 0.05; // with Shift
const TAP_REACH = 10; // px; a finger that moves further does not tap

const ARROW_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// `stage` tells valueOf(name) and sliderOf(name), and hears steer(name, value), tip(text, event) and hover(...).
function buildHandles(panel, stage) {
  const handles = (panel.spec.handles ?? []).map((spec) => new PanelHandle(spec, panel, stage));
  if (handles.length === 1 && !panel.spec.by_hand) followClicks(panel, handles[0]);
  return handles;
}

class PanelHandle {
  constructor(spec, panel, stage) {
    Object.assign(this, { spec, panel, stage, held: null });
    this.element = keepKeys(make("button", { type: "button", class: "nn-handle", hidden: "" }));
    this.element.dataset.handle = spec.label;
    this.element.classList.toggle("nn-across", !spec.y);
    this.listen();
  }

  listen() {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => this.grab(event));
    element.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      element.addEventListener(end, (event) => this.release(event));
    }
    element.addEventListener("keydown", (event) => this.onKey(event));
    element.addEventListener("pointerenter", (event) => this.held || this.stage.tip(this.words(), event));
    element.addEventListener("pointerleave", () => this.stage.tip(null));
  }

  // Where it stands, in pixels of the panel; null before the panel was painted.
  whereabouts() {
    const { axes } = this.panel.memory;
    if (!axes) return null;
    const { x: left, y: top, w, h } = axes.plot;
    const { x, y } = this.values();
    const line = this.stage.frame.panels[this.panel.spec.name]?.[this.spec.on];
    const up = this.spec.y ? axes.toY(y) : (line && lineHeight(axes, line, x)) ?? top + h;
    return [clampTo(axes.toX(x), left, left + w), clampTo(up, top, top + h)];
  }

  // Frames do not move what the learner holds.
  values() {
    const now = (name) => this.held?.values[name] ?? this.stage.valueOf(name);
    return { x: now(this.spec.x), y: this.spec.y ? now(this.spec.y) : null };
  }

  place() {
    const at = this.whereabouts();
    this.element.hidden = !at;
    if (!at) return;
    this.element.style.transform = `translate(${at[0].toFixed(1)}px, ${at[1].toFixed(1)}px)`;
    const words = `${this.words()}; drag, or arrow keys`;
    if (this.element.getAttribute("aria-label") !== words) this.element.setAttribute("aria-label", words);
  }

  // "start: x₁ 1.5, x₂ 2"
  words() {
    const { x, y } = this.values();
    const { x_label: across, y_label: up } = this.panel.spec;
    const parts = [`${across || "x"} ${formatNumber(x)}`];
    if (this.spec.y) parts.push(`${up || "y"} ${formatNumber(y)}`);
    return `${this.spec.label}: ${parts.join(", ")}`;
  }

  // Move its sliders to the values that belong to a place.
  moveTo(px, py) {
    const { axes } = this.panel.memory;
    if (!axes) return;
    const { x, y, w, h } = axes.plot;
    this.steer(this.spec.x, axes.fromX(clampTo(px, x, x + w)));
    if (this.spec.y) this.steer(this.spec.y, axes.fromY(clampTo(py, y, y + h)));
    this.place();
  }

  steer(name, wanted) {
    const value = cleanValue(this.stage.sliderOf(name).spec, wanted);
    const before = this.held?.values[name] ?? this.stage.valueOf(name);
    if (this.held) this.held.values[name] = value;
    if (value !== before) this.stage.steer(name, value);
  }

  // ---------------------------------------------------------------- the pointer

  pointer(event) {
    const box = this.panel.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  // From now on it follows the pointer, which keeps the distance at which it took hold.
  grab(event, { jump = false } = {}) {
    const at = this.whereabouts();
    if (!at || this.held || event.button !== 0) return;
    const [x, y] = this.pointer(event);
    const { x: now, y: up } = this.values();
    const values = this.spec.y ? { [this.spec.x]: now, [this.spec.y]: up } : { [this.spec.x]: now };
    this.held = { pointer: event.pointerId, dx: jump ? 0 : at[0] - x, dy: jump ? 0 : at[1] - y, values };
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add("nn-held");
    this.element.focus({ preventScroll: true });
    this.stage.hover(this.panel, null);
    if (jump) this.drag(event);
  }

  drag(event) {
    if (this.held?.pointer !== event.pointerId) return;
    const [x, y] = this.pointer(event);
    this.moveTo(x + this.held.dx, y + this.held.dy);
  }

  release(event) {
    if (this.held?.pointer !== event.pointerId) return;
    this.held = null;
    this.element.classList.remove("nn-held");
    this.place();
  }

  // ---------------------------------------------------------------- the keyboard

  onKey(event) {
    const way = ARROW_KEYS[event.key];
    const at = this.whereabouts();
    if (!way || !at || this.held || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { axes } = this.panel.memory;
    const part = event.shiftKey ? HANDLE_STRIDE : HANDLE_STEP;
    if (way[0]) this.nudge(this.spec.x, axes.fromX(at[0] + way[0] * part * axes.plot.w), way[0]);
    else if (this.spec.y) this.nudge(this.spec.y, axes.fromY(at[1] + way[1] * part * axes.plot.h), -way[1]);
    this.place();
  }

  // A step of less than one moves a whole number too.
  nudge(name, wanted, sign) {
    const now = this.stage.valueOf(name);
    const whole = this.stage.sliderOf(name).spec.integer;
    this.steer(name, whole && Math.round(wanted) === now ? now + sign : wanted);
  }
}

// Where a panel has one handle, a click brings it to the pointer, and dragging goes on from there. A finger that
// moves across the canvas scrolls the page, so only its tap is a click.
function followClicks(panel, handle) {
  const { canvas } = panel;
  const inside = (event) => panel.memory.axes && insidePlot(panel.memory.axes, ...handle.pointer(event));
  let tap = null;
  canvas.classList.add("nn-clickable");
  canvas.addEventListener("pointerdown", (event) => {
    tap = event.pointerType === "touch" ? { x: event.clientX, y: event.clientY } : null;
    if (tap || event.button !== 0 || !inside(event)) return;
    event.preventDefault(); // the focus goes to the handle
    handle.grab(event, { jump: true });
  });
  canvas.addEventListener("pointerup", (event) => {
    const still = tap && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < TAP_REACH;
    tap = null;
    if (still && inside(event)) handle.moveTo(...handle.pointer(event));
  });
}
