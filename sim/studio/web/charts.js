/** One small chart for each headline outcome, with the numbers of the day beside its name. */

import { by, draw, make } from './elements.js';
import { key, titleOf } from './panels.js';
import { said } from './wording.js';

const WIDTH = 300;
const HEIGHT = 96;
const POINTS = 300;
const EVERY = 120; // milliseconds between two drawings of the curves

/** The charts of a run. Rows come as [tick, [outcomes of world 0], [outcomes of world 1]]. */
export class Charts {
  #scene = null;
  #rows = [];
  #cards = [];
  #drawn = 0;

  /** Begins a run. */
  build(scene) {
    this.#scene = scene;
    this.#rows = [];
    this.#drawn = 0;
    this.#cards = scene.outcomes.map((outcome) => card(scene, outcome));
    by('charts').replaceChildren(...this.#cards.map(({ element }) => element));
  }

  /** Takes in new rows. */
  add(rows) {
    this.#rows.push(...rows);
    const last = this.#rows.at(-1);
    if (last) this.#cards.forEach((one, place) => count(one, last, place));
  }

  /** Draws the curves, unless that was a moment ago. @returns {boolean} whether they still lag behind */
  draw(milliseconds, soon = false) {
    if (!soon && milliseconds - this.#drawn < EVERY) return true;
    this.#drawn = milliseconds;
    this.#cards.forEach((one, place) => this.#line(one, place));
    return false;
  }

  /** @returns {string} the numbers of the day as a sentence */
  sentence(day) {
    const last = this.#rows.at(-1);
    if (!last) return '';
    const parts = this.#scene.outcomes.map((outcome, place) => {
      const values = last.slice(1).map((one) => `${said(one[place], outcome)}${outcome.unit ? ` ${outcome.unit}` : ''}`);
      return `${outcome.label}: ${values.join(' and ')}`;
    });
    return `Day ${day}. ${parts.join('; ')}.`;
  }

  #line({ lines, low, high, end }, place) {
    const { days, dt, outcomes } = this.#scene;
    const until = Math.max(days / dt, this.#rows.length - 1, 1);
    const series = lines.map((_, world) => thinned(this.#rows, world + 1, place));
    const span = spanOf(series.flat(), outcomes[place]);
    lines.forEach((line, world) => line.setAttribute('points', pointsOf(series[world], until, span)));
    low.textContent = series.flat().length ? said(span[0], outcomes[place]) : '';
    high.textContent = series.flat().length ? said(span[1], outcomes[place]) : '';
    end.textContent = `day ${Math.round(until * dt)}`;
  }
}

function card(scene, outcome) {
  const outputs = scene.chosen.map(() => make('output', { className: 'count' }));
  const worlds = outputs.map((output, world) =>
    make('span', { className: `world${world}` }, key(world), make('span', { className: 'unseen' }, `${titleOf(scene, world)}: `), output),
  );
  const lines = scene.chosen.map((_, world) => draw('polyline', { class: `line world${world}`, points: '' }));
  const chart = draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  chart.append(draw('line', { class: 'ground', x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1 }), ...lines);
  const [low, high, end] = ['low', 'high', 'end'].map((name) => make('span', { className: name, ariaHidden: 'true' }));
  const unit = make('span', { className: 'quiet' }, outcome.unit && ` ${outcome.unit}`);
  const numbers = make('p', { className: 'counts' }, ...worlds);
  const plot = make('div', { className: 'plot' }, chart, high, low, end);
  return { element: make('article', {}, make('h3', {}, outcome.label, unit), numbers, plot), outputs, lines, low, high, end, outcome };
}

function count({ outputs, outcome }, row, place) {
  outputs.forEach((output, world) => {
    const value = row[world + 1][place];
    output.textContent = said(value, outcome);
    output.dataset.value = value ?? '';
  });
}

/** Points [tick, value] of one world, at most about POINTS of them, the last one always; what is missing is left out. */
function thinned(rows, world, place) {
  const step = Math.max(1, Math.ceil(rows.length / POINTS));
  const found = [];
  for (let at = (rows.length - 1) % step; at < rows.length; at += step) {
    const value = rows[at][world][place];
    if (value !== null) found.push([rows[at][0], value]);
  }
  return found;
}

function spanOf(points, { how }) {
  let [low, high] = [Infinity, -Infinity];
  for (const [, value] of points) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const least = how === 'rate' ? 0.1 : 0.02;
  const middle = (low + high) / 2;
  const half = Math.max((high - low) / 2, least / 2) * 1.08;
  const most = how === 'rate' ? Infinity : 1;
  return [low >= 0 ? Math.max(0, middle - half) : middle - half, Math.min(most, middle + half)];
}

function pointsOf(points, until, [low, high]) {
  const across = (tick) => ((WIDTH * tick) / until).toFixed(1);
  const up = (value) => (HEIGHT - 3 - ((HEIGHT - 6) * (value - low)) / (high - low)).toFixed(1);
  return points.map(([tick, value]) => `${across(tick)},${up(value)}`).join(' ');
}
