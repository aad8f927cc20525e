// Decides when a page shows newer facts: the ledger's events wake the parts that htmx then fetches anew.
// Says whether it is connected, connects again by itself, and keeps open what the reader has opened.
(() => {
  "use strict";
  const sign = document.getElementById("live");
  if (!sign) return;
  const AGAIN = 3000, SETTLE = 150, SPACING = 1000, LONGEST = 5000, TRAILING = 2500;
  // Who has just sent a form comes back by a redirect; what follows from it (a clock, a light, the next hands) happens
  // between that page's making and its connection, and was missed.
  const sent = (performance.getEntriesByType("navigation")[0]?.redirectCount ?? 0) > 0;
  let source = null, missed = sent, planned = 0, last = 0, retry = 0, trailing = 0, spacing = SPACING;

  const show = (state) => {
    sign.dataset.state = state;
    sign.querySelector(".state").textContent = sign.dataset[state];
    if (state !== "on") sign.querySelector(".at").textContent = "";
  };

  const refresh = () => {
    const now = Date.now();
    spacing = now - last < 2 * spacing ? Math.min(LONGEST, spacing * 1.5) : SPACING;
    planned = 0;
    last = now;
    document.body.dispatchEvent(new CustomEvent("qidi:changed"));
  };

  // Events come in bursts (a step, its clock, its light): one refresh soon, the next after a second, and while an
  // import brings thousands every five seconds only.
  const changed = () => {
    if (!planned) planned = setTimeout(refresh, Math.max(SETTLE, last + spacing - Date.now()));
  };

  const heard = (event) => {
    const { about, below } = document.body.dataset;
    if (event.type === "qidi.subtree.arrived") {
      // a page that shows lower authorities says of whom: of one by its code, of all by an empty word
      if (below === undefined || (below && below !== JSON.parse(event.data).subject)) return;
    } else if (about) {
      try {
        const subject = JSON.parse(event.data).subject || "";
        // a clock's name begins with its case's number
        if (subject !== about && !subject.startsWith(about + "/")) return;
      } catch { /* not readable: rather one refresh too many */ }
    }
    changed();
    // Others than the ledger may hear of it a moment later: when it is quiet, look once more.
    clearTimeout(trailing);
    trailing = setTimeout(changed, TRAILING);
  };

  const connect = () => {
    clearTimeout(retry);
    if (source) source.close();
    source = new EventSource("/v1/events");
    source.onopen = () => {
      show("on");
      if (missed) {
        changed();
        trailing = setTimeout(changed, TRAILING);
      }
      missed = false;
    };
    source.onerror = () => {
      show("off");
      missed = true;
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      retry = setTimeout(connect, AGAIN);
      changed(); // refused: whoever is signed out is led to the sign-in by this, everybody else gets the news
    };
    for (const type of sign.dataset.types.split(" ")) source.addEventListener(type, heard);
  };

  addEventListener("offline", () => { missed = true; source.close(); show("off"); });
  addEventListener("online", connect);
  // A browser has six connections for one address: a window that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { clearTimeout(retry); source.close(); missed = true; show("wait"); } else connect();
  });
  addEventListener("pagehide", () => { for (const one of [retry, planned, trailing]) clearTimeout(one); source.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { missed = true; connect(); } });

  // A refresh asks for what is open, so that it comes back open; other details are opened again as they were.
  let opened = [];
  // A form that somebody has opened stays as it is: what was typed is not taken away.
  const inUse = (part) => "unlessOpen" in part.dataset && part.querySelector("details[open]");
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, formData, target } = event.detail;
    // What is left open in a filter need not stand in an address that is passed on.
    if (elt.matches("form.filters")) for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
    if (event.detail.triggeringEvent?.type !== "qidi:changed") return;
    event.detail.headers["Qidi-Unattended"] = "1"; // nobody did anything: a page left open keeps no session alive
    if (!target) return;
    if (inUse(elt)) { event.preventDefault(); return; }
    const why = [...target.querySelectorAll("details[open][data-why]")].map((one) => one.dataset.why);
    for (const one of why) event.detail.parameters.append("why", one);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (inUse(event.detail.target)) { event.detail.shouldSwap = false; return; } // opened while the answer was on its way
    opened = [...event.detail.target.querySelectorAll("details[open][id]")].map((one) => one.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of opened) { const one = document.getElementById(id); if (one && !one.open) one.open = true; }
    opened = [];
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig.triggeringEvent?.type === "qidi:changed") {
      const now = new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
      sign.querySelector(".at").textContent = " · " + sign.dataset.at.replace("{at}", now);
    }
  });

  show("wait");
  connect();
})();
