// What a door's refusal comes to: problem+json of our own API and the errors of the sign-in doors, as one thing. Pure.

/** A request that was not granted. `fields`: name → {code, message, min?, max?}. `status` 0: no answer came. */
export class Refusal extends Error {
  constructor(status, { code = '', message = '', fields = {}, retryAfterS = 0, body = null } = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.said = message;
    this.fields = fields;
    this.retryAfterS = retryAfterS;
    this.body = body;
  }
}

const byStatus = { 0: 'offline', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 410: 'gone', 412: 'stale', 413: 'too_large', 429: 'rate_limited' };

/** The refusal that an answer's status and decoded body tell. */
export function refusalOf(status, body, retryAfterS = 0) {
  const listed = Array.isArray(body?.errors) ? body.errors : [];
  const fields = {};
  let general = null;
  for (const error of listed) {
    const name = (error.field ?? error.param ?? '').split('.').at(-1);
    if (name && name !== 'non_field_errors' && name !== '__all__') fields[name] ??= error;
    else general ??= error;
  }
  const code = general?.code ?? (listed.length ? '' : body?.code) ?? '';
  const message = general?.message ?? (listed.length ? '' : body?.detail) ?? '';
  return new Refusal(status, { code: code || (listed.length ? '' : byStatus[status] ?? (status >= 500 ? 'broken' : '')), message, fields, retryAfterS, body });
}
