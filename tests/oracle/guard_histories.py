"""Random histories for the guard: of a small book that four addresses change,
by plain commits, take-backs and renames, and by merges of two to five parents,
honest ones and others. They are written as loose objects, so that a commit may
have parents that no command of git would give it.
"""

import hashlib
import random
import zlib

from guard_model import ABSENT, FILE, LINK, PROGRAM, UNKNOWN, Commit, Model, Officers

SEED = 20221105
LEAD, AGRI, STATS, NOBODY = (f"desk@{name}.example.org" for name in "lead agri stats other".split())
OFFICERS = Officers("lead", {"lead": LEAD, "agri": AGRI, "stats": STATS})
AUTHORS = (LEAD, AGRI, STATS, NOBODY)
FIRST_DATE = 1640995200
MOST_PARENTS = 5

GUARD = "%rec: Guard\n\nLead: lead\n" + "".join(
    f"\n%rec: Officer\n\nOffice: {office}\nAuthor: {address}\n"
    for office, address in OFFICERS.addresses.items()
)
UNITS = ("east", "south", "west", "north")
FIXED = {
    "book.rec": "%rec: Book\n\nName: Four counties\nPeriod: month\n",
    "measures.rec": "%rec: Measure\n\n"
    + "\n".join(
        f"Id: {office}_{period}\nName: {office} {period}\nUnit: t\nSource: {office}\n{every}"
        for office in OFFICERS.addresses
        for period, every in (("month", ""), ("year", "Every: year\n"))
    ),
    "offices.rec": "%rec: Office\n\n"
    + "\n".join(f"Id: {office}\nName: Office of {office}\n" for office in OFFICERS.addresses),
    "schemes/2022-10.rec": "%rec: Scheme\n\nName: Scheme\nPoints: 9\n\n%rec: Item\n\n"
    "Id: grain\nName: Grain\nPoints: 9\nRule: clamp(agri_month, 0, 9)\n",
}  # fmt: skip


# Contents: a list of small numbers makes each, so that the same change is made
# twice, and taken back, more often than in life. A row or record whose number
# is GONE is not there.
NUMBERS, GONE = range(4), 3


def table(path, numbers):
    _, period, name = path.split("/")
    measure = f"{name[:-4]}_{'month' if '-' in period else 'year'}"
    rows = (f"{measure}\t{u}\t{n}\n" for u, n in zip(UNITS, numbers) if n != GONE)
    return "measure\tunit\tvalue\n" + "".join(rows)


def units(_path, numbers):
    records = (f"\nId: {u}\nName: {u}\nNote: {n}\n" for u, n in zip(UNITS, numbers))
    return "%rec: Unit\n" + "".join(records)


def guard(_path, numbers):
    return GUARD + f"\n# {numbers}\n"


def prose(path, numbers):
    return f"{path}\n" + "".join(f"line {at}\nis {n}\n\n" for at, n in enumerate(numbers))


MAKERS = {
    "data/2022-10/agri.tsv": table,
    "data/2022-10/stats.tsv": table,
    "data/2022/agri.tsv": table,
    "data/2022-10/lead.tsv": table,
    "units.rec": units,
    "guard.rec": guard,
    "notes.txt": prose,
    "plan": prose,
    "plan/a.txt": prose,
    "plan/b.txt": prose,
}
PATHS = tuple(MAKERS)
BEGUN = PATHS[:7]
NEVER_GONE = ("units.rec",)  # the book would not be sound without


