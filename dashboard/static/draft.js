// What was typed into a form outlives the session it was typed in: kept in this tab alone, by account and address, offered again
// after signing in, gone when it was saved, when somebody else signs in, and when its writer signs out.
(() => {
  const told = document.currentScript.dataset, KEPT = "rapor-draft:", OUT = "rapor-out", LONGEST_MS = 12 * 3600 * 1000;
  const asked = new URLSearchParams(location.search);
  ["bahasa", "tersimpan"].forEach((key) => asked.delete(key));
  const key = `${KEPT}${told.who}:${location.pathname}?${asked}`;
  const keys = () => Object.keys(sessionStorage).filter((each) => each.startsWith(KEPT));
  const wipe = () => keys().forEach((each) => sessionStorage.removeItem(each));
  const read = (each) => { try { return JSON.parse(sessionStorage.getItem(each)); } catch { return null; } };
  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  for (const each of keys()) {
    const draft = read(each);
    const isSaved = draft?.sent && !isBack; // the server has answered the form that held it
    if (!each.startsWith(`${KEPT}${told.who}:`) || !draft || isSaved || Date.now() - draft.at > LONGEST_MS) sessionStorage.removeItem(each);
  }
  const fields = () => [...document.querySelectorAll("main input, main textarea, main select")].filter((each) =>
    each.name && each.form?.method === "post" && !each.readOnly && !["hidden", "file", "password", "submit"].includes(each.type));
  // A field is known by its name and by what its form says it is about, so that a page whose rows have moved gives each its own.
  const name = (field) => {
    const about = [...field.form.elements].filter((each) => each.type === "hidden" && each.name !== "sebelum").map((each) => each.value);
    return [field.name, field.type === "radio" ? field.value : "", ...about].join("\n");
  };
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const value = (field) => isTick(field) ? field.checked : field.value;
  const first = (field) => isTick(field) ? field.defaultChecked : field.options
    ? ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value : field.defaultValue;
  const typed = () => {
    const found = {};
    for (const field of fields()) if (value(field) !== first(field)) found[name(field)] = value(field);
    return found;
  };
  const keep = (sent) => {
    const found = typed();
    try {
      if (Object.keys(found).length) sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), sent, typed: found }));
      else sessionStorage.removeItem(key);
    } catch { /* there is no room: the form still stands as it is */ }
  };
  const offer = () => {
    const draft = read(key), known = fields();
    if (!draft || !known.some((field) => name(field) in draft.typed && value(field) !== draft.typed[name(field)])) return;
    const line = document.createElement("p"), words = document.createElement("span");
    line.className = "rp-draft";
    line.setAttribute("role", "status");
    words.textContent = told.words;
    line.append(words);
    const button = (label, css, act) => {
      const made = document.createElement("button");
      made.type = "button"; made.className = css; made.textContent = label;
      made.addEventListener("click", () => { act(); line.remove(); });
      line.append(made);
    };
    button(told.use, "", () => {
      let begun;
      for (const field of known) {
        if (!(name(field) in draft.typed)) continue;
        if (isTick(field)) field.checked = draft.typed[name(field)]; else field.value = draft.typed[name(field)];
        for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
        begun ??= field;
      }
      begun?.focus();
      keep(false);
    });
    button(told.drop, "rp-quiet", () => sessionStorage.removeItem(key));
    document.querySelector("main h1").after(line);
  };
  let waits, isKnown = false;
  const soon = () => { clearTimeout(waits); waits = setTimeout(() => keep(false), 200); };
  document.addEventListener("input", soon);
  document.addEventListener("change", soon);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (isKnown || event.defaultPrevented || form.method !== "post" || form.querySelector("input[type=file]")) return;
    event.preventDefault();
    clearTimeout(waits);
    keep(false);
    try {
      const answer = await fetch("_stcore/health", { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) {
        const page = location.pathname.slice(new URL(document.baseURI).pathname.length) + location.search;
        location.assign(`masuk?${told.language}next=${encodeURIComponent(page)}`);
        return;
      }
    } catch { /* the line is gone, which the browser says itself */ }
    keep(true);
    isKnown = true;
    form.requestSubmit(event.submitter);
    isKnown = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[href^=keluar]")) { clearTimeout(waits); wipe(); localStorage.setItem(OUT, Date.now()); }
  });
  window.addEventListener("storage", (event) => { if (event.key === OUT) { clearTimeout(waits); wipe(); } });
  offer();
})();
