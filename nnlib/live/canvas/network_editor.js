// Walking over a network with the keyboard, and typing a weight or a bias: by a click on it, or with Enter on what is
// chosen. What is typed goes to the kernel as {type: "edit", panel, what, index, value}; the next frame is the answer.

class NetworkEditor {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage, picked: null });
    this.said = make("div", { class: "nn-said", "aria-live": "polite" });
    this.label = make("label");
    this.input = make("input", { type: "number", step: "any" });
    this.form = keepKeys(make("form", { class: "nn-editor", hidden: "", novalidate: "" }));
    this.label.append(make("span"), this.input);
    this.form.append(this.label, make("button", { type: "submit" }, "Set"));
    this.element = [this.said, this.form];
    this.listen();
  }

  listen() {
    const { canvas } = this.panel;
    keepKeys(canvas);
    canvas.setAttribute("tabindex", "0");
    canvas.setAttribute("role", "application"); // the arrow keys are ours
    canvas.setAttribute("aria-roledescription", "network diagram; arrow keys walk over weights and units");
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("click", (event) => this.onClick(event));
    canvas.addEventListener("blur", () => this.form.hidden && this.pick(null));
    this.form.addEventListener("submit", (event) => this.send(event));
    // Comma, full stop and space are part of a number here, not buttons of the stage.
    this.form.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.close();
    });
  }

  data() {
    return this.stage.frame?.panels[this.panel.spec.name];
  }

  canEdit() {
    if (!this.picked || !this.panel.spec.editable.includes(this.picked.what)) return false;
    return pickedValue(this.data(), this.picked) !== undefined;
  }

  // Called after each paint: the theme may have taken the memory, the sizes may have changed.
  place() {
    const { memory } = this.panel;
    memory.picked = () => this.picked;
    if (this.picked && memory.layout && !isDrawn(memory.layout, this.picked)) this.close();
  }

  pick(picked) {
    this.picked = picked;
    const data = this.data();
    if (!data) return;
    this.panel.memory.picked = () => this.picked;
    const words = picked ? pickedText(shownSpec(this.panel, data), data, picked) : "";
    const hint = picked && this.form.hidden && this.canEdit() ? "; Enter to change" : "";
    this.said.textContent = words + hint;
    this.stage.paintPanel(this.panel, data);
  }

  // ---------------------------------------------------------------- pointer and keys

  onClick(event) {
    const { memory, canvas } = this.panel;
    if (!memory.layout || !this.data()) return;
    const box = canvas.getBoundingClientRect();
    this.form.hidden = true;
    this.pick(pickNetwork(memory.layout, this.data(), event.clientX - box.left, event.clientY - box.top));
    if (this.canEdit()) this.open();
  }

  onKey(event) {
    const { layout } = this.panel.memory;
    if (!layout || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { Enter: () => this.canEdit() && this.open(), Escape: () => this.close() };
    const way = ARROW_KEYS[event.key];
    if (!way && !(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!way) keys[event.key]();
    else if (this.picked) this.pick(this.next(layout, way) ?? this.picked);
    else this.pick({ what: "bias", layer: 0, from: 0, to: 0 });
  }

  // Right and left lead from a unit to a line and on to the next unit; up and down to the neighbour of the same kind.
  next(layout, [across, down]) {
    const { what, layer, from, to } = this.picked;
    const { drawn } = layout;
    if (what === "bias" && across) {
      const edge = across > 0 ? { layer: layer + 1, from: to, to: Math.min(to, drawn[layer + 1] - 1) } : { layer, from: Math.min(to, drawn[layer - 1] - 1), to };
      return edge.layer >= 1 && edge.layer < drawn.length ? { what: "weight", ...edge } : null;
    }
    if (what === "bias") return { what, layer, from: 0, to: clampTo(to + down, 0, drawn[layer] - 1) };
    if (across) return across > 0 ? { what: "bias", layer, from: 0, to } : { what: "bias", layer: layer - 1, from: 0, to: from };
    const index = clampTo(from * drawn[layer] + to + down, 0, drawn[layer - 1] * drawn[layer] - 1);
    return { what, layer, from: Math.floor(index / drawn[layer]), to: index % drawn[layer] };
  }

  // ---------------------------------------------------------------- typing

  open() {
    const { spec, memory, canvas } = this.panel;
    const { what, layer, from, to } = this.picked;
    const { columns, size } = memory.layout;
    const at = columns[layer][to];
    const [x, y] = what === "weight" ? [(columns[layer - 1][from].x + at.x) / 2, (columns[layer - 1][from].y + at.y) / 2] : [at.x, at.y + size / 2];
    const words = pickedText(spec, this.data(), this.picked);
    this.label.firstChild.textContent = what;
    this.input.setAttribute("aria-label", words);
    [this.input.min, this.input.max] = spec.edit_range;
    this.input.value = Number(pickedValue(this.data(), this.picked).toPrecision(4));
    this.form.hidden = false;
    this.stage.tip(null);
    this.form.style.left = `${clampTo(x - this.form.offsetWidth / 2, 0, canvas.clientWidth - this.form.offsetWidth)}px`;
    this.form.style.top = `${clampTo(y + 8, 0, canvas.clientHeight - this.form.offsetHeight)}px`;
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  close() {
    const typed = !this.form.hidden;
    this.form.hidden = true;
    if (typed) this.panel.canvas.focus({ preventScroll: true });
    else this.pick(null);
  }

  send(event) {
    event.preventDefault();
    const { what, layer, from, to } = this.picked;
    const value = this.input.valueAsNumber;
    if (!Number.isFinite(value)) return this.input.focus(); // a field that was emptied says nothing
    const index = what === "weight" ? [layer, from, to] : [layer, to];
    this.stage.link.ask({ type: "edit", panel: this.panel.spec.name, what, index, value });
    this.close();
  }
}
