// The page Kirim laporan: files are dropped, what came is shown while it comes, and a page that waits looks how far the work is.
(() => {
  const form = document.getElementById("rp-send");
  if (form) {
    const files = form.querySelector("input[type=file]"), drop = form.querySelector(".rp-drop"), sent = form.querySelector(".rp-sent");
    let sending = false;
    const over = (on) => (event) => { event.preventDefault(); drop.classList.toggle("rp-over", on); };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length) { files.files = event.dataTransfer.files; send(); }
    });
    files.addEventListener("change", () => { if (files.files.length) send(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    function send() {
      if (sending) return;
      sending = true;
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (event) => {
        const pct = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
        sent.textContent = sent.dataset.words.replace("{pct}", pct);
      });
      request.addEventListener("load", () => {
        if (request.status === 401) { location.assign("masuk?next=kirim"); return; } // the session is over
        if (request.status < 400) { location.assign(request.responseURL); return; }
        document.open(); document.write(request.responseText); document.close(); // the page that says what is wrong
      });
      request.addEventListener("error", () => { sending = false; sent.textContent = ""; form.submit(); });
      request.send(new FormData(form));
    }
  }
  const far = document.getElementById("rp-far");
  if (far) {
    const look = async () => {
      try {
        const answer = await fetch(far.dataset.at, { cache: "no-store" });
        const now = await answer.json();
        if (now.state !== far.dataset.state) { location.reload(); return; }
        if (far.textContent !== now.words) far.textContent = now.words;
      } catch { /* the line is gone for a while: look again */ }
      setTimeout(look, 500);
    };
    setTimeout(look, 300);
  }
})();
