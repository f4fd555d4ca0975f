// Draws charts with Plotly, which is fetched when the first one is asked for: where a reader zooms and selects, and in Jelajah.
(() => {
  if (window.raporInteractive) return;
  window.raporInteractive = true;
  const english = () => document.documentElement.lang === "en";
  const words = (id, en) => (english() ? en : id);
  const BUTTONS = ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"];
  const NAMES = { Zoom: "Perbesar bagian", Pan: "Geser", "Zoom in": "Perbesar", "Zoom out": "Perkecil", "Reset axes": "Seperti semula", "Double-click to zoom back out": "Klik dua kali untuk kembali" };
  let library = null;
  const load = (url) => {
    library ??= new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => done(window.Plotly);
      script.onerror = () => { library = null; fail(new Error("library")); };
      document.head.append(script);
    });
    return library;
  };
  const show = async (place, url, { data, layout, config }) => {
    const plotly = await load(url);
    const fine = matchMedia("(pointer: fine)").matches; // a finger scrolls the page
    for (const axis of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) layout[axis].fixedrange = !fine;
    layout.dragmode = fine ? "zoom" : false;
    const own = { displayModeBar: fine && "hover", displaylogo: false, modeBarButtons: [BUTTONS], doubleClick: fine && "reset", locale: english() ? "en" : "id", locales: { id: { dictionary: NAMES, format: {} } } };
    await plotly.newPlot(place, data, layout, { ...config, ...own });
  };
  const say = (place, sentence) => {
    place.innerHTML = '<p class="rp-note" role="status"></p>';
    place.firstChild.textContent = sentence;
  };
  const failed = () => words("Gambar ini belum dapat dimuat. Muat ulang halamannya.", "This drawing cannot be loaded yet. Reload the page.");

  // --- a drawing of a page turns interactive, and back ---
  const name = (button, words) => { button.firstChild.data = words; }; // what follows it is of which chart, for a screen reader
  const back = (button, figure, place) => {
    const chart = place.querySelector(".js-plotly-plot");
    if (chart) window.Plotly.purge(chart);
    place.remove();
    figure.hidden = false;
    if (button.dataset.nama) name(button, button.dataset.nama);
  };
  const swap = async (button) => {
    const figure = button.closest("[data-blok]")?.querySelector(".rp-figure");
    if (!figure) return;
    const before = figure.nextElementSibling;
    if (before?.classList.contains("rp-plot")) {
      back(button, figure, before);
      if (!before.raporFailed) return; // what could not be loaded is tried again
    }
    const place = document.createElement("div");
    place.className = "rp-plot";
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", figure.getAttribute("aria-label") ?? figure.querySelector("svg")?.getAttribute("aria-label") ?? "");
    figure.after(place);
    say(place, words("Memuat gambar interaktif …", "Loading the interactive chart …"));
    try {
      const [red, green, blue] = getComputedStyle(place).color.match(/[\d.]+/g).map(Number);
      const look = red + green + blue > 384 ? "dark" : "light"; // light letters stand on a dark page
      const answer = await fetch(`${button.dataset.interaktif}&rupa=${look}`, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { about, figure: spec } = await answer.json();
      await load(button.dataset.pustaka);
      if (!place.isConnected) return; // pressed again, or the page has changed
      figure.hidden = true;
      place.innerHTML = about;
      const chart = document.createElement("div");
      place.append(chart);
      await show(chart, button.dataset.pustaka, JSON.parse(spec));
      button.dataset.nama ??= button.firstChild.data;
      name(button, words("Kembali ke gambar", "Back to the drawing"));
    } catch {
      figure.hidden = false;
      place.raporFailed = true;
      say(place, words("Belum dapat dimuat. Tekan tombolnya lagi.", "It cannot be loaded yet. Press the button again."));
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-interaktif]");
    if (button) swap(button);
  });

  // --- a chart that is interactive from the start ---
  const fill = async (place) => {
    const carried = place.dataset.gambaran;
    if (!carried || place.raporShown === carried) return;
    place.raporShown = carried;
    const bytes = Uint8Array.from(atob(carried), (letter) => letter.charCodeAt(0));
    try {
      await show(place, place.dataset.pustaka, JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      say(place, failed());
    }
  };
  const look = () => { for (const place of document.querySelectorAll(".rp-plot[data-gambaran]")) fill(place); };
  new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-gambaran"] });
  look();
})();
