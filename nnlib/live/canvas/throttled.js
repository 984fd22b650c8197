// Calls `send` at most once in an interval: at once, or as soon as the interval is over.
function throttled(interval, send) {
  let last = -Infinity;
  let timer;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    send();
  };
  const soon = () => {
    if (timer !== undefined) return;
    const wait = last + interval - performance.now();
    if (wait <= 0) now();
    else timer = setTimeout(now, wait);
  };
  return { now, soon };
}
