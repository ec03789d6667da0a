// Pictures of pages: the report's Gantt chart (chart.js), fed by the API, and pages that stand alone, framed.
"use strict";
hanse.charts = (() => {
  // The element `id` inside of the piece of the page that was sent with the call; null if the page went on before it
  // was there. Never by `id` alone: a call that comes late would take the place of the picture after it.
  const here = async (piece, id) => {
    for (let tries = 0; tries < 600; tries++) {
      const found = document.querySelector(`#${piece} #${id}`);
      if (found) return found;
      await new Promise((done) => setTimeout(done, 10));
    }
    return null;
  };

  async function asked(url) {
    const answer = await fetch(url);
    if (answer.ok) return answer;
    const told = await answer.json();
    throw new Error([told.detail, told.hint].filter(Boolean).join(" – "));
  }

  // The chart knows light and dark by the document; the application says it on the body.
  const theme = () => { document.documentElement.dataset.theme = hanse.isDark() ? "dark" : "light"; };
  let shown = null;
  new MutationObserver(() => {
    const before = document.documentElement.dataset.theme;
    theme();
    if (document.documentElement.dataset.theme === before) return;
    shown?.changed("theme");
    const frame = document.getElementById("framed");
    if (frame?.contentDocument) frame.contentDocument.documentElement.dataset.theme = document.documentElement.dataset.theme;
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["class"] });

  // What this browser showed last: where and when every operation was.
  function rememberedBars(data) {
    const bars = {};
    for (const part of data.parts) {
      for (const [job, operation, , machine, start, end] of part.bars) {
        const [name, owner] = part.machines[machine], one = part.jobs[job];
        bars[`${one.outcome ? one.outcome.order : one.id}|${operation}`] = `${part.members[owner][0]}|${name}|${start}|${end}`;
      }
    }
    return bars;
  }

  function compare(data, before, words) {
    const counts = { new: 0, moved: 0, gone: 0 }, now = rememberedBars(data);
    for (const part of data.parts) {
      part.fresh = new Map();
      part.bars.forEach(([job, operation], i) => {
        const one = part.jobs[job], key = `${one.outcome ? one.outcome.order : one.id}|${operation}`;
        const kind = !(key in before) ? "new" : before[key] !== now[key] ? "moved" : "";
        if (kind) {
          counts[kind] += 1;
          part.fresh.set(i, words[kind]);
        }
      });
    }
    counts.gone = Object.keys(before).filter((key) => !(key in now)).length;
    return counts;
  }

  function kept(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  function keep(name, data) {
    try {
      localStorage.setItem(name, JSON.stringify({ at: new Date().toISOString(), bars: rememberedBars(data) }));
    } catch { /* a browser that keeps nothing compares with nothing */ }
  }

  // Plans of different units stand on axes of their own, one at a time.
  function choice(data, words) {
    document.getElementById("units")?.remove();
    if (data.parts.length < 2) return;
    const label = document.createElement("label"), select = document.createElement("select");
    label.id = "units";
    label.textContent = `${words.units} `;
    data.parts.forEach((part, i) => select.add(new Option(`${part.units.time}, ${part.units.money}`, i)));
    select.addEventListener("change", () => {
      shown.state.part = Number(select.value);
      shown.changed("part");
    });
    label.append(select);
    document.getElementById("part-panel").prepend(label);
  }

  function changes(place, data, name, words) {
    const before = kept(name);
    if (!before) {
      keep(name, data);
      place.textContent = words.first;
      return;
    }
    const counts = compare(data, before.bars, words), all = counts.new + counts.moved + counts.gone;
    const told = ["new", "moved", "gone"].filter((kind) => counts[kind]).map((kind) => `${counts[kind]} ${words[kind]}`).join(", ");
    const since = words.since.replace("{}", new Date(before.at).toLocaleString());
    place.textContent = all ? `${since} ${told}. ` : `${since} ${words.same}`;
    if (!all) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.textContent = words.seen;
    button.addEventListener("click", () => {
      keep(name, data);
      data.parts.forEach((part) => part.fresh.clear());
      place.textContent = "";
      shown.changed("part");
    });
    place.append(button);
  }

  // What is left of a phase, second by second.
  setInterval(() => {
    for (const one of document.querySelectorAll("[data-left]")) {
      one.until ??= Date.now() + 1000 * Number(one.dataset.left);
      const left = Math.max(0, Math.round((one.until - Date.now()) / 1000)), min = Math.floor(left / 60), h = Math.floor(min / 60);
      one.textContent = h ? `${h} h ${min % 60} min` : min ? `${min} min ${left % 60} s` : `${left} s`;
    }
  }, 500);

  return {
    async gantt(piece, url, remember, words) {
      const place = await here(piece, "gantt");
      if (!place) return;
      try {
        let data = await (await asked(url)).json();
        if (!place.isConnected) return; // the page went on meanwhile: where it was, another picture may be
        if (data.bars) data = { thing: "job", members: [], orders: [], parts: [data] };
        theme();
        place.replaceChildren();
        if (!data.parts.some((part) => part.bars.length)) {
          place.textContent = words.empty;
          document.documentElement.dataset.ready = "true";
          return;
        }
        const told = document.querySelector(`#${piece} #changes`);
        if (told) changes(told, data, `hanse-seen ${remember}`, words);
        choice(data, words);
        if (data.left_out) {
          const said = document.createElement("p");
          said.textContent = words.older.replace("{}", data.left_out);
          place.append(said);
        }
        shown = hanseChart(data);
        window.hanseShown = shown;
      } catch (fault) {
        place.textContent = `${words.failed} ${fault.message}`;
        place.setAttribute("role", "alert");
      }
    },
    // The number of the point that is chosen in a framed front.
    chosen() {
      const said = document.getElementById("framed")?.contentDocument?.getElementById("chosen")?.textContent ?? "";
      return Number(/\d+/.exec(said)?.[0] ?? 0);
    },
    async framed(piece, url) {
      const frame = await here(piece, "framed");
      if (!frame) return;
      const text = await (await asked(url)).text();
      theme();
      frame.addEventListener("load", () => {
        const inner = frame.contentDocument, own = inner.getElementById("theme");
        if (own) own.hidden = true; // this page has a switch for both
        inner.documentElement.dataset.theme = document.documentElement.dataset.theme;
        const fit = () => { frame.style.height = `${inner.documentElement.scrollHeight + 4}px`; };
        new ResizeObserver(fit).observe(inner.body);
        fit();
      });
      frame.srcdoc = text;
    },
  };
})();
