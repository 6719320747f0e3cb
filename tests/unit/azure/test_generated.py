"""The tally of random programs."""

from tests.unit.azure.generated import Generated


def test_tally_of_two_programs() -> None:
    made = Generated()
    made.add(["try", ["sleep", 1], ["gather", None, True, ["work", 2], ["work", 3]]], "Completed")
    made.add(["race", [["sleep", 1], ["work", 2]]], "Failed")
    assert made.text().splitlines()[:2] == [
        "2 programs without difference, 2 of them distinct",
        "  ended    Completed 1, Failed 1",
    ]
    assert "  depth    2 1, 3 1" in made.text()
    assert dict(made.constructs) == {"sleep": 2, "work": 2, "try": 1, "gather": 1, "race": 1}
    assert dict(made.nestings) == {
        "main>try": 1,
        "try>sleep": 1,
        "try>gather": 1,
        "gather>work": 1,
        "main>race": 1,
        "race>sleep": 1,
        "race>work": 1,
    }
