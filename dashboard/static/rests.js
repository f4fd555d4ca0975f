// Says calmly that a page is not live, though the server answers: it was left alone for long, or many have Rapor open; or that the server gives
// no answer, though the page is live: its process hangs, and is started anew. The page can still be read.
(() => {
  if (window.raporRests) return;
  window.raporRests = true;
  const EVERY = 3000;
  const ASKS = 10; // of a live page each so many looks: does its process answer?
  const PATIENCE = 15000;
  const LOOKS = 3; // in a row: a line that was lost is back sooner
  const NOTE = // where the page's own style may not have come
    "position:fixed;inset:auto 16px 16px;z-index:30;display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px;max-width:720px;margin:0 auto;" +
    "padding:12px 16px;border:1px solid var(--rp-hairline,GrayText);border-radius:4px;background:var(--rp-surface,Canvas);" +
    "color:var(--rp-ink,CanvasText);font:400 15px/1.5 'Fira Sans','Noto Sans',sans-serif;box-shadow:0 4px 16px rgb(0 0 0 / 16%)";
  const BUTTON =
    "flex:none;min-height:44px;padding:0 16px;border:1px solid currentColor;border-radius:4px;background:none;" +
    "color:var(--rp-accent,LinkText);font:inherit;font-weight:600;cursor:pointer";
  const english = () => document.documentElement.lang === "en";
  const words = (id, en) => (english() ? en : id);
  let refused = 0;
  let looks = 0;
  const isLive = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    return !app || app.dataset.testConnectionState === "CONNECTED";
  };
  const gone = () => document.getElementById("rp-rests")?.remove();
  const again = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words("Sambungkan lagi", "Connect again");
    button.style.cssText = BUTTON;
    button.addEventListener("click", () => window.location.reload());
    return button;
  };
  const show = (text, ...acts) => {
    if (document.getElementById("rp-rests")) return;
    const note = document.createElement("div");
    note.id = "rp-rests";
    note.setAttribute("role", "status");
    note.style.cssText = NOTE;
    const said = document.createElement("span");
    said.textContent = text;
    said.style.cssText = "flex:1 1 320px";
    note.append(said, ...acts);
    document.body.append(note);
  };
  const health = () =>
    fetch("_stcore/health", { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  const askedLive = async () => {
    refused = 0;
    looks += 1;
    if (looks % ASKS && !document.getElementById("rp-rests")) return;
    try {
      await health();
      gone();
    } catch (fault) {
      if (fault.name === "TimeoutError" && isLive())
        show(
          words(
            "Rapor sedang tidak menjawab; ini biasanya pulih sendiri dalam satu menit. Yang tampil tetap dapat dibaca.",
            "Rapor gives no answer just now; this usually mends itself within a minute. What is shown can still be read.",
          ),
        );
    }
  };
  const askedResting = async () => {
    try {
      const answer = await health();
      refused = answer.ok ? refused + 1 : 0;
    } catch {
      refused = 0; // the server is away, which the app says itself
    }
    if (refused >= LOOKS && !isLive()) {
      gone();
      show(
        words(
          "Halaman ini sedang beristirahat, karena lama tidak dipakai atau karena banyak yang membuka Rapor. Yang tampil tetap dapat dibaca.",
          "This page is at rest, since it was left alone for long or since many have Rapor open. What it shows can still be read.",
        ),
        again(), // of a server that hangs nothing new would come
      );
    }
  };
  const look = async () => {
    if (!document.hidden) await (isLive() ? askedLive() : askedResting());
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
})();
