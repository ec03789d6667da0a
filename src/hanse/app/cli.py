"""The command line. Every command is a few lines: read, call the library, show. Nothing heavy is imported before it is
needed, so that `hanse --help` is instant.

Exit codes: 0 done; 1 checked and found wrong; 2 bad input; 3 infeasible; 4 environment; 130 interrupted.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app import (
    cli_agreement,
    cli_audit,
    cli_backup,
    cli_bench,
    cli_bridge,
    cli_chain,
    cli_community,
    cli_delegation,  # noqa: F401 - adds its commands to those of cli_identity
    cli_evidence,
    cli_files,
    cli_finance,
    cli_govern,
    cli_identity,
    cli_lab,
    cli_market,
    cli_network,
    cli_oracle,
    cli_pareto,
    cli_passport,
    cli_rights,
    cli_rounds,
    cli_serve,
    cli_share,
    cli_shop,
    cli_simulate,
    cli_solve,
    cli_telemetry,
    cli_value,
)
from hanse.app.carbon import GRID
from hanse.app.cli_solve import Grid
from hanse.app.cli_workers import SomeWorkers, Workers

if TYPE_CHECKING:
    from rich.console import Console

    from hanse.errors import HanseError

app = typer.Typer(
    name="hanse",
    help="Independent factories work as one: orders become checked, recorded plans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(cli_rounds.rounds)
app.command()(cli_rounds.solver)
app.command()(cli_rounds.watch)
app.add_typer(cli_telemetry.telemetry)
app.command()(cli_telemetry.machines)
app.add_typer(cli_identity.identity)
app.command()(cli_bench.bench)
app.command()(cli_solve.solve)
app.command()(cli_files.convert)
app.command()(cli_files.preview)
app.command()(cli_files.export)
app.command()(cli_files.export_ledger)
app.command()(cli_share.share)
app.command()(cli_shop.shop)
app.command()(cli_shop.admit)
app.command()(cli_simulate.simulate)
app.add_typer(cli_lab.lab)
app.command()(cli_pareto.pareto)
app.command()(cli_pareto.pick)
app.command()(cli_value.contribution)
app.command()(cli_serve.serve)
app.command()(cli_serve.orders)
app.command()(cli_serve.quotes)
app.command()(cli_serve.resources)
app.command()(cli_chain.chain)
app.command()(cli_audit.audit)
app.add_typer(cli_rights.rights)
app.add_typer(cli_finance.finance)
app.add_typer(cli_passport.passport)
app.add_typer(cli_evidence.evidence)
app.add_typer(cli_market.market)
app.add_typer(cli_agreement.agreement)
app.command()(cli_market.negotiate)
app.command()(cli_market.broker)
app.command()(cli_backup.backup)
app.command()(cli_backup.restore)
app.add_typer(cli_bridge.bridge)
app.add_typer(cli_network.network)
app.add_typer(cli_oracle.oracle)
app.add_typer(cli_govern.govern)
app.add_typer(cli_community.community)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]
Seed = Annotated[int, typer.Option(min=0, help="Draws every random choice.")]
Threads = Annotated[int, typer.Option(min=1, max=1024, help="Solver threads.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write.")]


def main() -> None:
    """Entry point: runs a command and turns every foreseen failure into three lines and an exit code."""
    from hanse.errors import EnvironmentFault, HanseError

    warnings.showwarning = _warn  # type: ignore[assignment]
    warnings.filterwarnings("always", category=UserWarning, module=r"hanse\.ledger")  # a chain may falter twice
    try:
        app()  # usage errors end here with exit code 2
    except HanseError as error:
        _fail(error)
    except OSError as error:
        _fail(EnvironmentFault(f"the system refused: {error.strerror or error}", where=str(error.filename or "")))


@app.command()
def run(
    case: Annotated[str, typer.Argument(help="A packaged case; `hanse cases` lists them.")] = "zhang2019",
    data: Annotated[Path | None, typer.Option(help="Where the league lives. Default: .hanse/CASE")] = None,
    chain: Annotated[str | None, typer.Option(help="An EVM chain, http(s)://…  Default: Hanse's own.")] = None,
    league: Annotated[
        str | None, typer.Option(help="Address of a league on that chain. Default: found a new one.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where report and files go. Default: out/CASE")] = None,
    solvers: Annotated[
        int, typer.Option(min=0, max=16, help="So many solver processes compete for the plan, in a round on the chain.")
    ] = 0,
    by_contribution: Annotated[
        bool,
        typer.Option("--by-contribution", help="Prices divide what a customer's budget leaves by what members added."),
    ] = False,
    grid: Grid = GRID,
    time_limit: Annotated[
        float | None, typer.Option(help="Seconds to search for each plan at most. Default: what the case says.")
    ] = None,
    seed: Seed = 0,
    threads: Threads = 2,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Sail a whole voyage: members, orders, matching, plan, check, block, report. Run again, it continues."""
    from hanse.app import show, voyage
    from hanse.app.story import Story
    from hanse.app.wiring import Settings

    settings = Settings.of(
        case=case,
        data=data,
        chain=chain,
        league=league,
        out=out,
        seed=seed,
        threads=threads,
        solvers=solvers,
        grid=grid,
        by_contribution=by_contribution,
        time_limit=time_limit,
    )
    story = Story(_console(quiet=quiet or as_json))
    record, files = voyage.run(settings, story)
    if as_json:
        _print_json(show.voyage_json(record, files))
    elif not quiet:
        show.voyage(record, files, story.console)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    plan: Annotated[Path, typer.Argument(help="A plan: hanse-plan/1.")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge a plan: 0 feasible and all its claims true, 1 each violation named, 2 bad input."""
    import hanse
    from hanse.app import show

    problem, answer = hanse.read(file), hanse.read_plan(plan)
    judgement = hanse.check(problem, answer)
    if as_json:
        _print_json(show.judgement_json(judgement))
    elif not quiet:
        show.judgement(problem, answer, judgement, _console())
    if not judgement.valid:
        raise typer.Exit(1)


@app.command()
def certify(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    plan: Annotated[Path, typer.Argument(help="A plan: hanse-plan/1.")],
    certificate: Annotated[Path, typer.Argument(help="Where to write the certificate.")],
    time_limit: Annotated[float, typer.Option(help="Seconds to look for prices, if the plan names none.")] = 10.0,
    threads: Threads = 2,
    seed: Seed = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Prove what a plan costs and that no plan costs much less; anyone can check the proof."""
    import hanse
    from hanse.app import certifying
    from hanse.planning.result import Limits

    limits = Limits(time_limit, threads, seed)
    problem, answer = hanse.read(file), hanse.read_plan(plan)
    made = certifying.make(problem, answer, limits)
    certifying.save(made, certificate)
    if as_json:
        _print_json(certifying.as_json(made))
    elif not quiet:
        _console().print(certifying.sentence(made), highlight=False, soft_wrap=True)
        _console().print(f"check it: hanse verify {file} {plan} {certificate}", highlight=False, soft_wrap=True)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    plan: Annotated[Path, typer.Argument(help="A plan: hanse-plan/1.")],
    certificate: Annotated[Path, typer.Argument(help="What `hanse certify` wrote.")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Recompute a certificate from scratch: 0 all of it is true, 1 each lie named, 2 bad input."""
    import hanse
    from hanse.app import certifying

    verdict = certifying.judge(hanse.read(file), hanse.read_plan(plan), certificate)
    if as_json:
        _print_json({"valid": not verdict.lies, "lies": verdict.lies, **certifying.as_json(verdict.certificate)})
    elif not quiet:
        for lie in verdict.lies:
            _console().print(f"✘ {lie}", style="red", highlight=False, markup=False, soft_wrap=True)
        if not verdict.lies:
            _console().print(f"[green]✔[/] true: {certifying.sentence(verdict.certificate)}", highlight=False)
    if verdict.lies:
        raise typer.Exit(1)


@app.command()
def schema(which: Annotated[str, typer.Argument(help="problem or plan")]) -> None:
    """Print the JSON Schema of a format."""
    from hanse.errors import InputError
    from hanse.instances import wire

    if which == "problem":
        _print_json(wire.schema("problem"))
    elif which == "plan":
        _print_json(wire.schema("plan"))
    else:
        raise InputError(f'there is no schema "{which}"', where="WHICH", hint="use problem or plan")


@app.command()
def cases(as_json: Json = False) -> None:
    """List the packaged cases."""
    from hanse.app.cases import CASES

    if as_json:
        _print_json([{"id": entry.id, "summary": entry.summary} for entry in CASES])
        return
    for entry in CASES:
        typer.echo(f"{entry.id:<18}{entry.summary}")


@app.command()
def reindex(
    data: Annotated[Path, typer.Option(help="Where the league lives.")],
    chain: Annotated[str | None, typer.Option(help="The chain the league is on, if it is not Hanse's own.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Throw the read models away and project them from the chain's events again."""
    from hanse.app import wiring

    counts = wiring.reindex(data, chain)
    if as_json:
        _print_json(counts)
    elif not quiet:
        _console().print("rebuilt: " + ", ".join(f"{count} {name}" for name, count in counts.items()), highlight=False)


@app.command()
def decompose(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    by: Annotated[str, typer.Option(help="region, customer or product.")] = "region",
    parts: Annotated[int, typer.Option(help="How many parts.")] = 4,
    restrict: Annotated[bool, typer.Option("--restrict", help="A region uses its own machines only.")] = False,
    cut: Annotated[str, typer.Option(help="How regions are cut: bisection or kmeans.")] = "bisection",
    share_budgets: Annotated[
        bool, typer.Option("--share-budgets", help="Share machines' time budgets out among the parts.")
    ] = False,
    objective: Annotated[str, typer.Option(help="cost, makespan, tardiness, energy or a sum of them.")] = "cost",
    method: Annotated[str, typer.Option(help="auto or an engine, for every part.")] = "auto",
    time_limit: Annotated[float, typer.Option(help="Seconds to search at most, for each part.")] = 60.0,
    workers: Workers = "cores",
    whole: Annotated[bool, typer.Option(help="Also plan the whole, to compare.")] = True,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Plan parts of a problem apart, merge and judge them: 0 a valid plan, 1 the parts collide."""
    import hanse
    from hanse.app import decomposing
    from hanse.app.story import Story
    from hanse.planning import decomposition

    problem = hanse.read(file)
    split = decomposing.split(problem, by, parts, restrict=restrict, cut=cut, seed=seed)
    story = Story(_console(quiet=quiet or as_json))
    with story.stage(f"planning {len(split.parts)} parts") as chapter:
        found = decomposition.decompose(
            problem,
            split,
            objective,
            method,
            time_limit,
            budgets="shared" if share_budgets else "whole",
            seed=seed,
            workers=workers,
            told=chapter.step,
        )
    base = None
    if whole:
        with story.stage("planning the whole"):
            base = hanse.solve(problem, objective, method, time_limit, seed=seed)
    if out is not None and found.plan is not None:
        hanse.write_plan(found.plan, out)
    if as_json:
        _print_json(decomposing.as_json(found, base))
    elif not quiet:
        decomposing.show(problem, found, base, story.console)
    if found.plan is None:
        raise typer.Exit(1)


@app.command()
def reproduce(
    paper: Annotated[
        str,
        typer.Argument(help="A published experiment: radmanesh2021, ramakurthi2022, ramakurthi2023 or zhang2019."),
    ],
    quick: Annotated[bool, typer.Option("--quick", help="Smaller in everything: a minute or two.")] = False,
    rounds: Annotated[
        bool, typer.Option("--rounds", help="Put its claims to independent solvers who compete on a chain.")
    ] = False,
    seeds: Annotated[int | None, typer.Option(min=1, help="ramakurthi2022: runs of each method.")] = None,
    evaluations: Annotated[int | None, typer.Option(min=1, help="ramakurthi2022: plans tried in a run.")] = None,
    workers: SomeWorkers = "cores",
    instances: Annotated[
        Path | None, typer.Option(help="ramakurthi2022: a folder of .fjs files to race on as well.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the findings. Default: out/PAPER")] = None,
    seed: Seed = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Do a paper's experiment again: published beside measured, figures, and a verdict on every claim."""
    from hanse.app.reproduce.sheet import show
    from hanse.app.story import Story

    story, folder = Story(_console(quiet=quiet or as_json)), out or Path("out", f"reproduce-{paper}")
    if rounds:
        from hanse.app.reproduce.rounds import compete, document
        from hanse.app.reproduce.rounds import write as write_rounds

        study = compete(paper, story, quick=quick, seed=seed)
        files, told, drawn = write_rounds(study, folder), document.as_json(study), document.sheet(study)
    elif paper == "zhang2019":
        from hanse.app.reproduce import zhang

        answer = zhang.reproduce(story, quick=quick, seed=seed)
        files, told, drawn = zhang.write(answer, folder), zhang.as_json(answer), zhang.sheet(answer)
    elif paper == "ramakurthi2023":
        from hanse.app.reproduce import ramakurthi2023 as sharing

        shops = sharing.reproduce(story, quick=quick, seed=seed)
        files, told, drawn = sharing.write(shops, folder), sharing.as_json(shops), sharing.sheet(shops)
    elif paper == "ramakurthi2022":
        from hanse.app.reproduce import ramakurthi

        race = ramakurthi.reproduce(
            story, quick=quick, seed=seed, seeds=seeds, evaluations=evaluations, instances=instances,
            kept=folder / "runs", workers=workers,
        )  # fmt: skip
        files, told, drawn = ramakurthi.write(race, folder), ramakurthi.as_json(race), ramakurthi.sheet(race)
    else:
        from hanse.app import reproduce as experiments
        from hanse.app.reproduce import document as findings

        found = experiments.reproduce(paper, story, quick=quick, seed=seed, workers=workers)
        files, told, drawn = experiments.write(found, folder), findings.as_json(found), findings.sheet(found)
    if as_json:
        _print_json(told)
    elif not quiet:
        show(drawn, files.page, story.console)


def _version(value: bool) -> None:
    if value:
        from hanse import __version__

        typer.echo(f"hanse {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


def _console(*, quiet: bool = False) -> Console:
    from rich.console import Console

    return Console(quiet=quiet)


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _warn(message: Warning | str, *_: object) -> None:
    sys.stderr.write(f"warning: {message}\n")


def _fail(error: HanseError) -> None:
    sys.stderr.write(f"error: {error}\n")
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
