// A filter at work: image, kernel, window with its products, output. Expects image float32 (rows, columns), output
// float32 as filter2d returns it, if wanted scale, flip and padding, stride, dilation and border, done and look; in the
// spec weights, rows of numbers, and window, {row, column} in the output: both are left in shown by filter_bench.js.

const BENCH_TOP = 20; // px for a label
const BENCH_GAP = 26;
const KERNEL_CELL = 46; // px, at most
const NUMBER_ROOM = 23; // px that a number needs in a cell

// The kernel as it is laid on the image: turned by 180 degrees for a convolution.
function laidWeights(weights, flip) {
  return flip ? weights.toReversed().map((row) => row.toReversed()) : weights;
}

// How far a window reaches beyond the first pixel of the image, above it and to its left.
function windowReach({ image, output, flip, border }, [rows, columns]) {
  if (border) return border;
  const reach = (k, side) => (output.shape[side] !== image.shape[side] ? 0 : flip ? (k - 1) >> 1 : k >> 1);
  return [reach(rows, 0), reach(columns, 1)];
}

// What lies in the image at a place, or beyond its edge.
function pixelAt({ image: { values, shape: [rows, columns] }, padding = 0 }, row, column) {
  const inside = row >= 0 && row < rows && column >= 0 && column < columns;
  if (!inside && padding !== "edge") return padding;
  return values[clampTo(row, 0, rows - 1) * columns + clampTo(column, 0, columns - 1)];
}

// Where in the image a window has its first pixel.
function windowStart(data, size, { row, column }) {
  const [up, left] = windowReach(data, size);
  const { stride = 1 } = data;
  return [row * stride - up, column * stride - left];
}

// The pixels under the window, the products with the kernel, and their sum.
function windowSum(data, weights, window) {
  const laid = laidWeights(weights, data.flip);
  const [top, left] = windowStart(data, [laid.length, laid[0].length], window);
  const { dilation = 1 } = data;
  const products = laid.map((row, u) =>
    row.map((weight, v) => weight * pixelAt(data, top + dilation * u, left + dilation * v)),
  );
  return { products, sum: products.flat().reduce((total, product) => total + product, 0) };
}

const benchPlace = (x, y, cell, rows, columns) => ({ x, y, w: cell * columns, h: cell * rows, cell });

// Where the four tables lie, in a row or on a narrow page two by two: whichever leaves the image more room. Cells of
// image and output are equally large.
function benchLayout(box, data, weights) {
  const [rows, columns] = data.image.shape;
  const [tall, wide] = data.output.shape;
  const sizes = { rows, columns, tall, wide, k: weights.length, l: weights[0].length };
  const [inRow, stacked] = [benchInRow(box, sizes), benchStacked(box, sizes)];
  return inRow.image.cell >= stacked.image.cell ? inRow : stacked;
}

function benchInRow(box, { rows, columns, tall, wide, k, l }) {
  const height = box.height - BENCH_TOP - 6;
  const side = Math.min(KERNEL_CELL, (height - BENCH_TOP - 4) / (2 * k), (0.3 * box.width) / l);
  const room = box.width - 2 * BENCH_GAP - 12 - side * l;
  const cell = Math.max(1, Math.min(height / Math.max(rows, tall), room / (columns + wide)));
  const left = Math.max(6, (box.width - cell * (columns + wide) - side * l - 2 * BENCH_GAP) / 2);
  const middle = left + cell * columns + BENCH_GAP;
  const down = (high) => BENCH_TOP + (cell * (Math.max(rows, tall) - high)) / 2;
  return {
    image: benchPlace(left, down(rows), cell, rows, columns),
    kernel: benchPlace(middle, BENCH_TOP, side, k, l),
    products: benchPlace(middle, 2 * BENCH_TOP + side * k + 4, side, k, l),
    output: benchPlace(middle + side * l + BENCH_GAP, down(tall), cell, tall, wide),
  };
}

function benchStacked(box, { rows, columns, tall, wide, k, l }) {
  const room = box.width - BENCH_GAP - 12;
  const side = Math.min(KERNEL_CELL, (0.38 * box.height) / k, room / (2 * l));
  const above = box.height - 2 * BENCH_TOP - 12 - side * k;
  const cell = Math.max(1, Math.min(above / Math.max(rows, tall), room / (columns + wide)));
  const left = (box.width - BENCH_GAP - cell * (columns + wide)) / 2;
  const below = box.height - 6 - side * k;
  const under = (box.width - BENCH_GAP - 2 * side * l) / 2;
  return {
    image: benchPlace(left, BENCH_TOP, cell, rows, columns),
    output: benchPlace(left + cell * columns + BENCH_GAP, BENCH_TOP, cell, tall, wide),
    kernel: benchPlace(under, below, side, k, l),
    products: benchPlace(under + side * l + BENCH_GAP, below, side, k, l),
  };
}

