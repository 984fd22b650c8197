// Colours, fonts, dashes and markers of the canvas, read from JupyterLab's CSS variables, and the pixel
// tables that turn bytes into colours. Expects an element of the page; falls back to plain light or dark.

// Blue and vermilion come first: they are class 0 and class 1, and the two ends of every signed map.
const OKABE_ITO = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442"];

const SERIES_DASHES = [[], [6, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [12, 4], [2, 5], [6, 2, 2, 2, 2, 2]];

const CLASS_MARKERS = ["circle", "square", "triangle", "diamond", "cross", "plus", "down"];

const MAP_STRENGTH = 0.6; // how much of the full hue a map under points takes

const FALLBACK_LIGHT = {
  "--jp-layout-color0": "#ffffff", "--jp-layout-color1": "#ffffff", "--jp-layout-color2": "#eeeeee",
  "--jp-ui-font-color0": "rgba(0, 0, 0, 1)", "--jp-ui-font-color1": "rgba(0, 0, 0, 0.87)",
  "--jp-ui-font-color2": "rgba(0, 0, 0, 0.6)", "--jp-border-color2": "#e0e0e0", "--jp-brand-color1": "#1976d2",
};

const FALLBACK_DARK = {
  "--jp-layout-color0": "#111111", "--jp-layout-color1": "#212121", "--jp-layout-color2": "#424242",
  "--jp-ui-font-color0": "rgba(255, 255, 255, 1)", "--jp-ui-font-color1": "rgba(255, 255, 255, 0.87)",
  "--jp-ui-font-color2": "rgba(255, 255, 255, 0.6)", "--jp-border-color2": "#424242", "--jp-brand-color1": "#42a5f5",
};

const FALLBACK_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

const prefersDark = () => Boolean(window.matchMedia?.("(prefers-color-scheme: dark)").matches);

let colorProbe = null;

// The browser itself parses the colour: themes write names, hex, rgb() and hsl() alike.
function parseColor(text) {
  if (!colorProbe) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    colorProbe = canvas.getContext("2d", { willReadFrequently: true });
  }
  colorProbe.clearRect(0, 0, 1, 1);
  colorProbe.fillStyle = "#808080"; // what an unreadable colour leaves behind
  colorProbe.fillStyle = text;
  colorProbe.fillRect(0, 0, 1, 1);
  return Array.from(colorProbe.getImageData(0, 0, 1, 1).data.subarray(0, 3));
}

const cssColor = ([r, g, b], alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;

const mixColors = (from, to, t) => from.map((value, i) => Math.round(value + (to[i] - value) * t));

// Relative luminance as WCAG defines it.
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const s = value / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrastRatio(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q);
  return (high + 0.05) / (low + 0.05);
}

// The nearest colour of the same hue that stands out enough: darker on light, lighter on dark.
function withContrast(rgb, background, least) {
  const target = luminance(background) < 0.18 ? [255, 255, 255] : [0, 0, 0];
  for (let t = 0; t < 1; t += 0.02) {
    const candidate = mixColors(rgb, target, t);
    if (contrastRatio(candidate, background) >= least) return candidate;
  }
  return target;
}

function seriesColors(background, dark) {
  return OKABE_ITO.map((hex) => {
    const start = dark && hex === "#000000" ? [224, 224, 224] : parseColor(hex);
    return withContrast(start, background, dark ? 4.5 : 3.1);
  });
}

// 256 colours as [r, g, b] bytes, and packed for a Uint32Array laid over an ImageData.
function colorTable(colorAt) {
  const rgb = new Uint8ClampedArray(768);
  for (let i = 0; i < 256; i++) rgb.set(colorAt(i), 3 * i);
  const pixels = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    pixels[i] = ((255 << 24) | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i]) >>> 0;
  }
  return { rgb, pixels };
}

const clampTo = (value, low, high) => Math.min(high, Math.max(low, value));

