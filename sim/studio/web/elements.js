/** Making elements. Text is always text: nothing here reads markup. */

/**
 * @param {string} tag
 * @param {object} [told] properties of the element; those that begin with `aria` or `data-`, and `for`, are attributes
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function make(tag, told = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(told)) {
    if (/^(aria|data-|for$|role)/.test(name)) one.setAttribute(name, value);
    else one[name] = value;
  }
  one.append(...children);
  return one;
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag of an SVG element
 * @param {object} [told] attributes
 * @param {...(Node|string)} children
 * @returns {SVGElement}
 */
export function draw(tag, told = {}, ...children) {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(told)) one.setAttribute(name, value);
  one.append(...children);
  return one;
}

/** @returns {HTMLElement} the element of this id, which must be there */
export function by(id) {
  return document.getElementById(id);
}
