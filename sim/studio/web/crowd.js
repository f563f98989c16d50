/** Everybody as little round stamps, put together in one buffer of pixels: its cost grows with the area, not the crowd. */

import { DEGREE_SIZES, HALO, paintPerson, palette } from './palette.js';

const TINY = 2;

/**
 * A painter of people on top of a ground.
 *
 * @param {Array<object>} looks entries like `palette(theme).moods`; people of higher rows lie on top, whatever they look like
 * @param {number} radius of an ordinary person in device pixels
 * @param {ImageData} ground what lies below, opaque; it is not changed
 * @returns {function(CanvasRenderingContext2D, Float32Array, Float32Array, Uint8Array): void} paints the ground and
 *   everybody, from places in pixels and the number of each person's look
 */
export function crowdPainter(looks, radius, ground) {
  const { width, height } = ground;
  const image = new ImageData(width, height);
  const buffer = new Uint32Array(image.data.buffer);
  const below = new Uint32Array(ground.data.buffer);
  const stamps = looks.map((look) => stampOf(look, radius, width));
  return (pen, x, y, numbers) => {
    buffer.set(below);
    for (let row = 0; row < numbers.length; row += 1) {
      const stamp = stamps[numbers[row]];
      const left = Math.min(Math.max(Math.round(x[row]) - stamp.half, 0), width - stamp.side);
      const top = Math.min(Math.max(Math.round(y[row]) - stamp.half, 0), height - stamp.side);
      if (left >= 0 && top >= 0) press(stamp, buffer, top * width + left);
    }
    pen.putImageData(image, 0, 0);
  };
}

/** Lays a stamp over the pixels from a corner on. */
function press(stamp, buffer, corner) {
  const { offsets, words, shares } = stamp;
  for (let i = 0; i < offsets.length; i += 1) {
    const at = corner + offsets[i];
    buffer[at] = shares[i] === 256 ? words[i] : mixed(words[i], buffer[at], shares[i]);
  }
}

/** Two opaque pixels mixed, `share` of the upper in 256. */
function mixed(upper, lower, share) {
  const rest = 256 - share;
  const odd = (Math.imul(upper & 0xff00ff, share) + Math.imul(lower & 0xff00ff, rest)) >>> 8;
  const even = Math.imul((upper >>> 8) & 0xff, share) + Math.imul((lower >>> 8) & 0xff, rest);
  return (0xff000000 | (odd & 0xff00ff) | (even & 0xff00)) >>> 0;
}

/**
 * The pixels of one look: where they are from the stamp's corner, their colours and how far they cover. Tiny ones, of
 * which there are very many, have no halo and few soft pixels.
 */
function stampOf(look, radius, width) {
  const isTiny = radius < TINY;
  const shown = isTiny ? { ...look, halo: undefined } : look;
  const half = Math.ceil(radius * look.size * (shown.halo ? HALO : 1));
  const side = 2 * half + 1;
  const picture = document.createElement('canvas');
  picture.width = picture.height = side;
  const pen = picture.getContext('2d', { willReadFrequently: true });
  paintPerson(pen, shown, half + 0.5, half + 0.5, radius);
  const { data } = pen.getImageData(0, 0, side, side);
  const words = new Uint32Array(data.buffer);
  const covered = [...words.keys()].filter((i) => data[4 * i + 3] > (isTiny ? 63 : 7));
  return {
    side,
    half,
    offsets: Int32Array.from(covered, (i) => Math.floor(i / side) * width + (i % side)),
    words: Uint32Array.from(covered, (i) => (words[i] | 0xff000000) >>> 0),
    shares: Uint16Array.from(covered, (i) => (data[4 * i + 3] > 247 ? 256 : data[4 * i + 3])),
  };
}

/**
 * Looks of a ripple: not reached, the person it began with, then degree by degree.
 *
 * @param {'light'|'dark'} theme
 * @returns {Array<object>}
 */
export function rippleLooks(theme) {
  return palette(theme).degrees.map((colour, degree) => ({ colour, size: DEGREE_SIZES[degree] }));
}
