"""Files are read line by line, and what is wrong is said with the number of the line."""

from decimal import Decimal

import pytest

from largesse.http import csvfiles

HEAD = "sku,price\n"


def sent(call, text, *, status):
    raw = text.encode() if isinstance(text, str) else text
    return call("POST", "/files", files={"upFile": ("x.csv", raw, "text/csv")}, status=status)


def line(number, **values):
    return [number, {"isNew": False, **values}]


# fmt: off
#    text                                   lines
READ = [
    (HEAD,                                  []),
    (HEAD + "a,1.50\n",                     [line(2, sku="a", price=1.5)]),
    (HEAD + "a,1\r\n\r\nb,2",               [line(2, sku="a", price=1), line(4, sku="b", price=2)]),
    (HEAD + '"a,\n""b""",1\n',              [line(3, sku='a,\n"b"', price=1)]),
    ("\ufeffPRICE;Sku\n1;a\n",              [line(2, sku="a", price=1)]),
    ("other,sku,price,leftOver\nx,a,1,5\n", [line(2, sku="a", price=1, leftOver=5)]),
    ("sku,price,leftOver\na,1,\n",          [line(2, sku="a", price=1)]),
    ("sku,price,isNew\na,1,true\n",         [[2, {"sku": "a", "price": 1, "isNew": True}]]),
]

#    text                                 lines and titles
WRONG = [
    ("",                                  [("1", "Invalid file")]),
    ("sku\na\n",                          [("1", "Invalid file")]),
    ("sku,price,SKU\n",                   [("1", "Invalid file")]),
    (HEAD + "a,x\n",                      [("2", "format")]),
    (HEAD + "a,1\nb\nc,1\n,2\n",          [("3", "required"), ("5", "required")]),
    (HEAD + "a,1e99\n",                   [("2", "maximum")]),
    ("sku,price,since\na,1,2025-01-31\n", [("2", "format")]),
    (HEAD + '"a,1\n',                     [("2", "Invalid file")]),
    (b"sku,price\n\xff,1\n",              [("N/A", "Invalid file")]),
    (HEAD + "a\0,1\n",                    [("N/A", "Invalid file")]),
]
# fmt: on


@pytest.mark.parametrize("text, lines", READ)
def test_lines_are_read_by_the_names_of_their_columns(call, text, lines):
    assert sent(call, text, status=200).json() == lines


@pytest.mark.parametrize("text, faults", WRONG)
def test_what_is_wrong_is_said_with_the_number_of_its_line(call, text, faults):
    errors = sent(call, text, status=400).json()["errors"]
    assert [(error["source"]["line"], error["title"]) for error in errors] == faults


def test_not_all_of_very_many_faults_are_told(call):
    errors = sent(call, HEAD + "a,x\n" * 1000, status=400).json()["errors"]
    assert len(errors) == csvfiles.FAULTS_MAX


def test_a_file_may_be_the_whole_body(call):
    answer = call("POST", "/files", content=b"sku,price\na,1\n", status=200)
    assert answer.json() == [line(2, sku="a", price=1)]


def test_a_form_without_a_file_is_refused(call):
    body = b'--x\r\nContent-Disposition: form-data; name="a"; filename=""\r\n\r\n\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    call("POST", "/files", content=body, headers=headers, status=400)
    call("POST", "/files", content=b"--x--\r\n", headers=headers, status=400)
    broken = {"Content-Type": "multipart/form-data"}
    call("POST", "/files", content=body, headers=broken, status=400)


def test_a_file_may_be_larger_than_a_json_body(call):
    raw = b"x" * 6_000_000
    files = {"upFile": ("x.bin", raw, "text/csv")}
    assert call("POST", "/raw-files", files=files, status=200).json() == len(raw)


def test_a_file_to_download_has_a_name_and_a_first_line(call):
    answer = call("GET", "/files/2", status=200)
    assert answer.headers["Content-Type"] == "application/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lines.csv"'
    wanted = '"a,""b""",1.50,,false,2025-01-31T00:00:00Z,\n'
    assert answer.text == "sku,price,leftOver,isNew,since,tags\n" + 2 * wanted


def test_a_large_file_is_sent_in_parts(call):
    lines = call("GET", "/streams/5000", status=200).text.splitlines()
    assert len(lines) == 5001
    assert lines[-1] == '4999,4999,,true,,"[""a"",""b""]"'


def test_what_is_written_can_be_read(call):
    text = call("GET", "/files/1").text
    (found,) = sent(call, text, status=200).json()
    assert found[1]["since"] == "2025-01-31T00:00:00Z"
    assert Decimal(str(found[1]["price"])) == Decimal("1.5")
