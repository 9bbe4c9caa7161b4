// The theme that was chosen on these pages before, said before anything is painted. Without one the system decides.
function recall() {
  let theme = document.documentElement.dataset.theme ?? "";
  try { theme = localStorage.getItem("lnn-theme") ?? ""; } catch { /* no storage: it holds for this page alone */ }
  document.documentElement.dataset.theme = theme;
}
recall();
