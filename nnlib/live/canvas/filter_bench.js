// What the learner does on a filter bench: slide the window, which never asks the kernel, and edit the weights.

const WEIGHT_STEP = 0.1; // with an arrow key
const WEIGHT_STRIDE = 1; // with Shift

class FilterBench extends Gesture {
  constructor(panel, stage) {
    super(panel, stage, panel.spec.weights);
    this.window = { row: 0, column: 0 };
    this.own = false; // whether the learner holds the window; else it stands where the frame says
    this.slider = makeField("nn-window", "window");
    this.cells = this.control.value.map((row, u) => row.map((_, v) => this.buildCell(u, v)));
    this.grid = make("div", { class: "nn-weights", role: "group", "aria-label": this.control.label }, ...this.cells.flat());
    this.grid.style.gridTemplateColumns = `repeat(${this.control.columns}, 1fr)`;
    this.element = make("div", { class: "nn-bench" }, this.slider, this.grid);
    const bench = this;
    panel.shown = {
      get weights() {
        return bench.used;
      },
      get window() {
        return bench.held();
      },
    };
    this.listen();
  }

  listen() {
    const { canvas } = this.panel;
    // The stage repaints a panel under the pointer by itself, but not for a finger that only taps.
    canvas.addEventListener("pointermove", (event) => this.follow(event));
    canvas.addEventListener("pointerdown", (event) => {
      this.follow(event);
      this.repaint();
    });
    const release = () => (this.own = false);
    canvas.addEventListener("pointerleave", release);
    this.slider.addEventListener("blur", release);
    this.slider.addEventListener("keydown", (event) => this.onKey(event));
  }

  // The part of the weights that is in use: a smaller kernel lies in the upper left corner.
  get used() {
    const [rows, columns] = this.data?.side ?? [this.control.rows, this.control.columns];
    return this.value.slice(0, rows).map((row) => row.slice(0, columns));
  }

  // The window, kept within the output, which may have become smaller.
  held() {
    const [rows, columns] = this.data?.output.shape ?? [1, 1];
    const told = this.data?.window;
    if (told && (!this.own || this.data.fixed)) this.window = { row: told[0], column: told[1] };
    const { row, column } = this.window;
    this.window = { row: clampTo(row, 0, rows - 1), column: clampTo(column, 0, columns - 1) };
    return this.window;
  }

  // ---------------------------------------------------------------- the window

  follow(event) {
    const { bench } = this.panel.memory;
    if (!bench || !this.data) return;
    const box = this.panel.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const at = (rect) => [Math.floor((y - rect.y) / rect.cell), Math.floor((x - rect.x) / rect.cell)];
    const inside = (rect) => x >= rect.x && x < rect.x + rect.w && y >= rect.y && y < rect.y + rect.h;
    const { used } = this;
    const { stride = 1, dilation = 1 } = this.data;
    if (inside(bench.output)) this.slideTo(...at(bench.output));
    else if (inside(bench.image)) {
      const size = [used.length, used[0].length];
      const reach = windowReach(this.data, size);
      const middle = (place, side) => Math.round((place - dilation * (size[side] >> 1) + reach[side]) / stride);
      const [row, column] = at(bench.image);
      this.slideTo(middle(row, 0), middle(column, 1));
    }
  }

  slideTo(row, column) {
    this.own = true;
    this.window = { row, column };
    this.held();
  }

  onKey(event) {
    const way = ARROW_KEYS[event.key];
    if (!way || !isPlainKey(event)) return;
    takeKey(event);
    const far = event.shiftKey ? 5 : 1;
    this.slideTo(this.window.row + far * way[1], this.window.column + far * way[0]);
    this.repaint();
    this.speaker.say(this.words());
  }

  words() {
    const { row, column } = this.held();
    const { sum } = windowSum(this.data, this.used, this.window);
    return `row ${row + 1}, column ${column + 1}: sum of products ${shortNumber(sum)}`;
  }

  // ---------------------------------------------------------------- the weights

