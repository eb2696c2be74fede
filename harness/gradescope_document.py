"""Gradescope's results.json by its published specification: what is wrong with one?"""

TOP = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "output_format": str,
    "test_output_format": str,
    "test_name_format": str,
    "visibility": str,
    "stdout_visibility": str,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
TEST = {
    "score": (int, float),
    "max_score": (int, float),
    "status": str,
    "name": str,
    "name_format": str,
    "number": str,
    "output": str,
    "output_format": str,
    "tags": list,
    "visibility": str,
    "extra_data": dict,
}
CHOICES = {
    "status": ("passed", "failed"),
    "output_format": ("text", "html", "simple_format", "md", "ansi"),
    "visibility": ("visible", "hidden", "after_due_date", "after_published"),
}


def complaints_about(document):
    """What the specification does not allow, as sentences."""
    found = list(_of(document, TOP, "the document"))
    if "score" not in document and not document.get("tests"):
        found.append("it has neither a score nor tests")
    for test in document.get("tests", ()):
        found += _of(test, TEST, f"test {test.get('number')}")
        if not 0 <= test.get("score", 0) <= test.get("max_score", 0):
            found.append(f"test {test.get('number')}: a score out of range")
    return found


def _of(given, known, where):
    for name, value in given.items():
        if name not in known:
            yield f"{where}: {name} is unknown"
        elif not isinstance(value, known[name]) or isinstance(value, bool):
            yield f"{where}: {name} is {value!r}"
        elif name in CHOICES and value not in CHOICES[name]:
            yield f"{where}: {name} is {value!r}"
