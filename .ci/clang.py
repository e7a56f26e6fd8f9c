"""Runs one of clang's checkers over source files, two at a time, with the flags of the release build.

    clang.py tidy FILE…            clang-tidy, by .clang-tidy
    clang.py thread-safety FILE…   clang's thread-safety analysis

A file that passed is not checked again until its preprocessed text, its flags or .clang-tidy change.
Files that the build does not compile are passed over.
"""

import concurrent.futures
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys

BUILD = pathlib.Path("build/release")
PASSED = pathlib.Path("build/clang_passed")
CHECKERS = {
    "tidy": (["clang-tidy", "--quiet"], ["--"]),
    "thread-safety": (["clang++", "-fsyntax-only"], ["-Wthread-safety", "-Werror=thread-safety"]),
}


def flags_by_file():
    """The flags that a checker needs: include folders, definitions, the language."""
    flags = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        kept = []
        for word, argument in zip(words, words[1:] + [""]):
            if word.startswith(("-I", "-D", "-std=")):
                kept.append(word)
            elif word in ("-isystem", "-idirafter"):
                kept += [word, argument]
        flags[str(pathlib.Path(entry["file"]).resolve())] = kept
    return flags


def run(command):
    return subprocess.run(command, capture_output=True, text=True)


def check(checker, file, flags):
    """Returns what the checker has to say: nothing when the file passes."""
    head, tail = CHECKERS[checker]
    text = run(["clang++", "-E", *flags, file])
    if text.returncode:
        return text.stderr
    key = "\n".join([*head, *tail, *flags, pathlib.Path(".clang-tidy").read_text(), text.stdout])
    passed = PASSED / hashlib.sha256(key.encode()).hexdigest()
    if passed.exists():
        return ""
    result = run([*head, file, *tail, *flags])
    if result.returncode:
        return result.stdout + result.stderr
    passed.touch()
    return ""


def main(checker, files):
    PASSED.mkdir(parents=True, exist_ok=True)
    flags = flags_by_file()
    built = [f for f in files if str(pathlib.Path(f).resolve()) in flags]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda f: check(checker, f, flags[str(pathlib.Path(f).resolve())]), built))
    failed = [f for f, report in zip(built, reports) if report]
    print("".join(reports), end="")
    print(f"{checker}: {len(built)} files, {len(failed)} failed {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
