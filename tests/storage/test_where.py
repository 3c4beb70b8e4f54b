"""Conditions keep their values apart, however often a value stands in one."""

from largesse.storage.where import Where


def test_every_condition_has_its_own_value():
    where = Where("owner = {}", 7)
    where.add("name = {} or title = {}", "a")
    where.say("not gone")
    where.add("size > {}", 3)
    assert str(where) == "(owner = $1) and (name = $2 or title = $2) and (not gone) and (size > $3)"
    assert where.values == [7, "a", 3]
