// The page of one explorable: its elements, and what each of them tells the stage.

const BUTTONS = [
  { name: "play", text: "▶ Play", key: " ", help: "Play or pause (space)" },
  { name: "step", text: "Step", key: ".", help: "One update (full stop)" },
  { name: "epoch", text: "Epoch", key: "e", help: "To the end of this pass over the data (e)" },
  { name: "back", text: "Back", key: ",", help: "Back to the last kept state (comma)" },
  { name: "reset", text: "Reset", key: "r", help: "Start anew (r)" },
];

// `stage` hears moved(name, value), press(button), seek(step), restore(state) and hover(panel, event), and what
// handles.js and gestures.js ask of it.
function buildPage(spec, root, stage) {
  keepKeys(root);
  root.classList.add("nn-stage");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", spec.title);
  root.setAttribute("tabindex", "0");
  const status = make("div", { class: "nn-status" });
  const message = make("div", { class: "nn-message", role: "alert", hidden: "" });
  const tooltip = make("div", { class: "nn-tooltip", hidden: "" });
  const controls = spec.controls.filter(hasElement).map((control) =>
    makeControl(control, spec.values[control.name], (name, value) => stage.moved(name, value)),
  );
  const panels = spec.panels.map((panel) => buildPanel(panel, stage));
  const { row, buttons, scrub } = buildButtons(spec, stage);
  const { details, state } = buildState(stage);
  root.append(
    make("div", { class: "nn-title" }, spec.title),
    row,
    ...arrangeControls(controls),
    message,
    make("div", { class: "nn-panels" }, ...panels.map((panel) => panel.figure)),
    status,
    details,
    tooltip,
  );
  return { status, message, tooltip, controls, panels, buttons, scrub, state };
}

function buildButtons(spec, stage) {
  const row = make("div", { class: "nn-buttons" });
  const buttons = {};
  for (const { name, text, help } of BUTTONS) {
    const button = keepKeys(make("button", { type: "button", title: help }, text));
    button.addEventListener("click", () => stage.press(name));
    button.dataset.button = name;
    buttons[name] = button;
    row.append(button);
  }
  if (spec.pass_label) {
    buttons.epoch.textContent = spec.pass_label;
    buttons.epoch.title = `${spec.pass_label} (e)`;
  }
  const scrub = keepKeys(make("input", { type: "range", min: 0, max: 0, step: 1 }));
  scrub.addEventListener("input", () => stage.seek(Number(scrub.value)));
  row.append(make("label", { class: "nn-scrub" }, "Rewind", scrub));
  return { row, buttons, scrub };
}

function buildPanel(spec, stage) {
  const canvas = make("canvas", { role: "img", "aria-label": spec.title });
  canvas.style.height = `${spec.height}px`;
  canvas.dataset.panel = spec.name;
  const plot = make("div", { class: "nn-plot" }, canvas);
  const figure = make("figure", { class: "nn-panel" }, make("figcaption", {}, spec.title), plot);
  figure.style.setProperty("--span", spec.span);
  const panel = { spec, figure, canvas, box: null, memory: {}, renderer: PANEL_KINDS[spec.kind] };
  // What a kind of panel adds to its canvas is placed after each paint, as handles are.
  panel.handles = [
    ...buildHandles(panel, stage),
    ...buildGestures(panel, stage),
    ...(panel.renderer.attach?.(panel, stage) ?? []),
  ];
  plot.append(...panel.handles.flatMap((handle) => handle.element ?? []));
  canvas.addEventListener("pointermove", (event) => stage.hover(panel, event));
  canvas.addEventListener("pointerleave", () => stage.hover(panel, null));
  return panel;
}

function buildState(stage) {
  const label = "Settings as one line of text";
  const state = keepKeys(make("input", { type: "text", "aria-label": label, spellcheck: "false" }));
  const copy = keepKeys(make("button", { type: "button" }, "Copy"));
  copy.addEventListener("click", async () => {
    state.select();
    await navigator.clipboard?.writeText(state.value).catch(() => {}); // the text stays selected
  });
  const use = keepKeys(make("button", { type: "button" }, "Use"));
  const summary = keepKeys(make("summary", {}, "Share these settings"));
  const details = make("details", { class: "nn-state" }, summary, state, copy, use);
  // What the learner has typed stays until it is used or the line is folded away.
  state.addEventListener("input", () => (state.dataset.edited = "true"));
  details.addEventListener("toggle", () => delete state.dataset.edited);
  use.addEventListener("click", () => {
    stage.restore(state.value);
    delete state.dataset.edited;
  });
  return { state, details };
}
