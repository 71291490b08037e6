// What a person wrote and the server has not taken yet. One stored key an entry, so that tabs never overwrite each
// other; one lock an entry, so that one tab alone sends it, and another takes over when that tab is gone.
import * as storage from './storage.js';

const KEY = 'outbox.';

// randomUUID needs a secure context; a house in a private network may be plain http.
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

// Many entries share one `at` while the device's clock is behind the log: their number decides then.
const inOrder = (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : (a.n ?? 0) - (b.n ?? 0));
const stored = () => storage.keys(KEY).map((key) => storage.load(key)).filter(Boolean).sort(inOrder);

/** The outbox of this tab. ports: {send(entry): Promise<reply>, onChange(), locks?}. */
export class Outbox {
  constructor(ports) {
    this.ports = { locks: globalThis.navigator?.locks ?? null, ...ports };
    this.entries = new Map(); // this tab's: client_id → entry
    this.held = new Map(); // client_id → the lock's release
    this.busy = new Set(); // streams with a send under way
    this.later = new Map(); // stream → timer
    this.adopting = 0; // nothing is sent meanwhile: what is still to be taken up may be older
  }

  /** Keep a new message and send it when its turn comes. Returns the entry. */
  add({ stream, room, text, reply_to, at, after }) {
    const n = 1 + this.#last(stream);
    const entry = { client_id: newId(), n, stream, room, text, at, after, state: 'sending', ...(reply_to && { reply_to }) };
    this.#keep(entry);
    this.#own(entry.client_id).then(() => this.pump());
    return entry;
  }

  /** Take up what other tabs, or this one before a reload, left unsent. */
  async adopt() {
    this.adopting += 1;
    for (const entry of stored()) {
      if (this.entries.has(entry.client_id) || !await this.#own(entry.client_id)) continue;
      if (!storage.load(KEY + entry.client_id)) this.#release(entry.client_id);
      else this.entries.set(entry.client_id, entry);
    }
    this.adopting -= 1;
    this.ports.onChange();
    this.pump();
  }

  /** Send what waits, each room's in the order it was written, one at a time. */
  pump() {
    if (this.adopting) return;
    const first = new Map();
    for (const entry of this.list()) {
      if (entry.state === 'sending' && !entry.event_id && !first.has(entry.stream)) first.set(entry.stream, entry);
    }
    for (const [stream, entry] of first) {
      if (!this.busy.has(stream) && !this.later.has(stream)) this.#send(entry);
    }
  }

  /** This tab's entries in the order they were written. */
  list(stream = null) {
    const mine = [...this.entries.values()].filter((entry) => stream === null || entry.stream === stream);
    return mine.sort(inOrder);
  }

  /** Try an entry that failed once more. */
  retry(client_id) {
    const entry = this.entries.get(client_id);
    if (!entry) return;
    this.#keep({ ...entry, state: 'sending', error: null });
    this.pump();
  }

  /** Forget an entry: it stands in the log, or its writer took it back. */
  forget(client_id) {
    this.entries.delete(client_id);
    storage.drop(KEY + client_id);
    this.#release(client_id);
    this.ports.onChange();
  }

  /** Forget all of a room one is no longer in. */
  dropRoom(stream) {
    for (const { client_id } of this.list(stream)) this.forget(client_id);
  }

  /** The log now holds `event_id`: an entry that was delivered as it has done its duty. */
  arrived(event_ids) {
    for (const entry of this.entries.values()) if (event_ids.has(entry.event_id)) this.forget(entry.client_id);
  }

  async #send(entry) {
    this.busy.add(entry.stream);
    let wait = null;
    try {
      this.#answered(entry, await this.ports.send(entry));
    } catch (error) {
      wait = this.#failed(entry, error);
    }
    this.busy.delete(entry.stream);
    if (wait === null) this.pump();
    else if (wait > 0) {
      this.later.set(entry.stream, setTimeout(() => {
        this.later.delete(entry.stream);
        this.pump();
      }, wait));
    }
  }

  #answered(entry, reply) {
    if (!this.entries.has(entry.client_id)) return; // its room was left meanwhile
    if (reply.status === 'delivered') {
      storage.drop(KEY + entry.client_id); // durable at the server from here on
      this.entries.set(entry.client_id, { ...entry, event_id: reply.event_id, seq: reply.seq });
      this.ports.onDelivered?.(entry, reply);
      this.ports.onChange();
    } else {
      this.ports.onKept?.(entry, reply);
      this.forget(entry.client_id);
    }
  }

  // Returns the wait before this room's next try: null at once, 0 when the connection is back, else milliseconds.
  #failed(entry, error) {
    const code = error.code ?? 'disconnected';
    if (code === 'disconnected') return 0;
    if (!this.entries.has(entry.client_id)) return null; // its room was left meanwhile
    if (['rate_limited', 'slow_mode', 'unavailable'].includes(code)) {
      const wait = error.reply?.retry_after_ms ?? 1000;
      this.ports.onWait?.(entry, code, wait);
      return wait + 50;
    }
    this.#keep({ ...entry, state: 'failed', error: code, until: error.reply?.until });
    return null;
  }

  // The highest number of a stream's entries, other tabs' too.
  #last(stream) {
    const all = [...this.entries.values(), ...stored()].filter((entry) => entry.stream === stream);
    return Math.max(0, ...all.map((entry) => entry.n ?? 0));
  }

  #keep(entry) {
    this.entries.set(entry.client_id, entry);
    storage.save(KEY + entry.client_id, entry);
    this.ports.onChange();
  }

  // Hold the entry's lock until it is forgotten or this tab ends. False when another tab holds it.
  #own(client_id) {
    const { locks } = this.ports;
    if (!locks || this.held.has(client_id)) return Promise.resolve(true);
    return new Promise((settle) => {
      locks.request(`hearth.outbox.${client_id}`, { ifAvailable: true }, (lock) => {
        settle(Boolean(lock));
        if (!lock) return null;
        return new Promise((release) => this.held.set(client_id, release));
      }).catch(() => settle(true)); // locks are refused here: the server's own rule (once per client_id) still holds
    });
  }

  #release(client_id) {
    this.held.get(client_id)?.();
    this.held.delete(client_id);
  }
}
