/** Small line charts in SVG: one outcome each, a line for each arm, and a stroke at the day that is shown. */

const WIDTH = 320;
const HEIGHT = 96;
const TOP = 8;
const SPACE = 'http://www.w3.org/2000/svg';

/**
 * Draws a chart into an empty SVG element.
 *
 * @param {SVGElement} svg
 * @param {number[]} days
 * @param {Array<Array<number|null>>} lines values of each arm by frame; null where there is none
 * @returns {{at: function(number): void}} `at` moves the stroke to a frame
 */
export function drawCurve(svg, days, lines) {
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  const known = lines.flat().filter((value) => value !== null);
  const [low, high] = range(known);
  const x = (frame) => (WIDTH * (days[frame] - days[0])) / (days[days.length - 1] - days[0] || 1);
  const y = (value) => TOP + (HEIGHT - 2 * TOP) * (1 - (value - low) / (high - low));
  lines.forEach((values, arm) => {
    const line = add(svg, 'path', `line line-${arm}`);
    line.setAttribute('d', outline(values, x, y));
  });
  const stroke = add(svg, 'line', 'now');
  stroke.setAttribute('y2', String(HEIGHT));
  return {
    at(frame) {
      for (const end of ['x1', 'x2']) stroke.setAttribute(end, x(frame).toFixed(1));
    },
  };
}

function range(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!values.length) return [0, 1];
  const room = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  return [low - room, high + room];
}

function outline(values, x, y) {
  let text = '';
  let isDown = false;
  values.forEach((value, frame) => {
    if (value !== null) text += `${isDown ? 'L' : 'M'}${x(frame).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = value !== null;
  });
  return text;
}

function add(parent, name, style) {
  const element = document.createElementNS(SPACE, name);
  element.setAttribute('class', style);
  element.setAttribute('vector-effect', 'non-scaling-stroke');
  parent.append(element);
  return element;
}
