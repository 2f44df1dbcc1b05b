// The console by keyboard: single keys that follow or point, a list of them behind "?", the place kept after a
// form, and typing kept while a sign-in ran out. Every page works without this file; Alt with the same key always does.
(() => {
  "use strict";
  const body = document.body;
  const OFF = "desk-keys-off";
  const KEPT = "desk-kept";
  const PLACE = "desk-place";
  const read = (name) => { try { return JSON.parse(sessionStorage.getItem(name) || "null"); } catch { return null; } };
  const write = (name, value) => {
    try { if (value) sessionStorage.setItem(name, JSON.stringify(value)); else sessionStorage.removeItem(name); } catch { /* full or refused: nothing is kept */ }
  };
  const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  // Single keys (WCAG 2.1.4: never while typing, and they can be turned off). A link is followed; a button is only
  // pointed at, so that nothing is ever sent by one stray key.
  const types = (node) => node.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && !/^(?:radio|checkbox)$/.test(node.type);
  const help = document.querySelector("dialog[data-keys]");
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || types(event.target) || isOff()) return;
    if (/[?？]/.test(event.key) && help) { event.preventDefault(); if (!help.open) help.showModal(); return; }
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const field = document.querySelector("#known, main input:not([type=hidden])");
      if (field) { event.preventDefault(); field.focus(); }
      return;
    }
    const target = /^[a-z]$/.test(event.key) && document.querySelector(`[accesskey="${event.key}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "A") target.click(); else target.focus();
  });
  // Escape leaves a field for the keys, as the slash goes into it.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && types(event.target) && !event.isComposing) document.querySelector("main").focus();
  });
  for (const link of help ? document.querySelectorAll("[data-keys-open]") : []) {
    link.addEventListener("click", (event) => { event.preventDefault(); help.showModal(); });
    // where nothing had the focus before, the next Tab would leave the page from its end
    help.addEventListener("close", () => { if (document.activeElement === document.body) link.focus(); });
  }
  for (const box of document.querySelectorAll("[data-keys-on]")) {
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.checked = !isOff();
    box.addEventListener("change", () => { try { if (box.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1"); } catch { /* for this page only */ } });
  }

  // How many wait behind the menu's entries, live on every page. Only the page that is looked at keeps a connection,
  // since a browser has but six for a site; a number that is not known any more is taken away.
  const menu = document.querySelector("nav[data-waiting]");
  const tell = (items) => {
    const more = [];
    for (const mark of menu.querySelectorAll(".waits")) {
      const link = mark.parentElement;
      const now = items.find((item) => item.page === link.getAttribute("href"));
      link.setAttribute("aria-label", now ? now.speak : link.firstChild.data);
      mark.textContent = now ? now.label : "";
      if (now && now.waiting > Number(mark.dataset.known)) more.push(now.speak);
      if (now) mark.dataset.known = now.waiting;
    }
    if (more.length) menu.querySelector("[role=status]").textContent = more.join("。");
  };
  if (menu && "EventSource" in window) {
    let stream = null;
    const leave = () => { stream?.close(); stream = null; };
    const follow = () => {
      if (document.hidden) { leave(); return; }
      if (stream) return;
      stream = new EventSource(menu.dataset.waiting);
      stream.addEventListener("waiting", (event) => tell(JSON.parse(event.data).items));
      stream.onerror = () => tell([]);
    };
    document.addEventListener("visibilitychange", follow);
    addEventListener("pageshow", follow);
    addEventListener("pagehide", leave);
  }

  // Whoever pressed a button comes back to the same button: calling the next is Enter, Enter.
  const twin = (action) => [...document.querySelectorAll("main form, aside form")].find((form) => form.getAttribute("action") === action)?.querySelector("button");
  const place = read(PLACE);
  write(PLACE, null);
  if (place && place.path === location.pathname && !document.querySelector("[role=alert]")) twin(place.action)?.focus();

  // What was typed stays in this tab until it went through, or until somebody signs out or somebody else signs in.
  const staff = body.dataset.staff;
  const name = (form) => `${form.dataset.keep} ${new FormData(form).get("place_id") || location.search}`;
  const kept = read(KEPT);
  let mine = kept && kept.staff === staff ? kept.forms : {};
  const save = () => write(KEPT, Object.keys(mine).length ? { staff, forms: mine } : null);
  const fields = (form) => [...form.elements].filter((field) => field.name && !/^(?:hidden|password|file|submit|button)$/.test(field.type));
  const forms = [...document.querySelectorAll("form[data-keep]")];
  // sent, and the console went on to another page: it went through
  for (const key of Object.keys(mine)) if (mine[key].sent && !forms.some((form) => name(form) === key)) delete mine[key];
  for (const form of forms) {
    const held = mine[name(form)];
    const fresh = !document.querySelector("[role=alert]");
    if (held && fresh) {
      for (const field of fields(form)) {
        const value = held.values[field.name];
        if (value === undefined) continue;
        if (/^(?:radio|checkbox)$/.test(field.type)) field.checked = value === field.value; else field.value = value;
      }
      for (const note of document.querySelectorAll("[data-kept]")) note.hidden = false;
    }
    const keep = (sent) => {
      const values = {};
      for (const field of fields(form)) {
        if (/^(?:radio|checkbox)$/.test(field.type)) { if (field.checked) values[field.name] = field.value; } else if (field.value) values[field.name] = field.value;
      }
      mine[name(form)] = { values, sent };
      save();
    };
    form.addEventListener("input", () => keep(false));
    form.addEventListener("submit", () => keep(true));
  }
  save();

  addEventListener("submit", (event) => {
    const action = event.target.getAttribute("action");
    if (action === "/sign-out") { mine = {}; save(); write(PLACE, null); return; }
    if (!event.target.querySelector("#known")) write(PLACE, { path: location.pathname, action });
  });
})();
