// A button puts the text that it names onto the clipboard; without one the text is chosen, to be copied by hand.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy);
    text.select();
    let copied = false;
    try { await navigator.clipboard.writeText(text.value); copied = true; } catch { copied = document.execCommand("copy"); }
    const said = button.parentElement.querySelector("[role=status]");
    if (said) said.textContent = copied ? button.dataset.done : button.dataset.failed;
  });
})();
