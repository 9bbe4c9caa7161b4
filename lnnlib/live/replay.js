// Painting: the recorded operations `ops` (see record.py) on the 2D context g, with the points xy one after the other.
function replay(g, ops, xy) {
  let p = 0;
  const line = n => { for (let k = 0; k < n; k++, p += 2) k ? g.lineTo(xy[p], xy[p + 1]) : g.moveTo(xy[p], xy[p + 1]); };
  const ink = o => { if (o.f) g.fill(); if (o.s) g.stroke(); };
  for (const o of ops) {
    g.save();
    if (o.c) { g.beginPath(); g.rect(...o.c); g.clip(); }
    if (o.s) Object.assign(g, { strokeStyle: o.s, lineWidth: o.w, lineCap: o.e ?? "butt", lineJoin: o.j ?? "round", lineDashOffset: o.o ?? 0 });
    if (o.d) g.setLineDash(o.d);
    if (o.f) g.fillStyle = o.f;
    if (o.t !== undefined) {
      g.font = `${o.b ? "bold " : ""}${o.z}px "DejaVu Sans", Verdana, sans-serif`;
      g.textAlign = o.h;
      g.translate(xy[p], xy[p + 1]);
      if (o.r) g.rotate(-o.r * Math.PI / 180);
      g.fillText(o.t, 0, 0);
      p += 2;
    } else if (o.m) {
      const shape = p, end = p + 2 * o.m.reduce((a, b) => a + b, 0);
      for (let q = end; q < end + 2 * o.n; q += 2) {
        g.setTransform(1, 0, 0, 1, xy[q], xy[q + 1]);
        g.beginPath();
        p = shape;
        o.m.forEach(line);
        ink(o);
      }
      p = end + 2 * o.n;
    } else {
      g.beginPath();
      o.p.forEach(line);
      ink(o);
    }
    g.restore();
  }
}
