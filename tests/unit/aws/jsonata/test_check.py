"""What the check of an emitted expression accepts and what it says."""

import subprocess
import sys

import pytest
from portable_faas_aws.jsonata.check import problems

GOOD = [
    "$x + 1",
    "($y := 1; $y + $x)",
    "[$map($x, function($v, $i){$v & $i})[]]",
    '$x.a.`b c`[0] = "?? ?:"',
    "$contains($x, /a?:b/)",
    "[1..3]",
    '$x ? {"a": $x} : null',
]
BAD = {
    '$eval("1")': "$eval is not a function that every evaluator has",
    "$now()": "$now is not a function that every evaluator has",
    "$x ?: 1": "the operator ?: is of JSONata 2.1, Step Functions has 2.0.6",
    "$x ?? 1": "the operator ?? is of JSONata 2.1, Step Functions has 2.0.6",
    "$": "the context $ is used, which holds nothing",
    "$$.a": "the context $ is used, which holds nothing",
    "$x[$ > 1]": "the context $ is used, which holds nothing",
    "a.b": "a is read from the context, which holds nothing",
    "$x.a[b = 1]": "b is read from the context, which holds nothing",
    "$y": "$y is not a known variable",
    "($y := $y; $y)": "$y is not a known variable",
    "[$map($x, function($v){$w})[]]": "$w is not a known variable",
    "$x ~> $sum": "apply is not among what the lowering writes",
    "$x^(a)": "sort is not among what the lowering writes",
    "$string(1)(2)": "a computed function is called",
}


@pytest.mark.parametrize("source", GOOD)
def test_a_good_expression_has_no_problem(source: str) -> None:
    assert problems(source, {"x"}) == []


@pytest.mark.parametrize("source", BAD)
def test_a_problem_is_named(source: str) -> None:
    assert BAD[source] in problems(source, {"x"})


def test_the_port_leaves_the_recursion_limit_as_it_was() -> None:
    code = "import sys; before = sys.getrecursionlimit(); import portable_faas_aws.jsonata.check; "
    code += "print(sys.getrecursionlimit() == before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@pytest.mark.parametrize("source", ["1 +", "(", '"a', "$x{"])
def test_a_syntax_error_is_a_problem(source: str) -> None:
    assert problems(source, {"x"})[0].startswith("it is not JSONata: ")
