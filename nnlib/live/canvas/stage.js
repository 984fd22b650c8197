// The stage: what happens on the page of one explorable, and the loop that paints it.
//
// The kernel sends whole frames; the newest is painted at the next turn of the screen. What needs
// no kernel (hover, theme, size) is painted at once from the frame at hand.

const SILENT_TEXT =
  "The kernel does not answer: it is busy with another cell, or it was restarted. " +
  "If it was restarted, run this cell again.";
const ALT_EVERY = 1000; // ms between changes of the text that a screen reader hears
const REDUCED_MOTION_EVERY = 500; // ms between paints for those who asked for less motion

class StageView {
  constructor(model, root) {
    this.spec = model.get("spec");
    this.root = root;
    this.frame = null;
    this.paintedCount = 0;
    this.lastPaint = 0;
    this.lastAlt = 0;
    this.ahead = new Map(); // controls that the learner has moved, until a frame has taken that in
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
    Object.assign(this, buildPage(this.spec, root, this));
    this.link = new Link(
      model,
      (frame) => this.onFrame(frame),
      (silent) => this.showSilence(silent),
    );
    this.watch();
    this.link.greet();
  }

  // ---------------------------------------------------------------- what the learner does

  moved(name, value) {
    this.pendingMoves ??= new Map();
    if (this.pendingMoves.size === 0) {
      // One message for each control and turn of the screen, however fast the pointer moves.
      requestAnimationFrame(() => {
        for (const [moved, latest] of this.pendingMoves) {
          const number = this.link.set(moved, latest);
          this.ahead.set(moved, { value: latest, number });
          this.root.dataset.asked = number;
        }
        this.pendingMoves.clear();
      });
    }
    this.pendingMoves.set(name, value);
    this.ahead.set(name, { value, number: Infinity });
    for (const panel of this.panels) for (const handle of panel.handles) handle.place();
  }

  // A handle moves a slider, a gesture a control that is shown only on its panel.
  steer(name, value) {
    this.moved(name, value);
    this.sliderOf(name)?.show(value);
  }

  sliderOf(name) {
    return this.controls.find((control) => control.spec.name === name);
  }

  // Where a control stands: where the learner has put it, until the kernel has heard that.
  valueOf(name) {
    const ahead = this.ahead.get(name);
    return ahead && !(this.frame.applied >= ahead.number) ? ahead.value : this.frame.values[name];
  }

  press(name) {
    const { command } = this.actions.find((action) => action.name === name);
    this.link.ask(command(this.frame?.playing));
  }

  choose(preset) {
    this.ahead.clear();
    this.link.ask({ type: "preset", name: preset });
  }

  reseed(seed) {
    this.link.ask({ type: "seed", seed });
  }

  seek(step) {
    this.link.ask({ type: "seek", step });
  }

