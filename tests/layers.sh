#!/bin/sh
# layers.sh [FOLDER]: whether the sources below FOLDER, the repository unless it
# is named, keep to the layers of the library. Refused are an include without
# its folder, of a layer above or beside, of another project's library where
# that does not belong, or brought along by a header, or of the inside of another
# folder's module; modules that include one another in a circle; and a function
# in a header that is not named after it.
# What is refused is printed as `FILE:LINE: error: what is wrong; what to do`.
#
# Exit status: 0 nothing was refused, 1 something was.
set -eu

# The layers, the lowest first, each with what it may include besides itself and
# those above it in this list: folders on one line are siblings.
layers() {
	cat <<'END'
layer base
layer number time
layer format git
layer book
layer scheme
layer ranking
layer score
layer analysis
layer view
layer close
layer cli
layer cmd
END
}

# Libraries of others, and the one folder that knows them.
libraries() {
	cat <<'END'
library git2 git
library gmp number
library mpfr number
library nettle git
library utf8proc base
END
}

# Folders that still hold types of a library which headers of its folder bring
# along. One that is off this list stays off it.
brought() {
	cat <<'END'
brought git2 book score analysis view close cli cmd
END
}

# Names in a header that do not begin as its module, in the singular or in the
# plural: families of functions over a type of the header's.
families() {
	cat <<'END'
family analysis/explain explanation_ pool_role_ rule_role_
family base/diag finding_ place_ severity_
family base/str buffer_
family book/book unit_
family book/data_rows data_
family book/new_file new_folder
family git/commit_graph commit_queue_
family scheme/bind node_ schemes_
family scheme/scheme methods_
family score/facts instant_
family time/calendar date_
family score/item_score score_
family score/score_text score_ state_
family view/explain_text explain_
family view/gap_table bonus_ gap_
family view/score_table score_
END
}

