// Runs in the page before everything else and notes, in milliseconds since the epoch: keys and moves of the mouse (inputs),
// where the slider stood (held), and every picture whose content differs from the one before it (pictures).
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const probe = window.probe = { now, inputs: [], held: [], pictures: [] };

  probe.watch = selector => { probe.handle = document.querySelector(selector); probe.held = []; probe.clear(); };
  probe.clear = () => { look(); probe.inputs = []; probe.pictures = []; probe.held = probe.held.slice(-1); };

  for (const type of ["keydown", "pointermove"])
    window.addEventListener(type, event => {
      if (type === "keydown" || event.buttons) probe.inputs.push(performance.timeOrigin + event.timeStamp);
    }, true);

  // A hash of what the canvas shows: 1 to 2 ms for 1080 x 500 pixels, and only where the engine says that it has painted.
  const hash = canvas => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const pixels = new Uint32Array(data.buffer);
    let sum = 0;
    for (let k = 0; k < pixels.length; k++) sum = Math.imul(sum ^ pixels[k], 16777619);
    return sum;
  };

  // The picture as it is: `mark` changes with every repaint, `content()` with what is seen, `state` says what it shows.
  const picture = () => {
    const canvas = document.querySelector("canvas.lnn-picture[data-frame]");
    if (canvas) return { mark: canvas.dataset.frame, content: () => hash(canvas), state: Object.values(JSON.parse(canvas.dataset.state)) };
    const image = document.querySelector(".jp-OutputArea img");
    return image?.complete ? { mark: image.src, content: () => image.src, state: null } : null;
  };

  const look = () => {
    const seen = picture(), time = now();
    if (seen && seen.mark !== probe.mark) {
      const content = seen.content();
      if (content !== probe.content) probe.pictures.push([time, seen.state]);
      Object.assign(probe, { mark: seen.mark, content });
    }
    if (!probe.handle) return;
    const index = Math.round(probe.handle.getAttribute("aria-valuenow"));
    if (probe.held.at(-1)?.[1] !== index) probe.held.push([time, index]);
  };

  // Once per frame, after its painting: a message posted in a frame's callback is handled when that frame is done.
  const channel = new MessageChannel();
  channel.port1.onmessage = look;
  const frame = () => { channel.port2.postMessage(null); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);

  // Wait for a picture and then for `quiet` ms without another.
  probe.settled = (quiet, patience) => new Promise(resolve => {
    const start = now();
    const check = () => {
      const last = probe.pictures.at(-1)?.[0];
      if (last && now() - last > quiet) resolve(true);
      else if (now() - start > patience) resolve(false);
      else setTimeout(check, 10);
    };
    check();
  });
})();
