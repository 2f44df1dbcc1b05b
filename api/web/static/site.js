// Small comforts; every page works without this file.
(() => {
  "use strict";
  const html = document.documentElement;

  // No network: say so. The phone knows before any request fails.
  const net = () => { html.dataset.net = navigator.onLine ? "on" : "off"; };
  addEventListener("online", net);
  addEventListener("offline", net);
  net();

  // A form is sent once, and shows that it is on its way.
  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented || event.target.method !== "post") return;
    if (button.getAttribute("aria-busy")) { event.preventDefault(); return; }
    button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
  });

  // Choosing a size or colour shows it before it is kept.
  addEventListener("change", ({ target }) => {
    const look = target.dataset && target.dataset.look;
    if (look) html.dataset[look] = target.value;
  });

  // A kept list of slips does not show what is over.
  for (const line of document.querySelectorAll("[data-until]")) {
    line.hidden = Date.parse(line.dataset.until) < Date.now();
  }

  // Slips for where there is no network; the worker forgets them when nobody or somebody else is signed in.
  const { owner, worker } = html.dataset;
  if (!owner || !worker || !("serviceWorker" in navigator)) return;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(worker, { scope: "/" });
      const { active } = await navigator.serviceWorker.ready;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { html.dataset.kept = "yes"; };
      active.postMessage({ owner, now: /^\/(?:elder|me\/bookings|bookings\/.*)?$/.test(location.pathname) }, [port2]);
    } catch {
      // without it the pages work as long as there is a network
    }
  });
})();
