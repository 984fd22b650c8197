"""Pasted tables: what is understood, and what is refused, with the line named."""

import time

import numpy as np
import pytest

from nnlib.datasets import read_pasted

ROWS = [[1.5, 2.0], [-0.5, 1e3], [0.25, 0.0]]


@pytest.mark.parametrize(
    "text",
    [
        "1.5,2,cat\n-0.5,1e3,dog\n.25,0.,cat",
        "1.5, 2 , cat\n-.5, 1000,dog\n+0.25,0,cat\n",
        "1,5;2;cat\n-0,5;1000;dog\n0,25;0,0;cat",
        "1.5;2;cat\n-0.5;1000;dog\n0.25;0;cat",
        "1.5\t2\tcat\n-0,5\t1e3\tdog\n0,25\t0\tcat",
        "1.5 2 cat\n-0.5   1000  dog\n  0.25 0 cat  ",
        "\n\n1.5,2,cat\n\n-0.5,1e3,dog\n   \n0.25,0,cat\n\n",
        "\ufeff1.5,2,cat\r\n-0.5,1e3,dog\r\n0.25,0,cat\r\n",
        "1.5,2,cat\r-0.5,1e3,dog\r0.25,0,cat",
        '"1.5","2","cat"\n"-0.5","1e3","dog"\n0.25,0,"cat"',
    ],
)
def test_separators_decimal_commas_and_quotes(text):
    table = read_pasted(text)
    np.testing.assert_array_equal(table.x, np.array(ROWS, np.float32))
    assert table.x.dtype == np.float32
    assert table.labels.dtype == np.int64
    assert table.labels.tolist() == [0, 1, 0]
    assert table.classes == ("cat", "dog")
    assert table.features == ("x1", "x2")


