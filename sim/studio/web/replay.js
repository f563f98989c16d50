/** A recorded run played on the stage: clock, keys, curves, and what is said about the day that is shown. */

import { drawCurve } from './curves.js';
import { paintSwatch, palette, systemTheme } from './palette.js';
import { unpack } from './recording.js';
import { createStage } from './stage.js';

const SAY_EVERY = 4000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -7, PageUp: 7 };
const find = (name) => document.getElementById(name);
const percent = (share) => `${share > 0 && share < 0.005 ? 'under 1' : Math.round(100 * share)} %`;

class Replay {
  #days;
  #people;
  #moods;
  #legend = [...document.querySelectorAll('#legend li')].map((item) => ({
    level: Number(item.dataset.level),
    name: item.querySelector('.name').textContent,
    swatch: item.querySelector('canvas'),
  }));
  #arms = [...document.querySelectorAll('.arm')];
  #stages;
  #curves;
  #counts;
  #day = 0;
  #frame = -1;
  #isPlaying = false;
  #last = 0;
  #said = 0;
  #isAsked = false;

  constructor({ header, places, ties, moods }) {
    this.#days = header.days;
    this.#people = header.people;
    this.#moods = moods;
    this.#counts = new Uint32Array(8);
    const theme = systemTheme();
    this.#stages = this.#arms.map((arm) => createStage(arm.querySelector('canvas'), { places, ties, theme }));
    this.#curves = [...document.querySelectorAll('.curve svg')].map((svg, outcome) =>
      drawCurve(svg, header.days, header.series.map((lines) => lines[outcome])),
    );
    this.#dress();
    this.#listen();
    this.#go(0);
  }

  get #end() {
    return this.#days[this.#days.length - 1];
  }

  /** Starts or stops the clock; from the end it starts again at day 0. */
  play(isWanted) {
    this.#isPlaying = isWanted && this.#end > 0;
    if (this.#isPlaying && this.#day >= this.#end) this.#go(0);
    find('play').textContent = this.#isPlaying ? 'Pause' : 'Play';
    this.#last = 0;
    if (!this.#isPlaying) this.#say();
    this.#ask();
  }

  #listen() {
    find('play').addEventListener('click', () => this.play(!this.#isPlaying));
    find('back').addEventListener('click', () => this.#jump(-1));
    find('on').addEventListener('click', () => this.#jump(1));
    find('day').addEventListener('input', (event) => this.#show(Number(event.target.value)));
    find('day').addEventListener('change', () => this.#say());
    document.addEventListener('keydown', (event) => this.#key(event));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#dress());
    new ResizeObserver(() => this.#resize()).observe(find('stages'));
  }

  #key(event) {
    const isField = event.target.closest('select, input, textarea, summary');
    if (event.altKey || event.ctrlKey || event.metaKey || (isField && event.target.id !== 'day')) return;
    if (event.key === ' ' && event.target.id !== 'play' && !event.target.closest('button')) this.play(!this.#isPlaying);
    else if (event.key in STEPS && (event.target.id === 'day' || !event.key.match(/Up|Down/))) this.#jump(STEPS[event.key]);
    else if (event.key === 'Home') this.#jump(-Infinity);
    else if (event.key === 'End') this.#jump(Infinity);
    else return;
    event.preventDefault();
  }

  #jump(frames) {
    if (this.#isPlaying) this.play(false);
    this.#show(Math.min(Math.max(this.#frame + frames, 0), this.#days.length - 1));
    this.#say();
  }

  #resize() {
    for (const stage of this.#stages) stage.resize();
    this.#ask();
  }

  #dress() {
    const theme = systemTheme();
    for (const stage of this.#stages) stage.theme(theme);
    this.#legend.forEach(({ swatch, level }, place) => {
      paintSwatch(swatch, level, theme);
      for (const arm of this.#arms) arm.querySelectorAll('.bar i')[place].style.background = palette(theme).moods[level].colour;
    });
    this.#ask();
  }

  #ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now) {
    this.#isAsked = false;
    if (this.#isPlaying) this.#advance(now);
    let isMoving = this.#isPlaying;
    for (const stage of this.#stages) isMoving = stage.draw(now) || isMoving;
    if (isMoving) this.#ask();
  }

  #advance(now) {
    const seconds = this.#last ? Math.min((now - this.#last) / 1000, 0.25) : 0;
    this.#last = now;
    this.#go(Math.min(this.#day + seconds * Number(find('speed').value), this.#end));
    if (now - this.#said > SAY_EVERY) this.#say(now);
    if (this.#day >= this.#end) this.play(false);
  }

  #go(day) {
    let frame = Math.max(this.#frame, 0);
    if (day < this.#days[frame]) frame = 0;
    while (frame + 1 < this.#days.length && this.#days[frame + 1] <= day + 1e-9) frame += 1;
    this.#show(frame);
    this.#day = day;
  }

  #show(frame) {
    this.#day = this.#days[frame];
    if (frame === this.#frame) return;
    this.#frame = frame;
    const slider = find('day');
    slider.value = String(frame);
    slider.setAttribute('aria-valuetext', this.#dayText());
    find('date').textContent = this.#dayText();
    this.#stages.forEach((stage, arm) => stage.show(this.#moodsNow(arm)));
    this.#arms.forEach((arm, number) => this.#tell(arm, number));
    for (const curve of this.#curves) curve.at(frame);
    this.#ask();
  }

  #moodsNow(arm) {
    return this.#moods[arm].subarray(this.#frame * this.#people, (this.#frame + 1) * this.#people);
  }

  #dayText() {
    const digits = this.#days.every(Number.isInteger) ? 0 : 1;
    return `Day ${this.#days[this.#frame].toFixed(digits)} of ${this.#end.toFixed(digits)}`;
  }

  /** Share of people at each level of the legend, 0..1. */
  #shares(arm) {
    this.#counts.fill(0);
    for (const mood of this.#moodsNow(arm)) this.#counts[mood] += 1;
    return this.#legend.map(({ level }) => this.#counts[level] / Math.max(this.#people, 1));
  }

  #inWords(shares) {
    return this.#legend.map(({ name }, place) => `${name} ${percent(shares[place])}`);
  }

  #tell(element, arm) {
    const shares = this.#shares(arm);
    element.querySelectorAll('.bar i').forEach((piece, place) => {
      piece.style.flex = String(shares[place]);
      piece.hidden = shares[place] === 0;
    });
    const words = this.#inWords(shares).map((text) => text.replaceAll(' ', '\u00a0'));
    element.querySelector('.shares').textContent = words.join(' · ');
  }

  #say(now = performance.now()) {
    this.#said = now;
    const arms = this.#arms.map((arm, number) => {
      const name = this.#arms.length > 1 ? `${arm.querySelector('h2').textContent}: ` : '';
      return name + this.#inWords(this.#shares(number)).join(', ');
    });
    find('said').textContent = `${this.#dayText()}. ${arms.join('. ')}.`;
  }
}

const replay = new Replay(await unpack(find('recording').textContent));
document.documentElement.dataset.ready = 'yes';
if (!matchMedia('(prefers-reduced-motion: reduce)').matches) replay.play(true);
