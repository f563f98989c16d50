/** The live page: puts the parts together, and keeps time. */

import { NewWorlds, Levers, Switches } from './controls.js';
import { Charts } from './charts.js';
import { by, make } from './elements.js';
import { fromLink, toLink } from './link.js';
import { Panels } from './panels.js';
import { PersonPanel } from './person.js';
import { openWire } from './wire.js';
import { dayOf, plain, whole } from './wording.js';

const SPEEDS = [[0.5, '½'], [1, '1'], [2, '2'], [4, '4'], [8, '8'], [16, '16'], [1000, 'fastest']];
const SPEAK = 8000; // milliseconds between two sentences for those who listen

const page = {
  scene: null, state: { playing: false, speed: null, levers: {} }, frame: null, tick: 0, run: 0,
  wantsFrame: false, spoken: 0, linked: fromLink(location.hash), told: null,
};

const ask = (operation) => wire.ask(operation);
const panels = new Panels((world, row) => person.pick(world, row));
const charts = new Charts();
const levers = new Levers(ask);
const switches = new Switches((operation) => {
  ask(operation);
  remember();
});
const fresh = new NewWorlds((start) => begin({ ...start, levers: [], switches: [] }, true));
const person = new PersonPanel({
  ask,
  show(found) {
    panels.ripple(found);
    panels.describe(day());
    wake();
  },
});
panels.onResize = wake;

const wire = openWire({
  word: (told) => words[told.kind]?.(told),
  scene(told) {
    if (told.run !== page.told.run) return;
    build(page.told, told);
  },
  frame(told) {
    if (told.run !== page.run) return;
    page.frame = told;
    wake();
  },
  lost() {
    const words = page.closed ?? 'The connection to Kindling is lost. It runs in the window where you started it; is it still there?';
    by('lost-words').textContent = words;
    by('lost').hidden = false;
    for (const name of ['play', 'step', 'restart']) by(name).disabled = true;
  },
});

const words = {
  building: () => busy(page.scene ? 'Making the worlds …' : 'Making a world: people, and who follows whom …'),
  scene(told) {
    page.told = told;
  },
  state(told) {
    page.state = told;
    if (!page.scene) return;
    by('play').textContent = told.playing ? 'Pause' : 'Play';
    by('speed').value = String(nearest(told.speed * page.scene.dt));
    if (told.over) say('This run has come to its end. Start again, or make other worlds.');
    levers.stand(told.levers);
    switches.stand(told.open);
    remember();
  },
  ripple: (told) => person.ripple(told),
  closed(told) {
    page.closed = told.message;
  },
  error(told) {
    busy('');
    say(told.message);
    if (!page.scene) startPlain();
    if (page.scene) levers.stand(page.state.levers);
  },
};

/** A link that does not fit: the scenario as it stands. */
function startPlain() {
  if (page.isPlain) return;
  page.isPlain = true;
  say('The settings in the address do not fit this scenario; here it is as it stands.');
  begin({ op: 'start' }, true);
}

function begin(start, isNew) {
  if (isNew) switches.thrown = new Map();
  ask(start);
}

function build(scene, told) {
  page.scene = scene;
  page.run = told.run;
  page.tick = 0;
  busy('');
  document.title = `${plain(scene.name)} · Kindling`;
  by('name').textContent = `${plain(scene.name)} · ${whole(scene.people)} ${scene.people === 1 ? 'person' : 'people'}`;
  by('question').textContent = scene.question || plain(scene.name);
  by('help-scenario').replaceChildren(...[scene.about, scene.look_at && `Look at: ${scene.look_at}`].filter(Boolean).map((text) => make('p', {}, text)));
  by('step').textContent = scene.dt === 1 ? 'One day' : 'One step';
  for (const part of [charts, levers, switches, fresh, person]) part.build(scene);
  panels.build(scene, told);
  for (const name of ['play', 'step', 'restart']) by(name).disabled = false;
}

/** One picture: the newest frame, what still moves, and the word that the next frame may come. */
function paint(milliseconds) {
  page.wantsFrame = false;
  const { frame } = page;
  page.frame = null;
  if (frame) take(frame);
  const moves = page.scene ? panels.draw(milliseconds) : false;
  const lags = page.scene ? charts.draw(milliseconds, !page.state.playing) : false;
  if (frame) ask({ op: 'seen', frame: frame.number });
  if (moves || (lags && page.lagging)) wake();
  page.lagging = Boolean(frame);
}

function take(frame) {
  panels.show(frame);
  page.tick = frame.tick;
  by('day').textContent = day();
  charts.add(frame.told.rows);
  switches.stand(frame.told.open);
  panels.describe(day());
  person.tell(frame.told.person);
  panels.select(frame.told.person);
  speak();
}

function wake() {
  if (page.wantsFrame) return;
  page.wantsFrame = true;
  requestAnimationFrame(paint);
}

function day() {
  return page.scene ? dayOf(page.tick, page.scene.dt) : '0';
}

/** For those who listen: now and then while it plays, at once when it stands. */
function speak() {
  const now = performance.now();
  if (page.state.playing && now - page.spoken < SPEAK) return;
  page.spoken = now;
  by('spoken').textContent = charts.sentence(day());
}

/** The address keeps the settings. */
function remember() {
  if (!page.scene || page.told !== page.scene) return;
  const told = { scene: page.scene, levers: page.state.levers, thrown: switches.thrown, speed: page.state.speed };
  history.replaceState(null, '', `#${toLink(told)}`);
}

function say(sentence) {
  by('told').textContent = sentence;
  clearTimeout(page.saying);
  page.saying = setTimeout(() => by('told').replaceChildren(), 9000);
}

function busy(sentence) {
  document.body.classList.toggle('busy', Boolean(sentence));
  if (sentence && !page.scene) by('question').textContent = sentence;
  else if (sentence) say(sentence);
  else by('told').replaceChildren();
}

function nearest(speed) {
  const [found] = SPEEDS.reduce((best, one) => (Math.abs(one[0] - speed) < Math.abs(best[0] - speed) ? one : best));
  return found;
}

function listen() {
  by('speed').append(...SPEEDS.map(([value, text]) => make('option', { value: String(value) }, text)));
  by('speed').value = '4';
  by('play').addEventListener('click', () => ask({ op: page.state.playing ? 'pause' : 'play' }));
  by('step').addEventListener('click', () => ask({ op: 'step' }));
  by('speed').addEventListener('change', () => ask({ op: 'speed', value: Math.min(1000, Number(by('speed').value) / page.scene.dt) }));
  by('restart').addEventListener('click', () => begin(fromLink(location.hash).start, false));
  by('again').addEventListener('click', () => location.reload());
  by('help-open').addEventListener('click', () => by('help').showModal());
  by('copy').addEventListener('click', copy);
  document.addEventListener('keydown', keyed);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link is copied. It carries the settings, and opens while Kindling runs here.');
  } catch {
    say('Copying is not allowed here; take the address from the bar above.');
  }
}

function keyed(event) {
  const isBusy = event.target.closest('input, select, textarea, button, summary, dialog, a');
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && !by('help').open) person.leave();
  if (isBusy || !page.scene) return;
  const keys = { ' ': () => by('play').click(), ArrowRight: () => by('step').click(), '?': () => by('help').showModal() };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

listen();
await wire.ready;
for (const { name, on, world } of page.linked.start.switches) switches.thrown.set(`${name}:${world}`, on);
begin(page.linked.start, false);
if (page.linked.speed) ask({ op: 'speed', value: page.linked.speed });
