// Runs in the page before everything else. Of every frame, when it is painted, it notes what the page itself says:
// [ms since the epoch, where the watched slider stands, where the picture shows it, the picture's mark, its pixels' hash].
// It reads attributes alone, some microseconds a frame; pixels are read only while `probe.hashing`.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const probe = window.probe = { now, frames: [], pressed: 0, changed: 0, hashing: false };

  probe.watch = name => Object.assign(probe, { name, handle: document.querySelector(`.lnn-control-${name} .noUi-handle`) });
  probe.clear = () => Object.assign(probe, { frames: probe.frames.slice(-1), changed: 0 });

  window.addEventListener("keydown", event => { probe.pressed = performance.timeOrigin + event.timeStamp; }, true);

  // The picture as it is: its `mark` is another with every picture, its `state` says where the controls are in it.
  // The pictures of `interact` do not say that.
  let canvas = null;
  const picture = () => {
    if (!canvas?.isConnected) canvas = document.querySelector("canvas.lnn-picture[data-frame]");
    if (canvas) return { mark: canvas.dataset.frame, state: canvas.dataset.state };
    const image = document.querySelector(".jp-OutputArea img");
    return image?.complete ? { mark: image.getAttribute("src"), state: null } : null;
  };

  const hash = () => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Uint32Array(data.buffer).reduce((sum, pixel) => Math.imul(sum ^ pixel, 16777619), 0);
  };

  // What a frame shows is settled when its callbacks run; it is on the screen when a message posted there is handled.
  let image = "", mark = 0;                 // one number for each picture, so that no note holds an image
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data: [fresh, ...seen] }) => {
    const time = now();
    if (fresh) probe.changed = time;
    probe.frames.push([time, ...seen]);
  };
  const frame = () => {
    const found = picture(), fresh = !!found && found.mark !== image;
    if (fresh) { image = found.mark; mark += 1; }
    const stands = probe.handle && Math.round(probe.handle.getAttribute("aria-valuenow"));
    const shows = found?.state ? JSON.parse(found.state)[probe.name] : null;
    channel.port2.postMessage([fresh, stands, shows, mark, probe.hashing && fresh ? hash() : null]);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  // Wait for a picture and then for `quiet` ms without another.
  probe.settled = (quiet, patience) => new Promise(resolve => {
    const start = now();
    const check = () => {
      if (probe.changed && now() - probe.changed > quiet) resolve(true);
      else if (now() - start > patience) resolve(false);
      else setTimeout(check, 10);
    };
    check();
  });
})();
