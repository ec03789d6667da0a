"""Who is in which part: every job once, parts balanced, and each impossible wish refused with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.cases.radmanesh2021 import example, generate
from hanse.errors import InputError
from hanse.model.problem import Problem, Site
from hanse.planning.decomposition import Part, Split, by_attribute, by_customer, by_product, by_region, deal
from hanse.planning.decomposition.regions import Centres, bisection, k_means
from tests.model.build import job, machine, operation, shops
from tests.strategies import problems

points = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20)


def town(*places: tuple[int, int], jobs_at: list[str | None]) -> Problem:
    """A machine M0, M1, … on each place; a job J0, J1, … with its origin on the site of that name, or nowhere."""
    names = [f"M{i}" for i in range(len(places))]
    jobs = [
        job(f"J{i}", operation("O1", *((name, 1, 1) for name in names)), origin=at, customer=f"C{i % 2}")
        for i, at in enumerate(jobs_at)
    ]
    problem = shops(*(machine(name, capacity=None) for name in names), jobs=jobs)
    return replace(problem, sites=tuple(Site(name, place) for name, place in zip(names, places, strict=True)))


SQUARE = ((0, 0), (0, 10), (10, 0), (10, 10))


def test_jobs_go_to_the_region_of_their_origin() -> None:
    problem = town(*SQUARE, jobs_at=["M0", "M3", "M1", "M2"])
    split = by_region(problem, 2)
    assert [part.jobs for part in split.parts] == [("J0", "J2"), ("J1", "J3")]  # cut between x = 0 and x = 10
    assert not split.restricted
    restricted = by_region(problem, 2, restrict=True)
    assert [part.machines for part in restricted.parts] == [frozenset({"M0", "M1"}), frozenset({"M2", "M3"})]
    assert restricted.disjoint


def test_a_job_without_origin_goes_where_its_product_goes() -> None:
    problem = town(*SQUARE, jobs_at=["M0", None])
    problem = replace(problem, jobs=(problem.jobs[0], replace(problem.jobs[1], destination="M3")))
    assert [part.jobs for part in by_region(problem, 2).parts] == [("J0",), ("J1",)]


def test_jobs_without_a_place_are_dealt_in_proportion_to_the_providers_as_in_the_paper() -> None:
    problem = generate(50, 90, 1, 100)
    sizes = [(len(part.machines or ()), len(part.jobs)) for part in by_region(problem, 2, restrict=True).parts]
    assert sizes == [(25, 45), (25, 45)]
    from hanse.planning.decomposition.split import _proportional

    dealt = _proportional(90, [22, 28])
    assert [dealt.count(0), dealt.count(1)] == [40, 50]  # Table 6


def test_four_regions_are_quadrants_and_three_are_a_third_each() -> None:
    grid = [(x, y) for x in range(6) for y in range(6)]
    for regions in (2, 3, 4, 6):
        cut = bisection(grid, regions)
        counts = [sum(cut.of(point) == region for point in grid) for region in range(regions)]
        assert counts == [36 // regions] * regions


@given(points, st.integers(1, 6), st.integers(0, 3))
def test_every_point_lies_in_one_region_and_no_region_of_a_bisection_is_empty(
    places: list[tuple[int, int]], regions: int, seed: int
) -> None:
    if len(set(places)) < regions:
        with pytest.raises(InputError, match="different places"):
            bisection(places, regions)
        with pytest.raises(InputError, match="different places"):
            k_means(places, regions, seed)
        return
    assert {bisection(places, regions).of(place) for place in places} == set(range(regions))
    centres = k_means(places, regions, seed)
    assert centres == k_means(places, regions, seed)
    assert len(centres.points) == regions
    assert all(0 <= centres.of(place) < regions for place in places)


def test_k_means_finds_two_obvious_towns() -> None:
    towns = [(0, 0), (1, 0), (0, 1), (100, 100), (101, 100), (100, 101)]
    assert k_means(towns, 2) == Centres(((0, 0), (100, 100)))


def test_orders_of_one_customer_and_jobs_of_one_product_stay_together() -> None:
    problem = town(*SQUARE, jobs_at=["M0", "M1", "M2", "M3"])
    assert [part.jobs for part in by_customer(problem, 2).parts] == [("J0", "J2"), ("J1", "J3")]
    assert [part.jobs for part in by_product(example(), 3).parts] == [("D1",), ("D3",), ("D2",)]  # the longest first
    assert len(by_attribute(problem, 4, lambda job: job.id).parts) == 4
    assert [part.jobs for part in deal(problem, 2).parts] == [("J0", "J1"), ("J2", "J3")]


@given(problems(), st.integers(1, 3))
def test_a_split_holds_every_job_exactly_once(problem: Problem, parts: int) -> None:
    for make in (deal, by_customer, by_product):
        try:
            split = make(problem, parts)
        except InputError:
            continue
        split.check(problem)
        assert sorted(name for part in split.parts for name in part.jobs) == sorted(job.id for job in problem.jobs)


@pytest.mark.parametrize("parts", [0, -1, True, 1.5])
def test_a_number_of_parts_that_is_none_is_refused(parts: int) -> None:
    problem = town(*SQUARE, jobs_at=["M0", "M1"])
    for make in (deal, by_customer, by_product, by_region):
        with pytest.raises(InputError, match="not a number of parts"):
            make(problem, parts)


def test_more_parts_than_jobs_customers_or_products_are_refused_with_the_count() -> None:
    problem = town(*SQUARE, jobs_at=["M0", "M1", "M2"])
    for make in (deal, by_region):
        with pytest.raises(InputError, match="3 jobs cannot make 4 parts"):
            make(problem, 4)
    with pytest.raises(InputError, match="2 different values of customer"):
        by_customer(problem, 3)
    with pytest.raises(InputError, match="1 different values of product"):
        by_product(problem, 2)


def test_a_site_without_a_position_is_named() -> None:
    problem = town(*SQUARE, jobs_at=["M0", "M1"])
    nowhere = replace(problem, sites=(*problem.sites[:3], Site("M3")))
    with pytest.raises(InputError) as refusal:
        by_region(nowhere, 2)
    assert refusal.value.where == "site M3"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((), "at least one part"),
        ((Part("A", ()),), "without jobs"),
        ((Part("A", ("J0",)), Part("A", ("J1",))), "two parts are called"),
        ((Part("A", ("J0",)), Part("B", ("J0",))), "in two parts"),
        ((Part("A", ("J0",)),), '"J1" is in no part'),
        ((Part("A", ("J0", "J1", "J9")),), 'no job "J9"'),
        ((Part("A", ("J0", "J1"), frozenset({"M9"})),), 'no machine "M9"'),
    ],
)
def test_a_split_that_is_not_one_is_refused(parts: tuple[Part, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Split("hand", parts).check(town(*SQUARE, jobs_at=["M0", "M1"]))
