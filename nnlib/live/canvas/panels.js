// Which renderer draws which kind of panel: a new kind is one file and one row here. Expects to come last.

const PANEL_KINDS = {
  curves: curvesPanel,
  heat_map: heatMapPanel,
  scatter: scatterPanel,
  images: imagesPanel,
  bars: barsPanel,
  plane: planePanel,
  graph: graphPanel,
  network: networkPanel,
  lights: lightsPanel,
  matrix: matrixPanel,
  histogram: histogramPanel,
  timeline: timelinePanel,
  tape: tapePanel,
  pad: padPanel,
  bench: benchPanel,
  text: textPanel,
};
