// Where one goes after signing in. Pure.

/** The page asked for if it is one of ours, else `fallback`; an invitation's `hash` goes along. */
export function whereNext(asked, hash = '', fallback = '/family/') {
  const invited = /^#invite=[\w-]+$/.test(hash);
  const ours = /^\/(?![/\\])[\w\-./]*(\?[\w\-.~!$&'()*+,;=:@/?%]*)?$/.test(asked ?? '') && !/^\/sign-(in|up)\//.test(asked);
  if (invited) return `/circle/${hash}`;
  return ours ? asked : fallback;
}
