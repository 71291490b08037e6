// The family socket of one page. Nothing of it is kept on the device: a page reads anew what it shows.
import { Session } from '../net/session.js';
import { ticket } from '../person.js';

/** A session on `/ws/family/`. ports: {resume, onWelcome, onPushes, onStatus}. Begun by `start()`. */
export function familySession(ports) {
  const session = new Session({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/family/`,
    ticket,
    ...ports,
  });
  addEventListener('offline', () => session.networkLost());
  addEventListener('online', () => session.networkBack());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) session.probe();
  });
  return session;
}
