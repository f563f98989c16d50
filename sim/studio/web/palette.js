/**
 * The colours of people and ties, light and dark; every other colour of a page is a token of base.css. `paper` is the
 * one colour that stands in both.
 *
 * A mood is told by size and shape, too: `size` is relative to an ordinary person, tired people are hollow.
 */

const LIGHT = {
  paper: '#ffffff',
  tie: '#8a929a',
  flash: '#d55e00',
  mark: '#23282d',
  moods: [
    { colour: '#c8ccd0', size: 0.75 },
    { colour: '#f3b384', size: 0.9 },
    { colour: '#d55e00', size: 1.1 },
    { colour: '#a34300', size: 1.35, halo: 'rgba(213, 94, 0, 0.20)' },
    { colour: '#0072b2', size: 1.05, hollow: true },
    { colour: '#c8ccd0', size: 0.4 },
  ],
  degrees: ['#e9ebed', '#23282d', '#6b2700', '#a34300', '#d55e00', '#e98a45', '#f3b384'],
};

const DARK = {
  paper: '#14181c',
  tie: '#6d7882',
  flash: '#ffb26b',
  mark: '#f4f1ec',
  moods: [
    { colour: '#6a747e', size: 0.75 },
    { colour: '#9c5f35', size: 0.9 },
    { colour: '#f0832f', size: 1.1 },
    { colour: '#ffc48f', size: 1.35, halo: 'rgba(255, 150, 70, 0.25)' },
    { colour: '#58b1ea', size: 1.05, hollow: true },
    { colour: '#48515a', size: 0.45 },
  ],
  degrees: ['#2b3138', '#f4f1ec', '#ffe0c2', '#ffc48f', '#f99f55', '#d9752a', '#9c5f35'],
};

/** How far a halo reaches, in radii of its person. */
export const HALO = 1.9;

/** People a ripple reached are smaller the further they are from the person it began with. */
export const DEGREE_SIZES = [0.55, 1.9, 1.5, 1.3, 1.1, 1.0, 0.9];

/**
 * @param {'light'|'dark'} theme
 * @returns {{paper: string, tie: string, flash: string, mark: string, moods: Array<object>, degrees: string[]}}
 *   colours as CSS text
 */
export function palette(theme) {
  return theme === 'dark' ? DARK : LIGHT;
}

/** @returns {'light'|'dark'} what the reader's system asks for */
export function systemTheme() {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/**
 * One person of a mood, in the middle of a context; the legend shows the same shapes as the stage.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {object} mood an entry of `palette(theme).moods`
 * @param {number} x
 * @param {number} y
 * @param {number} radius that of an ordinary person, in pixels of the context
 */
export function paintPerson(context, mood, x, y, radius) {
  const own = radius * mood.size;
  if (mood.halo) disc(context, x, y, own * HALO, mood.halo);
  if (!mood.hollow) {
    disc(context, x, y, own, mood.colour);
    return;
  }
  const width = Math.max(1, own * 0.42);
  context.beginPath();
  context.arc(x, y, own - width / 2, 0, 2 * Math.PI);
  context.lineWidth = width;
  context.strokeStyle = mood.colour;
  context.stroke();
}

function disc(context, x, y, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/**
 * Paints one mood into a small canvas of a legend.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} level number of the mood, 0..5
 * @param {'light'|'dark'} theme
 */
export function paintSwatch(canvas, level, theme) {
  const ratio = window.devicePixelRatio || 1;
  const side = 22;
  canvas.width = canvas.height = Math.round(side * ratio);
  canvas.style.width = canvas.style.height = `${side}px`;
  const middle = canvas.width / 2;
  paintPerson(canvas.getContext('2d'), palette(theme).moods[level], middle, middle, 5 * ratio);
}
