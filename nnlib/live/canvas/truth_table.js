// A truth table whose outputs the learner sets. Expects inputs float32 (rows, n), 0 or 1; found float32 (n + 1,), weights
// and bias of a neuron that answers as wanted, or empty where there is none. The outputs are the control `outputs`.

const TABLE_HEAD = 22;

// Where the columns stand: {row height, x of each input, of the output, of z, of the answer}.
function tableLayout({ width, height }, [rows, inputs]) {
  const row = Math.min(34, (height - TABLE_HEAD - 4) / rows);
  const narrow = Math.min(38, (width - 190) / inputs); // an input is one digit
  const after = inputs * narrow;
  const share = (part) => after + part * (width - after);
  return { row, inputs: Array.from({ length: inputs }, (_, k) => (k + 0.5) * narrow), output: share(0.2), sum: share(0.53), answer: share(0.83) };
}

const isSet = (value) => value >= 0.5;

function drawTableHead(ctx, layout, theme) {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = theme.bold;
  ctx.fillStyle = theme.text;
  layout.inputs.forEach((x, k) => ctx.fillText(`x${"₁₂₃"[k]}`, x, TABLE_HEAD / 2));
  ctx.fillText("wanted", layout.output, TABLE_HEAD / 2);
  ctx.fillText("z", layout.sum, TABLE_HEAD / 2);
  ctx.fillText("neuron", layout.answer, TABLE_HEAD / 2);
}

const truthTablePanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const [rows, inputs] = data.inputs.shape;
    const layout = (memory.table = tableLayout(box, data.inputs.shape));
    const found = Array.from(data.found?.values ?? []);
    drawTableHead(ctx, layout, theme);
    for (let i = 0; i < rows; i++) {
      const y = TABLE_HEAD + (i + 0.5) * layout.row;
      ctx.strokeStyle = theme.grid;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(4, crisp(y - layout.row / 2));
      ctx.lineTo(box.width - 4, crisp(y - layout.row / 2));
      ctx.stroke();
      const x = Array.from(data.inputs.values.slice(i * inputs, (i + 1) * inputs));
      x.forEach((value, k) => wordAt(ctx, String(value), layout.inputs[k], y, theme.normal, theme.text));
      if (!found.length) {
        wordAt(ctx, "\u2013", layout.sum, y, theme.normal, theme.muted);
        wordAt(ctx, "?", layout.answer, y, theme.bold, theme.muted);
        continue;
      }
      const z = x.reduce((sum, value, k) => sum + value * found[k], found[inputs]);
      const right = isSet(spec.live?.[i] ?? 0) === z > 0;
      wordAt(ctx, withMinus(z.toFixed(1)), layout.sum, y, theme.normal, theme.text);
      wordAt(ctx, `${Number(z > 0)} ${right ? "\u2713" : "\u2717"}`, layout.answer, y, theme.bold, right ? theme.text : theme.series[1]);
    }
  },

  hover: () => null,

  attach: (panel, stage) => [new OutputButtons(panel, stage)],
};

// One button for each row: it shows the wanted output, and turns it over.
class OutputButtons extends Gesture {
  constructor(panel, stage) {
    super(panel, stage, panel.spec.outputs);
    this.buttons = this.control.value[0].map((_, i) => this.buildButton(i));
    this.element = make("div", { class: "nn-outputs", role: "group", "aria-label": this.control.label }, ...this.buttons);
    const gesture = this;
    panel.shown = {
      get live() {
        return gesture.value[0];
      },
    };
  }

  buildButton(i) {
    const button = keepKeys(make("button", { type: "button", class: "nn-output" }));
    button.dataset.output = i;
    button.addEventListener("click", () => this.turn(i));
    return button;
  }

  turn(i) {
    const row = this.value[0].map((value, k) => (k === i ? Number(!isSet(value)) : value));
    this.steer([row]);
    this.repaint();
  }

  place() {
    const { table } = this.panel.memory;
    const { data } = this;
    if (!table || !data) return;
    const [rows, inputs] = data.inputs.shape;
    this.buttons.forEach((button, i) => {
      button.hidden = i >= rows;
      if (button.hidden) return;
      const on = isSet(this.value[0][i]);
      const x = Array.from(data.inputs.values.slice(i * inputs, (i + 1) * inputs)).join(" ");
      layOver(button, { x: table.output - 26, y: TABLE_HEAD + i * table.row + 3, w: 52, h: table.row - 5 });
      if (button.textContent !== String(Number(on))) button.textContent = String(Number(on));
      setPressed(button, on);
      const words = `output for inputs ${x}: ${Number(on)}`;
      if (button.getAttribute("aria-label") !== words) button.setAttribute("aria-label", words);
    });
  }
}
