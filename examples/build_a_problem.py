"""Two shops: a shaft is turned and milled in one of them or in both; a bracket has two process plans."""

import sys

import hanse
from hanse import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport, Units

sites = (Site("Lübeck", (0, 0)), Site("Hamburg", (60_000, 20_000)))
shops = (
    Enterprise("Lübeck", "Lübeck", (Machine("lathe", frozenset({"turning"})),), reliability=980_000),
    Enterprise("Hamburg", "Hamburg", (Machine("centre", frozenset({"turning", "milling"}), available=((0, 480),)),)),
)
turning = Operation("turning", "turning", (Mode("lathe", 40, 3_000), Mode("centre", 35, 4_500)))
milling = Operation("milling", "milling", (Mode("centre", 50, 6_000),), after=("turning",))
shaft = Job("shaft", (ProcessPlan("A", (turning, milling)),), customer="Anna", due=200, budget=12_000)
bracket = Job(
    "bracket",
    (
        ProcessPlan("milled", (Operation("milling", "milling", (Mode("centre", 60, 7_000),)),)),
        ProcessPlan("turned", (Operation("turning", "turning", (Mode("lathe", 90, 5_000),)),)),
    ),
    customer="Bo",
    due=100,
)
problem = Problem(
    name="two shops",
    sites=sites,
    enterprises=shops,
    jobs=(shaft, bracket),
    units=Units(time="minute", money="cent", distance="metre"),
    transport=Transport.by_distance(sites, cost_rate=0.02, time_rate=0.001),
)
if len(sys.argv) > 1:
    hanse.write(problem, sys.argv[1])
print(problem, problem.root)
