// Waking this browser when something comes: its subscription, kept by the house.
import { fromBase64url } from '../bytes.js';
import { ask } from '../http.js';
import * as storage from '../../storage.js';

const KEPT = 'push'; // the house's id of this browser's subscription, to end it by

const worker = () => navigator.serviceWorker.register('/sw.js');

/** 'none' (cannot), 'closed' (the house sends none), 'denied' (the person said no to the browser), 'on' or 'off'. */
export async function pushState() {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis)) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  const { public_key: key } = await ask('GET', 'push/key/');
  if (!key) return 'closed';
  const registered = await navigator.serviceWorker.getRegistration('/');
  return (await registered?.pushManager.getSubscription()) ? 'on' : 'off';
}

/** Ask the browser, and tell the house where to reach it. Throws where either says no. */
export async function subscribe() {
  const { public_key: key } = await ask('GET', 'push/key/');
  const registered = await worker();
  await navigator.serviceWorker.ready;
  const made = await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(key) });
  const { id } = await ask('POST', 'push/subscriptions/', made.toJSON());
  storage.save(KEPT, id);
}

/** End it, here and at the house. */
export async function unsubscribe() {
  const registered = await navigator.serviceWorker.getRegistration('/');
  await (await registered?.pushManager.getSubscription())?.unsubscribe();
  const id = storage.load(KEPT);
  if (id) await ask('DELETE', `push/subscriptions/${id}/`).catch((refusal) => { if (refusal.status !== 404) throw refusal; });
  storage.drop(KEPT);
}
