"""Two hundred malformed job files: each gets a clear error and exit status 2, and nothing is queued."""

import pathlib
import subprocess
import unittest

import harness

FILES = 200


class MalformedJobsTest(harness.EndToEndTest):

    def test_every_malformed_file_is_refused_by_name_and_place_and_nothing_is_queued(self):
        folder = self.root / "malformed"
        folder.mkdir()
        subprocess.run([harness.BIN / "write_malformed_jobs", folder, str(FILES)], check=True)
        files = sorted(folder.iterdir())
        self.assertEqual(len(files), FILES)
        service = self.service()
        for file in files:
            with self.subTest(file.name):
                result = service.client("submit", file, check=False)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn(str(file), result.stderr)
                self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(service.query("SELECT count(*) FROM jobs"), [(0,)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
