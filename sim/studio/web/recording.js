/** Unpacks a recording; sim/studio/codec.py packs it and says how. */

const FINEST = 4095;

/**
 * @param {string} text base64 of a raw deflate stream
 * @returns {Promise<{header: object, places: Float32Array, ties: Uint32Array, moods: Uint8Array[]}>} moods of each arm,
 *   frame after frame
 */
export async function unpack(text) {
  const bytes = await inflated(text.trim());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const parts = cut(bytes, 4 + length, header.sizes);
  const frames = header.days.length;
  return {
    header,
    places: placesOf(parts.shift()),
    ties: tiesOf(numbersOf(parts.shift()), numbersOf(parts.shift())),
    moods: header.series.map(() => moodsOf(parts.splice(0, 3), header.people, frames)),
  };
}

async function inflated(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function cut(bytes, from, sizes) {
  let start = from;
  return sizes.map((size) => {
    start += size;
    return bytes.subarray(start - size, start);
  });
}

function placesOf(bytes) {
  const places = new Float32Array((bytes.length / 3) * 2);
  for (let i = 0, at = 0; i < bytes.length; i += 3, at += 2) {
    places[at] = ((bytes[i] | ((bytes[i + 1] & 15) << 8)) / FINEST) * 2 - 1;
    places[at + 1] = (((bytes[i + 1] >> 4) | (bytes[i + 2] << 4)) / FINEST) * 2 - 1;
  }
  return places;
}

/** Whole numbers of seven bits to a byte, the lowest first; the highest bit says that more follow. */
function numbersOf(bytes) {
  const numbers = new Uint32Array(bytes.length);
  let count = 0;
  let place = 0;
  for (const byte of bytes) {
    numbers[count] |= (byte & 127) << place;
    place += 7;
    if (byte < 128) {
      count += 1;
      place = 0;
    }
  }
  return numbers.subarray(0, count);
}

function tiesOf(counts, gaps) {
  const ties = new Uint32Array(2 * gaps.length);
  let tie = 0;
  counts.forEach((count, row) => {
    let end = row;
    for (let i = 0; i < count; i += 1, tie += 1) {
      end += gaps[tie];
      ties[2 * tie] = row;
      ties[2 * tie + 1] = end;
    }
  });
  return ties;
}

function moodsOf([first, gapBytes, changes], people, frames) {
  const moods = new Uint8Array(people * frames);
  const places = numbersOf(gapBytes);
  let change = 0;
  let next = places.length ? places[0] : -1;
  for (let row = 0, at = 0; row < people; row += 1) {
    let mood = first[row];
    moods[row] = mood;
    for (let frame = 1; frame < frames; frame += 1, at += 1) {
      if (at === next) {
        mood = changes[change];
        change += 1;
        next = change < places.length ? next + places[change] : -1;
      }
      moods[frame * people + row] = mood;
    }
  }
  return moods;
}
