// Draws a network at work on one picture: the picture, units that light up, the strongest of what flows between them,
// and a bar for each answer. Expects picture uint8 (h, w); sizes, the units of each layer; activations float32, of all
// layers one after the other, 0 to 1; flow_<l> float32 (3, k) for l = 0, 1, ...: from, to (pixel or unit, then unit) and
// how much, strongest last; if wanted filters int8 (units, h, w), what the first layer looks for, and marked, an output.

const LIGHT_TOP = 20; // px for the names of the layers
const LARGEST_LIGHT = 11; // px, radius
const LIGHT_BAR = 0.15; // of the width, for the bars of the answers

// Where picture, units and bars lie.
function layoutLights(box, data) {
  const { sizes, picture } = data;
  const [rows, columns] = picture.shape;
  const height = box.height - LIGHT_TOP - 6;
  const zoom = Math.min((0.27 * box.width) / columns, (0.72 * height) / rows);
  const frame = { w: zoom * columns, h: zoom * rows, x: 6, y: LIGHT_TOP + (height - zoom * rows) / 2, zoom };
  const pitch = height / Math.max(...sizes);
  const r = Math.min(LARGEST_LIGHT, 0.4 * pitch);
  const from = frame.x + frame.w + 0.12 * box.width;
  const to = box.width * (1 - LIGHT_BAR) - 76 - r;
  const layers = sizes.map((size, layer) => {
    const x = from + ((to - from) * layer) / Math.max(1, sizes.length - 1);
    const step = layer === sizes.length - 1 ? height / size : pitch;
    const top = LIGHT_TOP + (height - size * step) / 2;
    return Array.from({ length: size }, (_, i) => ({ x, y: top + (i + 0.5) * step }));
  });
  const offsets = sizes.map((_, layer) => sizes.slice(0, layer).reduce((sum, n) => sum + n, 0));
  return { frame, layers, offsets, r, bars: { x: to + r + 26, w: box.width * LIGHT_BAR } };
}

// Both ends of a flow.
function flowEnds({ frame, layers, r }, columns, layer, from, to) {
  const end = layers[layer][to];
  if (layer > 0) return [layers[layer - 1][from].x + r, layers[layer - 1][from].y, end.x - r, end.y];
  const [row, column] = [Math.floor(from / columns), from % columns];
  return [frame.x + (column + 0.5) * frame.zoom, frame.y + (row + 0.5) * frame.zoom, end.x - r, end.y];
}

