/* Builds the page from top to bottom. A section that fails says so in its place; the others stand. */
{
  const { el, at, data, state } = hanse;

  const parts = () => {
    const list = at("parts"), panel = at("part-panel");
    list.hidden = data.parts.length < 2;
    const tabs = data.parts.map((part, i) => el("button", { type: "button", role: "tab", id: `part-${i}`, "aria-controls": "part-panel", click: () => select(i) },
      `${i + 1}. ${part.name}`));
    const select = (i) => {
      state.part = i;
      tabs.forEach((tab, j) => {
        tab.setAttribute("aria-selected", String(i === j));
        tab.tabIndex = i === j ? 0 : -1;
      });
      const { measures, units, plan } = data.parts[i];
      at("part-facts").textContent = [`cost ${hanse.money(measures.cost, units.money)}`, `finished after ${hanse.time(measures.makespan, units.time)}`,
        measures.energy ? `energy ${hanse.energy(measures.energy, units.energy)}` : "",
        `machines in use ${hanse.share(measures.utilisation / 1e6)} of their span`, `reliability ${hanse.share(measures.reliability / 1e6)}`,
        `planned by ${plan.solver} in ${plan.seconds}\u00a0s`].filter(Boolean).join(" · ");
      hanse.changed("part");
    };
    list.append(...tabs);
    list.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!way) return;
      select((state.part + way + tabs.length) % tabs.length);
      tabs[state.part].focus();
    });
    if (tabs.length > 1) {
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-label", "The chosen plan");
    }
    if (tabs.length) select(0);
  };

  const sections = [["summary", hanse.summary], ["gantt", hanse.ganttChart], ["map-body", hanse.siteMap], ["part-panel", parts],
    ["orders-body", hanse.orderTable], ["matching-body", hanse.matching], ["agreements-body", hanse.agreements], ["money-body", hanse.moneyFlows], ["evidence-body", hanse.evidence]];
  for (const [place, build] of sections) {
    try {
      build();
    } catch (fault) {
      console.error(fault);
      at(place).append(el("p", { class: "warn", role: "alert" }, `This part of the report could not be shown: ${fault.message}. The other parts are complete.`));
    }
  }
  document.documentElement.dataset.ready = "true";
}
