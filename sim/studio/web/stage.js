/**
 * The stage: a network on a canvas, where moods, acts, a chosen person and a ripple are shown. Live page and replay
 * both use it. Ties and people are painted when they change; a frame only copies that and adds what moves.
 */

import { crowdPainter, rippleLooks } from './crowd.js';
import { palette } from './palette.js';
import { Sparks } from './sparks.js';

const MARGIN = 22;
const WIDEST = 1.7;
const REACH = 14;
const TIES_A_STROKE = 500;
const COVERED = 0.15;
const FAINTEST = 0.12;
const NOBODY = new Uint32Array(0);

/**
 * @param {HTMLCanvasElement} canvas its size on the page is set by style, its pixels by the stage
 * @param {{places: Float32Array, ties: Uint32Array, theme: 'light'|'dark'}} told places are x, y in -1..1 for each
 *   person, ties pairs of rows
 * @returns {Stage}
 */
export function createStage(canvas, told) {
  return new Stage(canvas, told);
}

class Stage {
  #canvas;
  #context;
  #ground = document.createElement('canvas');
  #still = document.createElement('canvas');
  #places;
  #ties;
  #x;
  #y;
  #theme;
  #colours;
  #ratio = 1;
  #radius = 1;
  #paint = null;
  #moods;
  #reached = null;
  #degrees;
  #chosen = -1;
  #near = NOBODY;
  #acts = null;
  #sparks = new Sparks();
  #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #isStale = true;
  #isChanged = true;

