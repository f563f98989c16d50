/** Acts of a tick as short strokes from giver to receiver that run, fade and go. Nothing is allocated after the start. */

const MOST = 900;
const A_TICK = 300;
const LIFE = 800;
const SPREAD = 320;
const SHADES = 4;
const LONG_AGO = -1e9;

/** A fixed store of strokes; the newest take the place of the oldest. Times are in milliseconds. */
export class Sparks {
  #from = new Uint32Array(MOST);
  #to = new Uint32Array(MOST);
  #born = new Float64Array(MOST).fill(LONG_AGO);
  #next = 0;
  #last = LONG_AGO;

  /**
   * Strokes for these pairs of rows, at most A_TICK of them, evenly taken; each starts a little later than the last.
   *
   * @param {Uint32Array} pairs giver, receiver, giver, receiver …
   * @param {number} now
   */
  add(pairs, now) {
    const acts = pairs.length >> 1;
    const count = Math.min(acts, A_TICK);
    for (let i = 0; i < count; i += 1) {
      const act = Math.floor((i * acts) / count);
      this.#from[this.#next] = pairs[2 * act];
      this.#to[this.#next] = pairs[2 * act + 1];
      this.#born[this.#next] = now + (i / count) * SPREAD;
      this.#next = (this.#next + 1) % MOST;
    }
    if (count) this.#last = now + SPREAD;
  }

  /**
   * Paints what lives.
   *
   * @param {CanvasRenderingContext2D} pen
   * @param {Float32Array} x places in pixels by row
   * @param {Float32Array} y
   * @param {number} now
   * @param {string} colour
   * @param {number} width of a stroke in pixels
   * @returns {boolean} whether anything still moves
   */
  draw(pen, x, y, now, colour, width) {
    if (now - this.#last > LIFE) return false;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    for (let shade = 0; shade < SHADES; shade += 1) {
      pen.globalAlpha = 0.85 * (1 - shade / SHADES);
      this.#drawShade(pen, x, y, now, shade);
    }
    pen.globalAlpha = 1;
    return true;
  }

  #drawShade(pen, x, y, now, shade) {
    pen.beginPath();
    for (let i = 0; i < MOST; i += 1) {
      const age = (now - this.#born[i]) / LIFE;
      if (age < 0 || Math.floor(age * SHADES) !== shade) continue;
      const [from, to] = [this.#from[i], this.#to[i]];
      const [dx, dy] = [x[to] - x[from], y[to] - y[from]];
      const [head, tail] = [Math.min(1, 2 * age), Math.max(0, 2 * age - 1)];
      pen.moveTo(x[from] + tail * dx, y[from] + tail * dy);
      pen.lineTo(x[from] + head * dx, y[from] + head * dy);
    }
    pen.stroke();
  }
}
