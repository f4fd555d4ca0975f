// Leads to the page of signing in, and back to where one was, once the session has ended: the app's own connection only waits.
(() => {
  if (window.raporSession) return;
  window.raporSession = true;
  const app = () => document.querySelector('[data-testid="stApp"]');
  let asks = false;
  const look = async () => {
    const state = app()?.dataset.testConnectionState;
    if (asks || !state || state === "CONNECTED") return;
    asks = true;
    try {
      const answer = await fetch("_stcore/health", { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) {
        const here = window.location.pathname.replace(/^.*\//, "") + window.location.search;
        window.location.assign(`masuk?next=${encodeURIComponent(here)}`);
        return;
      }
    } catch { /* the server is away, which the app says itself */ }
    setTimeout(() => { asks = false; look(); }, 1000);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-test-connection-state"] });
})();