// Numbers as coloured cells, written out where there is room. `colorAt(value)` gives [r, g, b]. Only the first `done`
// cells, row by row, are filled yet.
function drawBenchTable(ctx, rect, array, colorAt, theme, memory, done = Infinity) {
  const { values, shape: [rows, columns] } = array;
  const buffer = pixelBuffer(memory, columns, rows);
  buffer.pixels.fill(0);
  for (let i = 0; i < Math.min(values.length, done); i++) {
    const [r, g, b] = colorAt(values[i]);
    buffer.pixels[i] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  buffer.context.putImageData(buffer.image, 0, 0);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(buffer.canvas, rect.x, rect.y, rect.w, rect.h);
  drawFrame(ctx, rect, theme);
  if (rect.cell >= NUMBER_ROOM) writeBenchNumbers(ctx, rect, array, colorAt, theme, done);
}

function writeBenchNumbers(ctx, rect, { values, shape: [, columns] }, colorAt, theme, done) {
  const { cell } = rect;
  ctx.font = `${cell < 32 ? 9.5 : 11}px ${theme.family}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let i = 0; i < Math.min(values.length, done); i++) {
    const [x, y] = [rect.x + ((i % columns) + 0.5) * cell, rect.y + (Math.floor(i / columns) + 0.5) * cell];
    ctx.fillStyle = luminance(colorAt(values[i])) > 0.2 ? "#000" : "#fff";
    ctx.fillText(benchNumber(values[i], cell < 32 ? 2 : 3), x, y + 0.5, cell - 2);
  }
}

// Without a leading zero, so that more of it fits: .25, −1.5, 128.
function benchNumber(value, digits) {
  const size = Math.abs(value);
  if (size < 0.0005) return "0";
  const text = size >= 100 ? String(Math.round(size)) : String(Number(size.toPrecision(digits)).toFixed(3) * 1);
  return (value < 0 ? "\u2212" : "") + text.replace(/^0\./, ".");
}

function benchLabel(ctx, rect, text, theme) {
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  ctx.fillText(text, rect.x + rect.w / 2, rect.y - 4, rect.w + 1.6 * BENCH_GAP);
}

// A part of a table, framed so that it stands out on every colour.
function frameBenchCells(ctx, rect, row, column, rows, columns, theme) {
  const { cell } = rect;
  const place = [rect.x + column * cell, rect.y + row * cell, columns * cell, rows * cell];
  for (const [color, width] of [[theme.background, 5], [theme.brand, 2.5]]) {
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.strokeRect(...place);
  }
  return { x: place[0], y: place[1], w: place[2], h: place[3] };
}

// With gaps between its weights a window covers more than it reads: a dot on each pixel that it reads.
function dotBenchCells(ctx, rect, top, left, rows, columns, dilation, theme) {
  if (dilation === 1) return;
  const { cell } = rect;
  ctx.fillStyle = theme.brand;
  for (let u = 0; u < rows; u++) {
    for (let v = 0; v < columns; v++) {
      ctx.beginPath();
      ctx.arc(rect.x + (left + dilation * v + 0.5) * cell, rect.y + (top + dilation * u + 0.5) * cell, Math.max(1.5, 0.28 * cell), 0, 2 * Math.PI);
      ctx.fill();
    }
  }
}

// How values of the output become colours: two hues with 0 in between, greys with 0 in the middle, or as the picture.
function outputColors({ look, scale, output }, ink, theme) {
  const most = scale || largestSize(output.values);
  const grey = (share) => Array(3).fill(Math.round(255 * clampTo(share, 0, 1)));
  if (look === "grey") return (value) => grey(0.5 + value / (2 * most));
  return look === "picture" ? ink : (value) => theme.diverging(value / most);
}

const benchTable = (rows) => ({ values: rows.flat(), shape: [rows.length, rows[0].length] });

const benchPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    const { weights, window, low, high } = spec;
    const parts = (memory.bench = benchLayout(box, data, weights));
    const { products, sum } = windowSum(data, weights, window);
    const keep = (name) => ((memory.tables ??= {})[name] ??= {});
    const signed = (most) => (value) => theme.diverging(value / most);
    const grey = (share) => Array(3).fill(Math.round(255 * clampTo(share, 0, 1)));
    const ink = (value) => (spec.grey ? grey : theme.sequential)((value - low) / (high - low));
    const { image, output, flip, dilation = 1, done } = data;
    drawBenchTable(ctx, parts.image, image, ink, theme, keep("image"));
    drawBenchTable(ctx, parts.output, output, outputColors(data, ink, theme), theme, keep("output"), done);
    drawBenchTable(ctx, parts.products, benchTable(products), signed(largestSize(products.flat())), theme, keep("products"));
    const [k, l] = [weights.length, weights[0].length];
    const [top, left] = windowStart(data, [k, l], window);
    const [tall, wide] = [k, l].map((side) => dilation * (side - 1) + 1);
    dotBenchCells(ctx, parts.image, top, left, k, l, dilation, theme);
    memory.window = frameBenchCells(ctx, parts.image, top, left, tall, wide, theme);
    frameBenchCells(ctx, parts.output, window.row, window.column, 1, 1, theme);
    benchLabel(ctx, parts.image, spec.image_label || "image", theme);
    benchLabel(ctx, parts.kernel, flip ? "kernel (turned below)" : "kernel", theme);
    benchLabel(ctx, parts.products, "window × kernel", theme);
    benchLabel(ctx, parts.output, `output: sum ${shortNumber(sum)}`, theme);
  },

  // The window tells more than a tooltip could.
  hover: () => null,
};
