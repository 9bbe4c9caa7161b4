// What is wrong with how an explorer stands on the screen: one phrase for each thing, [] where it is as it should be.
// `narrow`: a place in which the height is free, and only cutting and overlapping are faults.
(root, narrow) => {
  const wrong = [], box = element => element.getBoundingClientRect(), whole = box(root), name = element =>
    `${element.className?.toString().split(" ").filter(one => one.startsWith("lnn-")).join(".") || element.tagName} “${(element.textContent || element.value || "").slice(0, 40)}”`;
  const seen = [...root.querySelectorAll("*")].filter(e => e.checkVisibility({ visibilityProperty: true }) && box(e).width > 1 && !e.closest(".lnn-live"));
  const texts = seen.filter(e => e.matches("button, input[type=text], select, p") || [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));

  // Nothing is cut, or leaves the explorer, or is too small.
  const pen = document.createElement("canvas").getContext("2d");
  for (const text of texts) {
    const style = getComputedStyle(text), inside = text.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    pen.font = style.font;
    const word = text.matches("select") ? text.selectedOptions[0]?.text : text.matches("input") ? text.value : "";
    if (word && pen.measureText(word).width > inside + 1) wrong.push(`${name(text)} is cut: “${word}” in ${inside} px`);
    if (!text.matches("select, input, p") && text.scrollWidth > text.clientWidth + 1 && style.display !== "inline") wrong.push(`${name(text)} is cut`);
    if (parseFloat(style.fontSize) < 10) wrong.push(`${name(text)} is written in ${style.fontSize}`);
    if (box(text).left < whole.left - 1 || box(text).right > whole.right + 1) wrong.push(`${name(text)} leaves the explorer`);
  }

  // No two parts of the front lie on each other; every strip is one line.
  const parts = seen.filter(e => e.matches(".lnn-predict .widget-html-content, .lnn-predict label, .lnn-verdict, .lnn-control .widget-label, .lnn-control button, .lnn-control input[type=text], .lnn-control select, .noUi-target, .lnn-line button, .lnn-line select, .lnn-picture, .lnn-stage > p"));
  parts.forEach((one, k) => parts.slice(0, k).forEach(other => {
    const a = box(one), b = box(other);
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) wrong.push(`${name(one)} lies on ${name(other)}`);
  }));
  for (const strip of root.querySelectorAll(".lnn-strip")) if (strip.offsetHeight > 26) wrong.push(`${name(strip)} is more than a line`);
  for (const track of root.querySelectorAll(".noUi-target"))
    if (track.checkVisibility({ visibilityProperty: true }) && box(track).width < (narrow ? 90 : 150)) wrong.push(`a track of ${Math.round(box(track).width)} px`);

  // All of it is seen at once, and half of what is seen is the picture.
  const picture = root.querySelector(".lnn-picture"), readout = root.querySelector(".lnn-readout"), verdict = root.querySelector(".lnn-verdict");
  const window_ = document.querySelector(".jp-WindowedPanel-outer").clientHeight;
  if (narrow) return wrong;
  const needs = Math.round(box(readout).bottom - whole.top);
  if (needs > window_) wrong.push(`it takes ${needs} px of ${window_}`);
  if (picture.offsetHeight < window_ / 2) wrong.push(`the picture has ${picture.offsetHeight} px of ${window_}`);
  if (verdict?.offsetHeight > 36) wrong.push(`the verdict takes ${verdict.offsetHeight} px: ${verdict.textContent}`);
  const lines = root.clientWidth < 700 ? 54 : 36;
  if (readout.offsetHeight > lines) wrong.push(`the readout takes ${readout.offsetHeight} px: ${readout.textContent}`);
  if ([...root.querySelectorAll(".lnn-grid:not(.lnn-more)")].some(grid => grid.offsetHeight > 92)) wrong.push("the controls in use take more than two rows");
  return wrong;
}
