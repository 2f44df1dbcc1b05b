// Before a page's own scripts run: notes handlers for three fingers and timers that leave the page; says where an element stands.
(() => {
  "use strict";
  function path(el) {
    const parts = [];
    for (let at = el; at && at !== document.documentElement && parts.length < 5; at = at.parentElement) {
      if (at.id) { parts.unshift(`#${at.id}`); break; }
      const name = at.localName + [...at.classList].slice(0, 2).map((c) => `.${c}`).join("");
      const alike = at.parentElement ? [...at.parentElement.children].filter((s) => s.localName === at.localName) : [];
      parts.unshift(alike.length > 1 ? `${name}:nth-of-type(${alike.indexOf(at) + 1})` : name);
    }
    return parts.join(" > ");
  }

  const watched = { fingers: [], timers: [], path };
  Object.defineProperty(window, "__watched", { value: watched });
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, handler, ...rest) {
    const source = String(handler?.handleEvent || handler);
    if (/^(touch|gesture|pointer)/.test(kind) && /touches\s*\.\s*length\s*(={2,3}|>=)\s*[3-9]|touches\s*\.\s*length\s*>\s*[2-9]/.test(source)) watched.fingers.push(kind);
    return listen.call(this, kind, handler, ...rest);
  };
  for (const name of ["setTimeout", "setInterval"]) {
    const real = window[name];
    window[name] = function (handler, ...rest) {
      if (/location\s*(\.\s*(href|assign|replace|reload)|=)|\.submit\s*\(/.test(String(handler))) watched.timers.push(name);
      return real.call(this, handler, ...rest);
    };
  }
})();
