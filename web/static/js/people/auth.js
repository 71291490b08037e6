// The sign-in doors (django-allauth's headless API, for browsers).
import { knock } from './http.js';
import { creationOptions, credentialJson, requestOptions } from './bytes.js';
import { Refusal, refusalOf } from './refusal.js';

const DOORS = '/_allauth/browser/v1/';

/**
 * One request of the sign-in doors. Gives {status, data, meta, pending}: a 401 is an answer here, since it says which step
 * is `pending` ({id, types?}); other refusals are thrown.
 */
export async function door(method, path, body, headers) {
  const { status, ok, body: read, after } = await knock(method, DOORS + path, body, headers);
  if (!ok && status !== 401) throw refusalOf(status, read, after);
  const flows = read?.data?.flows ?? [];
  return { status, data: read?.data ?? null, meta: read?.meta ?? {}, flows, pending: flows.find(({ is_pending: pending }) => pending) ?? null };
}

/** Whether the browser can hold passkeys. */
export const hasPasskeys = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials);

// The person shut the browser's own dialog, or there is no such key.
const refused = () => new Refusal(0, { code: 'passkey' });

/** Let the browser prove a passkey for `options` as the doors gave them; gives the credential to send. */
export async function provePasskey({ request_options: options }) {
  const found = await navigator.credentials.get({ publicKey: requestOptions(options.publicKey) }).catch(() => null);
  if (!found) throw refused();
  return credentialJson(found);
}

/** Let the browser make a passkey for `options` as the doors gave them; gives the credential to send. */
export async function makePasskey({ creation_options: options }) {
  const made = await navigator.credentials.create({ publicKey: creationOptions(options.publicKey) }).catch(() => null);
  if (!made) throw refused();
  return credentialJson(made);
}
