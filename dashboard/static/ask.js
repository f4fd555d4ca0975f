// The sentence of Jelajah: a choice puts its words into the address, a list of ticks its filter; Escape and a press elsewhere close it.
(() => {
  if (window.raporAsk) return;
  window.raporAsk = true;
  const go = (change) => {
    const url = new URL(window.location.href);
    const whole = new URLSearchParams(document.querySelector(".rp-ask").dataset.tanya); // what an address that asks nothing shows
    whole.forEach((word, key) => url.searchParams.has(key) || url.searchParams.set(key, word));
    change(url.searchParams);
    window.raporLinks.follow(url);
  };
  const picks = () => document.querySelectorAll(".rp-pick[open]");
  document.addEventListener("change", ({ target }) => {
    if (!target.closest?.(".rp-ask")) return;
    if (target.matches("select")) {
      const patch = new URLSearchParams(target.value);
      go((query) => patch.forEach((word, key) => (word ? query.set(key, word) : query.delete(key))));
    } else if (target.matches("input[type=checkbox]")) {
      const list = target.closest("[data-kolom]");
      const column = list.dataset.kolom;
      const ticked = Array.from(list.querySelectorAll("input[value]:checked:not([data-selain])"), (box) => box.value);
      const is = list.querySelector("[data-selain]")?.checked ? "kecuali" : "masuk";
      go((query) => {
        const kept = (query.get("saring") ?? "").split(";").filter((part) => part && !part.startsWith(`${column}:`));
        if (ticked.length) kept.push(`${column}:${is}:${ticked.join(",")}`);
        kept.length ? query.set("saring", kept.join(";")) : query.delete("saring");
        if (!query.has("kolom")) query.set("kolom", "-");
        query.delete("lembar");
      });
    }
  });
  document.addEventListener("toggle", ({ target }) => { // a list stays within the window
    const list = target.open && target.matches?.(".rp-pick") && target.lastElementChild;
    if (!list) return;
    list.style.left = "";
    const over = list.getBoundingClientRect().right - document.documentElement.clientWidth + 16;
    if (over > 0) list.style.left = `${-over}px`;
  }, true);
  document.addEventListener("input", ({ target }) => { // searching a list hides what does not match
    if (!target.matches?.(".rp-options > input[type=search]")) return;
    const wanted = target.value.trim().toLowerCase();
    for (const label of target.parentElement.querySelectorAll(":scope > label:not(.rp-out)")) {
      label.hidden = !label.textContent.toLowerCase().includes(wanted);
    }
  });
  document.addEventListener("pointerdown", ({ target }) => {
    for (const pick of picks()) if (!pick.contains(target)) pick.open = false;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const inner = Array.from(picks()).filter((pick) => pick.contains(document.activeElement)).pop();
    if (!inner) return;
    inner.open = false;
    inner.querySelector("summary").focus();
  });
})();
