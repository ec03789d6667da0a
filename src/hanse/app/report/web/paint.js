/* Draws rows on a canvas, for the screen and for paper. view: { part, rows, from, to, left, width, height, scroll, ink,
   only, chosen }, in CSS pixels; the caller has scaled the pen. */
{
  const AXIS = 26, STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];
  const FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";

  /* The distance of two marks on the axis: a round time, far enough apart to be read. */
  hanse.step = (span, pixels, unit, apart = 84) => {
    const least = (span / Math.max(pixels, 1)) * apart, second = hanse.perSecond(unit);
    if (second) {
      const found = STEPS.find((step) => step / second >= least);
      if (found) return found / second;
    }
    const base = second ? 604800 / second : 1, power = 10 ** Math.floor(Math.log10(Math.max(least / base, 1)));
    return base * power * [1, 2, 5, 10].find((step) => step * power * base >= least);
  };

  hanse.xOf = (view, time) => view.left + ((time - view.from) / (view.to - view.from)) * (view.width - view.left);
  hanse.timeOf = (view, x) => view.from + ((x - view.left) / (view.width - view.left)) * (view.to - view.from);
  hanse.yOf = (view, row) => AXIS + row.y - view.scroll;
  hanse.AXIS = AXIS;

  hanse.paint = (pen, view) => {
    const { ink } = view;
    pen.fillStyle = ink.paper;
    pen.fillRect(0, 0, view.width, view.height);
    pen.textBaseline = "middle";
    const seen = view.rows.filter((row) => {
      const y = hanse.yOf(view, row);
      return y + row.height > AXIS && y < view.height;
    });
    seen.forEach((row) => ground(pen, view, row));
    ticks(pen, view);
    pen.save();
    pen.beginPath();
    pen.rect(view.left, AXIS, view.width - view.left, view.height - AXIS);
    pen.clip();
    for (const row of seen) {
      for (const leg of row.legs) thin(pen, view, row, leg);
      for (const bar of row.bars) if (bar.end >= view.from && bar.start <= view.to) block(pen, view, row, bar);
      if (row.due !== null) flag(pen, view, row);
    }
    pen.restore();
    seen.forEach((row) => label(pen, view, row));
    head(pen, view);
  };

  function ground(pen, view, row) {
    const y = hanse.yOf(view, row), { ink } = view;
    pen.fillStyle = row.kind === "group" ? ink.band : ink.paper;
    pen.fillRect(0, y, view.width, row.height);
    const stretch = ([from, to], style, inset) => {
      const x = Math.max(hanse.xOf(view, from), view.left), end = Math.min(hanse.xOf(view, to), view.width);
      if (end <= x) return;
      pen.fillStyle = style;
      pen.fillRect(x, y + inset, end - x, row.height - 2 * inset);
    };
    for (const gap of row.closed) stretch(gap, ink.closed, 0);
    for (const gap of row.idle) stretch(gap, hanse.tile(pen, "rising", ink.idle, 7), 3);
    pen.fillStyle = ink.faint;
    pen.fillRect(0, y + row.height - 1, view.width, 1);
  }

  function ticks(pen, view) {
    const step = hanse.step(view.to - view.from, view.width - view.left, view.part.units.time);
    pen.fillStyle = view.ink.faint;
    view.ticks = [];
    for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
      const x = Math.round(hanse.xOf(view, time));
      view.ticks.push([x, time]);
      pen.fillRect(x, AXIS, 1, view.height - AXIS);
    }
  }

  /* Where an item stands: { x, y, width, height }, at least two pixels wide. */
  hanse.boxOf = (view, row, item) => {
    const x = hanse.xOf(view, item.start), top = hanse.yOf(view, row) + row.laneOf(item) * hanse.LANE + 1;
    const width = Math.max(hanse.xOf(view, item.end) - x, 2);
    return item.leg ? { x, y: top + hanse.LANE - 5, width, height: 4 } : { x, y: top + 1, width, height: hanse.LANE - 7 };
  };

  function block(pen, view, row, bar) {
    const { ink, part } = view, look = hanse.orderLook(bar.job), job = part.jobs[bar.job];
    const { x, y, width, height } = hanse.boxOf(view, row, bar), left = Math.max(x, view.left - 2);
    const shown = Math.min(x + width, view.width + 2) - left;
    pen.globalAlpha = view.only && !view.only.has(bar.job) ? 0.15 : 1;
    pen.fillStyle = look.fill;
    pen.fillRect(left, y, shown, height);
    if (look.pattern !== "plain") {
      pen.save();
      pen.globalAlpha *= 0.35;
      pen.fillStyle = hanse.tile(pen, look.pattern, look.text, 7);
      pen.fillRect(left, y, shown, height);
      pen.restore();
    }
    if (width > 3) {
      pen.fillStyle = ink.paper;
      pen.fillRect(x + width - 1, y, 1, height);
    }
    if (hanse.late(job) && bar.end > job.due) {
      const from = Math.max(hanse.xOf(view, job.due), x);
      pen.fillStyle = ink.paper;
      pen.fillRect(from, y + 3, x + width - from, 1);
      pen.fillStyle = ink.late;
      pen.fillRect(from, y - 1, x + width - from, 4);
    }
    write(pen, hanse.orderNumber(job), bar, look, left, y, shown, height);
    pen.globalAlpha = 1;
    if (part.fresh?.has(bar.i)) {
      pen.strokeStyle = ink.focus;
      pen.lineWidth = 2;
      pen.setLineDash([5, 3]);
      pen.strokeRect(x, y, width, height);
      pen.setLineDash([]);
    }
    if (view.chosen === bar) {
      pen.strokeStyle = ink.focus;
      pen.lineWidth = 2.5;
      pen.strokeRect(x - 1.5, y - 1.5, width + 3, height + 3);
    }
  }

  function write(pen, number, bar, look, x, y, width, height) {
    if (width < 9) return;
    pen.font = `11px ${FONT}`;
    for (const text of [`${hanse.thing} ${number} · ${bar.operation}`, `${number} · ${bar.operation}`, number]) {
      const long = pen.measureText(text).width;
      if (long > width - 5) continue;
      if (look.pattern !== "plain") {
        pen.fillStyle = look.fill;
        pen.fillRect(x + 1, y + 1, long + 4, height - 2);
      }
      pen.fillStyle = look.text;
      pen.fillText(text, x + 3, y + height / 2 + 1);
      return;
    }
  }

  function thin(pen, view, row, leg) {
    const { x, y, width, height } = hanse.boxOf(view, row, leg), job = view.part.jobs[leg.job];
    pen.globalAlpha = view.only && !view.only.has(leg.job) ? 0.15 : 1;
    pen.fillStyle = hanse.orderLook(leg.job).fill;
    pen.fillRect(x, y + 1, width, height - 1);
    pen.fillStyle = view.ink.ink;
    pen.fillRect(x, y - 1, 1, height + 1);
    pen.fillRect(x + width - 1, y - 1, 1, height + 1);
    if (hanse.late(job) && leg.end > job.due) {
      const from = Math.max(hanse.xOf(view, job.due), x);
      pen.fillStyle = view.ink.late;
      pen.fillRect(from, y + 1, x + width - from, height - 1);
    }
    pen.globalAlpha = 1;
    if (view.chosen === leg) {
      pen.strokeStyle = view.ink.focus;
      pen.lineWidth = 2;
      pen.strokeRect(x - 1, y - 1, width + 2, height + 2);
    }
  }

  /* The due date of an order in its row. */
  function flag(pen, view, row) {
    const x = Math.round(hanse.xOf(view, row.due)), y = hanse.yOf(view, row);
    pen.fillStyle = row.late ? view.ink.late : view.ink.quiet;
    pen.fillRect(x, y + 1, 2, row.height - 3);
    pen.beginPath();
    pen.moveTo(x + 2, y + 1);
    pen.lineTo(x + 8, y + 4);
    pen.lineTo(x + 2, y + 7);
    pen.fill();
  }

  function label(pen, view, row) {
    const y = hanse.yOf(view, row), { ink } = view;
    pen.fillStyle = row.kind === "group" ? ink.band : ink.paper;
    pen.fillRect(0, y, view.left - 1, row.height - 1);
    const start = row.inner ? 22 : 10, middle = y + row.height / 2;
    let x = start;
    if (row.late) {
      pen.fillStyle = ink.late;
      pen.font = `700 12px ${FONT}`;
      pen.fillText("late", x, middle);
      x += pen.measureText("late").width + 6;
    }
    pen.font = `${row.inner ? 400 : 600} 12px ${FONT}`;
    pen.fillStyle = ink.ink;
    x += cut(pen, row.name, x, middle, view.left - 8 - x) + 7;
    pen.font = `12px ${FONT}`;
    pen.fillStyle = ink.quiet;
    if (row.more && view.left - 8 - x > 20) cut(pen, row.more, x, middle, view.left - 8 - x);
  }

  /* Writes as much of a text as fits and returns its width. */
  function cut(pen, text, x, y, room) {
    let shown = text;
    while (shown.length > 1 && pen.measureText(shown).width > room) shown = `${shown.slice(0, -2).trimEnd()}…`;
    pen.fillText(shown, x, y);
    return pen.measureText(shown).width;
  }

  function head(pen, view) {
    const { ink } = view;
    pen.fillStyle = ink.paper;
    pen.fillRect(0, 0, view.width, AXIS);
    pen.fillStyle = ink.line;
    pen.fillRect(0, AXIS - 1, view.width, 1);
    pen.fillRect(view.left - 1, 0, 1, view.height);
    pen.font = `11px ${FONT}`;
    pen.fillStyle = ink.quiet;
    for (const [x, time] of view.ticks) {
      const text = hanse.time(Number(time.toPrecision(12)), view.part.units.time);
      if (x + 4 + pen.measureText(text).width < view.width) pen.fillText(text, x + 4, AXIS / 2);
    }
    const clock = view.part.units.time === "unit" ? "time" : "time from the start";
    pen.fillText(view.left > 150 ? clock : "time", 10, AXIS / 2);
  }
}
