// Everything this site keeps on the device goes through here, so that one call can wipe it and nothing is written after.

const PREFIX = 'hearth.';
let sealed = false;
const memory = new Map();

function backend() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // storage is forbidden: the page works, and forgets
  }
}

/** The value kept under `key`, or `fallback`. */
export function load(key, fallback = null) {
  try {
    const text = backend()?.getItem(PREFIX + key) ?? memory.get(PREFIX + key);
    return text == null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** Keep `value` (JSON) under `key`. A full or forbidden store falls back to this tab's memory. */
export function save(key, value) {
  if (sealed) return;
  const text = JSON.stringify(value);
  try {
    const store = backend();
    if (!store) throw new Error('no storage');
    store.setItem(PREFIX + key, text);
    memory.delete(PREFIX + key);
  } catch {
    memory.set(PREFIX + key, text);
  }
}

/** Forget what is kept under `key`. */
export function drop(key) {
  memory.delete(PREFIX + key);
  try {
    backend()?.removeItem(PREFIX + key);
  } catch {
    // nothing was kept
  }
}

/** Every kept key that begins with `start`, without the site's own prefix. */
export function keys(start = '') {
  const found = new Set();
  const store = backend();
  for (let n = 0; store && n < store.length; n += 1) found.add(store.key(n));
  for (const key of memory.keys()) found.add(key);
  return [...found].filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length)).sort();
}

/** Call `listener(key, value)` when another tab keeps or forgets something (`value` null). Returns a way to stop. */
export function watch(listener) {
  const heard = (event) => {
    if (event.key?.startsWith(PREFIX)) {
      listener(event.key.slice(PREFIX.length), event.newValue == null ? null : JSON.parse(event.newValue));
    }
  };
  globalThis.addEventListener?.('storage', heard);
  return () => globalThis.removeEventListener?.('storage', heard);
}

/** Forget everything, in every store a page can reach, and refuse to keep anything from here on. */
export function wipe() {
  sealed = true;
  memory.clear();
  for (const name of ['localStorage', 'sessionStorage']) {
    try {
      globalThis[name].clear();
    } catch {
      // forbidden, so empty
    }
  }
  for (const pair of (globalThis.document?.cookie ?? '').split(';')) {
    const name = pair.split('=')[0].trim();
    if (name) document.cookie = `${name}=; Max-Age=0; path=/; SameSite=Lax`;
  }
  try {
    globalThis.indexedDB?.databases?.().then((all) => all.forEach(({ name }) => indexedDB.deleteDatabase(name)));
    globalThis.caches?.keys().then((all) => all.forEach((name) => caches.delete(name)));
  } catch {
    // these stores hold nothing of ours
  }
}
