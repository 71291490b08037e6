// Who one is on this device: a signed-in browser session, or a guest with a token.
import * as storage from './storage.js';
import { NoTicket, newGuest, newTicket } from './net/api.js';

const { signedIn } = globalThis.document?.body.dataset ?? {};

/** Whether a connection can be made without making a new guest. */
export function isKnown() {
  return Boolean(signedIn || storage.load('guest'));
}

/** Make a guest if there is nobody yet. Only to be called when the person acts. Throws NoTicket. */
export async function become() {
  if (isKnown()) return;
  const make = async () => {
    if (!storage.load('guest')) storage.save('guest', await newGuest());
  };
  if (navigator.locks) await navigator.locks.request('hearth.guest', make); // two tabs, one guest
  else await make();
}

/** A ticket for one hello. Throws NoTicket. */
export async function ticket() {
  const token = signedIn ? null : storage.load('guest');
  if (!signedIn && !token) throw new NoTicket(401);
  return newTicket(token);
}

/** Forget the guest and all that was theirs: the server knows them no more. */
export function forget() {
  for (const key of storage.keys()) storage.drop(key);
}
