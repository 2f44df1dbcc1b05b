// Gives the counter's page back when there is no network; the page itself decides what it keeps.
"use strict";
const SHELF = "counter";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.pathname === "/staff/breakfast/counter" || url.pathname.startsWith("/static/");
  if (event.request.method !== "GET" || url.origin !== location.origin || !ours) return;
  event.respondWith(fetch(event.request).catch(async () => {
    const kept = await caches.match(event.request, { cacheName: SHELF });
    return kept || Response.error();
  }));
});
