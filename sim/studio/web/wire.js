/** The wire to the server: operations go out as JSON; words, a scene and frames come in (layout: live/frames.py). */

/**
 * @param {{word: Function, scene: Function, frame: Function, lost: Function}} heard called with what comes: a message,
 *   a scene, a frame, and without anything when the connection is lost
 * @returns {{ask: Function}} `ask(operation)` sends an object, and says whether it could
 */
export function openWire(heard) {
  const address = new URL('wire', location.href);
  address.protocol = 'ws:';
  address.hash = '';
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') heard.word(JSON.parse(data));
    else if (magicOf(data) === 'KINS') heard.scene(readScene(data));
    else heard.frame(readFrame(data));
  });
  socket.addEventListener('close', () => heard.lost());
  const ready = new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  return {
    ready,
    ask(operation) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(operation));
      return true;
    },
  };
}

function magicOf(buffer) {
  return String.fromCharCode(...new Uint8Array(buffer, 0, 4));
}

/** @returns {{run: number, places: Float32Array, ties: Uint32Array}} */
export function readScene(buffer) {
  const [, run, people, ties] = new Uint32Array(buffer, 0, 4);
  const places = new Float32Array(buffer, 16, 2 * people);
  return { run, places, ties: new Uint32Array(buffer, 16 + 8 * people, 2 * ties) };
}

/** @returns {{run, number, tick, moods: Uint8Array[], acts: Uint32Array[], told: object}} acts are giver, receiver, … */
export function readFrame(buffer) {
  const [, run, number, tick, people, worlds, ...counts] = new Uint32Array(buffer, 0, 8);
  const acts = [];
  const moods = [];
  let place = 32;
  for (let world = 0; world < worlds; world += 1) {
    acts.push(new Uint32Array(buffer, place, 2 * counts[world]));
    place += 8 * counts[world];
  }
  for (let world = 0; world < worlds; world += 1) {
    moods.push(new Uint8Array(buffer, place, people));
    place += people;
  }
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, place)));
  return { run, number, tick, moods, acts, told };
}
