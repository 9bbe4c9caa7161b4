// A page of the course: its theme, and its explorers, which wake shortly before they are seen.
const { body, documentElement: sheet } = document, system = matchMedia("(prefers-color-scheme: dark)");
const choice = document.querySelector(".theme"), select = choice.querySelector("select");

const dress = () => { body.dataset.jpThemeLight = sheet.dataset.theme ? sheet.dataset.theme === "light" : !system.matches; };
const again = () => { recall(); select.value = sheet.dataset.theme; dress(); };
select.onchange = () => {
  sheet.dataset.theme = select.value;
  try { localStorage.setItem("lnn-theme", select.value); } catch { /* it holds for this page alone */ }
  dress();
};
system.addEventListener("change", dress);
addEventListener("pageshow", again);        // back and forward bring pages as they were left
choice.hidden = false;
again();

// On a small screen the contents are folded, and what is too wide for it can be scrolled by keys.
const small = matchMedia("(max-width: 1099px)"), contents = document.querySelector(".contents details");
const fold = () => { contents.open = !small.matches; };
const reach = () => {
  for (const box of document.querySelectorAll(".display, .wide, pre"))
    box.scrollWidth > box.clientWidth + 1 ? box.setAttribute("tabindex", 0) : box.removeAttribute("tabindex");
};
small.addEventListener("change", fold);
new ResizeObserver(reach).observe(document.querySelector("main"));
fold();

const LAYOUTS = ["wide", "narrow"];

async function fetched(name) {
  const file = await fetch(name);
  if (!file.ok) throw new Error(`${file.url}: ${file.status}`);
  return new Uint8Array(await file.arrayBuffer());
}

async function wake(root) {
  const about = JSON.parse(root.querySelector(".lnn-about").textContent), tapes = [];
  const load = async k => {
    const stem = `${root.dataset.tape}-${LAYOUTS[k]}`;
    return Tape.read(await fetched(`${stem}.tape`), (stage, dark) => fetched(`${stem}-${stage}-${dark ? "dark" : "light"}.webp`));
  };
  const k = root.clientWidth >= about.traits.breakpoint ? 0 : 1;
  try {
    tapes[k] = await load(k);
    new Deck(root, new Player(tapes, about, load));
  } catch (error) {
    root.append(make("p", "lnn-error", { textContent: `This picture stands still: its recorded runs could not be read (${error.message}).` }));
  }
}

// One after the other, the first of the page at once.
let queue = Promise.resolve();
const near = new IntersectionObserver(seen => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    queue = queue.then(() => wake(target));
  }
}, { rootMargin: "100% 0px" });
const [first, ...later] = document.querySelectorAll(".lnn-explorer");
if (first) queue = wake(first);
for (const other of later) near.observe(other);
