// Draws a grid of small images: digits, filters, feature maps, reconstructions. Expects images of shape
// (n, h, w): uint8 0..255 is ink on the background, int8 in -127..127 is signed with zero neutral; captions
// is a list of n short strings or absent; scale is the value of full colour, for the tooltip.

const IMAGE_GAP = 6;
const CAPTION_HEIGHT = 15;
const CAPTION_CHARACTER = 6.4; // a bound on the mean width at 11 px: measuring each caption each frame is waste
const TALLEST_ATLAS = 16384; // what browsers surely accept as the height of a canvas

// Images of shape (n, h, w) lie one below the other in memory already: one tall picture.
function paintAtlas(memory, array, count, theme, grey = false) {
  const [, h, w] = array.shape;
  const buffer = pixelBuffer(memory, w, h * count);
  const signed = isSigned(array.values);
  const table = signed ? theme.divergingPixels : grey ? theme.greyPixels : theme.sequentialPixels;
  const offset = signed ? 128 : 0;
  const { pixels } = buffer;
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[array.values[i] + offset];
  buffer.context.putImageData(buffer.image, 0, 0);
  return buffer.canvas;
}

// The columns that leave each image the most room.
function layoutImages(box, count, h, w, columns, captionWidth) {
  const caption = captionWidth > 0 ? CAPTION_HEIGHT : 0;
  let best = null;
  for (let c = columns ?? 1; c <= (columns ?? count); c++) {
    const rows = Math.ceil(count / c);
    const across = (box.width - 2 * IMAGE_GAP) / c - IMAGE_GAP;
    const down = (box.height - 2 * IMAGE_GAP) / rows - caption - IMAGE_GAP;
    const zoom = Math.min(across / w, down / h);
    // Room for a caption counts, so that narrow images do not have theirs cut off.
    const fits = across >= captionWidth ? 1 : 0.5;
    if (!best || zoom * fits > best.score) best = { columns: c, rows, across, zoom, score: zoom * fits };
  }
  return { ...best, caption };
}

// Whole device pixels per image pixel where that costs little size: then all look alike.
function snapZoom(zoom, ratio) {
  const whole = Math.floor(zoom * ratio);
  return whole / (zoom * ratio) > 0.8 ? whole / ratio : zoom;
}

function placeImages(ctx, box, spec, data, count, memory) {
  const [, h, w] = data.images.shape;
  // The longest caption yet: "4" and "4 -> 9" take turns while a network learns, the grid must not.
  for (const text of data.captions ?? []) memory.longest = Math.max(memory.longest ?? 0, String(text).length);
  const captionWidth = data.captions ? Math.min(84, CAPTION_CHARACTER * (memory.longest ?? 1)) : 0;
  const grid = layoutImages(box, count, h, w, spec.columns, captionWidth);
  const ratio = ctx.getTransform().a || 1;
  const zoom = snapZoom(Math.max(grid.zoom, 1 / 64), ratio);
  const stepX = Math.max(zoom * w, Math.min(captionWidth, grid.across)) + IMAGE_GAP;
  const stepY = zoom * h + grid.caption + IMAGE_GAP;
  const left = (box.width - grid.columns * stepX + stepX - zoom * w) / 2;
  const top = Math.max(IMAGE_GAP, (box.height - grid.rows * stepY + IMAGE_GAP) / 2);
  const snap = (value) => Math.round(value * ratio) / ratio;
  const placeOf = (i) => [snap(left + (i % grid.columns) * stepX), snap(top + Math.floor(i / grid.columns) * stepY)];
  return { count, h, w, zoom, stepX, placeOf, smooth: zoom * ratio < 1 };
}

function clipText(ctx, text, width) {
  if (text.length * 4 < width || ctx.measureText(text).width <= width) return text;
  let kept = text;
  while (kept.length > 1 && ctx.measureText(`${kept}\u2026`).width > width) kept = kept.slice(0, -1);
  return `${kept}\u2026`;
}

function drawCaptions(ctx, captions, grid, theme) {
  ctx.font = theme.small;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  for (let i = 0; i < Math.min(grid.count, captions.length); i++) {
    const [x, y] = grid.placeOf(i);
    const text = clipText(ctx, String(captions[i]), grid.stepX - 2);
    ctx.fillText(text, x + (grid.zoom * grid.w) / 2, y + grid.zoom * grid.h + 3);
  }
}

function drawEmpty(ctx, box, text, theme) {
  ctx.font = theme.normal;
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text ?? "", box.width / 2, box.height / 2, box.width - 16);
}

const imagesPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    memory.grid = null;
    const [n, h] = data.images?.shape ?? [0, 1];
    const count = Math.min(n, Math.floor(TALLEST_ATLAS / h));
    if (count === 0) {
      memory.longest = 0;
      drawEmpty(ctx, box, spec.empty_text, theme);
      return;
    }
    const grid = (memory.grid = placeImages(ctx, box, spec, data, count, memory));
    const atlas = paintAtlas(memory, data.images, count, theme, spec.grey);
    const [w, height] = [grid.w * grid.zoom, grid.h * grid.zoom];
    ctx.imageSmoothingEnabled = grid.smooth;
    ctx.beginPath();
    for (let i = 0; i < count; i++) {
      const [x, y] = grid.placeOf(i);
      ctx.drawImage(atlas, 0, i * grid.h, grid.w, grid.h, x, y, w, height);
      ctx.rect(x - 0.5, y - 0.5, w + 1, height + 1);
    }
    ctx.strokeStyle = theme.border;
    ctx.lineWidth = 1;
    ctx.stroke();
    if (data.captions) drawCaptions(ctx, data.captions, grid, theme);
    if (memory.hoverPixel) drawHoverPixel(ctx, grid, memory.hoverPixel, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.hoverPixel = null;
    if (x === null || !memory.grid) return null;
    const { count, h, w, zoom, placeOf } = memory.grid;
    for (let i = 0; i < count; i++) {
      const [left, top] = placeOf(i);
      const [row, column] = [Math.floor((y - top) / zoom), Math.floor((x - left) / zoom)];
      if (row < 0 || row >= h || column < 0 || column >= w) continue;
      memory.hoverPixel = { image: i, row, column };
      return { text: imageText(i, row, column, spec, data), x, y };
    }
    return null;
  },
};

function imageText(i, row, column, spec, data) {
  const [, h, w] = data.images.shape;
  const full = isSigned(data.images.values) ? 127 : 255;
  const value = (data.images.values[(i * h + row) * w + column] / full) * (data.scale ?? 1);
  const caption = String(data.captions?.[i] ?? "");
  const name = `${spec.image_label || "image"} ${i}`;
  const title = caption && caption !== name ? `${name} (${caption})` : name;
  return `${title}: row ${row}, column ${column}, value ${formatNumber(value)}`;
}

function drawHoverPixel(ctx, grid, { image, row, column }, theme) {
  if (image >= grid.count) return;
  const [x, y] = grid.placeOf(image);
  ctx.strokeStyle = theme.brand;
  ctx.lineWidth = 2;
  ctx.strokeRect(x - 1, y - 1, grid.w * grid.zoom + 2, grid.h * grid.zoom + 2);
  ctx.lineWidth = 1;
  if (grid.zoom >= 3) ctx.strokeRect(x + column * grid.zoom, y + row * grid.zoom, grid.zoom, grid.zoom);
}
