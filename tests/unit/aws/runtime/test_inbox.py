"""The inbox of a run: who gets which event, in which order, and what goes back."""

import pytest
from portable_faas_aws.runtime import inbox


def raised(body: inbox.Body, *names: str) -> None:
    for name in names:
        event_id = f"{name}{body.get('number', 0)}"
        assert inbox.verdict(body, event_id) == "new"
        inbox.add(body, name, f'"{name}"', event_id)


def test_a_wait_that_begins_later_gets_what_is_there() -> None:
    body: inbox.Body = {}
    raised(body, "go")
    assert inbox.begin(body, 0, "#1", "go")
    event = inbox.receive(body, 0, "#1")
    assert event is not None
    assert (event.name, event.data) == ("go", '"go"')
    assert body["events"] == []


def test_the_oldest_wait_gets_the_event_whoever_registered_its_bell_first() -> None:
    body: inbox.Body = {}
    inbox.begin(body, 0, "/0.0#0", "go")
    inbox.begin(body, 0, "/0.1#0", "go")
    inbox.attach(body, 0, "/0.1#0", "second")
    raised(body, "go")
    assert inbox.bells(body) == []
    assert inbox.attach(body, 0, "/0.0#0", "first")
    assert inbox.bells(body) == ["first"]
    assert inbox.hold(body, 0, "/0.1#0") is None


def test_asking_again_gives_the_same_event() -> None:
    body: inbox.Body = {}
    raised(body, "n", "n")
    inbox.begin(body, 0, "#1", "n")
    assert inbox.receive(body, 0, "#1") == inbox.receive(body, 0, "#1")
    assert len(body["events"]) == 1
    inbox.begin(body, 0, "#2", "n")
    inbox.receive(body, 0, "#2", since=1)
    assert list(body["received"]) == ["#2"]


def test_out_of_time_stays_out_of_time_and_the_event_goes_to_the_next_wait() -> None:
    body: inbox.Body = {}
    inbox.begin(body, 0, "#1", "go")
    assert inbox.receive(body, 0, "#1") is None
    raised(body, "go")
    assert inbox.receive(body, 0, "#1") is None
    assert inbox.begin(body, 0, "#2", "go")


def test_what_a_losing_branch_holds_goes_back_to_its_place() -> None:
    body: inbox.Body = {}
    inbox.begin(body, 0, "/0.0/0.0#0", "a")
    raised(body, "a", "a")
    held = inbox.hold(body, 0, "/0.0/0.0#0")
    inbox.close(body, 0, "", 0, set())
    inbox.begin(body, 0, "#1", "a")
    assert inbox.receive(body, 0, "#1") == held


def test_what_the_program_received_from_a_group_is_gone() -> None:
    body: inbox.Body = {}
    inbox.begin(body, 0, "/0.0#0", "a")
    raised(body, "a")
    held = inbox.hold(body, 0, "/0.0#0")
    assert held is not None
    inbox.close(body, 0, "", 0, {held.number})
    assert body["events"] == []


def test_a_branch_of_a_group_that_has_ended_gets_nothing_more() -> None:
    body: inbox.Body = {}
    inbox.close(body, 0, "/0.1", 0, set())
    with pytest.raises(inbox.Abandoned):
        inbox.begin(body, 0, "/0.1/0.2#1", "a")
    inbox.begin(body, 0, "/0.1/1.2#1", "a")
    inbox.close(body, 0, "", 0, set())
    with pytest.raises(inbox.Abandoned):
        inbox.begin(body, 0, "/0.1/1.2#1", "a")


def test_events_outlive_a_run_and_its_lambdas_do_not() -> None:
    body: inbox.Body = {}
    inbox.begin(body, 0, "/0.0#0", "a")
    raised(body, "a")
    inbox.begin(body, 1, "#1", "a")
    with pytest.raises(inbox.Abandoned):
        inbox.hold(body, 0, "/0.0#0")
    assert inbox.receive(body, 1, "#1") is not None
    assert inbox.verdict(body, "a0") == "duplicate"


def test_the_inbox_is_full_at_a_thousand() -> None:
    body: inbox.Body = {}
    raised(body, *["n" * 250] * inbox.WAITING)
    assert inbox.verdict(body, "one more") == "full"


def test_a_child_is_told_of_once() -> None:
    body: inbox.Body = {}
    inbox.add_child(body, 0, "#1", "below", "key")
    assert inbox.attach_child(body, 0, "#1", "token") is None
    assert inbox.end_child(body, "#1", "other", {"value": "1"}) is None
    assert inbox.end_child(body, "#1", "key", {"value": "1"}) == "token"
    inbox.forget_child(body, "#1", "key")
    assert inbox.take_children(body, "") == []


