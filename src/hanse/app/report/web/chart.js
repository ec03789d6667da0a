/* The page of one plan: the chart and nothing else. */
hanse.ganttChart();
hanse.changed("part");
document.documentElement.dataset.ready = "true";
