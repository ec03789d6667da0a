/* The first screen: one sentence, four cards, and the share of work of every member. */
hanse.summary = () => {
  const { el, at, data } = hanse, facts = data.summary, SIGNS = { good: "✓", bad: "✗", plain: "" };
  at("title").textContent = data.title;
  at("made").textContent = [`Agreed ${data.created.replace("T", " ").replace(/(\.\d+)?(Z|\+00:00)$/, " UTC")}`,
    data.source && `source: ${data.source}`].filter(Boolean).join(" · ");
  at("agreed").append(facts.agreed, ".", facts.open ? el("span", { class: "warn" }, ` ${facts.open}.`) : "");
  for (const card of facts.cards) {
    at("cards").append(el("li", { class: `card ${card.state}` },
      el("h3", {}, card.title),
      el("p", { class: "value" }, SIGNS[card.state] ? el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[card.state]) : null,
        SIGNS[card.state] ? " " : null, card.value),
      el("p", { class: "quiet" }, card.more)));
  }
  const most = Math.max(...facts.shares.map((share) => share.part), 1e-9);
  const row = (share) => {
    const bar = el("span", { class: "fill" });
    bar.style.width = `${(share.part / most) * 100}%`;
    const label = share.name === share.id ? share.id : `${share.name} (${share.id})`;
    return el("li", {}, el("span", { class: "name", title: label }, label), el("span", { class: "track" }, bar),
      el("span", { class: "amount" }, el("b", {}, hanse.share(share.part)), " ",
        el("span", { class: "quiet" }, [hanse.count(share.operations, "operation"), share.time].filter(Boolean).join(" · "))));
  };
  const busy = facts.shares.filter((share) => share.operations), free = facts.shares.filter((share) => !share.operations);
  const first = busy.length > 12 ? 11 : busy.length;
  at("shares").append(el("ul", { class: "shares" }, ...busy.slice(0, first).map(row)));
  if (busy.length > first) {
    const rest = busy.slice(first), together = rest.reduce((sum, share) => sum + share.part, 0);
    at("shares").append(el("details", { class: "rest" },
      el("summary", {}, `${hanse.count(rest.length, "other member")} together ${hanse.share(together)}`),
      el("ul", { class: "shares" }, ...rest.map(row))));
  }
  if (free.length) {
    const names = free.map((share) => share.name), shown = names.slice(0, 8).join(", ");
    at("shares").append(el("p", { class: "quiet" },
      `No work this time: ${names.length > 8 ? `${shown} and ${names.length - 8} more` : shown}.`));
  }
};
