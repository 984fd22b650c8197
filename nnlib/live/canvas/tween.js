// Numbers that glide to those of a new frame. Expects in memory what it put there; nothing moves for those who asked
// for less motion. The panel that uses it says so in `attach`, so that it is painted again until it stands.

const TWEEN_TIME = 150; // ms; a panel may say another one in memory.tweenTime

// The values to draw now, on the way from what was drawn to `target`.
function glide(memory, target, now = performance.now()) {
  const tween = memory.tween;
  if (!tween || memory.calm || tween.target.length !== target.length) {
    memory.tween = { target, from: target, start: -Infinity, time: TWEEN_TIME };
    return target;
  }
  if (tween.target !== target) memory.tween = { target, from: between(tween, now), start: now, time: memory.tweenTime ?? TWEEN_TIME };
  const drawn = between(memory.tween, now);
  memory.tween.moving = drawn !== target;
  return drawn;
}

function between({ target, from, start, time }, now) {
  const share = (now - start) / time;
  if (!(share < 1)) return target;
  const eased = 1 - (1 - share) ** 2;
  // A bar that is nowhere has nothing to start from.
  return Float32Array.from(target, (value, i) => (Number.isFinite(from[i]) ? from[i] + (value - from[i]) * eased : value));
}

// Paints a panel again as long as its numbers move.
class Glider {
  constructor(panel, stage) {
    Object.assign(this, { panel, stage });
  }

  place() {
    const { memory, spec } = this.panel;
    memory.calm = this.stage.reduced.matches;
    if (!memory.tween?.moving || memory.gliding) return;
    memory.gliding = requestAnimationFrame(() => {
      memory.gliding = undefined;
      this.stage.paintPanel(this.panel, this.stage.frame.panels[spec.name]);
    });
  }
}
