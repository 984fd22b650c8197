// Native sliders, menus and switches, each with a label, a value in words and a keyboard.
//
// A control is {element, show(value), spec}. It calls `moved(name, value)` while the learner moves
// it. Values from the kernel are shown unless the learner is holding the control at that moment.

const SLIDER_STOPS = 1000;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Keys pressed here are for this element, not for JupyterLab's own shortcuts.
function keepKeys(element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

let controlCount = 0;

const CONTROL_MAKERS = { slider: makeSlider, choice: makeChoice, toggle: makeToggle, table: makeTable };

// The others are moved by what the learner makes on a panel.
const hasElement = (spec) => spec.kind in CONTROL_MAKERS;

function makeControl(spec, value, moved) {
  const id = `nnlib-control-${controlCount++}`;
  const control = CONTROL_MAKERS[spec.kind](spec, id, (next) => moved(spec.name, next));
  control.element.dataset.control = spec.name;
  if (spec.restarts) control.element.title = "Moving this starts the training anew.";
  control.show(value);
  return control;
}

function makeSlider(spec, id, moved) {
  const stops = spec.integer ? spec.maximum - spec.minimum : SLIDER_STOPS;
  const input = keepKeys(make("input", { type: "range", id, min: 0, max: stops, step: 1 }));
  const output = make("output", { for: id });
  const label = make("label", { for: id }, ...labelText(spec));
  const words = (value) => {
    const text = spec.top_label && value >= spec.maximum ? spec.top_label : formatNumber(cleanValue(spec, value));
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  let held = false;
  input.addEventListener("pointerdown", () => (held = true));
  for (const end of ["pointerup", "pointercancel", "blur", "change"]) {
    input.addEventListener(end, () => (held = false));
  }
  input.addEventListener("input", () => {
    const value = valueAt(spec, Number(input.value) / stops);
    words(value);
    moved(value);
  });
  return {
    spec,
    element: make("div", { class: spec.compact ? "nn-control nn-compact" : "nn-control" }, label, output, input),
    show(value) {
      if (held) return;
      input.value = Math.round(placeOf(spec, value) * stops);
      words(value);
    },
  };
}

// Controls in their order after the settings, and below them those of each group under its heading.
function arrangeControls(controls, settings) {
  const single = make("div", { class: "nn-controls" }, ...settings);
  const grouped = make("div", { class: "nn-groups" });
  const groups = new Map();
  for (const { spec, element } of controls) {
    if (spec.group && !groups.has(spec.group)) {
      groups.set(spec.group, make("fieldset", { class: "nn-group" }, make("legend", {}, spec.group)));
      grouped.append(groups.get(spec.group));
    }
    (groups.get(spec.group) ?? single).append(element);
  }
  return groups.size ? [single, grouped] : [single];
}

// The name and, on the same line as its last word, a sign that moving it starts the training anew; in a group there is
// no room for one.
function labelText(spec) {
  if (!spec.restarts || spec.group) return [spec.label];
  return [`${spec.label}\u00a0`, make("span", { class: "nn-restarts", role: "img", "aria-label": "restarts" }, "\u21bb")];
}

// From a place on the slider, 0 to 1, to a value of three significant digits, and back.
function valueAt(spec, place) {
  const { minimum, maximum } = spec;
  const value = spec.log
    ? minimum * Math.pow(maximum / minimum, place)
    : minimum + (maximum - minimum) * place;
  return cleanValue(spec, value);
}

// As the kernel will round it.
function cleanValue(spec, value) {
  const short = spec.integer ? Math.round(value) : Number(value.toPrecision(3));
  return clampTo(short, spec.minimum, spec.maximum);
}

function placeOf(spec, value) {
  const { minimum, maximum } = spec;
  return spec.log
    ? Math.log(value / minimum) / Math.log(maximum / minimum)
    : (value - minimum) / (maximum - minimum);
}

function makeChoice(spec, id, moved) {
  const select = keepKeys(make("select", { id }));
  for (const option of spec.options) select.append(make("option", { value: option }, option));
  select.addEventListener("change", () => moved(select.value));
  return {
    spec,
    element: make("div", { class: "nn-control" }, make("label", { for: id }, ...labelText(spec)), select),
    show(value) {
      if (select.value !== value) select.value = value;
    },
  };
}

function makeToggle(spec, id, moved) {
  const box = keepKeys(make("input", { type: "checkbox", id }));
  box.addEventListener("change", () => moved(box.checked));
  return {
    spec,
    element: make("div", { class: "nn-control nn-toggle" }, box, make("label", { for: id }, ...labelText(spec))),
    show(value) {
      box.checked = value;
    },
  };
}
