"""Custom effects: payloads that are JSON once their places are filled."""

import pytest

from tests import kit
from tests.api.management.making import places, version

SUBJECT = [{"name": "subject", "type": "string"}]
NEW = {
    "name": "mail_hint",
    "title": "Mail hint",
    "payload": '{"subject":"{{subject}}"}',
    "params": SUBJECT,
    "enabled": True,
}

# fmt: off
#    payload                                  params                                       may it be
PAYLOADS = [
    ('{}',                            [],                                       True),
    ('{"a": 1}',                      SUBJECT,                                  True),
    ('{"a": "{{subject}}"}',          SUBJECT,                                  True),
    ('{"a": "Hello {{ subject }}!"}', SUBJECT,                                  True),
    ('{"a": {{subject}}}',            SUBJECT,                                  True),
    ('{"{{subject}}": 1}',            SUBJECT,                                  True),
    ('{"a": {{n}}}',                  [{"name": "n", "type": "number"}],        True),
    ('{"a": {{n}}}',                  [{"name": "n", "type": "(list string)"}], True),
    ('{"a": {{n}}, "b": {{n}}}',      [{"name": "n", "type": "time"}],          True),
    ('{"a": "{{subject}}"}',          [],                                       False),
    ('{"a": "{{other}}"}',            SUBJECT,                                  False),
    ('{"a": "{{}}"}',                 SUBJECT,                                  False),
    ('[1]',                           [],                                       False),
    ('"text"',                        [],                                       False),
    ('{"a": }',                       [],                                       False),
    ('{"a": 1,}',                     [],                                       False),
    ('{"a": {{n}}1}',                 [{"name": "n", "type": "boolean"}],       False),
    ('not json',                      [],                                       False),
]
# fmt: on


@pytest.mark.parametrize("payload, params, may", PAYLOADS)
def test_a_payload_is_an_object_once_it_is_filled(call, payload, params, may):
    body = {**NEW, "payload": payload, "params": params}
    answer = call("POST", "/v1/custom_effects", body, status=201 if may else 400)
    if may:
        assert answer.json()["payload"] == payload
    else:
        assert places(answer) == {"/payload"}


# fmt: off
WRONG = [
    ({"name": "with blank"},                             {"/name"}),
    ({"title": ""},                                      {"/title"}),
    ({"payload": ""},                                    {"/payload"}),
    ({"params": [{"name": "", "type": "string"}]},       {"/params/0/name"}),
    ({"params": [{"name": "a b", "type": "string"}]},    {"/params/0/name"}),
    ({"params": SUBJECT * 2},                            {"/params/1/name"}),
    ({"params": [{"name": "subject", "type": "money"}]}, {"/params/0/type"}),
    ({"applicationIds": [999_999_999]},                  {"/applicationIds/0"}),
]
# fmt: on


@pytest.mark.parametrize("values, where", WRONG)
def test_a_wrong_effect_is_refused(call, values, where):
    body = {**NEW, **values}
    assert places(call("POST", "/v1/custom_effects", body, status=400)) == where
    assert call("GET", "/v1/custom_effects").json()["data"] == []


def test_an_effect_is_made_changed_and_deleted(call, shop):
    other = kit.an_application(call)
    before = version(call, shop.id), version(call, other.id)
    body = {**NEW, "applicationIds": [shop.id]}
    made = call("POST", "/v1/custom_effects", body, status=201).json()
    assert {name: made[name] for name in body} == body
    assert (version(call, shop.id), version(call, other.id)) == (before[0] + 1, before[1])
    path = f"/v1/custom_effects/{made['id']}"
    assert call("GET", path).json() == made
    assert call("GET", "/v1/custom_effects").json() == {"totalResultSize": 1, "data": [made]}
    call("POST", "/v1/custom_effects", NEW, status=409)
    changed = call("PUT", path, {**NEW, "title": "Other", "enabled": False}, status=200).json()
    assert (changed["title"], changed["enabled"]) == ("Other", False)
    assert changed["applicationIds"] == []
    assert version(call, other.id) > before[1]
    call("DELETE", path, status=204)
    call("DELETE", path, status=404)
    call("GET", path, status=404)
    call("PUT", path, NEW, status=404)


def test_effects_of_another_account_are_not_there(call, stranger):
    made = call("POST", "/v1/custom_effects", NEW, status=201).json()
    path = f"/v1/custom_effects/{made['id']}"
    stranger("GET", path, status=404)
    stranger("PUT", path, NEW, status=404)
    stranger("DELETE", path, status=404)
    assert stranger("GET", "/v1/custom_effects").json()["data"] == []
    stranger("POST", "/v1/custom_effects", NEW, status=201)