class Random:
    """A history, commit by commit."""

    def __init__(self, number, length, merge_contents):
        self.random = random.Random(SEED * 31 + number)
        self.prefix = self.random.choice(("", "", "books/city/"))
        self.numbers = {}  # of the contents that were made
        self.focus = self.random.sample(PATHS, 4)  # what changes, so that it meets
        self.commits = []
        self.model = Model(self.commits, merge_contents)
        files = {path: (FILE, text.encode()) for path, text in FIXED.items()}
        for path in BEGUN:
            files[path] = (FILE, self.contents(path, (0, 0, 0, 0)))
        self.add([], files, LEAD, "begin")
        while len(self.commits) < length:
            self.step()

    def chance(self, share):
        return self.random.random() < share

    def add(self, parents, files, author, note):
        number = len(self.commits)
        drift = self.random.choice((0, 0, 0, 0, -9, 7, 1000)) * 86400
        commit = Commit(number, parents, files, author, note, FIRST_DATE + 86400 * number + drift)
        self.commits.append(commit)
        return commit

    def contents(self, path, numbers):
        text = MAKERS[path](path, tuple(numbers)).encode()
        self.numbers[path, text] = tuple(numbers)
        return text

    def tips(self):
        """Commits without a child."""
        behind = {parent for commit in self.commits for parent in commit.parents}
        return [commit.number for commit in self.commits if commit.number not in behind]

    def recent(self):
        return self.random.randrange(max(0, len(self.commits) - 7), len(self.commits))

    def any_commit(self):
        kind = self.random.random()
        if kind < 0.5:
            return self.random.choice(self.tips())
        return self.recent() if kind < 0.9 else self.random.randrange(len(self.commits))

    def step(self):
        kind = self.random.random()
        if kind < 0.55 or len(self.commits) < 4:
            self.plain(self.any_commit())
        elif kind < 0.7:
            self.across()
        elif kind < 0.72:
            self.unrelated()
        else:
            self.merge(self.parents())

    # Plain commits

    def plain(self, parent):
        files = dict(self.commits[parent].files)
        author, notes = self.random.choice(AUTHORS[:3]), []
        if self.chance(0.1):
            author = NOBODY
        own = [path for path in self.focus if OFFICERS.speaks(author, path)]
        if not own or self.chance(0.04):
            own = self.focus
        if author == NOBODY and self.chance(0.7):
            own = ()  # a commit that changes nothing, to build upon
        for _ in range(self.random.choice((1, 1, 2)) if own else 0):
            notes.append(self.change(files, self.random.choice(own)))
        return self.add([parent], files, author, ", ".join(notes) or "nothing").number

    def change(self, files, path):
        kinds = ("edit", "edit", "edit", "mode", "link", "lose", "move", "older")
        kind = self.random.choice(kinds)
        if kind in ("lose", "move", "link") and path in NEVER_GONE:
            kind = "edit"
        if kind == "link" and path.startswith("data/"):
            kind = "mode"  # a link is no sound data, as each commit would be told
        if kind != "older" and path not in files:
            kind = "edit"
        getattr(self, kind)(files, path)
        return f"{kind} {path}"

    def edit(self, files, path):
        mode, text = files.get(path, (FILE, b""))
        numbers = list(self.numbers.get((path, text), (0, 0, 0, 0)))
        numbers[self.random.randrange(4)] = self.random.choice(NUMBERS)
        self.put(files, path, (FILE if mode == LINK else mode, self.contents(path, numbers)))

    def mode(self, files, path):
        mode, text = files[path]
        files[path] = (PROGRAM if mode == FILE else FILE, text)

    def link(self, files, path):
        """To somewhere, or in type alone."""
        files[path] = (LINK, self.random.choice((b"notes.txt", b"README", files[path][1])))

    def lose(self, files, path):
        del files[path]

    def move(self, files, path):
        """A rename: git keeps none, and the guard guesses none."""
        version = files.pop(path)
        self.put(files, self.random.choice(("notes.txt", "plan", "plan/a.txt", path)), version)

    def older(self, files, path):
        """As it was in some commit."""
        self.put(files, path, self.random.choice(self.commits).version(path))

    @staticmethod
    def put(files, path, version):
        """A folder gives way to a file of its name, and a file to a folder."""
        if version is ABSENT:
            if path not in NEVER_GONE:
                files.pop(path, None)
            return
        for other in [name for name in files if name.startswith(path + "/")]:
            del files[other]
        if "/" in path:
            files.pop(path[: path.rindex("/")], None)
        files[path] = version

    def unrelated(self):
        files = dict(self.commits[0].files)
        for _ in range(3):
            self.change(files, self.random.choice(self.focus))
        self.add([], files, self.random.choice(AUTHORS), "unrelated")

    # Merges

    def parents(self):
        count = self.random.choice((2, 2, 2, 3, 3, 4, MOST_PARENTS))
        parents = [self.any_commit() for _ in range(count)]
        if self.chance(0.8):
            # None behind another one.
            order = self.random.sample(range(len(self.commits)), len(self.commits))
            parents = []
            for number in order:
                if len(self.model.independent([*parents, number])) > len(parents):
                    parents = self.model.independent([*parents, number])
            parents = parents[:count]
        if self.chance(0.15):
            # A commit, a child of it that changes nothing, and something old.
            files = self.commits[parents[0]].files
            parents.append(self.add([parents[0]], files, NOBODY, "nothing").number)
            parents.append(self.random.choice(sorted(self.model.ancestors_of(parents[0]))))
        if len(parents) == 1 or self.chance(0.1):
            parents.append(self.random.choice(parents))
        self.random.shuffle(parents)
        return parents[: MOST_PARENTS + 1]

    def across(self):
        """Two commits merged both ways, so that what follows has both for
        merge bases."""
        parents = self.random.sample(range(max(0, len(self.commits) - 7), len(self.commits)), 2)
        if self.chance(0.5):
            parents = [self.plain(parents[0]), self.plain(parents[0])]
        tips = []
        for order in (parents, parents[::-1]):
            tips.append(self.merge(order, is_honest=self.chance(0.8)))
            if self.chance(0.7):
                tips[-1] = self.plain(tips[-1])
        if self.chance(0.3):
            tips.append(self.any_commit())
        self.merge(tips)

    def merge(self, parents, is_honest=None):
        files, note = self.honest(parents), "honest"
        if is_honest is None:
            is_honest = self.chance(0.45)
        if not is_honest:
            note = self.spoil(files, parents)
        author = NOBODY if self.chance(0.6) else self.random.choice(AUTHORS)
        return self.add(parents, files, author, note).number

    def honest(self, parents):
        """What merging gives, and anything where that is unknown."""
        files, paths = {}, {}
        for parent in parents:
            paths |= self.commits[parent].files
        for path in sorted(paths):
            given = self.model.given(parents, path)
            self.put(files, path, self.random.choice(given or self.guesses(parents, path)))
        return files

    def guesses(self, parents, path):
        """What a merge may come to that does not follow the rules."""
        versions = [self.commits[parent].version(path) for parent in parents]
        if len(set(parents)) > 1 and self.chance(0.7):
            bases = [self.random.choice(self.commits).version(path), ABSENT]
            sides = self.random.sample(parents, 2)
            bases += [
                self.commits[base].version(path) for base in self.model.merge_bases(*sorted(sides))
            ]
            sides = [self.commits[side].version(path) or (FILE, b"") for side in sides]
            base = self.random.choice(bases) or (FILE, b"")
            joined = self.model.merge_contents(path, base[1], sides[0][1], sides[1][1])
            versions = [(self.random.choice(sides)[0], text) for text in joined] or versions
        return versions

    def spoil(self, files, parents):
        """Change what comes of a merge; the words tell how."""
        kind = self.random.choice(("parent", "ancestor", "paths", "paths", "paths"))
        if kind == "parent":
            number = self.random.choice(parents)
        elif kind == "ancestor":
            number = self.random.choice(sorted(self.model.ancestors_of(parents[0])))
        if kind != "paths":
            files.clear()
            files.update(self.commits[number].files)
            return f"all as in {number}"
        notes = []
        for _ in range(self.random.choice((1, 1, 2, 3))):
            path = self.random.choice(self.focus)
            kind = self.random.random()
            if kind < 0.4:
                self.older(files, path)
                notes.append(f"older {path}")
            elif kind < 0.7:
                self.put(files, path, self.random.choice(self.guesses(parents, path)))
                notes.append(f"guess {path}")
            else:
                notes.append(self.change(files, path))
        return ", ".join(notes)


