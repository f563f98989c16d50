/** Levers, switches and the form for other worlds. They show what the server says, and ask for what people choose. */

import { by, make } from './elements.js';
import { titleOf } from './panels.js';
import { plain, put } from './wording.js';

const GAP = 90; // milliseconds between two asks of one slider

/** The sliders of a run; each acts in the worlds that are chosen above them. */
export class Levers {
  #sliders = [];
  #scope = null;
  #held = new Map();

  /** @param {(operation: object) => void} ask */
  constructor(ask) {
    this.ask = ask;
    by('levers-reset').addEventListener('click', () => this.#reset());
  }

  build(scene) {
    this.scene = scene;
    this.#scope = null;
    const sameIn = [null, ...scene.chosen.keys()];
    const many = scene.chosen.length === 2;
    by('scope').hidden = !many;
    const choices = sameIn.map((world) => this.#choice(world, world === null ? 'both' : titleOf(scene, world)));
    by('scope').replaceChildren(make('legend', {}, 'Move them in'), ...choices);
    this.#sliders = scene.levers.map((lever) => this.#slider(lever));
    by('levers').replaceChildren(...this.#sliders.map(({ element }) => element));
  }

  /** Shows where levers stand: values of each world by key. */
  stand(levers) {
    this.standing = levers;
    for (const one of this.#sliders) this.#place(one);
  }

  #choice(world, words) {
    const input = make('input', { type: 'radio', name: 'scope', checked: world === null });
    input.addEventListener('change', () => {
      this.#scope = world;
      this.stand(this.standing);
    });
    return make('label', {}, input, make('span', {}, words));
  }

  #slider(lever) {
    const id = `lever-${lever.key}`;
    const { low, high, step } = lever;
    const input = make('input', { type: 'range', id, min: low, max: high, step, title: lever.meaning });
    input.setAttribute('aria-describedby', `${id}-says`);
    const output = make('output', { for: id });
    const name = make('label', { for: id }, lever.label);
    const says = make('p', { className: 'quiet small', id: `${id}-says` }, lever.says);
    const element = make('div', { className: 'lever' }, make('div', { className: 'head' }, name, output), input, says);
    input.addEventListener('input', () => this.#move(lever, input));
    return { lever, input, output, element };
  }

  #move(lever, input) {
    const value = Number(input.value);
    const standing = this.standing[lever.key].map((old, world) => (this.#isMeant(world) ? value : old));
    this.standing = { ...this.standing, [lever.key]: standing };
    this.#place(this.#sliders.find((one) => one.lever === lever));
    this.#askSoon(lever.key, { op: 'lever', key: lever.key, value, world: this.#scope });
  }

  /** A slider that is dragged asks now and then, and always for where it ends. */
  #askSoon(key, operation) {
    const waits = this.#held.has(key);
    this.#held.set(key, operation);
    if (waits) return;
    this.ask(operation);
    setTimeout(() => {
      const last = this.#held.get(key);
      this.#held.delete(key);
      if (last !== operation) this.ask(last);
    }, GAP);
  }

  #place({ lever, input, output }) {
    const values = this.standing[lever.key];
    const shown = this.#scope === null ? values : [values[this.#scope]];
    input.value = shown[0];
    const words = [...new Set(shown.map((value) => put(value, lever.shown)))];
    output.textContent = words.join(' · ');
    input.setAttribute('aria-valuetext', words.join(' and '));
  }

  #reset() {
    for (const { key, starts } of this.scene.levers) {
      starts.forEach((value, world) => {
        if (this.standing[key][world] !== value) this.ask({ op: 'lever', key, value, world });
      });
    }
  }

  #isMeant(world) {
    return this.#scope === null || this.#scope === world;
  }
}

/** The interventions of a run: a row for each, a switch for each world. `thrown` is what people chose, by name:world. */
export class Switches {
  #boxes = new Map();
  thrown = new Map();

  /** @param {(operation: object) => void} ask */
  constructor(ask) {
    this.ask = ask;
  }

  build(scene) {
    this.scene = scene;
    this.#boxes.clear();
    const [own, usual] = [true, false].map((kind) => scene.switches.filter((one) => one.own === kind).map((one) => this.#row(one)));
    const more = make('details', { open: !own.length }, make('summary', {}, own.length ? 'More to try' : 'What to try'), ...usual);
    by('switches').replaceChildren(...own, ...(usual.length ? [more] : []));
  }

  #row({ name, label, says, windows }) {
    const titles = this.scene.chosen.map((_, world) => titleOf(this.scene, world));
    const boxes = titles.map((title, world) => {
      const input = make('input', { type: 'checkbox', role: 'switch' });
      input.addEventListener('change', () => this.#throw(name, world, input.checked));
      this.#boxes.set(`${name}:${world}`, input);
      return make('label', {}, input, make('span', {}, titles.length > 1 ? title : 'on'));
    });
    const when = opening(windows, titles);
    const words = make('p', { className: 'quiet small' }, says, when && ` ${when}`);
    return make('fieldset', { className: 'switch' }, make('legend', {}, label), words, make('div', { className: 'boxes' }, ...boxes));
  }

  #throw(name, world, on) {
    this.thrown.set(`${name}:${world}`, on);
    this.ask({ op: 'switch', name, on, world });
  }

  /** Shows which are open: names for each world. */
  stand(open) {
    open.forEach((names, world) => {
      const now = new Set(names);
      for (const { name } of this.scene.switches) this.#boxes.get(`${name}:${world}`).checked = now.has(name);
    });
  }
}

/** When an intervention opens by itself, in the worlds where it does. */
function opening(windows, titles) {
  if (new Set(windows).size === 1) return windows[0] && `Opens by itself ${windows[0]}.`;
  const told = windows.map((when, world) => when && `in ${titles[world]} ${when}`).filter(Boolean);
  return `Opens by itself ${told.join(' and ')}.`;
}

/** The form that asks for other worlds: which arms, how many people, which luck. */
export class NewWorlds {
  /** @param {(start: object) => void} begin */
  constructor(begin) {
    this.begin = begin;
    by('new').addEventListener('submit', (event) => {
      event.preventDefault();
      this.begin(this.#asked());
    });
  }

  build(scene) {
    this.fixed = scene.people_fixed;
    const arms = scene.arms.map(({ name }) => [name, plain(name)]);
    const [left, right] = scene.chosen;
    const rows = [
      field('First world', select('left', arms, left)),
      field('Beside it', select('right', [['', 'nothing'], ...arms], right ?? '')),
      field('People', make('input', { name: 'people', type: 'number', min: 1, max: 200000, value: scene.people, disabled: this.fixed })),
      field('Luck', make('input', { name: 'seed', type: 'number', min: 0, max: 4294967295, value: scene.seed })),
    ];
    const note = make('p', { className: 'quiet small' }, 'The same luck gives the same world. The same arm twice is a world without and one with what you switch on.');
    by('new').replaceChildren(...rows, note, make('button', {}, 'Make these worlds'));
  }

  #asked() {
    const told = new FormData(by('new'));
    const arms = [told.get('left'), told.get('right')].filter(Boolean);
    const start = { op: 'start', arms, seed: Number(told.get('seed')) };
    return this.fixed ? start : { ...start, people: Number(told.get('people')) };
  }
}

function field(words, control) {
  return make('label', { className: 'field' }, make('span', {}, words), control);
}

function select(name, options, chosen) {
  const items = options.map(([value, words]) => make('option', { value, selected: value === chosen }, words));
  return make('select', { name }, ...items);
}
