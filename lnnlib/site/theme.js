// The theme that was chosen here before, said before anything is painted. Without one the system decides.
const root = document.documentElement;
try { root.dataset.theme = localStorage.getItem("lnn-theme") ?? ""; } catch { root.dataset.theme = ""; }      // no storage, no memory