@pytest.mark.parametrize(
    ("header", "features"),
    [
        ("width,height,kind", ("width", "height")),
        ("u-g,g-r,class", ("u-g", "g-r")),
        ('"sepal length; cm",Höhe,', ("sepal length; cm", "Höhe")),
    ],
)
def test_a_header_names_the_features(header, features):
    table = read_pasted(f"{header}\n1,2,a\n3,4,b")
    assert table.features == features
    assert table.x.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("cells", "classes", "labels"),
    [
        (["0", "1", "0"], ("0", "1"), [0, 1, 0]),
        (["10", "9", "-1"], ("-1", "9", "10"), [2, 1, 0]),  # by value, not by letter
        (["01", "1", "+2"], ("1", "2"), [0, 0, 1]),
        (["b", "a", "B"], ("B", "a", "b"), [2, 1, 0]),
        (["yes", "no no", "2"], ("2", "no no", "yes"), [2, 1, 0]),
        (["1.5", "2.5", "1.5"], ("1.5", "2.5"), [0, 1, 0]),
        (["nan", "inf", "nan"], ("inf", "nan"), [1, 0, 1]),  # names like others
    ],
)
def test_classes_are_numbered_in_order(cells, classes, labels):
    table = read_pasted("\n".join(f"{i},{cell}" for i, cell in enumerate(cells)))
    assert table.classes == classes
    assert table.labels.tolist() == labels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "separated by semicolons, tabs, commas or spaces, got no text; paste"),
        (" \n\t\n", "got no text"),
        ("one\ntwo", "got 'one'"),
        ("1,a", "expected two samples or more, got 1"),
        ("width,kind\n1,a", "expected two samples or more, got 1"),
        ("1,2,a\n\n3,b", "line 3: expected 3 columns, separated by comma, as in line 1, got 2"),
        ("1,a\n2,b,", "line 2: expected 2 columns, separated by comma, as in line 1, got 3"),
        ("1,a\n,b", "line 2, column 1: expected a number, the cell is empty"),
        ("1,2,a\n1,,b", "line 2, column 2: expected a number, the cell is empty"),
        ("1,a\nnan,b", "line 2, column 1: expected a number, got 'nan'"),
        ("nan,a\n1,b", "line 1, column 1: expected a number, got 'nan'"),
        ("1,a\n-inf,b", "line 2, column 1: expected a number, got '-inf'"),
        ("1,a\n1e400,b", "line 2, column 1: expected a number, got '1e400'"),
        ("1,a\n1e39,b", "line 2, column 1: expected a number, got '1e39'"),  # inf in float32
        ("1,a\n=1+1,b", "line 2, column 1: expected a number, got '=1.1'; write its value"),
        ("=A1,a\n1,b\n2,c", "line 1, column 1: expected a number, got '=A1'; write its value"),
        ("1,a\n1_000,b", "line 2, column 1: expected a number, got '1_000'"),
        ("1,a\n0x1F,b", "line 2, column 1: expected a number, got '0x1F'"),
        ("1,a\n١,b", "line 2, column 1: expected a number"),
        ("1;a\n1.000,5;b", "line 2, column 1: expected a number, got '1.000,5'"),
        ("x,y,kind\n1,wide,a\n2,3,b", "line 2, column 2: expected a number, got 'wide'"),
        ("1,a\n2,", "line 2: expected a class in the last column, got none"),
        ("1,a\n2,a", "expected two classes or more in the last column, got only 'a'"),
        ("1,1\n2,01", "expected two classes or more in the last column, got only '1'"),
        (
            "\n".join(f"1,{i}.5" for i in range(30)),
            "at most 20 classes .*, got 30; put the cl",
        ),
        ('1,"a\n2,b', "line 2: unexpected end of data; remove the quotation marks"),
        ('1,"a"b\n2,b', "line 1: .* remove the quotation marks"),
        ('1,"a\nb"\n2,c', "line 2: expected a name of at most 40 characters on one line"),
        ("1,a\x00\n2,b", "line 1: expected a name of at most 40 characters"),
        ("1," + "a" * 41 + "\n2,b", "line 1: expected a name .* got 'aaa.*[.]{3}'; shorten it"),
        ("w" * 41 + ",k\n1,a\n2,b", "line 1: expected a name of at most 40"),
        (
            "\n".join(["1,a", "2,b"] * 6000),
            "line 10001: expected at most 10,000 samples, got 12",
        ),
        ("\n".join([",".join("1" * 101)] * 2), "line 1: expected at most 100 columns, got 101"),
        ("1," + '"' + "a" * 200_000 + '"\n2,b', "line 1: field larger"),
        ("1,a\n" * 600_000, "at most 2,000,000 characters, got 2,400,000; paste a part"),
        (";;\n;;", "expected two samples or more, got only semicolons"),
    ],
)
def test_hostile_text_is_refused_and_the_line_named(text, message):
    start = time.perf_counter()
    with pytest.raises(ValueError, match=message) as caught:
        read_pasted(text)
    assert time.perf_counter() - start < 5
    assert len(str(caught.value)) < 300


def test_limits_may_be_narrower():
    with pytest.raises(ValueError, match="line 4: expected at most 2 samples, got 3"):
        read_pasted("x,k\n1,a\n2,b\n3,c", max_rows=2)
    with pytest.raises(ValueError, match="line 1: expected at most 2 columns, got 3"):
        read_pasted("1,2,a\n3,4,b", max_columns=2)


@pytest.mark.parametrize("text", [None, b"1,a\n2,b", 5, ["1,a"]])
def test_only_text_is_read(text):
    with pytest.raises(TypeError, match="read_pasted expects text, got"):
        read_pasted(text)


def test_damaged_text_is_read_or_refused_but_breaks_nothing():
    rng = np.random.default_rng(0)
    letters = list("0123456789.,;\t \n\"'=-+eaX\r\x00é")
    read = refused = 0
    for _ in range(3000):
        text = list("width,height,kind\n1.5,2,cat\n-0.5,1e3,dog\n0.25,0,cat\n")
        for place in rng.integers(0, len(text), size=rng.integers(1, 6)):
            text[place] = str(rng.choice(letters))
        try:
            table = read_pasted("".join(text))
        except ValueError:
            refused += 1
            continue
        read += 1
        assert np.isfinite(table.x).all()
        assert len(table.x) == len(table.labels) >= 2
        assert set(table.labels) == set(range(len(table.classes)))
        assert len(table.features) == table.x.shape[1]
    assert min(read, refused) > 100
