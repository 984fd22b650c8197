// Draws a matrix with its numbers, or a product C = A B with A at the left of C and B above it, so that the row and the
// column that make a cell meet in it. Expects values float32 (rows, columns), the first row on top; for a product also
// left (rows, k) and right (k, columns); if wanted scale, the size of full colour; label, in the place of the spec's;
// marked, a block of cells to point out: [row, column, rows, columns], with the rows and columns of the factors that make
// it. Where a value is NaN there is no colour, and the spec's empty_text.

const MATRIX_GAP = 14;
const LARGEST_CELL = [64, 34];
const MOST_TERMS = 6; // products of a sum that are written out

// The matrices of a panel and where they stand: {name, label, array, x, y, w, h, cell: [w, h]}.
function layoutMatrices(ctx, box, spec, data, theme) {
  const [rows, columns] = data.values.shape;
  const product = Boolean(data.left && data.right);
  const inner = product ? data.left.shape[1] : 0;
  ctx.font = theme.small;
  const widest = spec.row_labels.reduce((most, text) => Math.max(most, ctx.measureText(text).width), 0);
  const margin = Math.min(0.45 * box.width, widest ? widest + 8 : 2);
  const head = 18 + (spec.column_labels.length ? 16 : 0);
  const [roomX, roomY] = [box.width - margin - 4 - (product ? MATRIX_GAP : 0), box.height - head - 4 - (product ? MATRIX_GAP + 14 : 0)];
  const cell = [Math.min(LARGEST_CELL[0], roomX / (columns + inner)), Math.min(LARGEST_CELL[1], roomY / (rows + inner))];
  const used = (columns + inner) * cell[0] + (product ? MATRIX_GAP : 0) + margin;
  const x = Math.max(margin, (box.width - used) / 2 + margin);
  const right = x + (product ? inner * cell[0] + MATRIX_GAP : 0);
  const below = head + (product ? inner * cell[1] + MATRIX_GAP + 14 : 0);
  const place = (name, label, array, px, py) => ({ name, label, array, x: px, y: py, w: array.shape[1] * cell[0], h: array.shape[0] * cell[1], cell });
  const placed = [place("values", data.label ?? spec.label, data.values, right, below)];
  if (product) placed.push(place("left", spec.left_label, data.left, x, below), place("right", spec.right_label, data.right, right, head));
  return placed;
}

function largestSize(values) {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest || 1;
}

function paintMatrix(memory, { name, array }, scale, theme) {
  const [rows, columns] = array.shape;
  const buffer = pixelBuffer((memory[name] ??= {}), columns, rows);
  array.values.forEach((value, i) => {
    const level = Number.isNaN(value) ? 0 : Math.round(127 * clampTo(value / scale, -1, 1));
    buffer.pixels[i] = theme.softPixels[128 + level];
  });
  buffer.context.putImageData(buffer.image, 0, 0);
  return buffer.canvas;
}

function drawCells(ctx, matrix, spec, theme) {
  const { array, x, y, w, h, cell } = matrix;
  const [rows, columns] = array.shape;
  ctx.strokeStyle = theme.border;
  ctx.lineWidth = 1;
  if (Math.min(...cell) >= 6) {
    ctx.beginPath();
    for (let row = 1; row < rows; row++) {
      ctx.moveTo(x, crisp(y + row * cell[1]));
      ctx.lineTo(x + w, crisp(y + row * cell[1]));
    }
    for (let column = 1; column < columns; column++) {
      ctx.moveTo(crisp(x + column * cell[0]), y);
      ctx.lineTo(crisp(x + column * cell[0]), y + h);
    }
    ctx.stroke();
  }
  ctx.strokeStyle = theme.axis;
  ctx.strokeRect(crisp(x), crisp(y), w, h);
  if (cell[1] < 12 || cell[0] < 18) return;
  const texts = Array.from(array.values, (value) => cellText(value, spec));
  const longest = texts.reduce((most, text) => (text.length > most.length ? text : most), "");
  ctx.font = cell[0] < 40 ? theme.tiny : theme.normal;
  if (ctx.measureText(longest).width > cell[0] - 2) return; // hovering tells them
  ctx.fillStyle = theme.ink;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  texts.forEach((text, i) => ctx.fillText(text, x + ((i % columns) + 0.5) * cell[0], y + (Math.floor(i / columns) + 0.5) * cell[1] + 0.5));
}

// Whole numbers stay whole; the others get the decimals of the panel.
function cellText(value, spec) {
  if (Number.isNaN(value)) return spec.empty_text;
  if (!Number.isFinite(value) || Number.isInteger(value)) return formatNumber(value);
  return withMinus(value.toFixed(spec.decimals));
}

