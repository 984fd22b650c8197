// The buttons of a view, and what each asks of the kernel. Expects in the spec units, the smallest first: the first is
// the button "Step" and the last "Epoch", with a key each; units in between have a button and no key.

const PLAY = "▶ Play";
const PAUSE = "❚❚ Pause";

function buttonsFor({ units, pass_label }) {
  const [least, ...larger] = units;
  const one = least === "batch" ? "update" : least;
  const stepBy = (unit) => () => ({ type: "step", unit });
  const steps = [
    { name: "step", text: units.length > 2 ? capital(least) : "Step", key: ".", help: `One ${one} (full stop)`, command: stepBy(least) },
    ...larger.map((unit) => ({ name: unit, text: capital(unit), key: null, help: `To the end of this ${unit}`, command: stepBy(unit) })),
  ];
  if (larger.length) Object.assign(steps.at(-1), passButton(larger.at(-1), pass_label));
  return [
    { name: "play", text: PLAY, key: " ", help: "Play or pause (space)", command: (playing) => ({ type: playing ? "pause" : "play" }) },
    ...steps,
    { name: "back", text: "Back", key: ",", help: "Back to the last kept state (comma)", command: () => ({ type: "back" }) },
    { name: "reset", text: "Reset", key: "r", help: "Start anew (r)", command: () => ({ type: "reset" }) },
  ];
}

function passButton(unit, label) {
  const help = unit === "epoch" ? "To the end of this pass over the data (e)" : `To the end of this ${unit} (e)`;
  return { name: "epoch", key: "e", text: label || capital(unit), help: label ? `${label} (e)` : help };
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
