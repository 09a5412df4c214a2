"""python -m differential: compares the answers of this server with those of others. See the entry script's `differ`."""

import argparse
import concurrent.futures
import json
import pathlib
import random
import sys
import time

from differential import corpus, generate, handwritten
from differential.answers import verdict
from differential.judge import Judge, read_rules
from differential.references import ONE_OF, ROOT, SERVERS, STATOR, VERSIONS, Missing, Running
from differential.report import Report
from differential.runner import Runner


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./x differ", description=__doc__)
    parser.add_argument("--operation", action="append", help="only this one; may be repeated")
    parser.add_argument("--against", action="append", choices=sorted(set(SERVERS) - {STATOR}), help="only this reference")
    parser.add_argument("--seed", type=int, default=1, help="of the pairs of faults, and of the sample")
    parser.add_argument("--pairs", type=int, default=30, help="pairs of faults for each valid request (30)")
    parser.add_argument("--sample", type=int, help="send only so many requests, drawn from all")
    parser.add_argument("--only", help="only requests whose label has this text")
    parser.add_argument("--cases", choices=("all", "generated", "handwritten"), default="all")
    parser.add_argument("--packages", type=pathlib.Path, default=ROOT / "build/differ", help="where references are kept")
    parser.add_argument("--report", type=pathlib.Path, default=ROOT / "build/differ/report.md")
    parser.add_argument("--write-corpus", action="store_true", help="keep this server's answers for the tests")
    parser.add_argument("--dump", type=pathlib.Path, help="write all requests with what each server said of them")
    return parser.parse_args(arguments)


def choose_cases(options):
    cases = []
    if options.cases != "generated":
        cases += [case for case in handwritten.cases() if not options.operation or case.operation in options.operation]
    if options.cases != "handwritten":
        cases += generate.cases(options.seed, options.pairs, options.operation)
    if options.only:
        cases = [case for case in cases if options.only in case.label]
    if options.sample and options.sample < len(cases):
        cases = random.Random(options.seed).sample(cases, options.sample)
    return cases


def start(options):
    """(the servers that run, what is said of each)."""
    running, told = [], {}
    for name in SERVERS:
        if name != STATOR and options.against and name not in options.against:
            continue
        try:
            running.append(Running(name, options.packages))
            told[name] = VERSIONS[name]()
        except (Missing, OSError) as reason:
            if name == STATOR:
                raise
            told[name] = f"left out: {reason}"
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return running, told


def run_all(server: Running, cases):
    runner = Runner(server)
    begun = time.monotonic()
    one_of = ONE_OF.get(server.name, 1)
    answers = [runner.run(case) if i % one_of == 0 else None for i, case in enumerate(cases)]
    print(f"{server.name}: {-(-len(cases) // one_of)} cases in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return answers


def answers_to(i: int, answers):
    """Of those that were asked the case."""
    return {name: of[i] for name, of in answers.items() if of[i] is not None}


def dump(case, answers) -> str:
    said = {name: [[verdict(answer), answer.body] for answer in of] for name, of in answers.items()}
    return json.dumps({"label": case.label, "steps": case.steps, "answers": said}) + "\n"


def write_corpus(cases, answers, settled) -> None:
    kept = corpus.write(cases, answers, settled)
    fresh = Running(STATOR, packages=None)
    try:
        kept -= corpus.prune(Runner(fresh))
    finally:
        fresh.stop()
    print(f"{kept} cases are in {corpus.CORPUS}")


def main(arguments) -> int:
    options = parse(arguments)
    options.packages.mkdir(parents=True, exist_ok=True)
    judge = Judge(read_rules())
    cases = choose_cases(options)
    running, told = start(options)
    try:
        with concurrent.futures.ThreadPoolExecutor(len(running)) as pool:
            jobs = {server.name: pool.submit(run_all, server, cases) for server in running}
            answers = {name: job.result() for name, job in jobs.items()}
    finally:
        for server in running:
            server.stop()
    report = Report(told)
    settled = []
    for i, case in enumerate(cases):
        found = judge.judge(case, answers_to(i, answers))
        report.add(case, found)
        settled.append(all(difference.why for of in found.values() for difference in of))
    if options.write_corpus:
        write_corpus(cases, answers[STATOR], settled)
    if options.dump:
        options.dump.write_text("".join(dump(case, answers_to(i, answers)) for i, case in enumerate(cases)))
    options.report.write_text(report.text())
    options.report.with_suffix(".jsonl").write_text(report.machine())
    print(report.table())
    print(f"\n{len(report.unexplained)} unexplained differences; the whole report: {options.report}")
    return 1 if report.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