function drawMatrixLabels(ctx, placed, spec, theme) {
  const [values] = placed;
  const left = placed[1] ?? values;
  const top = placed[2] ?? values;
  const [rows, columns] = values.array.shape;
  ctx.font = theme.small;
  ctx.fillStyle = theme.muted;
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  if (values.cell[1] >= 9) {
    spec.row_labels.slice(0, rows).forEach((text, row) => ctx.fillText(text, left.x - 6, left.y + (row + 0.5) * left.cell[1]));
  }
  ctx.textAlign = "center";
  spec.column_labels.slice(0, columns).forEach((text, column) => {
    ctx.fillText(clipText(ctx, text, top.cell[0] - 2), top.x + (column + 0.5) * top.cell[0], top.y - 8);
  });
  ctx.fillStyle = theme.text;
  ctx.font = theme.bold;
  for (const matrix of placed) {
    const [height, width] = matrix.array.shape;
    const up = matrix === top && spec.column_labels.length ? 24 : 9;
    ctx.fillText(`${matrix.label} (${height} \u00d7 ${width})`, matrix.x + matrix.w / 2, matrix.y - up);
  }
}

// Outline a block of cells, and of a product the rows and columns of the factors that make it.
function drawMarked(ctx, [own, left, right], [row, column, rows, columns], theme) {
  const [width, height] = [columns * own.cell[0], rows * own.cell[1]];
  ctx.strokeStyle = theme.brand;
  ctx.lineWidth = 2;
  if (left) {
    ctx.strokeRect(left.x, left.y + row * left.cell[1], left.w, height);
    ctx.strokeRect(right.x + column * right.cell[0], right.y, width, right.h);
  }
  ctx.lineWidth = 3;
  ctx.strokeRect(own.x + column * own.cell[0], own.y + row * own.cell[1], width, height);
}

// Outline the row and the column of a cell, in the factors where there are any.
function drawMatrixHover(ctx, placed, { name, row, column }, theme) {
  const own = placed.find((matrix) => matrix.name === name);
  if (!(row < own?.array.shape[0] && column < own.array.shape[1])) return; // the frame has a smaller one
  const [left, top] = name === "values" && placed[1] ? [placed[1], placed[2]] : [own, own];
  ctx.strokeStyle = theme.brand;
  ctx.lineWidth = 2;
  ctx.strokeRect(left.x, left.y + row * left.cell[1], left.w, left.cell[1]);
  ctx.strokeRect(top.x + column * top.cell[0], top.y, top.cell[0], top.h);
  ctx.lineWidth = 3;
  ctx.strokeRect(own.x + column * own.cell[0], own.y + row * own.cell[1], ...own.cell);
}

// "1 × 4 + 2 × 5 = 14", with what the view was given: the sum is that of the cell.
function productText({ left, right, values }, spec, row, column) {
  const [inner, columns] = [left.shape[1], values.shape[1]];
  const terms = [];
  for (let k = 0; k < Math.min(inner, MOST_TERMS); k++) {
    const factor = right.values[k * columns + column];
    const text = formatNumber(factor);
    terms.push(`${formatNumber(left.values[row * inner + k])} \u00d7 ${factor < 0 ? `(${text})` : text}`);
  }
  if (inner > MOST_TERMS) terms.push(`\u2026 ${inner - MOST_TERMS} more`);
  const sum = formatNumber(values.values[row * columns + column]);
  return `row ${row + 1} of ${spec.left_label}, column ${column + 1} of ${spec.right_label}:\n${terms.join(" + ")} = ${sum}`;
}

function matrixText(placed, spec, data, { name, row, column }) {
  const { label, array } = placed.find((matrix) => matrix.name === name);
  const value = formatNumber(array.values[row * array.shape[1] + column]);
  const names = [name === "right" ? "" : spec.row_labels[row], name === "left" ? "" : spec.column_labels[column]];
  const known = names.filter(Boolean).join(", ");
  const text = `${label}, row ${row + 1}, column ${column + 1}${known ? ` (${known})` : ""}: ${value}`;
  return name === "values" && placed.length > 1 ? `${text}\n${productText(data, spec, row, column)}` : text;
}

const matrixPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    memory.placed = null;
    if (!data.values?.values.length) return;
    const placed = (memory.placed = layoutMatrices(ctx, box, spec, data, theme));
    ctx.imageSmoothingEnabled = false;
    for (const matrix of placed) {
      const scale = data.scale || largestSize(matrix.array.values);
      ctx.drawImage(paintMatrix(memory, matrix, scale, theme), matrix.x, matrix.y, matrix.w, matrix.h);
      drawCells(ctx, matrix, spec, theme);
    }
    drawMatrixLabels(ctx, placed, spec, theme);
    if (memory.hoverCell) drawMatrixHover(ctx, placed, memory.hoverCell, theme);
    else if (data.marked) drawMarked(ctx, placed, data.marked, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverCell = null;
    if (x === null || !memory.placed) return null;
    for (const { name, array, x: left, y: top, cell } of memory.placed) {
      const [row, column] = [Math.floor((y - top) / cell[1]), Math.floor((x - left) / cell[0])];
      if (row < 0 || row >= array.shape[0] || column < 0 || column >= array.shape[1]) continue;
      memory.hoverCell = { name, row, column };
      return { text: matrixText(memory.placed, spec, data, memory.hoverCell), x, y };
    }
    return null;
  },
};