def name_of(kind, body):
    """The id of an object."""
    return hashlib.sha1(f"{kind} {len(body)}\0".encode() + body).hexdigest()


class Store:
    """The objects of a history in a bare repository."""

    def __init__(self, folder, prefix):
        self.objects, self.prefix = folder / "objects", prefix

    def write(self, kind, body):
        name = name_of(kind, body)
        file = self.objects / name[:2] / name[2:]
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(zlib.compress(f"{kind} {len(body)}\0".encode() + body, 1))
        return name

    def write_tree(self, entries):
        """Of {path: (mode, contents)}, each folder before the one it is in."""
        names, folders = {}, {}
        for path, version in entries.items():
            head, _, rest = path.partition("/")
            if rest:
                folders.setdefault(head, {})[rest] = version
            else:
                names[head] = (version[0], self.write("blob", version[1]))
        for head, inside in folders.items():
            assert head not in names, f"{head} is a file and a folder"
            names[head] = ("40000", self.write_tree(inside))
        order = sorted(names, key=lambda n: n + "/" * (names[n][0] == "40000"))
        body = b"".join(
            f"{names[n][0]} {n}\0".encode() + bytes.fromhex(names[n][1]) for n in order
        )
        return self.write("tree", body)

    def read_tree(self, name, above=""):
        """Each file below, as its path, and its mode and id."""
        file = self.objects / name[:2] / name[2:]
        body = zlib.decompress(file.read_bytes()).partition(b"\0")[2]
        while body:
            about, _, body = body.partition(b"\0")
            mode, path = about.decode().split(" ")
            if mode == "40000":
                yield from self.read_tree(body[:20].hex(), f"{above}{path}/")
            else:
                yield above + path, (mode, body[:20].hex())
            body = body[20:]

    def write_commit(self, commit, commits):
        tree = self.write_tree({self.prefix + path: v for path, v in commit.files.items()})
        parents = "".join(f"parent {commits[number].id}\n" for number in commit.parents)
        name = commit.author.partition("@")[2].partition(".")[0]
        who = f"{name} <{commit.author}> {commit.date} +0000"
        text = f"tree {tree}\n{parents}author {who}\ncommitter {who}\n\n"
        text += f"{commit.number}: {commit.note}\n"
        commit.id = self.write("commit", text.encode())


assert UNKNOWN not in (FILE, PROGRAM, LINK)
