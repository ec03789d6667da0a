"""The batched dynamic programme against its plain twin, brute force and the judge's bound."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import generate
from hanse.model.problem import Job, Problem, ProcessPlan, Transport
from hanse.planning.composition import routes
from hanse.planning.composition.fast import fast_routes
from hanse.planning.composition.routes import cheapest_routes, plain_routes
from hanse.planning.composition.tree import tree_of
from tests.model.bound_twin import cost_bound_twin
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems


def chain_twin(problem: Problem, own: Job, plan: ProcessPlan) -> int:
    """f[t, p] = c[t, p] + min over q of (f[t-1, q] + leg[q, p]), as in the paper; for chains in file order."""
    best = {mode: mode.cost + outer(problem, own.origin, None, mode.machine) for mode in plan.operations[0].modes}
    for step in plan.operations[1:]:
        best = {
            mode: mode.cost + min(cost + leg(problem, before.machine, mode.machine) for before, cost in best.items())
            for mode in step.modes
        }
    return min(cost + outer(problem, None, own.destination, mode.machine) for mode, cost in best.items())


def leg(problem: Problem, earlier: str, later: str) -> int:
    return problem.transport_cost(problem.machine_site[earlier], problem.machine_site[later])


def outer(problem: Problem, origin: str | None, destination: str | None, machine_name: str) -> int:
    here = problem.machine_site[machine_name]
    cost = 0 if origin is None else problem.transport_cost(problem.site_index[origin], here)
    return cost + (0 if destination is None else problem.transport_cost(here, problem.site_index[destination]))


def cost_of(problem: Problem, own: Job, plan: ProcessPlan, modes: tuple[int, ...]) -> int:
    chosen = {o.id: o.modes[index] for o, index in zip(plan.operations, modes, strict=True)}
    cost = sum(mode.cost for mode in chosen.values())
    cost += sum(leg(problem, chosen[a].machine, chosen[b].machine) for a, b in plan.arcs())
    cost += sum(outer(problem, own.origin, None, chosen[o.id].machine) for o in plan.first())
    return cost + sum(outer(problem, None, own.destination, chosen[o.id].machine) for o in plan.last())


def all_choices(plan: ProcessPlan) -> list[tuple[int, ...]]:
    return list(product(*[range(len(o.modes)) for o in plan.operations]))


@settings(deadline=None)
@given(problems(graphs=False, max_operations=4, max_modes=3))
def test_routes_cost_what_they_say_and_no_choice_is_cheaper(problem: Problem) -> None:
    for own, route in zip(problem.jobs, cheapest_routes(problem), strict=True):
        assert route is not None
        assert route.cost == cost_of(problem, own, route.plan, route.modes)
        assert route.cost == min(cost_of(problem, own, plan, c) for plan in own.plans for c in all_choices(plan))


@settings(deadline=None)
@given(problems(graphs=False, max_operations=4, max_modes=3))
def test_routes_add_up_to_the_bound_that_the_judge_recomputes(problem: Problem) -> None:
    total = sum(route.cost for route in cheapest_routes(problem) if route is not None)
    assert total == problem.cost_bound == cost_bound_twin(problem)


@settings(deadline=None)
@given(problems(graphs=False, max_operations=4, max_modes=3))
def test_routes_of_chains_agree_with_the_recursion_of_the_paper(problem: Problem) -> None:
    for own, route in zip(problem.jobs, cheapest_routes(problem), strict=True):
        chains = [
            plan
            for plan in own.plans
            if all(o.after == ((plan.operations[i - 1].id,) if i else ()) for i, o in enumerate(plan.operations))
        ]
        if len(chains) == len(own.plans):
            assert route is not None
            assert route.cost == min(chain_twin(problem, own, plan) for plan in chains)


@settings(deadline=None)
@given(problems(max_operations=4))
def test_a_walk_exists_exactly_for_forests_and_meets_every_operation_once(problem: Problem) -> None:
    for plan in (plan for own in problem.jobs for plan in own.plans):
        tree, group = tree_of(plan), {o.id: {o.id} for o in plan.operations}
        circle = False
        for a, b in plan.arcs():
            circle = circle or group[a] is group[b]
            merged = group[a] | group[b]
            group.update(dict.fromkeys(merged, merged))
        assert (tree is None) == circle
        if tree is not None:
            assert sorted(tree.order) == list(range(len(plan.operations)))
            assert all(parent < place for place, parent in enumerate(tree.parents))


def test_slicing_large_layers_changes_nothing(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    steps = [operation("O0", ("M0", 1, 5), ("M1", 1, 3), ("M2", 1, 4))]
    steps += [operation(f"O{i}", ("M0", 1, i), ("M1", 1, 2), ("M2", 1, 1), after=[f"O{i - 1}"]) for i in range(1, 5)]
    small = shops(*[machine(f"M{i}") for i in range(3)], jobs=[job(f"J{k}", *steps) for k in range(4)], leg=(2, 0))
    whole = cheapest_routes(small)
    monkeypatch.setattr(routes, "_BLOCK", 3)
    monkeypatch.setattr(routes, "_WORTH", 1)
    assert cheapest_routes(small) == whole
    monkeypatch.setattr(routes, "_WORTH", 10**9)
    assert cheapest_routes(small) == whole
    assert whole[0] is not None
    assert whole[0].cost == 4 + 4  # M2 throughout: 4 once, then 1 each; M1 first would save 1 and pay a leg of 2


def test_ties_go_to_the_first_plan_and_the_first_mode() -> None:
    tie = operation("O1", ("M1", 1, 2), ("M2", 1, 2))
    own = Job("J", (ProcessPlan("A", (tie,)), ProcessPlan("B", (tie,))))
    (route,) = cheapest_routes(shops(machine("M1"), machine("M2"), jobs=[own]))
    assert route is not None
    assert (route.plan.id, route.modes) == ("A", (0,))


def test_precedence_that_closes_a_circle_has_no_route() -> None:
    diamond = job(
        "J",
        operation("O1", ("M1", 1)),
        operation("O2", ("M1", 1), after=["O1"]),
        operation("O3", ("M1", 1), after=["O1"]),
        operation("O4", ("M1", 1), after=["O2", "O3"]),
    )
    assert cheapest_routes(shops(machine("M1"), jobs=[diamond])) == [None]


def test_quantities_at_the_limit_add_up_exactly() -> None:
    most = 10**12
    steps = [operation("O0", ("M0", 1, most))]
    steps += [operation(f"O{i}", ("M0", 1, most), after=[f"O{i - 1}"]) for i in range(1, 200)]
    huge = shops(machine("M0"), jobs=[job("J", *steps)])
    huge = Problem(huge.name, huge.sites, huge.enterprises, huge.jobs, transport=Transport(((most,),), ((0,),)))
    (route,) = cheapest_routes(huge)
    assert route is not None
    assert route.cost == 399 * most


@settings(deadline=None)
@given(problems(graphs=False, max_operations=4, max_modes=3), st.integers(1, 3))
def test_compiled_routes_equal_the_plain_ones_ties_included(problem: Problem, threads: int) -> None:
    assert fast_routes(problem, threads) == plain_routes(problem)


def test_compiled_routes_equal_the_plain_ones_on_a_published_size() -> None:
    problem = generate(30, 20, 15, 100, seed=3)
    assert fast_routes(problem, 2) == plain_routes(problem)


def test_compiled_code_leaves_cyclic_precedence_and_sums_beyond_its_integers_to_the_plain_way() -> None:
    most = 10**12
    ring = [operation("O1", ("M1", 1)), operation("O2", ("M1", 1), after=["O1"])]
    ring.append(operation("O3", ("M1", 1), after=["O1", "O2"]))
    cyclic = shops(machine("M1"), jobs=[job("J", *ring)])
    assert fast_routes(cyclic, 1) is None
    steps = [operation("O0", ("M0", 1, most))]
    steps += [operation(f"O{i}", ("M0", 1, most), after=[f"O{i - 1}"]) for i in range(1, 1_200)]
    long = shops(machine("M0"), jobs=[job("J", *steps)])
    assert fast_routes(long, 1) == plain_routes(long)
