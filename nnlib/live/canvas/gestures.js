// Gestures: what the learner makes on a panel by hand. Like a handle each has an element above the canvas and a
// place(), and moves a control; what is drawn of it at once it leaves in panel.shown, for the renderer of the panel.

const SPEAK_EVERY = 1000; // ms between changes of what a screen reader hears

// `stage` tells frame, spec and valueOf(name), and hears steer, tip, paintPanel.
function buildGestures(panel, stage) {
  const kinds = { pad: SketchPad, bench: FilterBench, text: TextStream };
  const gestures = [];
  if (panel.spec.kind in kinds) gestures.push(new kinds[panel.spec.kind](panel, stage));
  if (panel.spec.takes_file) gestures.push(new FileDesk(panel, stage));
  if (panel.spec.by_hand) gestures.push(new HandPoints(panel, stage));
  if (panel.spec.upload) gestures.push(new PictureUpload(panel, stage));
  return gestures;
}

class Gesture {
  constructor(panel, stage, control) {
    Object.assign(this, { panel, stage });
    this.control = stage.spec.controls.find(({ name }) => name === control);
    this.speaker = makeSpeaker();
    panel.figure.append(this.speaker.element);
  }

  get data() {
    return this.stage.frame?.panels[this.panel.spec.name];
  }

  get value() {
    return this.stage.frame ? this.stage.valueOf(this.control.name) : this.control.value;
  }

  // Paint now, from the frame at hand: what the learner does must not wait for the kernel.
  repaint() {
    if (this.data) this.stage.paintPanel(this.panel, this.data);
  }

  steer(value) {
    if (this.stage.frame) this.stage.steer(this.control.name, value);
  }

  label(words) {
    if (this.element.getAttribute("aria-label") !== words) this.element.setAttribute("aria-label", words);
  }
}

// Something above the canvas that takes the focus and arrow keys, with a name of its own for screen readers.
function makeField(name, role) {
  return keepKeys(make("div", { class: name, tabindex: "0", role: "application", "aria-roledescription": role }));
}

// Let an element lie where the canvas has drawn something.
function layOver(element, rect) {
  element.hidden = !rect;
  if (!rect) return;
  element.style.transform = `translate(${rect.x.toFixed(1)}px, ${rect.y.toFixed(1)}px)`;
  element.style.width = `${rect.w.toFixed(1)}px`;
  element.style.height = `${rect.h.toFixed(1)}px`;
}

// A row of buttons and menus under a panel.
function makeTools(panel, ...parts) {
  const tools = make("div", { class: "nn-tools", role: "group", "aria-label": `${panel.spec.title}: tools` }, ...parts);
  panel.figure.append(tools);
  return tools;
}

function makeTool(text, pressed) {
  const button = keepKeys(make("button", { type: "button" }, text));
  button.addEventListener("click", pressed);
  return button;
}

const setPressed = (button, on) => button.setAttribute("aria-pressed", String(on));

// Where the pointer is on an element, as shares of its width and height.
function shareOf(element, event) {
  const box = element.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

const isPlainKey = (event) => !(event.ctrlKey || event.metaKey || event.altKey);

function takeKey(event) {
  event.preventDefault();
  event.stopPropagation();
}

// A place that only screen readers find; it tells the newest of what is said to it, and not too often.
function makeSpeaker() {
  const element = make("div", { class: "nn-unseen", role: "status", "aria-live": "polite" });
  let words = "";
  const speak = throttled(SPEAK_EVERY, () => (element.textContent = words));
  return {
    element,
    say(text) {
      words = text;
      speak.soon();
    },
  };
}
