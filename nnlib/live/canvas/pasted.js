// A table that the learner pastes, or opens from a file. What is typed stays until the kernel has taken it: where it
// is refused, the view says why and the table before it goes on.

const FILE_ENCODINGS = ["utf-8", "windows-1252"]; // what a file may be in, if no mark at its start says
const LARGEST_TABLE = 1e6; // bytes

function makeTable(spec, id, moved) {
  const text = keepKeys(make("textarea", { id, rows: 7, spellcheck: "false", wrap: "off", autocomplete: "off" }));
  const use = makeTool("Use this table", () => moved(text.value));
  const file = make("input", { type: "file", accept: ".csv,.txt,.tsv,text/*", hidden: "" });
  const open = makeTool("Open a file", () => file.click());
  let known = null; // the last table that the kernel had, other than what is typed
  text.addEventListener("keydown", (event) => event.stopPropagation()); // full stop and space are text here
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = ""; // the same file can be opened again
    if (!chosen) return;
    text.value = await readTextFile(chosen);
    moved(text.value);
  });
  const tools = make("div", { class: "nn-tools" }, use, open, file);
  return {
    spec,
    element: make("div", { class: "nn-control nn-table-text" }, make("label", { for: id }, spec.label), text, tools),
    show(value) {
      if (value === text.value || value === known) return;
      known = text.value = value;
    },
  };
}

// Of a file that is too large only so much that the kernel says so.
async function readTextFile(file) {
  const bytes = new Uint8Array(await file.slice(0, LARGEST_TABLE).arrayBuffer());
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
  for (const encoding of marked ? [marked] : FILE_ENCODINGS) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // it is in another encoding
    }
  }
  return new TextDecoder("windows-1252").decode(bytes);
}
