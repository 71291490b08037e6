// Following one stream's log, whatever it holds: what is kept has `epoch`, `seq` and `eventId` (the newest event
// taken), `from` (the oldest seq taken; seq + 1 when nothing was) and `gap`. `fold(next, event)` takes one event.

/** The position to resume from, or null where the last event taken is not known. */
export function position({ epoch, seq, eventId }) {
  if (!epoch || (seq > 0 && !eventId)) return null;
  return { epoch, seq, event_id: eventId };
}

/** Take pushed events into `next`, in the order they came; what was taken before changes nothing, a hole is marked. */
export function takeLive(next, events, fold) {
  for (const event of events) {
    if (event.seq <= next.seq) continue;
    if (event.seq > next.seq + 1) {
      next.gap = true; // the caller reads history before it takes more
      break;
    }
    fold(next, event);
    next.seq = event.seq;
    next.eventId = event.event_id;
  }
  return next;
}

/** Take a page of `history` that ends at `from - 1` (older) or reaches beyond `seq` (what a hole left out). */
export function takePage(next, page, fold) {
  for (const event of page.events) {
    if (event.seq === next.seq && !next.eventId) next.eventId = event.event_id;
    if (event.seq < next.from || event.seq > next.seq) fold(next, event);
    if (event.seq === next.seq + 1) {
      next.seq = event.seq;
      next.eventId = event.event_id;
    }
  }
  if (page.events.length) next.from = Math.min(next.from, page.events[0].seq);
  return next;
}
