// Follows a link of ours without loading the whole page again; any other click, or a new tab, is the browser's.
(() => {
  if (window.raporLinks) return;
  window.raporLinks = true;
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target.closest(".stHtml a, .stPlotlyChart a");
    const href = anchor && (anchor.getAttribute("href") || anchor.getAttribute("xlink:href"));
    if (!href || href.startsWith("#")) return;
    const url = new URL(href, window.location.href);
    if (url.origin !== window.location.origin) return;
    event.preventDefault();
    const leaves = url.pathname !== window.location.pathname;
    window.history.pushState({}, "", url.pathname + url.search + url.hash);
    window.dispatchEvent(new PopStateEvent("popstate"));
    if (leaves) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }, true);
})();
