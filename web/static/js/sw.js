// Shows what the house pushes, and opens the family page. It keeps nothing and answers no request.

const PAGE = '/family/';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  let told = {};
  try {
    told = event.data?.json() ?? {};
  } catch {
    // not ours to read: the person is told that something came
  }
  const { title = 'Hearth', body = '', kind = 'news' } = told;
  event.waitUntil(self.registration.showNotification(title, { body, tag: kind, renotify: kind === 'alarm', requireInteraction: kind === 'alarm' }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

async function show() {
  const open = await self.clients.matchAll({ type: 'window' });
  const here = open.find(({ url }) => new URL(url).pathname === PAGE);
  return here ? here.focus() : self.clients.openWindow(PAGE);
}