cd "${1:-$(dirname "$0")/..}"
sources=$(find lib cmd -name '*.[ch]' | LC_ALL=C sort)
modules() {
	echo "$sources" | sed -n 's,^lib/\(.*\)\.c$,module \1,p'
}
# Paths of sources hold no blank.
# shellcheck disable=SC2086
{ layers && libraries && brought && families && modules; } | LC_ALL=C awk '
# Of "lib/base/str.h" or "base/str.h".
function folder_of(path) {
	sub(/^lib\//, "", path)
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : ""
}

# A header without a source is part of the module that its name begins with,
# and so is what shares the inside of a module, NAME_internal.h, and its name.
function module_of(path,   module) {
	sub(/^lib\//, "", path)
	sub(/\.[ch]$/, "", path)
	module = path
	while (!(module in has_source) && sub(/_[^_\/]*$/, "", module))
		;
	if (!(module in has_source))
		return path
	return module in whole ? whole[module] : module
}

function refuse(file, line, what) {
	print file ":" line ": error: " what
	refused++
}

# <git2/sys/errors.h>: git2.
function library_of(header) {
	sub(/[.\/].*/, "", header)
	return header
}

function note_system(file, line, header,   library) {
	library = library_of(header)
	if (!(library in owner))
		return
	brings[file, library] = 1
	if (folder_of(file) != owner[library])
		refuse(file, line, "<" header "> belongs to lib/" \
			owner[library] " alone; ask a module of that folder")
}

function note_own(file, line, header,   from, to, module, name) {
	from = folder_of(file)
	to = folder_of(header)
	module = header
	name = file
	sub(/^lib\//, "", name)
	if (sub(/_internal\.h$/, "", module)) {
		sub(/\.[ch]$/, "", name)
		if (index(name, module "_") == 1)
			whole[name] = module
		if (from != to)
			refuse(file, line, "\"" header "\" is the inside of " \
				module "; include \"" module ".h\"")
	}
	includes[file] = includes[file] " lib/" header
	line_of[file, "lib/" header] = line
	if (to == "")
		refuse(file, line, "\"" header "\" is named without its " \
			"folder; write \"FOLDER/" header "\"")
	else if (!(to in rank))
		refuse(file, line, "\"" to "\" is no layer; write the folder " \
			"of lib in which \"" header "\" lies")
	else if (from in rank && rank[to] > rank[from])
		refuse(file, line, "\"" header "\" lies above " from \
			"; move what is needed down, or what needs it up")
	else if (from in rank && rank[to] == rank[from] && to != from)
		refuse(file, line, "\"" header "\" lies beside " from \
			"; move what both need down")
}

# Whether a name begins as another, be it in the singular or in the plural.
function begins(name, base) {
	sub(/s$/, "", base)
	return name == base || name == base "s" ||
		index(name, base "_") == 1 || index(name, base "s_") == 1
}

# A declaration or definition at the outermost level, blanks made one.
function note_declaration(text,   name, before) {
	gsub(/[ \t]+/, " ", text)
	sub(/__attribute__.*/, "", text)
	if (text ~ /^ ?typedef / || !match(text, /[A-Za-z_0-9]+ ?\(/))
		return
	before = substr(text, 1, RSTART - 1)
	name = substr(text, RSTART, RLENGTH)
	sub(/ ?\($/, "", name)
	if (before !~ /[A-Za-z_0-9]/)
		return
	declared[++declared_count] = name
	declared_in[declared_count] = FILENAME
	declared_at[declared_count] = FNR
}

function check_name(name, file, line,   base, own, count, allowed, i) {
	base = module_of(file)
	count = split(family[base], allowed, " ")
	for (i = 1; i <= count; i++)
		if (index(name, allowed[i]) == 1)
			return
	own = file
	sub(/\.h$/, "", own)
	sub(/.*\//, "", own)
	sub(/.*\//, "", base)
	if (!begins(name, base) && !begins(name, own))
		refuse(file, line, "\"" name "\" is not named after its " \
			"file; call it " own "_..., or add a family in " \
			"tests/layers.sh")
}

# Feeds what stands outside of braces to note_declaration().
function note_text(line,   i, character) {
	gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
	gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", line)
	if (in_comment) {
		if (!sub(/^.*\*\//, "", line))
			return
		in_comment = 0
	}
	in_comment = sub(/\/\*.*/, "", line)
	for (i = 1; i <= length(line); i++) {
		character = substr(line, i, 1)
		if (character == "}")
			depth--
		else if (depth == 0 && character ~ /[{;]/) {
			note_declaration(text)
			text = ""
		} else if (depth == 0)
			text = text character
		depth += character == "{"
	}
	text = text " "
}

# Whether a header, or what it includes, includes a library of others.
function reaches(header, library,   i, count, list) {
	if ((header, library) in brings)
		return brings[header, library]
	brings[header, library] = 0
	count = split(includes[header], list, " ")
	for (i = 1; i <= count; i++)
		if (reaches(list[i], library))
			brings[header, library] = 1
	return brings[header, library]
}

function check_brought(file,   i, count, list, library) {
	count = split(includes[file], list, " ")
	for (library in owner)
		for (i = 1; i <= count; i++)
			if (folder_of(file) != owner[library] &&
			    folder_of(list[i]) == owner[library] &&
			    !((library, folder_of(file)) in still) &&
			    reaches(list[i], library))
				refuse(file, line_of[file, list[i]],
					"\"" substr(list[i], 5) "\" brings <" \
					library "> along, which belongs to lib/" \
					owner[library] "; include a header " \
					"without it")
}

# Goes along the modules that one includes; `way` is how it came there.
function find_circle(module, way,   i, j, count, list, parts, file, next_one) {
	visited[module] = 1
	split("h c", parts, " ")
	for (i = 1; i <= 2; i++) {
		file = "lib/" module "." parts[i]
		count = split(includes[file], list, " ")
		for (j = 1; j <= count; j++) {
			next_one = module_of(list[j])
			if (next_one == module)
				continue
			if (index(way, " " next_one " ")) {
				refuse(file, line_of[file, list[j]], "\"" \
					substr(list[j], 5) "\" closes a " \
					"circle: " circle(way, next_one) \
					"; one of them must do without")
				continue
			}
			if (!(next_one in visited))
				find_circle(next_one, way next_one " ")
		}
	}
}

function circle(way, first) {
	way = substr(way, index(way, " " first " ") + 1) first
	gsub(/ /, " > ", way)
	return way
}

$1 == "layer" && FILENAME !~ /^(lib|cmd)\// {
	height++
	for (i = 2; i <= NF; i++)
		rank[$i] = height
	next
}
$1 == "library" && FILENAME !~ /^(lib|cmd)\// {
	owner[$2] = $3
	next
}
$1 == "brought" && FILENAME !~ /^(lib|cmd)\// {
	for (i = 3; i <= NF; i++)
		still[$2, $i] = 1
	next
}
$1 == "family" && FILENAME !~ /^(lib|cmd)\// {
	for (i = 3; i <= NF; i++)
		family[$2] = family[$2] " " $i
	next
}
$1 == "module" && FILENAME !~ /^(lib|cmd)\// {
	has_source[$2] = 1
	next
}
FNR == 1 {
	files[++file_count] = FILENAME
	text = ""
	depth = in_comment = in_macro = 0
}
/^#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	note_own(FILENAME, FNR, quoted[2])
	next
}
/^#[ \t]*include[ \t]*</ {
	split($0, quoted, /[<>]/)
	note_system(FILENAME, FNR, quoted[2])
	next
}
in_macro || /^#/ {
	in_macro = /\\$/
	next
}
FILENAME ~ /\.h$/ {
	note_text($0)
}
END {
	for (i = 1; i <= declared_count; i++)
		check_name(declared[i], declared_in[i], declared_at[i])
	for (i = 1; i <= file_count; i++)
		check_brought(files[i])
	for (i = 1; i <= file_count; i++)
		if (files[i] ~ /^lib\// && !(module_of(files[i]) in visited))
			find_circle(module_of(files[i]),
				" " module_of(files[i]) " ")
	if (refused > 0)
		exit 1
	print file_count " files in " height " layers: nothing goes up"
}' - $sources
