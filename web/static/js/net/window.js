// What this connection has taken and not yet acknowledged. Pure.

const encoder = new TextEncoder();

/** Bytes of one object's line as it stood in the frame. */
export function sizeOf(line) {
  return encoder.encode(line).byteLength;
}

/** Counts events taken; says when half the server's window is unacknowledged. */
export class Window {
  /** @param {{events: number, bytes: number}} bounds as `welcome` gave them */
  constructor(bounds) {
    this.bounds = bounds;
    this.taken = 0;
    this.acked = 0;
    this.bytes = 0;
  }

  /** Count one event of `bytes`. Returns whether an `ack` is due now. */
  take(bytes) {
    this.taken += 1;
    this.bytes += bytes;
    return this.taken - this.acked >= this.bounds.events / 2 || this.bytes >= this.bounds.bytes / 2;
  }

  /** Whether anything is unacknowledged. */
  get owing() {
    return this.taken > this.acked;
  }

  /** The `n` of an `ack` for all that was taken; nothing is owed after it. */
  ack() {
    this.acked = this.taken;
    this.bytes = 0;
    return this.taken;
  }
}
