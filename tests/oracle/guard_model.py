"""What a commit changed by itself and whose file that is, worked out from the
definition in shiji-guard(1), MERGES, in the plainest way: sets of ancestors,
and one path after another. Knows no git; merging of contents is handed in.
"""

import functools
from dataclasses import dataclass, field

LIMIT = 16  # different parents, or merge bases of two, that are told apart
FILE, PROGRAM, LINK = "100644", "100755", "120000"
ORDINARY = (FILE, PROGRAM)
ABSENT = None  # the version of a file that is not there
UNKNOWN = "unknown"  # where no version prevails


@dataclass
class Commit:
    number: int
    parents: list
    files: dict  # {path: (mode, contents)}
    author: str = ""
    note: str = ""
    date: int = 0
    id: str = field(default="", compare=False)

    def version(self, path):
        return self.files.get(path, ABSENT)


class Model:
    """A history: commits in a list, parents before children.

    merge_contents(path, base, ours, theirs) gives the contents that merging
    by records or by lines may come to, as a collection.
    """

    def __init__(self, commits, merge_contents):
        self.commits, self.merge_contents = commits, merge_contents
        self.ancestors_of = functools.cache(self.ancestors_of)
        self.merge_bases = functools.cache(self.merge_bases)

    def ancestors_of(self, number):
        """Of a commit, and the commit itself."""
        found = {number}
        for parent in self.commits[number].parents:
            found |= self.ancestors_of(parent)
        return found

    def independent(self, numbers):
        """Each once, in the order given, without ancestors of others."""
        numbers = list(dict.fromkeys(numbers))
        return [
            number
            for number in numbers
            if not any(number in self.ancestors_of(n) for n in numbers if n != number)
        ]

    def merge_bases(self, a, b):
        return self.independent(sorted(self.ancestors_of(a) & self.ancestors_of(b)))

    def version(self, number, path):
        return self.commits[number].version(path)

    def prevailing(self, heads, path):
        """Rule 2: the version that prevails, or UNKNOWN."""
        versions = {self.version(head, path) for head in heads}
        if len(versions) <= 1:
            return versions.pop() if versions else ABSENT
        if len(heads) > LIMIT:
            return UNKNOWN
        for head in heads:
            if all(self.gives_way(other, head, path) for other in heads):
                return self.version(head, path)
        return UNKNOWN

    def gives_way(self, other, head, path):
        version = self.version(other, path)
        return version == self.version(head, path) or version == self.base(other, head, path)

    def base(self, a, b, path):
        """Rule 3: the version of the merge base."""
        return self.prevailing(self.merge_bases(a, b), path)

    def sides(self, heads, path):
        """Rule 4: the two that changed a file in two ways, or None."""
        for at, one in enumerate(heads):
            for two in heads[at + 1 :]:
                base = self.base(one, two, path)
                versions = [self.version(one, path), self.version(two, path)]
                others = [head for head in heads if head not in (one, two)]
                if (
                    base != UNKNOWN
                    and versions[0] != versions[1]
                    and base not in versions
                    and all(
                        self.version(other, path) == self.base(other, side, path)
                        for other in others
                        for side in (one, two)
                    )
                ):
                    return base, *versions
        return None

    def joined(self, heads, path):
        """Rule 4: the versions that joining two may come to."""
        sides = self.sides(heads, path) if len(heads) <= LIMIT else None
        if sides is None:
            return []
        base, ours, theirs = sides
        if not is_ordinary(ours) or not is_ordinary(theirs):
            return []
        if base is not ABSENT and not is_ordinary(base):
            return []
        mode, contents = (three_way(*(part(side, at) for side in sides)) for at in (0, 1))
        if mode is UNKNOWN:
            return []
        if contents is not UNKNOWN:
            return [(mode, contents)]
        merged = self.merge_contents(path, *(part(side, 1) or b"" for side in sides))
        return [(mode, contents) for contents in merged]

    def given(self, parents, path):
        """The versions that merging gives: none, one, or two ways of joining."""
        heads = self.independent(parents)
        if len(set(parents)) > LIMIT:
            heads = list(dict.fromkeys(parents))
        version = self.prevailing(heads, path)
        return self.joined(heads, path) if version == UNKNOWN else [version]

    def paths(self, number):
        commit = self.commits[number]
        found = set(commit.files)
        for parent in commit.parents:
            found |= set(self.commits[parent].files)
        return sorted(found)

    def own_changes(self, number):
        commit = self.commits[number]
        return [
            path
            for path in self.paths(number)
            if commit.version(path) not in self.given(commit.parents, path)
        ]

    def refused(self, tip, before, officers):
        """{(commit, path)} of a push: what no author speaks for."""
        coming = self.ancestors_of(tip) - self.ancestors_of(before)
        return {
            (number, path)
            for number in coming
            for path in self.own_changes(number)
            if not officers.speaks(self.commits[number].author, path)
        }


def part(version, at):
    return None if version is ABSENT else version[at]


def is_ordinary(version):
    return version is not ABSENT and version[0] in ORDINARY


def three_way(base, ours, theirs):
    if ours == theirs or theirs == base:
        return ours
    return theirs if ours == base else UNKNOWN


class Officers:
    """Offices by the addresses of their authors."""

    def __init__(self, lead, addresses):
        self.lead, self.addresses = lead, addresses

    def owner(self, path):
        parts = path.split("/")
        if len(parts) == 3 and parts[0] == "data" and parts[2].endswith(".tsv"):
            office = parts[2][: -len(".tsv")]
            if office in self.addresses:
                return office
        return self.lead

    def speaks(self, author, path):
        return self.addresses[self.owner(path)] == author