def test_a_child_of_an_earlier_run_that_was_not_forgotten_gives_way() -> None:
    body: inbox.Body = {}
    inbox.add_child(body, 0, "#1", "below", "key")
    inbox.end_child(body, "#1", "key", {"value": "1"})  # and then its Lambda dies
    inbox.add_child(body, 1, "#1", "below again", "other")
    assert inbox.attach_child(body, 1, "#1", "token") is None
    inbox.add_child(body, 1, "#1", "below again", "other")  # the same once more
    assert inbox.end_child(body, "#1", "key", {"value": "1"}) is None
    assert inbox.end_child(body, "#1", "other", {"value": "2"}) == "token"


def test_children_of_a_group_that_has_ended_are_given_back() -> None:
    body: inbox.Body = {}
    inbox.add_child(body, 0, "/0.1#0", "below", "key")
    inbox.add_child(body, 0, "#1", "other", "key")
    assert inbox.close(body, 0, "", 0, set()) == [("below", "key")]
    with pytest.raises(inbox.Abandoned):
        inbox.attach_child(body, 0, "/0.1#0", "token")


def test_as_many_ends_as_are_wanted_and_no_more() -> None:
    body: inbox.Body = {}
    group = {"fiber": "/0", "wanted": 2}
    assert not inbox.add_end(body, 0, group, {"index": 3})
    assert not inbox.add_end(body, 0, group, {"index": 3})
    assert inbox.add_end(body, 0, group, {"index": 1})
    assert inbox.add_end(body, 0, group, {"index": 0})
    assert inbox.ends(body, "/0") == [{"index": 3}, {"index": 1}]


def test_ends_of_inner_groups_are_forgotten_when_a_later_group_has_ended() -> None:
    body: inbox.Body = {}
    inbox.add_end(body, 0, {"fiber": "/0.1/0", "wanted": 1}, {"index": 0})
    inbox.add_end(body, 0, {"fiber": "/0.10", "wanted": 1}, {"index": 0})
    inbox.close(body, 0, "", 0, set())
    assert inbox.ends(body, "/0.1/0") == [{"index": 0}]  # the step after the group may be done again
    inbox.add_end(body, 0, {"fiber": "/1.0/0", "wanted": 1}, {"index": 2})
    inbox.close(body, 0, "", 1, set())
    assert list(body["ends"]) == ["/1.0/0"]


def test_a_run_that_a_branch_ends_gives_back_its_children_until_they_are_forgotten() -> None:
    body: inbox.Body = {}
    inbox.add_child(body, 0, "/0.0#0", "below", "key")
    assert inbox.leave(body, 0) == inbox.leave(body, 0) == [("below", "key")]
    with pytest.raises(inbox.Abandoned):
        inbox.add_child(body, 0, "/0.1#0", "late", "key")
    assert inbox.take_children(body, "") == [("below", "key")]
    assert inbox.leave(body, 0) == []


def test_who_says_first_how_an_activity_ended_is_believed() -> None:
    body: inbox.Body = {}
    assert inbox.settle(body, 0, "#1", {"gave": "7"}) == {"gave": "7"}
    assert inbox.settle(body, 0, "#1", {"lost": True}) == {"gave": "7"}
    assert inbox.settle(body, 0, "#2", {"lost": True}) == {"lost": True}
    assert inbox.settle(body, 0, "#2", {"gave": "8"}) == {"lost": True}
    assert list(body["settled"]) == [""]


def test_activities_that_failed_are_tried_again_when_the_instance_is() -> None:
    body: inbox.Body = {}
    inbox.settle(body, 0, "#1", {"broke": "an error"})
    inbox.settle(body, 0, "/0.0#1", {"gave": "7"})
    inbox.unsettle(body)
    assert inbox.settle(body, 0, "#1", {"gave": "8"}) == {"gave": "8"}
    assert inbox.settle(body, 0, "/0.0#1", {"lost": True}) == {"gave": "7"}


def test_a_branch_that_is_over_settles_nothing() -> None:
    body: inbox.Body = {}
    inbox.settle(body, 0, "/0.1#1", {"gave": "7"})
    inbox.close(body, 0, "", 0, set())
    assert body["settled"] == {}
    with pytest.raises(inbox.Abandoned):
        inbox.settle(body, 0, "/0.1#2", {"gave": "8"})


def test_what_pauses_is_rung_by_every_resume_until_the_next_suspension() -> None:
    body: inbox.Body = {}
    assert inbox.pause(body, "early")  # not suspended: it goes on
    inbox.suspend(body, 10)
    inbox.suspend(body, 11)
    assert not inbox.pause(body, "a")
    assert inbox.resume(body, 20) == ["a"]
    assert inbox.resume(body, 21) == ["a"]
    inbox.suspend(body, 30)
    assert inbox.resume(body, 40) == []
    assert body["suspensions"] == [[10, 20], [30, 40]]
