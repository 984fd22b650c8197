// Takes a text file from the learner: chosen, or dropped on the panel. Of a large one only the beginning goes to the
// kernel, which says what it makes of it; until then nothing changes.

const MOST_FILE = 400_000; // bytes that are sent

class FileDesk {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage });
    this.input = keepKeys(make("input", { type: "file", "aria-label": "A text file of your own to learn from" }));
    this.input.addEventListener("change", () => this.handIn(this.input.files[0]));
    this.note = make("span", { role: "status" });
    const back = makeTool("The course's own text", () => this.giveBack());
    const label = make("label", {}, "Your own text: ", this.input);
    makeTools(panel, label, back, this.note).classList.add("nn-file");
    panel.figure.addEventListener("dragover", (event) => event.preventDefault());
    panel.figure.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.dataTransfer?.files.length) this.handIn(event.dataTransfer.files[0]);
      else this.note.textContent = "Drop a text file here.";
    });
  }

  place() {}

  async handIn(file) {
    if (!file) return;
    this.note.textContent = "";
    try {
      const bytes = await file.slice(0, MOST_FILE).arrayBuffer();
      const { name: panel } = this.panel.spec;
      this.stage.link.ask({ type: "file", panel, name: file.name.slice(0, 80), size: file.size }, [bytes]);
    } catch {
      this.note.textContent = "This file cannot be read: is it a folder, or was it moved?";
    }
    this.input.value = ""; // the same file can be chosen again
  }

  giveBack() {
    this.note.textContent = "";
    this.stage.link.ask({ type: "give_back", panel: this.panel.spec.name });
  }
}