  buildCell(row, column) {
    const input = keepKeys(make("input", { type: "text", inputmode: "decimal", role: "spinbutton", autocomplete: "off" }));
    const { minimum, maximum } = this.control;
    const name = `weight in row ${row + 1}, column ${column + 1}`;
    const attributes = { "aria-label": name, "aria-valuemin": minimum, "aria-valuemax": maximum };
    for (const [attribute, value] of Object.entries(attributes)) input.setAttribute(attribute, value);
    input.addEventListener("input", () => this.edit(input, row, column, readWeight(input.value)));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.settle(input));
    input.addEventListener("keydown", (event) => this.onCellKey(event, input, row, column));
    return input;
  }

  onCellKey(event, input, row, column) {
    if (event.key === "Enter" || event.key === "Escape") {
      this.settle(input);
      this.place();
      input.select();
    }
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || !isPlainKey(event)) return;
    takeKey(event);
    const step = (event.shiftKey ? WEIGHT_STRIDE : WEIGHT_STEP) * (event.key === "ArrowUp" ? 1 : -1);
    const { minimum, maximum } = this.control;
    const wanted = Number((this.value[row][column] + step).toFixed(6));
    this.edit(input, row, column, clampTo(wanted, minimum, maximum));
    this.settle(input);
    this.place();
    input.select();
  }

  // What cannot be read or used stays in the cell, marked, until the learner leaves it.
  edit(input, row, column, number) {
    const { minimum, maximum } = this.control;
    const usable = number >= minimum && number <= maximum;
    input.setAttribute("aria-invalid", String(!usable));
    input.title = usable ? "" : `a number from ${minimum} to ${maximum}`;
    input.dataset.edited = "true";
    if (!usable) return;
    this.steer(this.value.map((cells, u) => cells.map((cell, v) => (u === row && v === column ? number : cell))));
    this.repaint();
  }

  settle(input) {
    delete input.dataset.edited;
    input.removeAttribute("aria-invalid");
    this.place();
  }

  // ---------------------------------------------------------------- what is shown

  place() {
    const { bench, window } = this.panel.memory;
    this.element.hidden = !bench;
    if (!bench || !this.data) return;
    layOver(this.slider, window);
    layOver(this.grid, bench.kernel);
    const { used } = this;
    this.grid.style.gridTemplateColumns = `repeat(${used[0].length}, 1fr)`;
    this.cells.forEach((row, u) => row.forEach((input, v) => (input.hidden = u >= used.length || v >= used[0].length)));
    this.grid.style.fontSize = `${clampTo(0.3 * bench.kernel.cell, 8, 13)}px`;
    this.showWeights();
    const words = `${this.panel.spec.title}: window at ${this.words()}; pointer, or arrow keys`;
    if (this.slider.getAttribute("aria-label") !== words) this.slider.setAttribute("aria-label", words);
  }

  showWeights() {
    const { value } = this;
    const { theme } = this.stage;
    const most = largestSize(this.used.flat());
    this.cells.forEach((row, u) =>
      row.forEach((input, v) => {
        const weight = value[u][v];
        const rgb = theme.diverging(weight / most);
        input.style.background = cssColor(rgb);
        input.style.color = luminance(rgb) > 0.2 ? "#000" : "#fff";
        input.setAttribute("aria-valuenow", weight);
        const text = benchNumber(weight, 3);
        if (input.dataset.edited) return;
        if (input.value !== text) input.value = text;
        input.title = String(weight);
      }),
    );
  }
}

// A number as a learner may write it: 0.5, .5, −1, 0,5 or 1/9. NaN if it is none.
function readWeight(text) {
  const [top, bottom, ...rest] = text.trim().replace(/\u2212/g, "-").replace(/,/g, ".").split("/");
  const isNumber = (part) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(part.trim());
  if (rest.length || !isNumber(top) || (bottom !== undefined && !isNumber(bottom))) return NaN;
  const number = Number(top) / (bottom === undefined ? 1 : Number(bottom));
  return Number.isFinite(number) ? Number(number.toPrecision(6)) : NaN;
}
