/** Numbers in words: rounded, with their unit. */

const MINUS = '\u2212';

/**
 * @param {number|null} value
 * @param {{how: 'share'|'level'|'rate'}} outcome a share in per cent, a level of 100, or a number a person and day
 * @returns {string}
 */
export function said(value, outcome) {
  if (value === null || value === undefined) return '\u2013';
  if (outcome.how === 'share') return percent(value);
  if (outcome.how === 'level') return signed(Math.round(100 * value));
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return signed(value.toFixed(digits));
}

/** @returns {string} 34 %, 3.1 %, <0.1 %, 0 % */
export function percent(share) {
  if (share > 0 && share < 0.001) return '<0.1\u202f%';
  const digits = share !== 0 && Math.abs(share) < 0.0995 ? 1 : 0;
  return signed(`${(100 * share).toFixed(digits)}\u202f%`);
}

/** @returns {string} 2,000 */
export function whole(number) {
  return Math.round(number).toLocaleString('en-GB');
}

/** @returns {string} a day, without more decimals than it needs */
export function dayOf(tick, dt) {
  return String(Math.round(tick * dt * 100) / 100);
}

/**
 * What a lever is put to.
 *
 * @param {number} value in the setting's own unit
 * @param {string} shown how it is written
 * @returns {string}
 */
export function put(value, shown) {
  const ways = {
    odds: () => (value === 0 ? 'none' : `odds \u00d7\u202f${Math.exp(value).toFixed(2)}`),
    less: () => (value === 0 ? 'none' : `odds \u00d7\u202f${Math.exp(-value).toFixed(2)}`),
    percent: () => percent(value),
    'percent a day': () => `${percent(value)} a day`,
    every: () => `one in ${Math.round(1 / value)} days`,
    strength: () => (value === 0 ? 'none' : value.toFixed(1)),
  };
  return ways[shown]();
}

/** @returns {string} storm_recovery as people write it */
export function plain(name) {
  const words = name.replace(/[_-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function signed(text) {
  return String(text).replace(/^-/, MINUS);
}