  restore(state) {
    this.link.ask({ type: "restore", state });
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target.matches("input[type=text], input[type=number], select")) return;
    // Space belongs to the button or switch that has the focus, but for handles, which know only arrows.
    if (event.key === " " && target.matches("button:not(.nn-handle), summary, input[type=checkbox]")) return;
    const button = this.actions.find(({ key }) => key === event.key);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    this.press(button.name);
  }

  hover(panel, event) {
    const data = this.frame?.panels[panel.spec.name];
    const box = panel.canvas.getBoundingClientRect();
    const found =
      event && data
        ? panel.renderer.hover(event.clientX - box.left, event.clientY - box.top, panel.box, shownSpec(panel, data), data, panel.memory)
        : null;
    if (!found) panel.renderer.hover(null, null, panel.box, panel.spec, data, panel.memory);
    this.tip(found?.text, event);
    if (data) this.paintPanel(panel, data);
  }

  // Show a text beside the pointer, or none.
  tip(text, event) {
    this.tooltip.hidden = !text;
    if (!text) return;
    this.tooltip.textContent = text;
    const stage = this.root.getBoundingClientRect();
    const left = Math.min(event.clientX - stage.left + 12, stage.width - this.tooltip.offsetWidth - 4);
    this.tooltip.style.left = `${Math.max(left, 0)}px`;
    this.tooltip.style.top = `${event.clientY - stage.top + 16}px`;
  }

  // ---------------------------------------------------------------- what the kernel says

  onFrame(frame) {
    if (this.frame && frame.sequence < this.frame.sequence) return;
    const settled = Object.keys(frame.panels).length ? frame.panels : this.frame?.panels;
    const first = this.frame === null;
    this.frame = { ...frame, panels: settled ?? {} };
    this.request();
    if (first && this.spec.autoplay && frame.step === 0 && !this.reduced.matches) this.press("play");
  }

  showSilence(silent) {
    if (this.silentNow === silent) return;
    this.silentNow = silent;
    this.root.classList.toggle("nn-stale", silent);
    this.showMessage();
  }

  showMessage() {
    const text = this.silentNow ? SILENT_TEXT : (this.frame?.message ?? "");
    if (this.message.textContent !== text) this.message.textContent = text;
    this.message.hidden = text === "";
  }

  // ---------------------------------------------------------------- painting

  request() {
    this.requested ??= requestAnimationFrame((now) => {
      this.requested = undefined;
      const calm = this.reduced.matches && this.frame?.playing;
      if (calm && now - this.lastPaint < REDUCED_MOTION_EVERY) {
        clearTimeout(this.later);
        this.later = setTimeout(() => this.request(), REDUCED_MOTION_EVERY);
        return;
      }
      this.paint(now);
    });
  }

  paint(now) {
    if (!this.frame) return;
    this.lastPaint = now;
    for (const panel of this.panels) {
      const data = this.frame.panels[panel.spec.name];
      if (data) this.paintPanel(panel, data);
    }
    this.showFrame(now);
    if (this.frame.sequence !== this.acknowledgedSequence) {
      this.acknowledgedSequence = this.frame.sequence;
      this.paintedCount += 1;
      this.link.paintedFrame(this.frame.sequence);
    }
    Object.assign(this.root.dataset, {
      sequence: this.frame.sequence,
      step: this.frame.step,
      playing: this.frame.playing,
      applied: this.frame.applied,
      rate: this.frame.rate,
      painted: this.paintedCount,
    });
  }

  paintPanel(panel, data) {
    const box = fitCanvas(panel);
    if (!box) return;
    const context = panel.canvas.getContext("2d");
    context.setTransform(box.density, 0, 0, box.density, 0, 0);
    context.fillStyle = this.theme.background;
    context.fillRect(0, 0, box.width, box.height);
    panel.renderer.draw(context, box, shownSpec(panel, data), data, this.theme, panel.memory);
    for (const handle of panel.handles) handle.place();
  }

  showFrame(now) {
    const { frame } = this;
    const play = frame.playing ? PAUSE : PLAY;
    if (this.buttons.play.textContent !== play) this.buttons.play.textContent = play;
    for (const control of this.controls) control.show(this.valueOf(control.spec.name));
    hideIdle(this, frame.idle ?? []);
    this.settings.show(frame.seed, (name) => this.valueOf(name));
    const [first, last] = frame.steps;
    this.scrub.min = first;
    this.scrub.max = Math.max(last, frame.step);
    if (document.activeElement !== this.scrub || frame.playing) this.scrub.value = frame.step;
    this.buttons.back.disabled = frame.step <= first;
    this.root.classList.toggle("nn-closed", frame.closed);
    this.showMessage();
    if (document.activeElement !== this.state && !this.state.dataset.edited) {
      this.state.value = frame.state;
    }
    if (now - this.lastAlt > ALT_EVERY || !frame.playing) this.showWords(now);
  }

  rate() {
    const { playing, rate } = this.frame;
    if (!playing || !(rate > 0)) return "";
    const [, unit] = /\((.+)\)/.exec(this.sliderOf("speed").spec.label); // Speed (updates/s)
    const count = Math.round(rate);
    return ` ${formatNumber(count)} ${count === 1 ? unit.replace("s/", "/") : unit}.`;
  }

  showWords(now) {
    this.lastAlt = now;
    const { frame } = this;
    this.status.textContent = frame.summary.replace(/(?<![\w.)])-(?=[\d.])/g, "\u2212") + this.rate();
    for (const panel of this.panels) {
      const alt = frame.panels[panel.spec.name]?.alt;
      if (alt) panel.canvas.setAttribute("aria-label", `${panel.spec.title}. ${alt}`);
    }
  }

  // ---------------------------------------------------------------- what happens around

  watch() {
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.unwatchTheme = watchTheme(() => {
      this.theme = readTheme(this.root);
      for (const panel of this.panels) panel.memory = {};
      this.request();
    });
    this.sizes = new ResizeObserver(() => {
      this.theme ??= readTheme(this.root); // only now is the view on the page, and themed
      for (const panel of this.panels) panel.box = measureCanvas(panel.canvas);
      this.request();
    });
    for (const panel of this.panels) this.sizes.observe(panel.canvas);
    this.onScreen = true;
    this.visibility = new IntersectionObserver((entries) => {
      this.onScreen = entries.at(-1).isIntersecting;
      this.look();
    });
    this.visibility.observe(this.root);
    this.look = this.look.bind(this);
    document.addEventListener("visibilitychange", this.look);
  }

  // Training that nobody sees stands still: tell the kernel when that changes.
  look() {
    const visible = this.onScreen && !document.hidden;
    if (visible === this.visible) return;
    this.visible = visible;
    this.link.send({ type: "look", visible });
  }

  close() {
    cancelAnimationFrame(this.requested);
    clearTimeout(this.later);
    document.removeEventListener("visibilitychange", this.look);
    this.unwatchTheme();
    this.sizes.disconnect();
    this.visibility.disconnect();
    this.link.close();
  }
}

const OF_FRAMES = ["x_range", "y_range", "x_label", "y_label", "classes", "input_labels", "output_labels"];

// The panel with what the learner has made on it; a frame may say what the axes show, and what things are called.
function shownSpec({ spec, shown }, data) {
  const said = OF_FRAMES.filter((name) => data?.[name] !== undefined).map((name) => [name, data[name]]);
  return { ...spec, ...shown, ...Object.fromEntries(said) };
}

export default {
  render({ model, el }) {
    const view = new StageView(model, el.appendChild(document.createElement("div")));
    return () => view.close();
  },
};
