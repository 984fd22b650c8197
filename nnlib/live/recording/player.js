// Plays a recording: stands where the kernel would, and answers what the view asks with frames of its own.
// Expects two scripts of text on the page, `index` and `arrays`: zlib, as base64.

function unpack(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent.trim()), (letter) => letter.charCodeAt(0));
  return inflate(bytes);
}

class RecordedModel {
  constructor(index, arrays) {
    Object.assign(this, { index, arrays, at: 0, sequence: 0, playing: false, visible: true, timer: null });
    this.steps = [index.frames[0].step, index.frames.at(-1).step];
  }

  get(name) {
    return name === "spec" ? this.index.spec : undefined;
  }

  on(_event, heard) {
    this.heard = heard;
  }

  off() {
    this.halt();
  }

  get last() {
    return this.index.frames.length - 1;
  }

  send(content) {
    const answers = {
      play: () => this.play(),
      pause: () => this.halt(),
      step: () => this.halt(this.at + 1),
      back: () => this.halt(this.at - 1),
      reset: () => this.halt(0),
      seek: () => this.halt(this.nearest(content.step)),
      look: () => (this.visible = content.visible),
      hello: () => {},
    };
    const answer = answers[content.type];
    if (!answer) return; // "painted", and what only a kernel could do
    answer();
    if (content.type !== "look") queueMicrotask(() => this.show());
  }

  play() {
    if (this.at === this.last) this.at = 0; // once more, from the start
    this.playing = true;
    clearInterval(this.timer);
    this.timer = setInterval(() => this.turn(), 1000 / this.index.frames_per_second);
  }

  turn() {
    if (!this.visible) return;
    this.at = Math.min(this.at + 1, this.last);
    if (this.at === this.last) this.halt();
    this.show();
  }

  halt(at = this.at) {
    clearInterval(this.timer);
    this.playing = false;
    this.at = Math.min(Math.max(at, 0), this.last);
  }

  nearest(step) {
    const away = ({ step: other }) => Math.abs(other - step);
    const { frames } = this.index;
    return frames.reduce((best, frame, i) => (away(frame) < away(frames[best]) ? i : best), 0);
  }

  show() {
    const { playing, steps } = this;
    const frame = this.index.frames[this.at];
    const [panels, buffers] = this.decode(frame.panels);
    const numbers = { sequence: ++this.sequence, applied: 0, rate: 0, seed: null };
    this.heard({ type: "frame", ...frame, ...numbers, playing, steps, closed: false, panels }, buffers);
  }

  // The notes of a live frame, and views of the arrays that they are about.
  decode(panels) {
    const buffers = [];
    const note = (field) => {
      if (field === null || typeof field !== "object" || !("array" in field)) return field;
      const { dtype, shape, start } = this.index.arrays[field.array];
      const count = shape.reduce((a, b) => a * b, 1);
      buffers.push(new DataView(this.arrays, start, count * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT));
      return { buffer: buffers.length - 1, dtype, shape };
    };
    const noted = (fields) => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, note(field)]));
    return [Object.fromEntries(Object.entries(panels).map(([name, fields]) => [name, noted(fields)])), buffers];
  }
}

async function open() {
  const place = document.getElementById("view");
  try {
    const index = JSON.parse(new TextDecoder().decode(await unpack("index")));
    const model = new RecordedModel(index, await unpack("arrays"));
    const root = place.appendChild(document.createElement("div"));
    root.classList.add("nn-recorded");
    const view = new StageView(model, root);
    document.addEventListener("keydown", (event) => event.target === document.body && view.onKey(event));
  } catch (error) {
    place.setAttribute("role", "alert");
    place.textContent = `This recording cannot be shown here (${error.message}). It needs a browser of 2023 or later.`;
  }
}

open();
