// The ink on a sketch pad: what has been drawn, and the bytes of a small grid that the kernel gets of it.

const INK_SIDE = 224; // px of the longer side of the ink, or a little more
const LEVEL_ROUNDS = 6; // after which the bytes of a smoothed drawing are those that it was made of

// Bytes as text, and back; `nnlib.live.Drawing` does the same: after a byte 0 the number of zeros in its run.
function packBytes(bytes) {
  const runs = [];
  let inked = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0) {
      runs.push(bytes[i]);
      inked = true;
      continue;
    }
    let count = 1;
    while (count < 255 && i + 1 < bytes.length && bytes[i + 1] === 0) [count, i] = [count + 1, i + 1];
    runs.push(0, count);
  }
  return inked ? btoa(String.fromCharCode(...runs)) : "";
}

function unpackBytes(text, size) {
  const bytes = new Uint8Array(size);
  const runs = atob(text);
  for (let i = 0, at = 0; i < runs.length && at < size; i++) {
    const byte = runs.charCodeAt(i);
    if (byte === 0) at += runs.charCodeAt(++i);
    else bytes[at++] = byte;
  }
  return bytes;
}

// What has been drawn, finer than the grid that the kernel gets: opacity is ink. Places are in cells of the grid.
class Ink {
  constructor(rows, columns) {
    this.fine = Math.max(4, Math.ceil(INK_SIDE / Math.max(rows, columns)));
    this.canvas = emptyCanvas(columns * this.fine, rows * this.fine);
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    Object.assign(this, { rows, columns });
  }

  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  line([x0, y0], [x1, y1], width, erase) {
    const { context: ctx, fine } = this;
    ctx.globalCompositeOperation = erase ? "destination-out" : "source-over";
    ctx.lineWidth = width * fine;
    ctx.beginPath();
    ctx.moveTo(x0 * fine, y0 * fine);
    ctx.lineTo(x1 * fine, y1 * fine);
    ctx.stroke();
    ctx.beginPath(); // round ends, and a dot where the pen did not move
    for (const [x, y] of [[x0, y0], [x1, y1]]) {
      ctx.moveTo(x * fine + (width * fine) / 2, y * fine);
      ctx.arc(x * fine, y * fine, (width * fine) / 2, 0, 2 * Math.PI);
    }
    ctx.fill();
    ctx.globalCompositeOperation = "source-over";
  }

  // The mean of each cell, row by row.
  bytes() {
    const { rows, columns, fine, canvas } = this;
    const { data } = this.context.getImageData(0, 0, canvas.width, canvas.height);
    const sums = new Float64Array(rows * columns);
    for (let y = 0, i = 3; y < canvas.height; y++) {
      const row = Math.floor(y / fine) * columns;
      for (let x = 0; x < canvas.width; x++, i += 4) sums[row + Math.floor(x / fine)] += data[i];
    }
    return Uint8Array.from(sums, (sum) => Math.round(sum / fine ** 2));
  }

  // A drawing of which only the grid is known, as one that was restored: its edges are made smooth again.
  load(bytes) {
    const { rows, columns, context: ctx, canvas } = this;
    const grid = emptyCanvas(columns, rows);
    const image = new ImageData(columns, rows);
    bytes.forEach((byte, i) => (image.data[4 * i + 3] = byte));
    grid.getContext("2d").putImageData(image, 0, 0);
    this.clear();
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(grid, 0, 0, canvas.width, canvas.height);
    for (let round = 0; round < LEVEL_ROUNDS; round++) this.level(bytes);
  }

  // Smoothing has moved ink between cells: give each as much as it should have.
  level(bytes) {
    const { columns, fine, context: ctx, canvas } = this;
    const found = this.bytes();
    const image = ctx.getImageData(0, 0, canvas.width, canvas.height);
    for (let y = 0, i = 3; y < canvas.height; y++) {
      const row = Math.floor(y / fine) * columns;
      for (let x = 0; x < canvas.width; x++, i += 4) {
        const cell = row + Math.floor(x / fine);
        image.data[i] += bytes[cell] - found[cell]; // stays within 0 to 255
      }
    }
    ctx.putImageData(image, 0, 0);
  }
}
