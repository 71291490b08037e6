// One WebSocket from its opening to its close: the greeting, replies matched by id, the window, the heartbeat.
import { Window, sizeOf } from './window.js';

export const SUBPROTOCOL = 'hearth.v1.json';
const ACK_EVERY_MS = 10_000;
const REPLY_WITHIN_MS = 20_000;

/** A refusal of the server (`code` as on the wire), or `disconnected` when no answer came. */
export class Refused extends Error {
  constructor(reply) {
    super(reply.code);
    this.code = reply.code;
    this.reply = reply;
  }
}

/** One connection. `ports`: {onWelcome, onPushes, onDrain, onClose, onReply?}. */
export class Link {
  constructor(socket, ports) {
    this.socket = socket;
    this.ports = ports;
    this.window = null;
    this.waiting = new Map();
    this.nextId = 1;
    this.bye = null;
    this.over = false;
    this.lastHeard = Date.now();
    socket.onmessage = ({ data }) => this.#frame(data);
    socket.onclose = ({ code }) => this.#closed(code);
    socket.onerror = () => {}; // a close follows
  }

  /** Say hello with a fresh ticket and the positions to resume from. */
  greet(ticket, resume) {
    this.#put({ type: 'hello', id: this.nextId, ticket, resume });
    this.nextId += 1;
  }

  /** Send one command. The promise gives the `ok` reply or rejects with Refused. */
  command(type, fields = {}) {
    if (this.over || !this.window) return Promise.reject(new Refused({ code: 'disconnected' }));
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Refused({ code: 'disconnected' }));
      }, REPLY_WITHIN_MS);
      this.waiting.set(id, { resolve, reject, timer });
      this.#put({ type, id, ...fields });
    });
  }

  /** Whether replies are still owed to this connection. */
  get busy() {
    return this.waiting.size > 0;
  }

  /** Close without reconnecting: the caller wants it gone. */
  close() {
    if (this.over) return;
    this.ports = { ...this.ports, onClose: () => {} };
    this.socket.close(1000);
    this.#closed(1000); // a dead network would keep the close event back
  }

  #put(message) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  #frame(data) {
    if (this.over) return;
    this.lastHeard = Date.now();
    const pushes = [];
    let ackDue = false;
    for (const line of String(data).split('\n')) {
      if (!line) continue;
      const message = JSON.parse(line);
      if (message.type === 'event') {
        ackDue = this.window?.take(sizeOf(line)) || ackDue;
        pushes.push(message);
      } else if (message.type === 'signal') {
        pushes.push(message);
      } else {
        if (pushes.length) this.ports.onPushes(pushes.splice(0));
        this.#other(message);
      }
    }
    if (pushes.length) this.ports.onPushes(pushes);
    if (ackDue) this.#ack();
  }

  #other(message) {
    if (message.type === 'ok' || message.type === 'error') this.#reply(message);
    else if (message.type === 'ping') this.#put({ type: 'pong' });
    else if (message.type === 'welcome') this.#welcome(message);
    else if (message.type === 'drain') this.ports.onDrain(message.within_ms);
    else if (message.type === 'bye') this.bye = message;
    else if (message.type === 'pong') this.#reply({ ...message, type: 'ok' });
  }

  #welcome(message) {
    this.window = new Window(message.window);
    this.acking = setInterval(() => {
      if (this.window.owing) this.#ack();
      const silent = Date.now() - this.lastHeard;
      if (silent > message.heartbeat_ms * 1.2 + 10_000) this.#dead();
    }, ACK_EVERY_MS);
    this.ports.onWelcome(message);
  }

  #dead() {
    this.socket.close();
    this.#closed(1006);
  }

  #ack() {
    this.#put({ type: 'ack', n: this.window.ack() });
  }

  #reply(message) {
    const waiting = this.waiting.get(message.id);
    if (!waiting) {
      if (message.type === 'error' && !this.window) this.ports.onRefusedHello?.(message);
      return;
    }
    this.waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.type === 'ok') waiting.resolve(message);
    else waiting.reject(new Refused(message));
  }

  #closed(code) {
    if (this.over) return;
    this.over = true;
    clearInterval(this.acking);
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(new Refused({ code: 'disconnected' }));
    }
    this.waiting.clear();
    this.ports.onClose(this.bye?.code ?? code, this.bye);
  }
}
