// What a person logged and the server has not taken yet. One stored key an entry, so that tabs never overwrite each
// other; one lock for sending, so that one tab alone sends. Each goes out with the `Idempotency-Key` it was made with.
import * as storage from '../../storage.js';

const KEY = 'days.';
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;
const KEYS_KEPT_MS = 23 * 3_600_000; // the server keeps keys for 24 hours: what is older may be stored already

// randomUUID needs a secure context; a house in a private network may be plain http.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const inOrder = (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.n - b.n);
const FREED = new Set([400, 403, 404, 413, 422]); // the server stored nothing, and never will of this

/** The entry as it will be: what was logged, with what was changed since. */
export const willBe = ({ body, then }) => (then && then !== 'gone' ? { ...body, ...then } : body);

/**
 * The queue of one person. ports: {post(entry), change(entry, patch), remove(entry), find(entry), signedIn(), onChange(),
 * onStored(entry, stored), onRefused?(entry), locks?, later?, now?}. The first three give {ok, status, body, after}, `signedIn` the id of who is
 * (or null); all throw an error of status 0 when no answer came. An entry for somebody else's days has `of` {id, name}.
 */
export class Queue {
  constructor(person, ports) {
    this.person = person;
    this.ports = { locks: globalThis.navigator?.locks ?? null, later: (work, ms) => setTimeout(work, ms), now: () => Date.now(), ...ports };
    this.running = null; // what is sending, until it has ended
    this.asked = false;
    this.wait = FIRST_WAIT_MS;
    this.timer = null;
    this.stopped = null; // 'offline', 'ended' (signed out) or 'busy': why nothing is sent right now
  }

  /** This person's entries, in the order they were logged. */
  list() {
    const kept = storage.keys(KEY).map((key) => storage.load(key)).filter((entry) => entry?.person === this.person);
    return kept.sort(inOrder);
  }

  /** Keep a new entry, and send it. Returns it. */
  add({ path, kind, body, of = null }) {
    return this.#begin({ path, kind, body, id: null, of });
  }

  /** Change (`patch`) or remove ('gone') an entry the server has, now or when there is a connection. */
  amend({ path, kind, id, of = null }, then) {
    const known = this.list().find((entry) => entry.id === id && !entry.body);
    if (!known) return this.#begin({ path, kind, body: null, id, of, then });
    return this.#keep({ ...known, then: then === 'gone' ? then : { ...(known.then === 'gone' ? {} : known.then), ...then }, state: 'waiting', error: null });
  }

  /** Change an entry that waits. One that may have arrived is changed once it is known to have. */
  edit(key, patch) {
    const entry = this.#load(key);
    if (!entry) return null;
    const sure = entry.body && !entry.tried;
    const next = sure ? { ...entry, body: { ...entry.body, ...patch } } : { ...entry, then: { ...(entry.then === 'gone' ? {} : entry.then), ...patch } };
    return this.#keep({ ...next, state: 'waiting', error: null });
  }

  /** Take an entry that waits back. One that may have arrived is removed once it is known to have. */
  take(key) {
    const entry = this.#load(key);
    if (!entry) return;
    if (!entry.tried || (entry.state === 'failed' && !entry.id)) this.#drop(key);
    else this.#keep({ ...entry, then: 'gone', state: 'waiting', error: null });
  }

  /** Send what waits: at most one tab at a time does. */
  pump() {
    this.asked = true;
    this.running ??= this.#run().finally(() => { this.running = null; });
    return this.running;
  }

  async #run() {
    clearTimeout(this.timer);
    while (this.asked) {
      this.asked = false;
      await this.#locked(() => this.#drain());
    }
  }

  async #drain() {
    for (;;) {
      const entry = this.list().find(({ state }) => state === 'waiting');
      if (!entry) return this.#stop(null);
      const why = await this.#send(entry);
      if (why) return this.#stop(why);
      this.wait = FIRST_WAIT_MS;
    }
  }

  // Gives why nothing can be sent right now, or null when this entry has met its end.
  async #send(entry) {
    let answer;
    try {
      // Whoever adds to somebody's days is named as who did: never the one who has signed in here meanwhile.
      if (entry.of && (await this.ports.signedIn()) !== this.person) return { word: 'ended' };
      answer = await this.#deliver(entry);
    } catch (error) {
      if (error.status !== 0) throw error;
      return { word: 'offline' };
    }
    if (answer === null) return null;
    const { status, after } = answer;
    // One's own days that are not found: somebody else has signed in here meanwhile.
    if (status === 401 || (status === 404 && !entry.of && entry.body && !this.#load(entry.key)?.id)) return { word: 'ended' };
    if (!FREED.has(status) && status !== 412) return { word: 'busy', after };
    this.#fail(entry.key, answer);
    return null;
  }

  // One entry's way: stored, then changed or removed if it was meanwhile. Gives the answer that hindered it, or null.
  async #deliver(entry) {
    let stored = null;
    if (entry.body && !entry.id) {
      const known = entry.tried && this.ports.now() - Date.parse(entry.tried) > KEYS_KEPT_MS ? await this.ports.find(entry) : null;
      this.#keep({ ...entry, tried: entry.tried ?? new Date(this.ports.now()).toISOString() }, false);
      const answer = known ? { ok: true, body: known } : await this.ports.post(entry);
      if (!answer.ok) return answer;
      stored = answer.body;
      const now = this.#load(entry.key);
      if (now) this.#keep({ ...now, id: stored.id }, false);
    }
    for (;;) {
      const now = this.#load(entry.key);
      if (!now?.then) break;
      const answer = now.then === 'gone' ? await this.ports.remove(now) : await this.ports.change(now, now.then);
      if (!answer.ok && !(now.then === 'gone' && answer.status === 404)) return answer;
      stored = now.then === 'gone' ? null : answer.body;
      const later = this.#load(entry.key);
      if (JSON.stringify(later?.then) === JSON.stringify(now.then)) break;
    }
    const last = this.#load(entry.key) ?? entry;
    storage.drop(KEY + entry.key);
    this.ports.onStored(last, stored);
    this.ports.onChange();
    return null;
  }

  #fail(key, { status, body }) {
    const entry = this.#load(key);
    if (!entry) return;
    const unsent = entry.body && !entry.id;
    // What was refused never arrived: it may be changed and sent again as something new.
    const again = unsent ? { tried: null, key: newKey() } : {};
    this.#keep({ ...entry, ...again, state: 'failed', error: { status, body } }, false);
    if (unsent) this.#drop(key);
    this.ports.onRefused?.(entry);
  }

  #stop(why) {
    this.stopped = why?.word ?? null;
    clearTimeout(this.timer);
    if (why && why.word !== 'ended') {
      const wait = why.after ? why.after * 1000 : this.wait;
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
      this.timer = this.ports.later(() => this.pump(), wait);
    }
    this.ports.onChange();
  }

  #begin({ path, kind, body, id, of, then = null }) {
    const n = 1 + Math.max(0, ...this.list().map((entry) => entry.n));
    return this.#keep({ key: newKey(), n, person: this.person, of, path, kind, body, id, then, tried: null, state: 'waiting', error: null, at: new Date(this.ports.now()).toISOString() });
  }

  #keep(entry, send = true) {
    storage.save(KEY + entry.key, entry);
    this.ports.onChange();
    if (send) this.pump();
    return entry;
  }

  #load(key) {
    return storage.load(KEY + key);
  }

  #drop(key) {
    storage.drop(KEY + key);
    this.ports.onChange();
  }

  #locked(work) {
    const { locks } = this.ports;
    return locks ? locks.request('hearth.days', work) : work();
  }
}
