/* What stands where in the Gantt chart: the rows of one part, by machine (members as groups), order or member. */
{
  const LANE = 22, GROUP = 22, plans = new Map();

  /* The bars and legs of a part as objects, made once. */
  hanse.planOf = (index) => {
    if (!plans.has(index)) {
      const part = hanse.data.parts[index];
      const bars = part.bars.map(([job, operation, service, machine, start, end, cost, energy, quality], i) =>
        ({ i, job, operation, service, machine, start, end, cost, energy, quality }));
      const legs = part.legs.map(([job, origin, destination, start, end, cost, before, after], i) =>
        ({ i, job, origin, destination, start, end, cost, before, after, leg: true }));
      const low = bars.reduce((least, bar) => Math.min(least, bar.start), Infinity);
      const high = legs.concat(bars).reduce((most, bar) => Math.max(most, bar.end), 1);
      const from = bars.length && low > high - low ? low : 0;
      plans.set(index, { part, bars, legs, from, to: from + (high - from) * 1.01 });
    }
    return plans.get(index);
  };

  /* Which jobs the reader asked for: an exact number or id, or a piece of id, customer or product. */
  hanse.wanted = (part, word) => {
    const asked = word.trim().toLowerCase().replace(/^(order|job)\s+/, "");
    if (!asked) return null;
    const exact = part.jobs.map((job, i) => [job, i]).filter(([job]) =>
      hanse.orderNumber(job) === asked || job.id.toLowerCase() === asked);
    const near = exact.length ? exact : part.jobs.map((job, i) => [job, i]).filter(([job]) =>
      `${job.id} ${job.customer}`.toLowerCase().includes(asked));
    return new Set(near.map(([, i]) => i));
  };

  /* rows: { kind, name, more, y, height, lanes, bars, legs, idle, closed, due, late }. only: a set of jobs, or null. */
  hanse.layout = (plan, mode, only = null, free = false) => {
    const byOrder = mode === "orders", byMember = mode === "members", { part } = plan;
    const place = (bar) => (byOrder ? bar.job : byMember ? part.machines[bar.machine][1] : bar.machine);
    const bins = (byOrder ? part.jobs : byMember ? part.members : part.machines).map(() => ({ bars: [], legs: [] }));
    for (const bar of plan.bars) bins[place(bar)].bars.push(bar);
    for (const leg of plan.legs) {
      const bar = plan.bars[leg.after ?? leg.before];
      if (leg.end > leg.start && bar) bins[place(bar)].legs.push(leg);
    }
    const kept = (bin) => (only ? bin.bars.some((bar) => only.has(bar.job)) : bin.bars.length || (free && mode === "machines"));
    const rows = [];
    let y = 0;
    const push = (row) => { rows.push({ ...row, y }); y += row.height; };
    if (byOrder) {
      part.jobs.forEach((job, i) => {
        if (kept(bins[i])) push({ ...packed(bins[i]), kind: "row", name: hanse.orderName(job), more: job.customer, job: i,
          idle: [], closed: [], due: job.due, late: hanse.late(job) });
      });
      return { rows, height: y };
    }
    if (byMember) {
      part.members.forEach(([id], i) => {
        const many = new Set(bins[i].bars.map((bar) => bar.machine)).size;
        if (kept(bins[i])) push({ ...packed(bins[i]), kind: "row", name: hanse.memberName(id), more: hanse.count(many, "machine"),
          idle: [], closed: [], due: null });
      });
      return { rows, height: y };
    }
    part.members.forEach(([id], owner) => {
      const own = part.machines.map((machine, i) => [machine, i]).filter(([machine, i]) => machine[1] === owner && kept(bins[i]));
      const name = hanse.memberName(id);
      if (own.length > 1) push({ kind: "group", name, more: "", height: GROUP, bars: [], legs: [], idle: [], closed: [], due: null });
      for (const [[machine, , , windows], i] of own) {
        const single = own.length === 1;
        push({ ...packed(bins[i]), kind: "row", inner: !single, name: single ? name : machine, more: single ? machine : "",
          due: null, closed: closed(windows, plan), idle: idle(bins[i].bars, windows) });
      }
    });
    return { rows, height: y };
  };

  /* Bars that overlap stand in lanes below each other: the first lane that is free. */
  function packed({ bars, legs }) {
    const ends = [], sorted = [...bars].sort((a, b) => a.start - b.start || a.end - b.end || a.i - b.i), lane = new Map();
    for (const bar of sorted) {
      let free = ends.findIndex((end) => end <= bar.start);
      if (free < 0) free = ends.length;
      ends[free] = Math.max(bar.end, bar.start);
      lane.set(bar.i, free);
    }
    const lanes = Math.max(ends.length, 1);
    return { bars: sorted, legs, lanes, height: lanes * LANE + 2,
      laneOf: (item) => lane.get(item.leg ? item.after ?? item.before : item.i) ?? 0 };
  }

  /* Outside the hours of a machine. */
  function closed(windows, plan) {
    if (!windows) return [];
    const gaps = [];
    let last = plan.from;
    for (const [start, end] of windows) {
      if (start > last) gaps.push([last, Math.min(start, plan.to)]);
      last = Math.max(last, end);
      if (last >= plan.to) break;
    }
    if (last < plan.to) gaps.push([last, plan.to]);
    return gaps;
  }

  /* Free time between the first and the last operation of a machine, inside its hours. */
  function idle(bars, windows) {
    const gaps = [];
    let last = null;
    for (const bar of [...bars].sort((a, b) => a.start - b.start)) {
      if (last !== null && bar.start > last) gaps.push([last, bar.start]);
      last = Math.max(last ?? bar.end, bar.end);
    }
    if (!windows) return gaps;
    return gaps.flatMap(([from, to]) => windows
      .map(([start, end]) => [Math.max(start, from), Math.min(end, to)]).filter(([start, end]) => end > start));
  }
  hanse.LANE = LANE;
}
