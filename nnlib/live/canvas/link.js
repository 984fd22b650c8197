// The link to the kernel: decodes frames, says which have been painted, and notices silence.

const ACKNOWLEDGE_EVERY = 130; // ms, about four frames; each small message would delay the next frame
const SILENCE = 4000; // ms without an answer before the view says so
const GREET_EVERY = 2000; // ms between greetings until the first frame has come

const ARRAY_TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint32: Uint32Array,
};

// Replace each note of a buffer by {values, shape}, and each of an array that is kept by what the panels `before`
// hold; null if they do not. Buffers are copied, as they may start at any byte and typed arrays may not.
function decodePanels(panels, buffers, before) {
  const decoded = {};
  for (const [panel, fields] of Object.entries(panels)) {
    decoded[panel] = {};
    for (const [name, field] of Object.entries(fields)) {
      if (isNote(field, "kept")) decoded[panel][name] = before[panel]?.[name];
      else decoded[panel][name] = isNote(field, "buffer") ? decodeArray(field, buffers[field.buffer]) : field;
      if (decoded[panel][name] === undefined) return null;
    }
  }
  return decoded;
}

const isNote = (field, kind) => field !== null && typeof field === "object" && kind in field;

function decodeArray(note, view) {
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return { values: new ARRAY_TYPES[note.dtype](bytes), shape: note.shape };
}

// What zlib has compressed.
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// A frame that came as one compressed buffer: first its JSON, then its buffers.
async function unpackFrame({ parts }, [buffer]) {
  const bytes = await inflate(buffer);
  let end = 0;
  const [text, ...views] = parts.map(([length, size]) => addUp(bytes.slice(end, (end += length)), size));
  return [JSON.parse(new TextDecoder().decode(text)), views];
}

// Numbers from the differences between neighbours, where there are such: sums of integers that wrap around.
function addUp(bytes, size) {
  if (size) {
    const values = size === 1 ? new Uint8Array(bytes) : new Uint32Array(bytes);
    for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
  }
  return new DataView(bytes);
}

class Link {
  // `heard(frame)` gets each frame; `silent(isSilent)` hears when the kernel stops answering.
  constructor(model, heard, silent) {
    this.model = model;
    this.heard = heard;
    this.silent = silent;
    this.painted = 0;
    this.tell = throttled(ACKNOWLEDGE_EVERY, () => this.acknowledge());
    this.unpacking = null; // while compressed frames are being read: the last of them
    this.number = Date.now(); // of the last control message; after a reload, more than any before
    this.last = { sequence: 0, panels: {} }; // the frame before
    this.timers = {};
    this.receive = (content, buffers) => this.onMessage(content, buffers);
    model.on("msg:custom", this.receive);
  }

  onMessage(content, buffers) {
    if (content.type !== "frame") return;
    if (!content.parts && !this.unpacking) return this.take(content, buffers);
    // Reading a compressed frame takes a while; all that come meanwhile wait, and keep their order.
    const ready = content.parts ? unpackFrame(content, buffers) : [content, buffers];
    const turn = (this.unpacking = Promise.all([ready, this.unpacking])
      .then(([message]) => this.take(...message))
      .catch(() => this.greet()) // unreadable: ask for a whole one
      .then(() => {
        if (this.unpacking === turn) this.unpacking = null;
      }));
  }

  take(content, buffers) {
    if (this.closed) return;
    this.listenFor(content.playing);
    this.silent(false);
    const panels = this.decode(content, buffers);
    if (!panels) {
      this.greet();
      return;
    }
    clearInterval(this.timers.greeting);
    this.timers.greeting = undefined;
    this.heard({ ...content, panels });
  }

  // The panels of a frame. What the kernel calls kept is what the frame before this one held: null if that one did
  // not come, as on a page that has just opened. The answer to a greeting holds everything.
  decode({ sequence, panels }, buffers) {
    const before = sequence === this.last.sequence + 1 ? this.last.panels : {};
    const decoded = decodePanels(panels, buffers, before);
    this.last = { sequence, panels: decoded ?? {} };
    return decoded;
  }

  // After a kernel restart sending throws: the view is stale then, and says so.
  send(content, buffers) {
    try {
      this.model.send(content, undefined, buffers);
    } catch {
      this.silent(true);
    }
  }

  // Ask for a whole frame, again and again: a page that is just opening may lose a message.
  greet() {
    if (this.timers.greeting !== undefined) return;
    const hello = { type: "hello", inflates: "DecompressionStream" in window };
    this.ask(hello);
    this.timers.greeting = setInterval(() => this.send(hello), GREET_EVERY);
  }

  // Ask for something, and expect a frame as the answer.
  ask(content, buffers) {
    this.send(content, buffers);
    this.listenFor(true);
  }

  set(name, value) {
    this.number += 1;
    this.ask({ type: "set", name, value, number: this.number });
    return this.number;
  }

  listenFor(expecting) {
    clearTimeout(this.timers.silence);
    if (expecting) this.timers.silence = setTimeout(() => this.silent(true), SILENCE);
  }

  // A frame is on the screen. Tell the kernel now and then, so that it sends neither too much
  // nor nothing.
  paintedFrame(sequence) {
    this.painted = sequence;
    this.paintedAt = performance.now();
    this.tell.soon();
  }

  acknowledge() {
    if (this.closed) return;
    const ago = Math.round(performance.now() - this.paintedAt);
    this.send({ type: "painted", sequence: this.painted, ago });
  }

  close() {
    this.closed = true;
    Object.values(this.timers).forEach(clearTimeout);
    this.model.off("msg:custom", this.receive);
    this.send({ type: "look", visible: false });
  }
}
