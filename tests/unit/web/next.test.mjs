import assert from 'node:assert/strict';
import test from 'node:test';
import { whereNext } from '../../../web/static/js/people/next.js';

test('one goes on to the page asked for, with what it was asked', () => {
  assert.equal(whereNext('/settings/'), '/settings/');
  const app = '/identity/o/authorize?client_id=a&redirect_uri=http%3A//127.0.0.1%3A9/back&scope=openid+profile';
  assert.equal(whereNext(app), app);
  assert.equal(whereNext('', '#invite=abc'), '/circle/#invite=abc');
});

test('one never goes to another house, nor back to a door', () => {
  for (const asked of ['//evil.example/', '/\\evil.example', 'https://evil.example/', '/a#b', '/a b', 'javascript:x', '/sign-in/?next=/x', null]) {
    assert.equal(whereNext(asked), '/family/');
  }
});
