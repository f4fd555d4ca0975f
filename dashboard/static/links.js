// Follows a link of ours without loading the whole page again; any other click, or a new tab, is the browser's.
// A mark of a chart leads where its trace says in meta.links; a finger's first tap tells its figure, the second goes.
(() => {
  if (window.raporLinks) return;
  let pointer = "mouse";
  let presses = 0;
  let told = { link: null, press: 0 };
  const speak = () => { // what a screen reader reads the page in
    document.documentElement.lang = new URLSearchParams(window.location.search).get("bahasa") === "en" ? "en" : "id";
  };
  speak();
  window.addEventListener("popstate", speak);
  const sight = () => document.querySelector(".stApp .rp-page")?.dataset.sight;
  // Goes to the block that the address names as soon as its page stands (`before`: the page to wait for the end of), and opens it.
  const land = (before = null) => {
    const name = decodeURIComponent(window.location.hash.slice(1));
    if (!name) return;
    const until = Date.now() + 10000;
    const step = () => {
      const place = document.querySelector(`.stApp [id="${CSS.escape(name)}"]`); // of the live page
      if (!place || (before && sight() === before)) {
        if (Date.now() < until && name === decodeURIComponent(window.location.hash.slice(1))) setTimeout(step, 100);
        return;
      }
      const fold = place.closest(".rp-block")?.querySelector(".rp-unfold");
      if (fold) fold.open = true;
      place.scrollIntoView({ block: "start" });
    };
    step();
  };
  window.addEventListener("hashchange", () => land());
  window.addEventListener("load", () => land());
  const follow = (url) => {
    const leaves = url.pathname !== window.location.pathname;
    const before = leaves ? sight() : null;
    window.history.pushState({}, "", url.pathname + url.search + url.hash);
    window.dispatchEvent(new PopStateEvent("popstate"));
    if (url.hash) land(before);
    else if (leaves) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  };
  window.raporLinks = { follow };
  const leadsTo = (points) => {
    for (const { data, pointNumber } of points) {
      const link = data.meta?.links?.[pointNumber ?? 0];
      if (link) return link;
    }
    return null;
  };
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target.closest(".stHtml a");
    const href = anchor && (anchor.getAttribute("href") || anchor.getAttribute("xlink:href"));
    if (!href || href.startsWith("#") || anchor.hasAttribute("download") || anchor.dataset.muat !== undefined || anchor.closest("#rp-first")) return;
    const url = new URL(href, window.location.href);
    if (url.origin !== window.location.origin) return;
    event.preventDefault();
    follow(url);
  }, true);
  const listen = (event) => {
    pointer = event.pointerType;
    if (event.type === "pointerdown") presses += 1;
    const chart = event.target.closest?.(".js-plotly-plot");
    if (!chart?.on || chart.raporMarks) return;
    chart.raporMarks = true;
    chart.on("plotly_hover", ({ points }) => chart.classList.toggle("rp-leads", leadsTo(points) !== null));
    chart.on("plotly_unhover", () => chart.classList.remove("rp-leads"));
    chart.on("plotly_click", ({ points }) => {
      const link = leadsTo(points);
      const again = told.link === link;
      if (again && told.press === presses && pointer === "touch") return; // one tap comes twice
      told = { link, press: presses };
      if (link && (again || pointer !== "touch")) follow(new URL(link, window.location.href));
    });
  };
  document.addEventListener("pointerover", listen, true);
  document.addEventListener("pointerdown", listen, true);
})();
