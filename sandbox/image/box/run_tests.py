"""Runs Python tests (pytest where it is there, else unittest) and appends one JSON line per test to NEXUS_TESTS."""

import json
import os
import sys

ROOT = os.environ.get("NEXUS_ROOT", "/")


def tell(name, file, status, message=""):
    path = os.environ.get("NEXUS_TESTS")
    if path is None:
        return
    line = {"name": name, "file": os.path.relpath(file, ROOT), "status": status, "message": message[:2000]}
    with open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def with_pytest(paths):
    import pytest

    class Teller:
        def pytest_runtest_logreport(self, report):
            file, _, name = report.nodeid.partition("::")
            if report.when == "call" or report.outcome != "passed":
                message = report.longreprtext if report.outcome == "failed" else ""
                tell(name, os.path.abspath(file), report.outcome, message)

        def pytest_collectreport(self, report):
            if report.failed:
                tell(report.nodeid, os.path.abspath(report.nodeid.partition("::")[0]), "failed", report.longreprtext)

    return pytest.main(["-p", "no:cacheprovider", "--color=no", *paths], plugins=[Teller()])


def with_unittest(paths):
    import importlib.util
    import unittest

    class Result(unittest.TextTestResult):
        def _tell(self, test, status, message=""):
            file = getattr(sys.modules.get(type(test).__module__), "__file__", None) or ROOT
            tell(test.id(), file, status, message)

        def addSuccess(self, test):
            super().addSuccess(test)
            self._tell(test, "passed")

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            self._tell(test, "skipped")

        def addFailure(self, test, err):
            super().addFailure(test, err)
            self._tell(test, "failed", str(err[1]))

        def addError(self, test, err):
            super().addError(test, err)
            self._tell(test, "failed", str(err[1]))

    suite = unittest.TestSuite()
    for number, path in enumerate(paths):
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        name = os.path.splitext(os.path.basename(path))[0]
        spec = importlib.util.spec_from_file_location(name if name not in sys.modules else f"{name}_{number}", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            tell(name, os.path.abspath(path), "failed", f"{type(error).__name__}: {error}")
            print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result).run(suite)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    try:
        import pytest  # noqa: F401
    except ImportError:
        sys.exit(with_unittest(sys.argv[1:]))
    sys.exit(with_pytest(sys.argv[1:]))