function readTheme(element) {
  const style = getComputedStyle(element);
  const set = (name) => style.getPropertyValue(name).trim();
  const scheme = prefersDark() ? FALLBACK_DARK : FALLBACK_LIGHT;
  const ground = parseColor(set("--jp-layout-color0") || scheme["--jp-layout-color0"]);
  const dark = luminance(ground) < 0.18;
  // A theme may name its background and leave the rest out: then the rest must suit that background.
  const defaults = dark ? FALLBACK_DARK : FALLBACK_LIGHT;
  const color = (name) => set(name) || defaults[name];
  const family = set("--jp-ui-font-family") || FALLBACK_FONT;
  const ink = dark ? [240, 240, 240] : [16, 18, 24];
  const series = seriesColors(ground, dark);
  const diverge = (t) => mixColors(ground, series[t < 0 ? 0 : 1], Math.min(1, Math.abs(t)));
  const signed = colorTable((i) => diverge((i - 128) / 127));
  const soft = colorTable((i) => diverge((MAP_STRENGTH * (i - 128)) / 127));
  const unsigned = colorTable((i) => mixColors(ground, ink, i / 255));
  const grey = colorTable((i) => [i, i, i]);
  const at = (table, i) => Array.from(table.rgb.subarray(3 * i, 3 * i + 3));
  return {
    dark,
    background: cssColor(ground),
    panel: color("--jp-layout-color1"),
    raised: color("--jp-layout-color2"),
    ink: color("--jp-ui-font-color0"),
    text: color("--jp-ui-font-color1"),
    muted: color("--jp-ui-font-color2"),
    border: color("--jp-border-color2"),
    brand: color("--jp-brand-color1"),
    axis: cssColor(mixColors(ground, ink, 0.38)),
    grid: cssColor(mixColors(ground, ink, dark ? 0.13 : 0.08)),
    family,
    tiny: `10px ${family}`,
    small: `11px ${family}`,
    normal: `12px ${family}`,
    bold: `600 11px ${family}`,
    series: series.map((rgb) => cssColor(rgb)),
    dashes: SERIES_DASHES,
    markers: CLASS_MARKERS,
    divergingPixels: signed.pixels, // index 128 + an int8 value
    softPixels: soft.pixels, // the same, paler: points in the full hues stand out on it
    sequentialPixels: unsigned.pixels, // index a uint8 value
    greyPixels: grey.pixels, // 0 is black and 255 white, on light and dark pages alike
    diverging: (t) => at(signed, 128 + Math.round(127 * clampTo(t, -1, 1))),
    sequential: (t) => at(unsigned, Math.round(255 * clampTo(t, 0, 1))),
  };
}

// What the callback would see: fires only when this really changed.
function themeSignature() {
  const style = getComputedStyle(document.body);
  const names = [...Object.keys(FALLBACK_LIGHT), "--jp-ui-font-family"];
  return names.map((name) => style.getPropertyValue(name)).join("|") + prefersDark();
}

function watchTheme(callback) {
  let last = themeSignature();
  let timers = [];
  const check = () => {
    const now = themeSignature();
    if (now === last) return;
    last = now;
    callback();
  };
  // The attribute changes at once, the style sheet arrives a little (over a network, much) later.
  const schedule = () => {
    timers.forEach(clearTimeout);
    timers = [0, 60, 250, 1000, 4000].map((delay) => setTimeout(check, delay));
  };
  const observer = new MutationObserver(schedule);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  const scheme = window.matchMedia?.("(prefers-color-scheme: dark)");
  scheme?.addEventListener("change", schedule);
  return () => {
    observer.disconnect();
    scheme?.removeEventListener("change", schedule);
    timers.forEach(clearTimeout);
  };
}

// An offscreen canvas kept in the panel's memory: allocated again only when its size changes.
function pixelBuffer(memory, width, height) {
  const kept = memory.pixelBuffer;
  if (kept && kept.canvas.width === width && kept.canvas.height === height) return kept;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  memory.pixelBuffer = { canvas, context, image, pixels: new Uint32Array(image.data.buffer) };
  return memory.pixelBuffer;
}
