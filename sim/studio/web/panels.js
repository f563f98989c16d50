/** The worlds on the page: a stage and a caption for each, and the legend they share. */

import { by, draw, make } from './elements.js';
import { palette, paintSwatch, systemTheme } from './palette.js';
import { createStage } from './stage.js';
import { percent, plain, whole } from './wording.js';

/** One or two stages that show the same people. */
export class Panels {
  #stages = [];
  #captions = [];
  #canvases = [];
  #legend = [];
  #shares = [];
  #scene = null;
  #ripple = null;
  #person = null;

  /** @param {(world: number, row: number) => void} onPick */
  constructor(onPick) {
    this.onPick = onPick;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.#themed());
    new ResizeObserver(() => this.#resized()).observe(by('worlds'));
  }

  /** Builds stages for a new run. */
  build(scene, { places, ties }) {
    for (const stage of this.#stages) stage.destroy();
    this.#scene = scene;
    this.#ripple = this.#person = null;
    this.#canvases = scene.chosen.map(() => make('canvas', { role: 'img' }));
    const panels = scene.chosen.map((name, world) => this.#panel(scene, name, world));
    by('worlds').replaceChildren(...panels);
    document.body.classList.toggle('two', panels.length === 2);
    const theme = systemTheme();
    this.#stages = this.#canvases.map((canvas) => createStage(canvas, { places, ties, theme }));
    this.#list();
  }

  #panel(scene, name, world) {
    const canvas = this.#canvases[world];
    canvas.addEventListener('click', (event) => {
      const row = this.#stages[world].pick(event.clientX, event.clientY);
      this.onPick(world, row);
    });
    const arm = scene.arms.find((one) => one.name === name);
    const says = make('span', { className: 'quiet' }, arm.says);
    const title = make('h3', {}, key(world), titleOf(scene, world));
    return make('figure', {}, make('figcaption', {}, title, says), canvas);
  }

  /** Shows a frame. */
  show({ moods, acts }) {
    moods.forEach((one, world) => {
      this.#stages[world].show(one);
      if (!this.#ripple) this.#stages[world].flash(acts[world]);
    });
    this.#shares = moods.map((one) => counted(one));
  }

  /** Writes shares beside the legend, and what each picture shows for those who cannot see it. */
  describe(day) {
    if (this.#ripple) return;
    const people = this.#scene.people;
    this.#legend.forEach(({ number, output }) => {
      output.textContent = this.#shares.map((one) => percent(one[number] / people)).join(' · ');
    });
    this.#canvases.forEach((canvas, world) => {
      const parts = this.#scene.legend.map(({ number, name }) => `${name} ${percent(this.#shares[world][number] / people)}`);
      const label = `${titleOf(this.#scene, world)}: ${whole(people)} people on day ${day}; ${parts.join(', ')}.`;
      canvas.setAttribute('aria-label', label);
    });
  }

  /** Marks one person, in the world looked at with those they follow. */
  select(person) {
    this.#person = person;
    const near = person && !this.#ripple ? Uint32Array.from(person.near) : undefined;
    this.#stages.forEach((stage, world) => stage.select(person ? person.row : -1, person?.world === world ? near : undefined));
  }

  /** Shows whom a ripple reached in one world; null shows moods again. */
  ripple(found) {
    this.#ripple = found;
    this.#stages.forEach((stage, world) => stage.ripple(found && found.world === world ? this.#reached(found) : null));
    this.select(this.#person);
    this.#list();
  }

  #reached(found) {
    const degrees = new Uint8Array(this.#scene.people);
    for (const [row, degree] of found.reached) degrees[row] = degree + 1;
    return degrees;
  }

  /** @returns {boolean} whether anything still moves */
  draw(milliseconds) {
    return this.#stages.map((stage) => stage.draw(milliseconds)).some(Boolean);
  }

  #list() {
    const items = this.#ripple ? rippleItems() : this.#moodItems();
    by('legend').replaceChildren(...items);
  }

  #moodItems() {
    this.#legend = this.#scene.legend.map(({ number, name, says }) => {
      const swatch = make('canvas', { ariaHidden: 'true' });
      paintSwatch(swatch, number, systemTheme());
      const output = make('span', { className: 'quiet' });
      return { number, output, item: make('li', { title: says }, swatch, make('span', {}, `${name} `, output)) };
    });
    return this.#legend.map(({ item }) => item);
  }

  #themed() {
    for (const stage of this.#stages) stage.theme(systemTheme());
    if (this.#scene) this.#list();
    this.onResize?.();
  }

  #resized() {
    for (const stage of this.#stages) stage.resize();
    this.onResize?.();
  }
}

/** @returns {string} what a world is called on the page: its arm, or without and with where both are the same one */
export function titleOf(scene, world) {
  const [one, other] = scene.chosen;
  if (scene.chosen.length === 2 && one === other) return world ? 'With' : 'Without';
  return plain(scene.chosen[world]);
}

/** @returns {SVGElement} a short line as a world has it in the curves */
export function key(world) {
  const line = draw('line', { x1: 1, y1: 6, x2: 23, y2: 6, class: `line world${world}` });
  return draw('svg', { class: 'key', width: 24, height: 12, 'aria-hidden': 'true' }, line);
}

function counted(moods) {
  const counts = new Uint32Array(8);
  for (const mood of moods) counts[mood] += 1;
  return counts;
}

function rippleItems() {
  const words = ['the person', 'one tie away', 'two ties away', 'further'];
  const colours = palette(systemTheme()).degrees;
  return words.map((word, degree) => {
    const dot = draw('circle', { cx: 8, cy: 8, r: 6 - degree, fill: colours[degree + 1] });
    const swatch = draw('svg', { width: 16, height: 16, 'aria-hidden': 'true' }, dot);
    return make('li', {}, swatch, make('span', {}, word));
  });
}
