/** The settings of a page in the fragment of its address, so that reloading or copying it keeps them. */

/**
 * @param {string} hash with or without its #
 * @returns {{start: object, speed: number|null}} a start as the server reads it; what makes no sense is left out, what
 *   is out of range is left for the server to say
 */
export function fromLink(hash) {
  const told = new URLSearchParams(hash.replace(/^#/, ''));
  const start = { op: 'start', levers: [], switches: [] };
  for (const name of ['people', 'seed']) {
    if (/^\d{1,10}$/.test(told.get(name) ?? '')) start[name] = Number(told.get(name));
  }
  const arms = (told.get('arms') ?? '').split(',').filter(Boolean).slice(0, 2);
  if (arms.length) start.arms = arms;
  for (const [key, text] of told) {
    if (key.includes('.')) start.levers.push(...levers(key, text));
    if (key === 'on' || key === 'off') start.switches.push(...thrown(text, key === 'on'));
  }
  const speed = Number(told.get('speed'));
  return { start, speed: speed >= 0.1 && speed <= 1000 ? speed : null };
}

function levers(key, text) {
  const values = text.split(',').slice(0, 2);
  const put = (value, world) => ({ op: 'lever', key, value: Number(value), world });
  return values.flatMap((value, world) => (value !== '' && Number.isFinite(Number(value)) ? [put(value, world)] : []));
}

function thrown(text, on) {
  const [name, world] = text.split(':');
  return name && /^[01]$/.test(world ?? '') ? [{ op: 'switch', name, on, world: Number(world) }] : [];
}

/**
 * @param {{scene: object, levers: Object<string, number[]>, thrown: Map<string, boolean>, speed: number}} now
 *   `thrown` by `name:world`; levers that stand where they began are left out
 * @returns {string} a fragment without its #
 */
export function toLink({ scene, levers: standing, thrown: switches, speed }) {
  const told = new URLSearchParams({ people: scene.people, seed: scene.seed, arms: scene.chosen.join(','), speed });
  if (scene.people_fixed) told.delete('people');
  for (const { key, starts } of scene.levers) {
    const moved = (standing[key] ?? starts).map((value, world) => (value === starts[world] ? '' : String(value)));
    if (moved.some(Boolean)) told.set(key, moved.join(','));
  }
  for (const [place, on] of switches) told.append(on ? 'on' : 'off', place);
  return told.toString();
}
