// Starts the app under the cover that an address answers with, once the cover has been seen, and takes the cover off when the live page
// shows the same in the same place: with the scroll, the keyboard, what was opened, and a filter that was pressed before it could work.
(() => {
  const cover = document.getElementById("rp-first");
  const root = document.getElementById("root");
  const app = document.getElementById("rp-app");
  if (!cover || !root || !app) return;
  const GIVE_UP = 10000; // after the app has begun to stand
  const PLACE = 1500; // for what stands over the page to take its place
  const CHARTS = "button[data-interaktif]";
  const STOPS = "a[href], summary, [tabindex], button, input";
  const sight = cover.querySelector(".rp-page").dataset.sight;
  const find = (id, within = root) => within.querySelector(`[data-testid="${id}"]`);
  const all = (selector, within) => [...within.querySelectorAll(selector)];
  let wanted = null;
  let stood = null;
  let shown = null;

  document.documentElement.classList.add("rp-covered");
  root.inert = true;
  const waiting = document.importNode(app.content, true);
  const signs = all('link[rel="stylesheet"]', waiting); // letters and signs, half a megabyte, that our pages can do without
  for (const each of signs) each.remove();
  const start = () => document.head.append(waiting); // what was appended once is no longer in it
  requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, 3000); // in a tab that is not looked at there is no frame

  cover.addEventListener("click", (event) => {
    const look = event.target.closest("button[data-saringan], button[data-interaktif]");
    if (!look) return;
    wanted = look;
    for (const each of all("[aria-busy]", cover)) each.removeAttribute("aria-busy");
    look.setAttribute("aria-busy", "true");
  });
  const follow = () => { // so that what comes near the window is drawn below the cover too
    const main = find("stMain");
    if (main && main.scrollTop !== cover.scrollTop) main.scrollTop = cover.scrollTop;
  };
  cover.addEventListener("scroll", follow, { passive: true });

  const widget = (name) => root.querySelector(`.st-key-filter_${name} button, .st-key-filter-${name} input`);
  const top = (page) => page.getBoundingClientRect().top;
  const stands = () => {
    const page = root.querySelector(".rp-page");
    const ready = find("stApp")?.dataset.testScriptState;
    if (stood === null && ready !== undefined) stood = performance.now();
    if (page?.dataset.sight !== sight) return false;
    follow();
    if (shown === null) shown = performance.now();
    const filters = all("button[data-saringan]", cover).every((look) => widget(look.dataset.saringan));
    const same = filters && Math.abs(top(page) - top(cover.querySelector(".rp-page"))) < 2;
    return (same || performance.now() - shown > PLACE) && (window.raporPage?.drawn(page) ?? true);
  };
  const pair = (selector, act) => {
    const after = all(selector, root);
    all(selector, cover).forEach((each, n) => { if (after[n]) act(each, after[n]); });
  };
  const late = () => stood !== null && performance.now() - stood > GIVE_UP;
  // What the app shows in place of this page: another build, a fault. Where it never reaches the server, the cover stays to be read.
  const answers = () => root.querySelector(".rp-header") && find("stApp")?.dataset.testScriptState === "notRunning";
  const swap = () => {
    const main = find("stMain");
    pair("details", (before, after) => { if (before.open) after.open = true; });
    const held = document.activeElement;
    const focused = cover.contains(held) ? held : null;
    const area = focused?.closest(".rp-header, .rp-chips, .rp-page");
    const kind = area && [".rp-header", ".rp-chips", ".rp-page"].find((each) => area.matches(each));
    const at = area && all(STOPS, area).indexOf(focused);
    const name = focused?.dataset.saringan;
    const pressed = wanted && all(CHARTS, cover).indexOf(wanted);
    root.inert = false;
    document.documentElement.classList.remove("rp-covered");
    follow();
    pair(".rp-scroll", (before, after) => after.scrollTo(before.scrollLeft, before.scrollTop));
    const next = name ? widget(name) : kind && all(STOPS, root.querySelector(kind) ?? root)[at];
    cover.remove();
    document.head.append(...signs);
    if (main) main.scrollTop = Math.max(main.scrollTop, 0);
    next?.focus({ preventScroll: true });
    if (wanted) {
      const press = pressed < 0 ? widget(wanted.dataset.saringan) : all(CHARTS, root)[pressed];
      press?.focus({ preventScroll: pressed >= 0 });
      press?.click();
    }
  };
  const look = () => {
    if (!cover.isConnected) return;
    if (stands() || (late() && answers())) swap();
    else setTimeout(look, stood === null ? 100 : 30);
  };
  look();
})();
