// The session over its connections: ticket, socket, hello with resume, welcome; and what follows each close.
import { Link, Refused, SUBPROTOCOL } from './link.js';
import { answerTo, delay } from './closing.js';
import { NoTicket } from './api.js';

/**
 * Keeps one connection alive.
 * ports: {url, ticket(): Promise<string>, resume(): object, onWelcome(welcome), onPushes(list), onStatus(status, why),
 * socket?(url, subprotocol), random?()}. Statuses: 'idle', 'connecting', 'live', 'offline', 'stopped'.
 */
export class Session {
  constructor(ports) {
    this.ports = { socket: (url, word) => new WebSocket(url, word), random: Math.random, ...ports };
    this.link = null;
    this.status = 'idle';
    this.attempt = 0;
    this.ticketAgain = true;
    this.generation = 0;
  }

  /** Connect, unless that is under way. */
  start() {
    if (this.status === 'live' || this.status === 'connecting') return;
    this.#connect();
  }

  /** Close and stay closed until `start`. */
  stop(status = 'idle', why = null) {
    this.generation += 1;
    clearTimeout(this.timer);
    this.link?.close();
    this.link = null;
    this.#say(status, why);
  }

  /** The network went away: close at once, so that nothing is sent into the void. */
  networkLost() {
    if (this.status === 'idle' || this.status === 'stopped') return;
    this.stop('offline');
    this.timer = setTimeout(() => this.#connect(), 30_000); // the browser may be wrong about it
  }

  /** The network is back. */
  networkBack() {
    if (this.status !== 'offline') return;
    clearTimeout(this.timer);
    this.attempt = 0;
    this.#connect();
  }

  /** The page is looked at again after a sleep: find out whether the connection still lives. */
  async probe() {
    const link = this.link;
    if (this.status !== 'live' || !link) return;
    const late = new Promise((resolve) => setTimeout(resolve, 5000, 'late'));
    const said = await Promise.race([link.command('ping').catch(() => 'gone'), late]);
    if (said === 'late' && this.link === link) {
      link.close();
      this.#lost(1006, null);
    }
  }

  /** Send one command on the live connection. Rejects with Refused ('disconnected' where there is none). */
  command(type, fields) {
    if (this.status !== 'live' || !this.link) return Promise.reject(new Refused({ code: 'disconnected' }));
    return this.link.command(type, fields);
  }

  async #connect(after = null) {
    this.generation += 1;
    const mine = this.generation;
    clearTimeout(this.timer);
    if (!after) this.#say('connecting');
    let ticket;
    try {
      ticket = await this.ports.ticket();
    } catch (error) {
      if (mine === this.generation && !after) this.#noTicket(error);
      return;
    }
    if (mine === this.generation) this.#open(ticket, after);
  }

  #open(ticket, after) {
    const socket = this.ports.socket(this.ports.url, SUBPROTOCOL);
    const link = new Link(socket, {
      onWelcome: (welcome) => this.#welcomed(link, welcome, after),
      onPushes: (pushes) => this.ports.onPushes(pushes),
      onDrain: () => this.#drain(link),
      onClose: (code, bye) => this.#lost(code, bye, link),
      onRefusedHello: () => socket.close(),
    });
    if (after) this.next = link;
    else this.link = link;
    socket.onopen = () => link.greet(ticket, this.ports.resume());
  }

  #welcomed(link, welcome, after) {
    this.link = link;
    this.next = null;
    this.attempt = 0;
    this.ticketAgain = true;
    this.status = 'live';
    this.ports.onWelcome(welcome);
    this.#say('live');
    if (after) this.#retire(after);
  }

  // The server will stop: a new connection resumes first, then the old one is let go once its replies are in.
  #drain(link) {
    if (link === this.link && !this.next) this.#connect(link);
  }

  #retire(link, tries = 20) {
    if (!link.busy || tries === 0) link.close();
    else setTimeout(() => this.#retire(link, tries - 1), 100);
  }

  #lost(code, bye, link = this.link) {
    if (link === this.next) {
      this.next = null;
      if (this.link && !this.link.over) return; // the old connection still serves
    } else if (link !== this.link || this.next) {
      return; // an old one, or the next one takes over
    }
    this.link = null;
    let answer = answerTo(code);
    if (answer === 'ticket') {
      answer = this.ticketAgain ? 'now' : 'stop';
      this.ticketAgain = false;
    }
    if (answer === 'stop') this.#say('stopped', code);
    else this.#again(answer, bye?.retry_after_ms);
  }

  #again(answer, floor = 0) {
    this.#say('connecting');
    const wait = delay(answer, this.attempt, this.ports.random(), floor);
    this.attempt += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#connect(), wait);
  }

  #noTicket(error) {
    if (error instanceof NoTicket && error.final) this.#say('stopped', error.status === 401 ? 4006 : 4003);
    else this.#again('backoff', error.retryAfterMs ?? 0);
  }

  #say(status, why = null) {
    this.status = status;
    this.ports.onStatus(status, why);
  }
}
