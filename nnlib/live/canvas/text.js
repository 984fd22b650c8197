// Text that grows. Expects text and, if wanted, fresh: how many characters at its end are new. It is set as text of
// elements, never as markup; the last `most` characters are shown. Screen readers hear what is new from a log; where
// text is only an end, written says how many characters there have been.

const LOG_EVERY = 3000; // ms between additions to the log
const LOG_LENGTH = 400; // characters that are added at once, at most
const LOG_PARTS = 20; // additions that are kept

// The elements above it show everything; they can be selected and scrolled.
const textPanel = {
  draw() {},
  hover: () => null,
};

// What has been added since `heard` characters had been written; a text that has become shorter is a new one.
function addedText(text, written, heard) {
  const count = written < heard ? written : written - heard;
  return count > 0 ? text.slice(-count) : "";
}

class TextStream extends Gesture {
  constructor(panel, stage) {
    super(panel, stage);
    this.older = make("span", {});
    this.newest = make("mark", {});
    this.element = keepKeys(make("div", { class: "nn-text", tabindex: "0", role: "group" }, this.older, this.newest));
    this.element.setAttribute("aria-label", panel.spec.title);
    this.log = make("div", { class: "nn-unseen", role: "log", "aria-live": "polite", "aria-label": panel.spec.title });
    panel.figure.append(this.log);
    panel.canvas.setAttribute("aria-hidden", "true");
    this.heard = 0;
    this.tell = throttled(LOG_EVERY, () => this.addToLog());
  }

  place() {
    const { most, empty_text: nothing } = this.panel.spec;
    const whole = String(this.data?.text ?? "");
    const text = whole.slice(-most);
    const fresh = clampTo(Math.floor(Number(this.data?.fresh) || 0), 0, text.length);
    this.element.classList.toggle("nn-empty", !text);
    this.show(text ? text.slice(0, text.length - fresh) : nothing, text.slice(text.length - fresh));
    const written = Number(this.data?.written ?? whole.length) || 0;
    if (text === this.text && written === this.written) return;
    Object.assign(this, { text, written });
    this.tell.soon();
  }

  show(older, newest) {
    const { element } = this;
    if (this.older.textContent === older && this.newest.textContent === newest) return;
    // It stays at the end, unless the learner has scrolled away from there.
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 8;
    this.older.textContent = older;
    this.newest.textContent = newest;
    if (atEnd) element.scrollTop = element.scrollHeight;
  }

  addToLog() {
    const added = addedText(this.text, this.written, this.heard).slice(-LOG_LENGTH);
    this.heard = this.written;
    if (added) this.log.append(make("div", {}, added));
    while (this.log.children.length > LOG_PARTS) this.log.firstChild.remove();
  }
}
