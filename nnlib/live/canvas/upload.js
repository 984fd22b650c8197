// A picture of the learner's own: a file that is chosen, dropped on the panel or pasted. The browser decodes it, and the
// kernel gets the bytes of a small grey grid, so no file ever reaches Python. Whatever it is, it may be hostile: its size
// is looked at before its pixels, and if it cannot be used the picture that was there stays.

const LARGEST_FILE = 20e6; // bytes
const MOST_SOURCE_PIXELS = 50e6; // a few kilobytes of file can unpack to billions
const LONGEST_READ = 10_000; // ms
const GREY_SHARES = [0.299, 0.587, 0.114]; // of red, green and blue in what the eye takes for brightness

class PictureUpload extends Gesture {
  constructor(panel, stage) {
    super(panel, stage, panel.spec.upload);
    this.input = make("input", { type: "file", accept: "image/*", hidden: "", tabindex: "-1", "aria-hidden": "true" });
    this.input.addEventListener("change", () => {
      this.take(this.input.files[0]);
      this.input.value = ""; // the same file may be chosen again
    });
    this.words = make("output", {});
    this.element = make("div", { hidden: "" });
    const button = makeTool("Your picture…", () => this.input.click());
    button.title = "Choose a file, drop one on the picture, or paste one";
    makeTools(panel, button, this.input, this.words);
    this.listen(panel.figure);
  }

  listen(figure) {
    figure.addEventListener("dragover", (event) => event.preventDefault());
    figure.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.take(event.dataTransfer?.files[0]);
    });
    figure.addEventListener("paste", (event) => {
      const file = event.clipboardData?.files[0];
      if (!file) return; // a number pasted into a cell
      event.preventDefault();
      event.stopPropagation();
      this.take(file);
    });
  }

  place() {}

  tell(text) {
    this.words.textContent = text;
    this.speaker.say(text);
  }

  async take(file) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    try {
      const found = await readPicture(file, this.control);
      if (turn !== this.turn) return; // another one was chosen meanwhile
      this.steer(packBytes(found.bytes));
      this.tell(`${shortName(file)}: ${found.words}`);
    } catch (error) {
      if (turn === this.turn) this.tell(`${error.message} The picture stays as it was.`);
    }
  }
}

const shortName = ({ name = "picture" }) => (name.length > 28 ? `${name.slice(0, 25)}…` : name);

// The grey bytes of a file, rows by columns, and what was done to it in words. Throws an Error that says why not.
async function readPicture(file, { rows, columns }) {
  if (!file) throw new Error("There was no file in it.");
  const name = shortName(file);
  if (file.size === 0) throw new Error(`${name} is empty.`);
  if (file.size > LARGEST_FILE) throw new Error(`${name} has ${Math.ceil(file.size / 1e6)} MB, and 20 MB is the most.`);
  // Under this type the browser looks for itself which kind of pixels it is; drawings in SVG, which are programs, it refuses.
  const url = URL.createObjectURL(new Blob([file], { type: "image/png" }));
  try {
    const image = await loadImage(url, name);
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    if (!width || !height) throw new Error(`${name} has no pixels.`);
    if (width * height > MOST_SOURCE_PIXELS) {
      throw new Error(`${name} has ${width} × ${height} pixels, and 50 million in all is the most.`);
    }
    const cut = Math.abs(width / height - columns / rows) > 0.01 * (columns / rows);
    const words = `${width} × ${height}${cut ? ", its middle" : ""} made ${columns} × ${rows} and grey`;
    return { bytes: greyBytes(image, rows, columns), words };
  } finally {
    URL.revokeObjectURL(url);
  }
}

function loadImage(url, name) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    const fail = (why) => reject(new Error(`${name} ${why}.`));
    const patience = setTimeout(() => fail("takes too long to read"), LONGEST_READ);
    image.onload = () => (clearTimeout(patience), resolve(image));
    image.onerror = () => (clearTimeout(patience), fail("is no picture that this browser can read: try PNG or JPEG"));
    image.src = url;
  });
}

// The middle of an image, on white where it is clear, as bytes from 1 to 255: all zeros would be no picture.
function greyBytes(image, rows, columns) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(width / columns, height / rows);
  const [w, h] = [columns * scale, rows * scale];
  const context = emptyCanvas(columns, rows).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, columns, rows);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h, 0, 0, columns, rows);
  const { data } = context.getImageData(0, 0, columns, rows);
  return Uint8Array.from({ length: rows * columns }, (_, i) =>
    Math.max(1, Math.round(GREY_SHARES.reduce((sum, share, c) => sum + share * data[4 * i + c], 0))),
  );
}
