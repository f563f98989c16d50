/** The panel of one person: their day in sentences, and the ripple of their last kind act. */

import { by, make } from './elements.js';
import { titleOf } from './panels.js';

const MOST_LINES = 30;

/** Shows a person and asks for others. */
export class PersonPanel {
  #told = null;
  #isNear = null;

  /** @param {{ask: (operation: object) => void, show: (found: object|null) => void}} can `show` puts a ripple on stage */
  constructor({ ask, show }) {
    this.ask = ask;
    this.show = show;
    by('find').addEventListener('submit', (event) => {
      event.preventDefault();
      const name = by('who').value.trim();
      if (name) this.#choose({ name, world: this.#told?.world ?? this.scene.chosen.length - 1 });
    });
  }

  build(scene) {
    this.scene = scene;
    this.#told = null;
    this.#write();
  }

  /** A click on the stage; nobody is -1. */
  pick(world, row) {
    this.#choose(row < 0 ? {} : { world, row });
  }

  #choose(who) {
    this.hush();
    this.ask({ op: 'select', ...who });
  }

  /** @returns {boolean} whether somebody was let go */
  leave() {
    if (!this.#told) return false;
    this.#choose({});
    return true;
  }

  /** What a frame tells of the person, or null. */
  tell(told) {
    const before = this.#told;
    this.#told = told;
    if (told?.row !== before?.row || told?.world !== before?.world) this.#write();
    else if (told) this.#lines.replaceChildren(...told.lines.map((line) => make('li', {}, line)));
    if (this.#follow) this.#follow.disabled = !told.gave;
  }

  /** What the server says of a ripple. */
  ripple(told) {
    if (!this.#told || told.row !== this.#told.row || told.world !== this.#told.world) return;
    if (told.state === 'begun') this.#said.replaceChildren(make('p', { className: 'quiet' }, 'Running the same world without that act …'));
    if (told.state === 'failed') this.#said.replaceChildren(make('p', {}, told.message));
    if (told.state === 'done') this.#tellRipple(told);
  }

  /** Takes a ripple off the stage. */
  hush() {
    this.show(null);
    this.#said?.replaceChildren();
  }

  #lines = null;
  #said = null;
  #follow = null;

  #write() {
    const told = this.#told;
    this.#follow = null;
    by('person-title').textContent = told ? told.name : 'One person';
    if (!told) {
      by('person-body').replaceChildren();
      return;
    }
    this.#lines = make('ul', { className: 'day-lines' }, ...told.lines.map((line) => make('li', {}, line)));
    this.#said = make('div', { className: 'story', role: 'status' });
    this.#follow = make('button', { type: 'button', className: 'main' }, 'Follow their last act');
    this.#follow.addEventListener('click', () => this.ask({ op: 'ripple' }));
    const leave = make('button', { type: 'button' }, 'Close');
    leave.addEventListener('click', () => this.leave());
    const doors = make('div', { className: 'doors' }, this.#follow, leave);
    by('person-body').replaceChildren(...this.#which(told), this.#lines, doors, this.#said);
  }

  /** In which world they are looked at, where there are two. */
  #which(told) {
    if (this.scene.chosen.length < 2) return [];
    const choices = this.scene.chosen.map((_, world) => {
      const input = make('input', { type: 'radio', name: 'which', checked: world === told.world });
      input.addEventListener('change', () => this.#choose({ world, row: told.row }));
      return make('label', {}, input, make('span', {}, titleOf(this.scene, world)));
    });
    return [make('fieldset', { className: 'scope' }, make('legend', {}, 'In'), ...choices)];
  }

  #tellRipple(told) {
    this.show(told);
    const changed = told.reached.filter(([, degree]) => degree > 0).length;
    const others = told.lines.length - 2;
    const first = others
      ? `Without it, ${others} ${others === 1 ? 'act' : 'acts'} would have been different. It reached ${changed} ${changed === 1 ? 'person' : 'people'}.`
      : 'It reached one person, and nobody did anything differently. Single acts often end so.';
    const shown = told.lines.slice(0, MOST_LINES).map((line) => make('li', {}, line));
    const rest = told.lines.length - shown.length;
    if (rest > 0) shown.push(make('li', { className: 'quiet' }, `and ${rest} more`));
    const close = make('button', { type: 'button' }, 'Show moods again');
    close.addEventListener('click', () => this.hush());
    this.#said.replaceChildren(make('p', {}, first), make('ol', {}, ...shown), close);
  }
}