  constructor(canvas, { places, ties, theme }) {
    const people = places.length >> 1;
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { alpha: false });
    this.#places = places;
    this.#ties = ties;
    this.#x = new Float32Array(people);
    this.#y = new Float32Array(people);
    this.#moods = new Uint8Array(people);
    this.#degrees = new Uint8Array(people);
    this.#theme = theme;
    this.#colours = palette(theme);
  }

  /** Moods of everybody, 0..5 by row; the array is kept, not copied. */
  show(moods) {
    this.#moods = moods;
    this.#isStale = true;
  }

  /** Acts of this tick: giver, receiver, giver, receiver … Readers who asked for less motion see none. */
  flash(pairs) {
    if (!this.#calm.matches) this.#acts = pairs;
  }

  /** Marks a person and those near, given by row; -1 marks nobody. */
  select(row, near = NOBODY) {
    this.#chosen = row;
    this.#near = near;
    this.#isChanged = true;
  }

  /** Shows how far a ripple came: degree + 1 of everybody it reached, 0 for the others; null shows moods again. */
  ripple(reached) {
    this.#reached = reached;
    this.#paint = null;
    this.#isStale = true;
  }

  /** Row of the person under a point of the window, or -1. */
  pick(clientX, clientY) {
    const box = this.#canvas.getBoundingClientRect();
    const atX = (clientX - box.left) * this.#ratio;
    const atY = (clientY - box.top) * this.#ratio;
    let best = -1;
    let nearest = (REACH * this.#ratio) ** 2;
    for (let row = 0; row < this.#x.length; row += 1) {
      const square = (this.#x[row] - atX) ** 2 + (this.#y[row] - atY) ** 2;
      if (square < nearest) {
        nearest = square;
        best = row;
      }
    }
    return best;
  }

  /** Takes the canvas's size on the page; call it when that may have changed. */
  resize() {
    const box = this.#canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(box.width * ratio));
    const height = Math.max(1, Math.round(box.height * ratio));
    const isSame = this.#canvas.width === width && this.#canvas.height === height && this.#ratio === ratio;
    if (this.#paint && isSame) return;
    this.#ratio = ratio;
    for (const one of [this.#canvas, this.#ground, this.#still]) {
      one.width = width;
      one.height = height;
    }
    this.#place(width, height);
    this.#paintGround();
  }

  /**
   * One frame; cheap where nothing changed.
   *
   * @param {number} milliseconds the time now, as requestAnimationFrame tells it
   * @returns {boolean} whether anything still moves, so that another frame is wanted
   */
  draw(milliseconds) {
    if (!this.#paint) this.resize();
    if (this.#isStale) this.#paintStill();
    if (this.#acts) this.#sparks.add(this.#acts, milliseconds);
    if (!this.#isChanged && !this.#acts) return false;
    this.#acts = null;
    this.#context.drawImage(this.#still, 0, 0);
    const width = Math.max(1.1 * this.#ratio, 0.35 * this.#radius);
    this.#isChanged = this.#sparks.draw(this.#context, this.#x, this.#y, milliseconds, this.#colours.flash, width);
    if (this.#chosen >= 0) this.#mark();
    return this.#isChanged;
  }

  /** Changes to 'light' or 'dark'. */
  theme(name) {
    this.#theme = name;
    this.#colours = palette(name);
    if (this.#x.length && this.#ground.width) this.#paintGround();
  }

  /** Lets go of the memory of its layers; the stage is not used after. */
  destroy() {
    for (const one of [this.#ground, this.#still]) one.width = one.height = 0;
    this.#paint = null;
  }

  /** Places in pixels: as large as fits, stretched to at most WIDEST times the shorter side. */
  #place(width, height) {
    const margin = Math.min(MARGIN * this.#ratio, Math.min(width, height) / 8);
    const [halfX, halfY] = [width / 2 - margin, height / 2 - margin];
    const [spanX, spanY] = [Math.min(halfX, WIDEST * halfY), Math.min(halfY, WIDEST * halfX)];
    for (let row = 0; row < this.#x.length; row += 1) {
      this.#x[row] = width / 2 + this.#places[2 * row] * spanX;
      this.#y[row] = height / 2 + this.#places[2 * row + 1] * spanY;
    }
    const apart = Math.sqrt((Math.PI * spanX * spanY) / Math.max(this.#x.length, 1));
    this.#radius = Math.min(Math.max(0.24 * apart, 1.2 * this.#ratio), 9 * this.#ratio);
  }

  #paintGround() {
    const pen = this.#ground.getContext('2d', { willReadFrequently: true });
    const ties = this.#ties;
    pen.globalAlpha = 1;
    pen.fillStyle = this.#colours.paper;
    pen.fillRect(0, 0, this.#ground.width, this.#ground.height);
    pen.strokeStyle = this.#colours.tie;
    pen.lineWidth = this.#ratio * (ties.length > 8000 ? 0.5 : 0.8);
    const share = COVERED / this.#coverage(pen.lineWidth);
    pen.globalAlpha = Math.min(0.5, Math.max(FAINTEST, share));
    const step = 2 * Math.max(1, Math.round(FAINTEST / share));
    for (let start = 0; start < ties.length; start += step * TIES_A_STROKE) {
      this.#strokes(pen, ties.subarray(start, start + step * TIES_A_STROKE), step);
    }
    this.#paint = null;
    this.#isStale = true;
  }

  /** How many ties lie over a point of the canvas, on average, if they are so wide. */
  #coverage(width) {
    let length = 1;
    for (let i = 0; i < this.#ties.length; i += 2) {
      const [a, b] = [this.#ties[i], this.#ties[i + 1]];
      length += Math.hypot(this.#x[a] - this.#x[b], this.#y[a] - this.#y[b]);
    }
    return (length * width) / (this.#ground.width * this.#ground.height);
  }

  /** One path of pairs; all of them at a step of 2, fewer where more would only be a cloud. */
  #strokes(pen, pairs, step) {
    pen.beginPath();
    for (let i = 0; i < pairs.length; i += step) {
      pen.moveTo(this.#x[pairs[i]], this.#y[pairs[i]]);
      pen.lineTo(this.#x[pairs[i + 1]], this.#y[pairs[i + 1]]);
    }
    pen.stroke();
  }

  #painter() {
    const looks = this.#reached ? rippleLooks(this.#theme) : this.#colours.moods;
    const { width, height } = this.#ground;
    const below = this.#ground.getContext('2d').getImageData(0, 0, width, height);
    return crowdPainter(looks, this.#radius, below);
  }

  #looks() {
    if (!this.#reached) return this.#moods;
    const furthest = this.#colours.degrees.length - 1;
    for (let row = 0; row < this.#degrees.length; row += 1) {
      this.#degrees[row] = Math.min(this.#reached[row], furthest);
    }
    return this.#degrees;
  }

  #paintStill() {
    const pen = this.#still.getContext('2d');
    this.#paint ??= this.#painter();
    this.#paint(pen, this.#x, this.#y, this.#looks());
    this.#isStale = false;
    this.#isChanged = true;
  }

  #mark() {
    const pen = this.#context;
    const [x, y] = [this.#x[this.#chosen], this.#y[this.#chosen]];
    pen.strokeStyle = this.#colours.mark;
    pen.lineWidth = this.#ratio;
    pen.globalAlpha = 0.55;
    pen.beginPath();
    for (const row of this.#near) {
      pen.moveTo(x, y);
      pen.lineTo(this.#x[row], this.#y[row]);
    }
    pen.stroke();
    pen.globalAlpha = 1;
    pen.lineWidth = 2 * this.#ratio;
    pen.beginPath();
    pen.arc(x, y, this.#radius + 5 * this.#ratio, 0, 2 * Math.PI);
    pen.stroke();
  }
}