// Orange and solid pushes a unit up, blue and dashed holds it down. The strongest come last, on top.
function drawFlows(ctx, data, lights, picked, theme) {
  const columns = data.picture.shape[1];
  for (let layer = 0; layer < data.sizes.length; layer++) {
    const flow = data[`flow_${layer}`];
    const count = flow?.shape[1] ?? 0;
    const full = count ? Math.abs(flow.values[3 * count - 1]) || 1 : 1;
    for (let i = 0; i < count; i++) {
      const [from, to, amount] = [flow.values[i], flow.values[count + i], flow.values[2 * count + i]];
      const own = !picked || (picked.layer === layer && picked.unit === to) || (picked.layer === layer - 1 && picked.unit === from);
      const share = Math.min(1, Math.abs(amount) / full);
      ctx.globalAlpha = own ? 0.12 + 0.7 * share : 0.04;
      ctx.strokeStyle = theme.series[amount < 0 ? 0 : 1];
      ctx.lineWidth = 0.6 + 2.2 * share;
      ctx.setLineDash(amount < 0 ? [4, 3] : []);
      const [x0, y0, x1, y1] = flowEnds(lights, columns, layer, from, to);
      const bend = (x1 - x0) * 0.45;
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
      ctx.stroke();
    }
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

// A ring, in it a disc that grows with the activation, and around it a glow.
function drawLight(ctx, { x, y }, r, value, strong, theme) {
  const share = Number.isFinite(value) ? clampTo(value, 0, 1) : 0;
  const glow = theme.series[4];
  if (share > 0.05) {
    const halo = ctx.createRadialGradient(x, y, r * 0.6, x, y, r * 2.1);
    ctx.globalAlpha = 0.55 * share;
    halo.addColorStop(0, glow);
    halo.addColorStop(1, "rgba(230, 159, 0, 0)");
    ctx.fillStyle = halo;
    ctx.beginPath();
    addDot(ctx, x, y, r * 2.1);
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  ctx.beginPath();
  addDot(ctx, x, y, r);
  ctx.fillStyle = theme.background;
  ctx.fill();
  ctx.beginPath();
  addDot(ctx, x, y, Math.max(0.5, (r - 1) * Math.sqrt(share)));
  ctx.fillStyle = glow;
  ctx.fill();
  ctx.beginPath();
  addDot(ctx, x, y, r);
  ctx.strokeStyle = strong ? theme.ink : theme.axis;
  ctx.lineWidth = strong ? 2.5 : 1;
  ctx.stroke();
}

function drawAnswers(ctx, data, lights, activations, labels, theme) {
  const last = data.sizes.length - 1;
  const places = lights.layers[last];
  const start = lights.offsets[last];
  const values = places.map((_, i) => activations[start + i]);
  const best = values.indexOf(Math.max(...values));
  ctx.textBaseline = "middle";
  places.forEach(({ x, y }, i) => {
    ctx.font = i === best ? `700 15px ${theme.family}` : theme.normal;
    ctx.fillStyle = i === best ? theme.ink : theme.muted;
    ctx.textAlign = "center";
    ctx.fillText(String(labels[i] ?? i), x + lights.r + 13, y);
    const { x: left, w } = lights.bars;
    const h = Math.min(11, lights.r);
    ctx.fillStyle = theme.grid;
    ctx.fillRect(left, y - h / 2, w, h);
    ctx.fillStyle = i === best ? theme.series[4] : theme.axis;
    ctx.fillRect(left, y - h / 2, w * clampTo(values[i] || 0, 0, 1), h);
    if (i === data.marked) {
      ctx.strokeStyle = theme.ink;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(left - 1.5, y - h / 2 - 1.5, w + 3, h + 3);
    }
    ctx.font = i === best ? theme.bold : theme.tiny;
    ctx.fillStyle = theme.text;
    ctx.textAlign = "right";
    if (i === best || values[i] > 0.02) ctx.fillText(`${Math.round(100 * values[i])} %`, left + w + 46, y);
  });
  return best;
}

function drawLightNames(ctx, data, { frame, layers }, theme) {
  ctx.font = theme.small;
  ctx.fillStyle = theme.muted;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const [rows, columns] = data.picture.shape;
  ctx.fillText(`${rows} \u00d7 ${columns} pixels`, frame.x + frame.w / 2, frame.y - 10);
  layers.forEach((places, layer) => {
    const name = layer === layers.length - 1 ? "answer" : `layer ${layer + 1}`;
    ctx.fillText(`${name} (${places.length})`, places[0].x, 8);
  });
}

// The picture, or what the unit under the pointer looks for in it.
function drawLightPicture(ctx, data, { frame }, picked, theme, memory) {
  const [rows, columns] = data.picture.shape;
  const filter = picked?.layer === 0 && data.filters ? data.filters.values.subarray(picked.unit * rows * columns, (picked.unit + 1) * rows * columns) : null;
  const shown = filter ?? data.picture.values;
  const image = paintAtlas((memory[filter ? "filter" : "seen"] ??= {}), { values: shown, shape: [1, rows, columns] }, 1, theme);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(image, frame.x, frame.y, frame.w, frame.h);
  drawFrame(ctx, frame, theme);
}

const lightsPanel = {
  draw(ctx, box, spec, data, theme, memory) {
    if (!data.picture?.values.length) return;
    const lights = (memory.lights = layoutLights(box, data));
    const activations = glide(memory, data.activations.values);
    const picked = memory.pickedLight;
    drawLightPicture(ctx, data, lights, picked, theme, memory);
    drawFlows(ctx, data, lights, picked, theme);
    lights.layers.forEach((places, layer) => {
      places.forEach((place, unit) => {
        const strong = picked?.layer === layer && picked.unit === unit;
        drawLight(ctx, place, lights.r, activations[lights.offsets[layer] + unit], strong, theme);
      });
    });
    drawAnswers(ctx, data, lights, activations, spec.labels, theme);
    drawLightNames(ctx, data, lights, theme);
  },

  hover(x, y, box, spec, data, memory) {
    memory.pickedLight = null;
    const { lights } = memory;
    if (x === null || !lights) return null;
    const { frame, layers, offsets, r } = lights;
    for (let layer = 0; layer < layers.length; layer++) {
      const unit = layers[layer].findIndex((place) => Math.hypot(place.x - x, place.y - y) <= r + 3);
      if (unit < 0) continue;
      memory.pickedLight = { layer, unit };
      const value = formatNumber(data.activations.values[offsets[layer] + unit]);
      const last = layer === layers.length - 1;
      const name = last ? `answer ${spec.labels[unit] ?? unit}` : `unit ${unit + 1} of layer ${layer + 1}`;
      const more = layer === 0 && data.filters ? "\nThe picture shows its weights: orange wants ink, blue wants paper." : "";
      return { text: `${name}: ${value}${more}`, x, y };
    }
    const [rows, columns] = data.picture.shape;
    const [row, column] = [Math.floor((y - frame.y) / frame.zoom), Math.floor((x - frame.x) / frame.zoom)];
    if (row < 0 || row >= rows || column < 0 || column >= columns) return null;
    return { text: `row ${row}, column ${column}: ${formatNumber(data.picture.values[row * columns + column] / 255)}`, x, y };
  },

  attach: (panel, stage) => [new Glider(panel, stage)],
};
