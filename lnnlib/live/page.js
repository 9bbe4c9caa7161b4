// A page of one explorer: its tapes and what there is to know of it stand in script elements of their own.
const theme = matchMedia("(prefers-color-scheme: dark)");
const dress = () => { document.body.dataset.jpThemeLight = !theme.matches; };
dress();
theme.addEventListener("change", dress);

const bytes = element => Uint8Array.from(atob(element.textContent), character => character.charCodeAt(0));
const tapes = [...document.querySelectorAll("script.lnn-tape")].map(element => Tape.read(bytes(element)));
const about = JSON.parse(document.querySelector("script.lnn-about").textContent);
new Deck(document.querySelector(".lnn-explorer"), new Player(await Promise.all(tapes), about));
