// Fills the boxes of a page's drawings when they come near the window, fetches the table behind a drawing when it is opened, and
// tells the figure of a mark: by pointing at it, by the keyboard, or by a finger's first tap.
(() => {
  if (window.raporPage) return;
  const NEAR = "600px";
  const FITS = 1.14; // how far a drawing may be scaled before it is made anew
  const MOST = 80; // drawings that are kept for the way back
  const english = () => document.documentElement.lang === "en";
  const words = (id, en) => (english() ? en : id);
  const drawings = new Map(); // address -> drawing, the longest unused first
  const opened = new Set(); // names of tables that a reader has opened
  const tables = new Map();
  let last = null; // where in the page the keyboard stood

  const keep = (store, url, text) => {
    store.delete(url);
    store.set(url, text);
    if (store.size > MOST) store.delete(store.keys().next().value);
    return text;
  };
  const get = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
    return answer.text();
  };

  // --- drawings ---
  const sizes = (box) => box.dataset.ukuran.split(" ").map((pair) => pair.split(":").map(Number));
  const apart = (a, b) => Math.max(a / b, b / a);
  const best = (box) => {
    const room = box.clientWidth;
    if (!room) return null;
    return sizes(box).reduce((a, b) => (apart(b[0], room) < apart(a[0], room) ? b : a));
  };
  const address = (box, width) => `${box.dataset.gambar}&lebar=${width}`;
  const walked = (box) => [...box.querySelectorAll("svg a:not([data-label]), svg [data-kata]:not(a [data-kata])")];
  document.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const box = step && document.activeElement?.closest(".rp-figure");
    if (!box || event.altKey || event.ctrlKey || event.metaKey) return;
    const marks = walked(box);
    const at = marks.indexOf(document.activeElement);
    if (at < 0) return;
    const next = marks[Math.min(Math.max(at + step, 0), marks.length - 1)];
    event.preventDefault();
    marks[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    tell(marked(next));
  });
  const put = (box, svg, width) => {
    box.innerHTML = svg;
    box.dataset.lebar = width;
    box.style.aspectRatio = "";
    box.removeAttribute("role");
    box.removeAttribute("aria-label");
    for (const title of box.querySelectorAll("svg title")) { // our own words at the pointer, in place of the browser's
      const link = title.closest("a");
      (link ?? title.parentElement).dataset.kata = title.textContent;
      link?.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    const told = new Set(Array.from(box.querySelectorAll("a[data-kata]"), (link) => link.getAttribute("href")));
    for (const link of box.querySelectorAll("a:not([data-kata])")) { // the label of a mark leads where the mark does: one stop
      if (told.has(link.getAttribute("href"))) link.dataset.label = "";
      link.setAttribute("tabindex", "-1");
    }
    for (const mark of box.querySelectorAll("[data-kata]:not(a)")) if (!mark.closest("a")) {
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", mark.dataset.kata);
    }
    walked(box).forEach((mark, n) => mark.setAttribute("tabindex", n ? "-1" : "0")); // one stop; the arrows go on from there
  };
  const fail = (box) => {
    box.innerHTML = `<p class="rp-note" role="status"></p>`;
    box.firstChild.textContent = words("Gambar ini belum dapat dimuat. Muat ulang halamannya.", "This drawing cannot be loaded yet. Reload the page.");
  };
  const carried = (box, width) => { // a drawing that its box brought along
    const own = box.dataset[`isi${width}`];
    return own && new TextDecoder().decode(Uint8Array.from(atob(own), (letter) => letter.charCodeAt(0)));
  };
  const draw = async (box) => {
    const size = best(box);
    if (!size || box.dataset.lebar === String(size[0])) return;
    if (!box.dataset.gambar) { put(box, carried(box, size[0]), size[0]); return; }
    const url = address(box, size[0]);
    if (box.dataset.diminta === url) return;
    box.dataset.diminta = url;
    try {
      const svg = drawings.get(url) ?? (await get(url));
      keep(drawings, url, svg);
      if (box.isConnected && box.dataset.diminta === url) put(box, svg, size[0]);
    } catch {
      if (box.dataset.diminta === url && !box.querySelector("svg")) fail(box);
    } finally {
      if (box.dataset.diminta === url) delete box.dataset.diminta;
    }
  };
  const fits = (box) => box.dataset.lebar && apart(box.clientWidth, Number(box.dataset.lebar)) < FITS;
  const observers = new WeakMap(); // what scrolls -> who looks in it: a margin counts at the edge of its root alone
  const watcher = (figure) => {
    const root = figure.closest('[data-testid="stMain"], #rp-first');
    if (!root) return null;
    if (!observers.has(root)) {
      observers.set(root, new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting && !fits(target)) draw(target);
      }, { root, rootMargin: NEAR }));
    }
    return observers.get(root);
  };
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!fits(target)) shape(target);
      if (target.dataset.lebar && !fits(target)) { watcher(target)?.unobserve(target); watcher(target)?.observe(target); }
    }
  });
  const shape = (box) => { // its height before it is drawn, so that nothing jumps
    const size = best(box);
    if (size) box.style.aspectRatio = fits(box) ? "" : `${size[0]} / ${size[1]}`;
  };
  const box = (figure) => {
    if (figure.raporSeen) return;
    figure.raporSeen = true;
    const svg = figure.querySelector("svg");
    if (svg) { // it came with the page
      const width = Math.round(svg.viewBox.baseVal.width);
      keep(drawings, address(figure, width), figure.innerHTML);
      put(figure, figure.innerHTML, width);
    } else {
      shape(figure);
      const size = best(figure);
      const known = size && figure.dataset.gambar && [size[0], ...sizes(figure).map((each) => each[0])].find(
        (width) => apart(width, figure.clientWidth) < FITS && drawings.has(address(figure, width)));
      if (known) put(figure, keep(drawings, address(figure, known), drawings.get(address(figure, known))), known);
    }
    shape(figure);
    watcher(figure)?.observe(figure);
    resized.observe(figure);
  };
  window.addEventListener("beforeprint", () => { // paper shows all of them, and does not wait
    for (const figure of document.querySelectorAll(".rp-figure:not([data-lebar])")) {
      const size = best(figure);
      if (!size) continue;
      if (!figure.dataset.gambar) { put(figure, carried(figure, size[0]), size[0]); continue; }
      const asked = new XMLHttpRequest();
      asked.open("GET", address(figure, size[0]), false);
      try {
        asked.send();
        if (asked.status === 200) put(figure, asked.responseText, size[0]);
      } catch { /* it stays a box that says what it is */ }
    }
  });

  // --- tables behind drawings ---
  const name = (fold) => `${fold.className} ${fold.closest("[data-blok]")?.dataset.blok ?? ""}`;
  const fill = async (fold) => {
    const url = fold.dataset.tabel;
    const place = fold.lastElementChild;
    if (place.dataset.dari === url) return;
    place.dataset.dari = url;
    const say = (text) => {
      place.innerHTML = `<p class="rp-note" role="status"></p>`;
      place.firstChild.textContent = text;
    };
    try {
      if (!tables.has(url)) {
        const slow = setTimeout(() => say(words("Tabel sedang dimuat …", "The table is being loaded …")), 150);
        keep(tables, url, await get(url).finally(() => clearTimeout(slow)));
      }
      place.innerHTML = tables.get(url);
    } catch {
      delete place.dataset.dari; // opening it again tries again
      say(words("Tabel belum dapat dimuat. Tutup, lalu buka lagi.", "The table cannot be loaded yet. Close it, then open it again."));
    }
  };
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (!fold.matches?.(".rp-page details")) return;
    if (!fold.isConnected) return;
    opened[fold.open ? "add" : "delete"](name(fold));
    if (fold.open && fold.matches(".rp-behind")) fill(fold);
    if (fold.open && fold.matches(".rp-unfold")) toEnd(fold.closest(".rp-block"));
  }, true);
  const toEnd = (within) => { // where time runs to the right, the newest is seen first
    for (const strip of within.querySelectorAll("[data-akhir]")) strip.scrollLeft = strip.scrollWidth;
  };
  const fold = (each) => {
    if (each.raporSeen) return;
    each.raporSeen = true;
    if (!each.open && opened.has(name(each))) each.open = true;
  };

  // --- where the keyboard stood, when a page takes the place of another ---
  const STOPS = "a[href], summary, select, input, [tabindex]";
  const stops = (page) => [...page.querySelectorAll(STOPS)];
  document.addEventListener("focusin", ({ target }) => {
    const page = target.closest?.(".rp-page");
    if (!page) { last = null; return; }
    const block = target.closest("[data-blok]") ?? page;
    last = { page, block: block.dataset.blok, at: stops(block).indexOf(target), choice: target.dataset.kunci };
  });
  const refocus = (page) => {
    if (!last || last.page.isConnected || document.activeElement !== document.body) return;
    const block = last.block ? page.querySelector(`[data-blok="${CSS.escape(last.block)}"]`) : page;
    const found = block && stops(block);
    const choice = last.choice && page.querySelector(`[data-kunci="${CSS.escape(last.choice)}"]`);
    const same = choice || (found && (found[last.at] ?? found[found.length - 1]));
    same?.focus({ preventScroll: true });
  };

  // --- the figure of a mark ---
  const tip = document.createElement("div");
  tip.id = "rp-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  let told = null;
  const tell = (mark) => {
    told = mark;
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.kata;
    if (!tip.isConnected) document.body.append(tip);
    const at = mark.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8);
    const above = at.top - own.height - 8;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 8 ? above : Math.min(at.bottom + 8, innerHeight - own.height - 8)}px`;
  };
  const marked = (target) => target.closest?.(".rp-figure [data-kata]") ?? null;
  let finger = false;
  document.addEventListener("pointerdown", (event) => { finger = event.pointerType === "touch"; }, true);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") tell(marked(event.target));
  }, true);
  document.addEventListener("focusin", ({ target }) => { if (!finger) tell(marked(target)); });
  document.addEventListener("focusout", () => { if (!finger) tell(null); });
  document.addEventListener("scroll", () => tell(told && marked(document.activeElement) === told ? told : null), { capture: true, passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tell(null); });
  window.addEventListener("click", (event) => { // before links.js follows
    const mark = marked(event.target);
    if (!finger) { tell(null); return; }
    if (mark && mark !== told) {
      event.preventDefault();
      event.stopPropagation();
      tell(mark);
    } else tell(null);
  }, true);

  // --- whatever comes into the page ---
  const look = () => {
    const skip = document.querySelector('[data-testid="stSkipToContent"]'); // Streamlit's, which speaks English
    const said = words("Langsung ke isi", "Skip to main content");
    if (skip && skip.textContent !== said) skip.textContent = said;
    for (const page of document.querySelectorAll(".rp-page")) {
      if (page.raporSeen) continue;
      page.raporSeen = true;
      page.querySelectorAll("details").forEach(fold);
      toEnd(page);
      page.querySelectorAll(".rp-figure").forEach(box);
      refocus(page);
    }
    document.querySelectorAll(".rp-figure").forEach(box); // those of a page that is not one piece
  };
  window.raporPage = { drawn: (page) => [...page.querySelectorAll(".rp-figure")].every((figure) => {
    const at = figure.getBoundingClientRect();
    return figure.dataset.lebar || !figure.clientWidth || at.top > innerHeight || at.bottom < 0;
  }) };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
