// A counter that goes on without network: it takes the day's orders along, verifies signed codes itself, hands
// each out once on this device, and tells the district when the network is back.
(() => {
  "use strict";
  const root = document.querySelector("[data-counter]");
  if (!root) return;
  const place = root.dataset.counter;
  const STORE = `counter:${place}`;
  const DRAFT = `counter-draft:${place}`;
  const PATIENCE = 4000;
  const AGAIN = 15000;
  const RENEW = 60000;
  const byId = (id) => document.getElementById(id);
  const form = byId("counter-form");
  const field = byId("known");
  const kept = Object.assign(
    { day: "", publicKey: "", orders: [], used: {}, queue: [], refused: [] }, read(STORE));
  let sending = false;

  function read(name) {
    try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; }
  }
  function save() { localStorage.setItem(STORE, JSON.stringify(kept)); }
  const clock = (at) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "numeric", minute: "2-digit" }).format(at);
  const dayOf = (at) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(at);

  // -- what is known ---------------------------------------------------------------------------

  async function renew() {
    try {
      const answer = await fetch(root.dataset.orders, { signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401) { net("请重新登录;没有送出的都还在。"); return; }
      if (!answer.ok) return;
      const news = await answer.json();
      if (news.date !== kept.day) kept.used = {};
      Object.assign(kept, { day: news.date, publicKey: news.publicKey, orders: news.orders });
      save();
      net(`有网 · ${clock(new Date(news.asOf))}的单子`);
    } catch {
      net(kept.day ? "没有网:照样取餐,有网了再送出。" : "没有网,也还没有今天的单子。");
    }
  }
  function net(words) { byId("counter-net").textContent = words; }

  // -- deciding --------------------------------------------------------------------------------

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const uuid = (part) => [...part].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  async function opened(text) {
    const [payload, signature] = text.slice(4).split(".").map(bytes);
    const key = await crypto.subtle.importKey("raw", bytes(kept.publicKey), "Ed25519", false, ["verify"]);
    if (!await crypto.subtle.verify("Ed25519", key, signature, payload)) throw new Error("forged");
    const view = new DataView(payload.buffer);
    return {
      bookingId: uuid(payload.slice(0, 16)), placeId: uuid(payload.slice(16, 32)),
      startsAt: new Date(view.getUint32(32) * 60000), code: String(view.getUint32(36)).padStart(8, "0"),
    };
  }

  async function find(text) {
    if (text.startsWith("LC1.")) {
      let voucher;
      try { voucher = await opened(text); } catch {
        return { no: "这个码不是我们发的,或者这台设备不能核对。请用取餐码。" };
      }
      if (voucher.placeId !== place) return { no: "这一份不在这里取。" };
      const known = kept.orders.find((each) => each.bookingId === voucher.bookingId);
      if (known) return { order: known };
      if (dayOf(voucher.startsAt) !== dayOf(new Date())) return { no: "这一份不是今天的。" };
      return { order: { ...voucher, items: ["单子里还没有,请顾客出示手机上的订单"], state: "waiting" } };
    }
    const code = text.replace(/^LC:/, "").replace(/\D/g, "");
    const fitting = kept.orders.filter((each) => each.code === code);
    const order = fitting.find((each) => each.state === "waiting" && !kept.used[each.bookingId]) || fitting[0];
    return order ? { order } : { no: "没有找到这个取餐码。" };
  }

  function refusal(order) {
    const now = Date.now();
    const used = kept.used[order.bookingId];
    if (used) return `这一份${clock(new Date(used))}已经取走了。`;
    const words = { fetched: "这一份已经取走了。", unpaid: "这一份还没有付款。", recalled: "这一份里有召回的早点,不能给人吃。" };
    if (words[order.state]) return words[order.state];
    if (order.handFrom && now < Date.parse(order.handFrom)) return "还没有到取餐时间。";
    if (order.handUntil && now > Date.parse(order.handUntil)) return "取餐时间已经过了。";
    return "";
  }

  // -- handing out -----------------------------------------------------------------------------

  async function hand(text) {
    const found = await find(text);
    const no = found.no || refusal(found.order);
    if (no) { say(no, false); return; }
    const entry = { code: text, key: crypto.randomUUID(), at: Date.now(), bookingId: found.order.bookingId, items: found.order.items };
    const answer = await send(entry);
    if (answer.refused) { say(answer.refused, false); return; }
    kept.used[entry.bookingId] = entry.at;
    if (!answer.sent) kept.queue.push(entry);
    save();
    say(`可以交给顾客:${entry.items.join("、")}`, true);
  }

  async function send(entry) {
    if (!navigator.onLine) return {};
    try {
      const answer = await fetch(root.dataset.redeem, {
        method: "POST", signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", "Idempotency-Key": entry.key, "X-CSRF-Token": root.dataset.csrf },
        body: JSON.stringify({ code: entry.code }),
      });
      if (answer.ok) return { sent: true };
      if (answer.status >= 500 || [401, 403, 429].includes(answer.status)) return {};
      return { refused: (await answer.json()).detail || "系统没有接受。" };
    } catch {
      return {};
    }
  }

  async function flush() {
    if (sending) return;
    sending = true;
    try {
      while (kept.queue.length) {
        const entry = kept.queue[0];
        const answer = await send(entry);
        if (!answer.sent && !answer.refused) break;
        kept.queue.shift();
        if (answer.refused) kept.refused.push({ ...entry, why: answer.refused });
        save();
      }
    } finally {
      sending = false;
      show();
    }
  }

  // -- showing ---------------------------------------------------------------------------------

  function say(words, good) {
    const card = document.createElement("p");
    card.className = good ? "card result strong" : "card trouble strong";
    card.textContent = words;
    byId("counter-result").replaceChildren(card);
    show();
  }
  function line(entry, words) {
    const item = document.createElement("li");
    item.className = "item";
    item.textContent = `${clock(new Date(entry.at))} ${entry.items.join("、")}${words}`;
    return item;
  }
  function show() {
    byId("counter-waiting").textContent = kept.queue.length;
    byId("counter-troubles").textContent = kept.refused.length;
    byId("counter-queue").replaceChildren(...kept.queue.map((entry) => line(entry, "")));
    byId("counter-refused").replaceChildren(...kept.refused.map((entry) => {
      const item = line(entry, ` · ${entry.why} `);
      const done = document.createElement("button");
      done.className = "pill";
      done.textContent = "处理好了";
      done.addEventListener("click", () => {
        kept.refused = kept.refused.filter((each) => each.key !== entry.key);
        save();
        show();
      });
      item.append(done);
      return item;
    }));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.disabled = true;
    try { await hand(text); } finally {
      field.disabled = false;
      field.value = "";
      localStorage.removeItem(DRAFT);
      field.focus();
    }
  });
  field.addEventListener("input", () => localStorage.setItem(DRAFT, JSON.stringify({ text: field.value })));
  field.value = field.value || read(DRAFT).text || "";
  addEventListener("online", () => { flush(); renew(); });
  addEventListener("offline", () => net("没有网:照样取餐,有网了再送出。"));
  setInterval(flush, AGAIN);
  setInterval(renew, RENEW);

  async function keepPage() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/staff/breakfast/counter" });
    const shelf = await caches.open("counter");
    const wanted = [location.href, ...[...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src)];
    for (const address of wanted) {
      const answer = await fetch(address);
      if (answer.ok && !answer.redirected) await shelf.put(address, answer);
    }
    root.dataset.ready = "yes";
  }
  show();
  renew().then(flush);
  keepPage().catch(() => {}); // without it the open page still works; only a reload needs the network
})();
