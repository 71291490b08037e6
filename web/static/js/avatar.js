// A window with a landscape, drawn from the pseudonym alone: the same name gives the same picture everywhere.

const SKIES = [
  ['#bfe0dc', '#fff6df', '#6fa8a4', '#2f6e70'],
  ['#c6daee', '#fff3d6', '#7c9fc4', '#3f628c'],
  ['#f7ddb0', '#fffdf2', '#d9a560', '#9a6a2c'],
  ['#f2cfc2', '#fff7e8', '#cf9382', '#96564a'],
  ['#d6e0bc', '#fffbe6', '#9db07a', '#5c7340'],
  ['#5e7a8c', '#f7d98f', '#3e5768', '#22343f'],
  ['#dbd3d6', '#fff4e0', '#a3929c', '#62505e'],
  ['#3c6a6e', '#f5c766', '#27494f', '#152c31'],
];
const FAR = [
  'M0 26 Q10 16 20 24 T40 20 V40 H0Z',
  'M0 20 L12 27 L26 17 L40 26 V40 H0Z',
  'M0 28 Q20 12 40 28 V40 H0Z',
  'M0 22 Q8 28 18 22 T40 25 V40 H0Z',
];
const NEAR = [
  'M0 33 Q14 25 28 31 T40 30 V40 H0Z',
  'M0 29 Q16 37 40 28 V40 H0Z',
  'M0 35 L14 28 L24 34 L40 29 V40 H0Z',
  'M0 31 Q20 26 40 34 V40 H0Z',
];

/** FNV-1a 32 over the UTF-8 of the NFKC-lowercased name, then murmur3's finaliser. An unsigned 32-bit number. */
export function hash(name) {
  let x = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name.normalize('NFKC').toLowerCase())) {
    x = Math.imul(x ^ byte, 0x01000193);
  }
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return x >>> 0;
}

/** The picture's parts: colours `sky`, `moon`, `far`, `near`; the moon's `x`, `y`, `r`, `crescent`; two hill paths. */
export function landscape(name) {
  const bits = hash(name);
  const [sky, moon, far, near] = SKIES[bits & 7];
  return {
    sky, moon, far, near,
    x: 10 + 5 * ((bits >>> 3) % 5),
    y: 10 + 3 * ((bits >>> 8) % 3),
    r: (bits >>> 12) & 1 ? 5 : 3.5,
    crescent: Boolean((bits >>> 13) & 1),
    farPath: FAR[(bits >>> 14) & 3],
    nearPath: NEAR[(bits >>> 16) & 3],
  };
}
