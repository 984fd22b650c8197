// The page of one explorable: its elements, and what each of them tells the stage.

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
  const settings = buildSettings(spec, stage);
  const { row, actions, buttons, scrub } = buildButtons(spec, stage);
  const { details, state } = buildState(stage);
  root.append(
    make("div", { class: "nn-title" }, spec.title),
    row,
    ...arrangeControls(controls, settings.elements),
    message,
    make("div", { class: "nn-panels" }, ...panels.map((panel) => panel.figure)),
    status,
    details,
    tooltip,
  );
  return { status, message, tooltip, controls, settings, panels, actions, buttons, scrub, state };
}

function buildButtons(spec, stage) {
  const row = make("div", { class: "nn-buttons" });
  const buttons = {};
  const actions = buttonsFor(spec);
  for (const { name, text, help } of actions) {
    const button = keepKeys(make("button", { type: "button", title: help }, text));
    button.addEventListener("click", () => stage.press(name));
    button.dataset.button = name;
    buttons[name] = button;
    row.append(button);
  }
  const scrub = keepKeys(make("input", { type: "range", min: 0, max: 0, step: 1 }));
  scrub.addEventListener("input", () => stage.seek(Number(scrub.value)));
  row.append(make("label", { class: "nn-scrub" }, "Rewind", scrub));
  return { row, actions, buttons, scrub };
}

function buildPanel(spec, stage) {
  const canvas = make("canvas", { role: "img", "aria-label": spec.title });
  canvas.style.height = `${spec.height}px`;
  canvas.dataset.panel = spec.name;
  const plot = make("div", { class: "nn-plot" }, canvas);
  const figure = make("figure", { class: "nn-panel" }, make("figcaption", {}, spec.title), plot);
  figure.dataset.kind = spec.kind;
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
  use.dataset.state = "use";
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

// Bring a canvas to the size it is shown at, in the pixels of this screen. Its layout is measured when it changes
// (see `watch` of the stage), not with every frame.
function fitCanvas({ box, canvas }) {
  if (!box) return null; // the view is not on the page yet
  const width = Math.round(box.width * box.density);
  const height = Math.round(box.height * box.density);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return box;
}

function measureCanvas(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  return width && height ? { width, height, density: window.devicePixelRatio || 1 } : null;
}
