// Bytes as the sign-in doors write them: base64 for addresses, without padding. Pure.

/** The bytes of a base64url text. */
export function fromBase64url(text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** The base64url text of bytes (an ArrayBuffer or a view of one). */
export function toBase64url(bytes) {
  const all = new Uint8Array(bytes instanceof ArrayBuffer ? bytes : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let plain = '';
  for (const byte of all) plain += String.fromCharCode(byte);
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const named = (list) => list?.map((one) => ({ ...one, id: fromBase64url(one.id) }));

/** A passkey's creation options from their JSON. */
export function creationOptions(json) {
  return { ...json, challenge: fromBase64url(json.challenge), user: { ...json.user, id: fromBase64url(json.user.id) }, excludeCredentials: named(json.excludeCredentials) };
}

/** A passkey's request options from their JSON. */
export function requestOptions(json) {
  return { ...json, challenge: fromBase64url(json.challenge), allowCredentials: named(json.allowCredentials) };
}

/** A credential as JSON, as it is sent. */
export function credentialJson(credential) {
  const { response } = credential;
  const sent = { clientDataJSON: toBase64url(response.clientDataJSON) };
  for (const part of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[part]) sent[part] = toBase64url(response[part]);
  }
  if (response.getTransports) sent.transports = response.getTransports();
  const { id, type, authenticatorAttachment } = credential;
  return { id, rawId: toBase64url(credential.rawId), type, authenticatorAttachment, response: sent, clientExtensionResults: credential.getClientExtensionResults() };
}
