// What is set beside the controls: a menu of presets, each of which moves several controls, and a box for the seed.
// Expects in the spec presets {name: {control: value}} and seed, null where nothing is random.

const LARGEST_SEED = 2 ** 32 - 1;
const OWN_SETTINGS = "your own";

// `stage` hears choose(preset) and reseed(seed). The result is {elements, show(seed, valueOf)}.
function buildSettings(spec, stage) {
  const parts = [];
  if (Object.keys(spec.presets).length) parts.push(makePresets(spec.presets, stage));
  if (spec.seed !== null) parts.push(makeSeed(stage));
  return {
    elements: parts.map(({ element }) => element),
    show: (seed, valueOf) => parts.forEach((part) => part.show(seed, valueOf)),
  };
}

// The menu names the preset that the controls stand at, whoever has moved them.
function makePresets(presets, stage) {
  const id = `nnlib-control-${controlCount++}`;
  const own = make("option", { value: "" }, OWN_SETTINGS);
  const select = keepKeys(make("select", { id }, own));
  for (const name of Object.keys(presets)) select.append(make("option", { value: name }, name));
  select.addEventListener("change", () => select.value && stage.choose(select.value));
  const element = make("div", { class: "nn-control" }, make("label", { for: id }, "Presets"), select);
  element.dataset.setting = "preset";
  const alike = (value, other) => value === other || JSON.stringify(value) === JSON.stringify(other); // tables are arrays
  const stands = (values, valueOf) => Object.entries(values).every(([name, value]) => alike(valueOf(name), value));
  return {
    element,
    show(seed, valueOf) {
      const current = Object.keys(presets).find((name) => stands(presets[name], valueOf)) ?? "";
      if (document.activeElement !== select || current) select.value = current;
    },
  };
}

function makeSeed(stage) {
  const id = `nnlib-control-${controlCount++}`;
  const input = keepKeys(make("input", { type: "number", id, min: 0, max: LARGEST_SEED, step: 1, inputmode: "numeric" }));
  const element = make("div", { class: "nn-control nn-seed" }, make("label", { for: id }, "Seed (restarts)"), input);
  element.dataset.setting = "seed";
  element.title = "The same seed gives the same data, first weights and order. Another one starts anew.";
  let typing = false; // what the learner has typed stays until it is entered
  input.addEventListener("input", () => (typing = true));
  const enter = () => {
    if (!typing) return;
    typing = false;
    stage.reseed(Number.isNaN(input.valueAsNumber) ? "no number" : input.valueAsNumber);
  };
  input.addEventListener("change", enter);
  input.addEventListener("keydown", (event) => event.key === "Enter" && enter()); // JupyterLab keeps Enter from it
  return {
    element,
    show(seed) {
      if (!typing && input.value !== String(seed)) input.value = seed;
    },
  };
}
