// Measures a page as it stands: its text, its targets, its structure. Gives no verdict.
() => {
  "use strict";
  const { path } = window.__watched;
  const round = (n) => Math.round(n * 100) / 100;
  const styleOf = (el) => getComputedStyle(el);
  const own = (el) => [...el.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("").replace(/\s+/g, " ").trim();
  const spoken = (el) => (el.getAttribute("aria-label") || el.innerText || el.value || el.getAttribute("alt") || "").replace(/\s+/g, " ").trim();
  const inSvg = (el) => el instanceof SVGElement;

  function shown(el) {
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = el.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && box.left > -9000;
  }

  function hiddenOnPurpose(el) {
    for (let at = el; at; at = at.parentElement) {
      const s = styleOf(at);
      if (s.clipPath === "inset(50%)" || (s.position === "absolute" && at.offsetWidth <= 1)) return true;
    }
    return false;
  }

  const box = (el) => {
    const r = el.getBoundingClientRect();
    return [round(r.left + scrollX), round(r.top + scrollY), round(r.width), round(r.height)];
  };

  function ground(el) {
    const layers = [];
    let picture = false, opacity = 1;
    for (let at = el; at; at = at.parentElement) {
      const s = styleOf(at);
      opacity *= Number(s.opacity);
      if (s.backgroundImage !== "none") picture = true;
      if (s.backgroundColor !== "rgba(0, 0, 0, 0)") layers.push(s.backgroundColor);
      if (/^rgb\(|, 1\)$/.test(s.backgroundColor) && !picture) break;
    }
    return { layers, picture, opacity: round(opacity) };
  }

  function lines(el) {
    const rects = [...el.childNodes].filter((n) => n.nodeType === 3 && n.data.trim()).flatMap((n) => {
      const range = document.createRange();
      range.selectNodeContents(n);
      return [...range.getClientRects()];
    });
    const all = rects.length ? rects : [el.getBoundingClientRect()];
    return all.slice(0, 20).map((r) => [round(r.left + scrollX), round(r.top + scrollY), round(r.width), round(r.height)]);
  }

  function floats(el) {
    for (let at = el; at; at = at.parentElement) {
      if (["sticky", "fixed"].includes(styleOf(at).position)) return true;
    }
    return false;
  }

  const texts = [];
  for (const el of document.body.querySelectorAll("*")) {
    const words = own(el);
    const field = el.matches("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]),textarea,select");
    if ((!words && !field) || inSvg(el) || el.matches("script,style,noscript,option,template") || !shown(el) || hiddenOnPurpose(el)) continue;
    const s = styleOf(el), size = parseFloat(s.fontSize);
    texts.push({
      path: path(el), tag: el.localName, text: (words || el.value || el.placeholder || "").slice(0, 120), box: box(el), lines: lines(el), size: round(size),
      weight: Number(s.fontWeight), family: s.fontFamily, lead: s.lineHeight === "normal" ? 1.2 : round(parseFloat(s.lineHeight) / size),
      inline: s.display === "inline", floats: floats(el), color: s.color, disabled: el.disabled === true, ...ground(el),
      glyphs: ["p", "li", "dd"].includes(el.localName) ? Math.floor(el.clientWidth / size) : 0,
      wraps: el.getClientRects().length > 1 || el.clientHeight > size * 2.2,
      cut: (s.overflowX !== "visible" && el.scrollWidth > el.clientWidth + 1 && s.overflowX !== "auto" && s.overflowX !== "scroll" && !field)
        || (s.overflowY !== "visible" && s.overflowY !== "auto" && s.overflowY !== "scroll" && el.scrollHeight > el.clientHeight + 2 && !field),
    });
  }

  const cuts = [];
  for (const el of document.body.querySelectorAll("*")) {
    const s = styleOf(el);
    if (inSvg(el) || !["hidden", "clip"].includes(s.overflowX) && !["hidden", "clip"].includes(s.overflowY)) continue;
    if (el.matches("input,textarea,select,progress,meter") || !shown(el) || hiddenOnPurpose(el) || !el.innerText?.trim()) continue;
    if (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 2) cuts.push({ path: path(el), text: spoken(el).slice(0, 60) });
  }

  const outside = [];
  const wide = document.documentElement.clientWidth;
  const scrolled = document.documentElement.scrollWidth - wide;
  if (scrolled > 0) {
    for (const el of document.body.querySelectorAll("*")) {
      if (!inSvg(el) && shown(el) && el.getBoundingClientRect().right > wide + 1 && !el.closest(".scroll")) outside.push(path(el));
      if (outside.length >= 3) break;
    }
  }

  const paragraphs = [];
  for (const el of document.querySelectorAll("p + p")) {
    const before = el.previousElementSibling;
    if (!shown(el) || !shown(before) || hiddenOnPurpose(el) || hiddenOnPurpose(before)) continue;
    const above = before.getBoundingClientRect(), here = el.getBoundingClientRect(), s = styleOf(el);
    if (here.top < above.bottom - 1) continue;
    paragraphs.push({ path: path(el), gap: round(here.top - above.bottom), line: round(s.lineHeight === "normal" ? parseFloat(s.fontSize) * 1.2 : parseFloat(s.lineHeight)) });
  }

  const links = [];
  for (const a of document.querySelectorAll("p a[href], li a[href], dd a[href], label a[href]")) {
    const around = [...a.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!around || !shown(a) || styleOf(a).display !== "inline") continue;
    const s = styleOf(a), outer = styleOf(a.parentElement);
    links.push({
      path: path(a), text: spoken(a),
      marked: s.textDecorationLine.includes("underline") || s.borderBottomStyle !== "none" || s.fontWeight !== outer.fontWeight
        || s.backgroundColor !== "rgba(0, 0, 0, 0)" || s.fontStyle !== outer.fontStyle,
      coloured: s.color !== outer.color,
    });
  }

  const dots = [];
  for (const el of document.body.querySelectorAll("i,b,span,div,td")) {
    if (inSvg(el) || el.children.length || el.textContent.trim() || el.getAttribute("aria-label") || el.title || !shown(el)) continue;
    const s = styleOf(el), r = el.getBoundingClientRect();
    if (s.backgroundColor === "rgba(0, 0, 0, 0)" || s.backgroundImage !== "none" || r.width > 40 || r.height > 40 || r.width < 4 || r.height < 4) continue;
    if (!el.parentElement.innerText.trim()) dots.push({ path: path(el), text: "" });
  }

  const focusable = "a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex]:not([tabindex='-1'])";
  const muted = [...document.querySelectorAll("[aria-hidden=true]")].flatMap((el) => [el.matches(focusable) ? el : null, ...el.querySelectorAll(focusable)])
    .filter((el) => el && shown(el)).map(path);
  if (document.body.matches("[aria-hidden=true]") || document.querySelector("main[aria-hidden=true]")) muted.push("main");

  const dialogs = [...document.querySelectorAll("dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]")].filter(shown).map((el) => {
    const closes = [...el.querySelectorAll("button,a[href],input[type=submit]")].filter((b) => shown(b) && /关闭|取消|知道了|关掉|返回|close|cancel|[×✕]/i.test(spoken(b)));
    return { path: path(el), box: box(el), closes: closes.map((b) => ({ text: spoken(b), box: box(b) })) };
  });

  const captchas = [...document.querySelectorAll("img,canvas,input")].filter((el) => /captcha|验证码/i.test(`${el.alt || ""} ${el.src || ""} ${el.id} ${el.className} ${el.name || ""}`) && (el.localName !== "input" || el.type === "image"))
    .map((el) => ({ path: path(el), other: Boolean((el.closest("form") || document.body).querySelector("audio") || /语音|听|短信|voice|audio/i.test((el.closest("form") || document.body).innerText)) }));

  const frames = [...document.querySelectorAll("iframe,embed,object")].map((el) => el.src || el.data || "").filter((src) => src && new URL(src, location.href).origin !== location.origin);
  const help = [...document.querySelectorAll("a[href^='tel:']")].filter(shown).map((el) => {
    const r = el.getBoundingClientRect();
    return { path: path(el), text: spoken(el), fromBottom: round(innerHeight - r.bottom), left: round(r.left), fixed: Boolean(el.closest("footer")) };
  });
  const refresh = document.querySelector("meta[http-equiv=refresh i]");
  return {
    url: location.href, title: document.title, lang: document.documentElement.lang, ui: document.documentElement.dataset.ui || "",
    width: innerWidth, scrolled, outside, texts, cuts, paragraphs, links, dots, muted, dialogs, captchas, frames, help,
    headings: [...document.querySelectorAll("h1")].filter((el) => el.checkVisibility()).length, mains: document.querySelectorAll("main,[role=main]").length,
    refresh: refresh ? refresh.content : "", moving: [...document.querySelectorAll("marquee,blink,video[autoplay],audio[autoplay]")].map(path),
    entry: [...document.querySelectorAll("a[href],button")].filter(shown).map(spoken).filter((t) => /长辈版|标准版/.test(t)),
    said: document.body.innerText, watched: { fingers: window.__watched.fingers, timers: window.__watched.timers },
    zoomable: !/user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*1(\.0)?\b/.test(document.querySelector("meta[name=viewport]")?.content || ""),
  };
}
