#include "git/loose_object.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2/sys/odb_backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "git/libgit2_error.h"

enum {
	WINDOW = 32768,	 /* how far back a copy may reach */
	CODE_BITS = 15,	 /* of the longest code */
	SYMBOLS = 288,	 /* of the largest alphabet */
	DISTANCES = 30,	 /* of the alphabet of distances */
	HEAD_SIZE = 32,	 /* of the longest header, such as "commit 123\0" */
	HEADER_LOOK = 64 /* libgit2 inflates as much to read a header */
};

/* Inflates to nowhere: what counts is whether it can be done, and how much. */
struct inflater {
	struct str in;
	size_t at; /* the next byte of it */
	uint32_t bits;
	unsigned bit_count;
	unsigned char window[WINDOW];
	char head[HEAD_SIZE];
	uint64_t out, enough; /* bytes that came out, that suffice */
	bool failed;
};

/* A Huffman code as RFC 1951, 3.2.2 has it: codes of a length in a row. */
struct code {
	uint16_t counts[CODE_BITS + 1]; /* of codes of each length */
	uint16_t symbols[SYMBOLS];	/* in the order of their codes */
};

static uint32_t
take_bits(struct inflater *inflater, unsigned count)
{
	uint32_t bits;

	while (inflater->bit_count < count) {
		if (inflater->at == inflater->in.size) {
			inflater->failed = true;
			return 0;
		}
		bits = (unsigned char)inflater->in.data[inflater->at++];
		inflater->bits |= bits << inflater->bit_count;
		inflater->bit_count += 8;
	}
	bits = inflater->bits & ((UINT32_C(1) << count) - 1);
	inflater->bits >>= count;
	inflater->bit_count -= count;
	return bits;
}

static void
put(struct inflater *inflater, unsigned char byte)
{
	if (inflater->out < HEAD_SIZE)
		inflater->head[inflater->out] = (char)byte;
	inflater->window[inflater->out++ % WINDOW] = byte;
}

static bool
is_over(const struct inflater *inflater)
{
	return inflater->failed || inflater->out >= inflater->enough;
}

static void
code_make(struct code *code, const uint8_t *lengths, size_t count)
{
	uint16_t next[CODE_BITS + 2] = { 0 };

	*code = (struct code){ 0 };
	for (size_t i = 0; i < count; i++)
		code->counts[lengths[i]]++;
	code->counts[0] = 0;
	for (size_t i = 1; i <= CODE_BITS; i++)
		next[i + 1] = next[i] + code->counts[i];
	for (size_t i = 0; i < count; i++)
		if (lengths[i] > 0)
			code->symbols[next[lengths[i]]++] = (uint16_t)i;
}

static unsigned
take_symbol(struct inflater *inflater, const struct code *code)
{
	/* The code so far, less the first code of its length. */
	uint32_t offset = 0, index = 0;

	for (size_t i = 1; i <= CODE_BITS && !inflater->failed; i++) {
		offset |= take_bits(inflater, 1);
		if (offset < code->counts[i])
			return code->symbols[index + offset];
		index += code->counts[i];
		offset = (offset - code->counts[i]) << 1;
	}
	inflater->failed = true;
	return 0;
}

static void
inflate_stored(struct inflater *inflater)
{
	uint32_t size, inverted;

	/* It begins at a whole byte. */
	take_bits(inflater, inflater->bit_count % 8);
	size = take_bits(inflater, 16);
	inverted = take_bits(inflater, 16);
	inflater->failed |= (size ^ inverted) != 0xffff;
	for (; size > 0 && !is_over(inflater); size--)
		put(inflater, (unsigned char)take_bits(inflater, 8));
}

/* A length or a distance: its least value, then bits to add. */
struct span {
	uint16_t least;
	uint8_t bits;
};

/* clang-format off */
/* RFC 1951, 3.2.5. */
static const struct span lengths_of[] = {
	{ 3, 0 }, { 4, 0 }, { 5, 0 }, { 6, 0 }, { 7, 0 }, { 8, 0 }, { 9, 0 },
	{ 10, 0 }, { 11, 1 }, { 13, 1 }, { 15, 1 }, { 17, 1 }, { 19, 2 },
	{ 23, 2 }, { 27, 2 }, { 31, 2 }, { 35, 3 }, { 43, 3 }, { 51, 3 },
	{ 59, 3 }, { 67, 4 }, { 83, 4 }, { 99, 4 }, { 115, 4 }, { 131, 5 },
	{ 163, 5 }, { 195, 5 }, { 227, 5 }, { 258, 0 },
};
static const struct span distances_of[] = {
	{ 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 }, { 5, 1 }, { 7, 1 }, { 9, 2 },
	{ 13, 2 }, { 17, 3 }, { 25, 3 }, { 33, 4 }, { 49, 4 }, { 65, 5 },
	{ 97, 5 }, { 129, 6 }, { 193, 6 }, { 257, 7 }, { 385, 7 }, { 513, 8 },
	{ 769, 8 }, { 1025, 9 }, { 1537, 9 }, { 2049, 10 }, { 3073, 10 },
	{ 4097, 11 }, { 6145, 11 }, { 8193, 12 }, { 12289, 12 }, { 16385, 13 },
	{ 24577, 13 },
};
/* clang-format on */

static uint32_t
take_span(struct inflater *inflater, const struct span *spans, size_t count,
    size_t symbol)
{
	if (symbol >= count) {
		inflater->failed = true;
		return 0;
	}
	return spans[symbol].least + take_bits(inflater, spans[symbol].bits);
}

static void
copy(struct inflater *inflater, uint32_t length, uint32_t distance)
{
	inflater->failed |= distance == 0 || distance > inflater->out;
	for (; length > 0 && !inflater->failed; length--)
		put(inflater,
		    inflater->window[(inflater->out - distance) % WINDOW]);
}

static void
inflate_coded(struct inflater *inflater, const struct code *literals,
    const struct code *distances)
{
	enum { END = 256 };

	while (!is_over(inflater)) {
		unsigned symbol = take_symbol(inflater, literals);
		uint32_t length;

		if (inflater->failed || symbol == END)
			return;
		if (symbol < END) {
			put(inflater, (unsigned char)symbol);
			continue;
		}
		length = take_span(inflater, lengths_of, LENGTH(lengths_of),
		    symbol - END - 1);
		copy(inflater, length,
		    take_span(inflater, distances_of, LENGTH(distances_of),
			take_symbol(inflater, distances)));
	}
}

static void
inflate_fixed(struct inflater *inflater)
{
	uint8_t lengths[SYMBOLS];
	struct code literals, distances;

	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	code_make(&literals, lengths, SYMBOLS);
	memset(lengths, 5, DISTANCES);
	code_make(&distances, lengths, DISTANCES);
	inflate_coded(inflater, &literals, &distances);
}

/* Lengths of codes, themselves coded, with runs: RFC 1951, 3.2.7. */
static void
take_lengths(struct inflater *inflater, const struct code *code,
    uint8_t *lengths, size_t count)
{
	for (size_t i = 0; i < count && !inflater->failed;) {
		unsigned symbol = take_symbol(inflater, code);
		uint8_t repeated = 0;
		size_t run = 1;

		if (symbol < 16) {
			repeated = (uint8_t)symbol;
		} else if (symbol == 16) {
			inflater->failed |= i == 0;
			repeated = i == 0 ? 0 : lengths[i - 1];
			run = 3 + take_bits(inflater, 2);
		} else if (symbol == 17) {
			run = 3 + take_bits(inflater, 3);
		} else {
			run = 11 + take_bits(inflater, 7);
		}
		inflater->failed |= run > count - i;
		for (; run > 0 && i < count; run--)
			lengths[i++] = repeated;
	}
}

static void
inflate_dynamic(struct inflater *inflater)
{
	static const uint8_t order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11,
		4, 12, 3, 13, 2, 14, 1, 15 };
	uint8_t lengths[SYMBOLS + 2 * DISTANCES] = { 0 };
	struct code literals, distances;
	size_t literal_count = 257 + take_bits(inflater, 5);
	size_t distance_count = 1 + take_bits(inflater, 5);
	size_t count = 4 + take_bits(inflater, 4);

	for (size_t i = 0; i < count; i++)
		lengths[order[i]] = (uint8_t)take_bits(inflater, 3);
	code_make(&literals, lengths, LENGTH(order));
	take_lengths(inflater, &literals, lengths,
	    literal_count + distance_count);
	inflater->failed |=
	    literal_count > SYMBOLS - 2 || distance_count > DISTANCES;
	if (inflater->failed)
		return;
	code_make(&literals, lengths, literal_count);
	code_make(&distances, lengths + literal_count, distance_count);
	inflate_coded(inflater, &literals, &distances);
}

/* All blocks and the checksum behind them, which libgit2 itself compares. */
static void
inflate_all(struct inflater *inflater)
{
	bool is_last = false;

	while (!is_last && !is_over(inflater)) {
		is_last = take_bits(inflater, 1) == 1;
		switch (take_bits(inflater, 2)) {
		case 0:
			inflate_stored(inflater);
			break;
		case 1:
			inflate_fixed(inflater);
			break;
		case 2:
			inflate_dynamic(inflater);
			break;
		default:
			inflater->failed = true;
		}
	}
	take_bits(inflater, inflater->bit_count % 8);
	if (!is_over(inflater))
		for (int i = 0; i < 4; i++)
			take_bits(inflater, 8);
}

/* The header's own size and the object's, from "blob 123\0". */
static bool
read_head(const struct inflater *inflater, uint64_t *whole)
{
	size_t size =
	    inflater->out < HEAD_SIZE ? (size_t)inflater->out : HEAD_SIZE;
	struct str head = { inflater->head, size }, kind;
	uint64_t declared = 0;
	size_t end;

	end = str_find(head, '\0');
	if (end == STR_NOWHERE || !str_cut(&head, ' ', &kind))
		return false;
	head = str_head(head, end - kind.size - 1);
	for (size_t i = 0; i < head.size; i++) {
		if (head.data[i] < '0' || head.data[i] > '9' ||
		    declared > UINT64_MAX / 16)
			return false;
		declared = declared * 10 + (uint64_t)(head.data[i] - '0');
	}
	*whole = end + 1 + declared;
	return head.size > 0;
}

bool
loose_object_is_sound(struct str bytes, bool header_only)
{
	struct inflater *inflater;
	uint64_t whole = 0;
	bool sound;
	unsigned first;

	if (bytes.size < 2)
		return false;
	/* Deflated, a window of at most 32 KiB, no dictionary: RFC 1950. */
	first = (unsigned char)bytes.data[0];
	if ((first & 0x8f) != 8 || (bytes.data[1] & 0x20) != 0 ||
	    (first * 256 + (unsigned char)bytes.data[1]) % 31 != 0)
		return false;
	inflater = memory_alloc(sizeof(*inflater));
	*inflater = (struct inflater){ .in = bytes,
		.at = 2,
		.enough = header_only ? HEADER_LOOK : UINT64_MAX };
	inflate_all(inflater);
	sound = !inflater->failed && read_head(inflater, &whole) &&
		(header_only || whole == inflater->out);
	free(inflater);
	return sound;
}

/*
 * Whole; false where there is no such file, or none that can be read. A pipe
 * without a writer is empty, rather than waited for.
 */
static bool
read_file(int folder, const char *path, struct buffer *bytes)
{
	int fd = openat(folder, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = 1;

	if (fd < 0)
		return false;
	while (got > 0 || (got < 0 && errno == EINTR)) {
		buffer_reserve(bytes, 4096);
		got = read(fd, bytes->data + bytes->size,
		    bytes->capacity - bytes->size);
		if (got > 0)
			bytes->size += (size_t)got;
	}
	close(fd);
	return got == 0;
}

struct guarded {
	git_odb_backend base; /* first: libgit2 knows no more */
	int folder;
};

/*
 * An error for an object that is damaged; all others, and those that are not
 * here or cannot be read, are left to libgit2.
 */
static int
refuse_damaged(const struct guarded *guard, const char *path, bool header_only)
{
	struct buffer bytes = { 0 };
	int rc = GIT_ENOTFOUND;

	if (read_file(guard->folder, path, &bytes) &&
	    !loose_object_is_sound(buffer_str(&bytes), header_only)) {
		buffer_clear(&bytes);
		buffer_format(&bytes, "loose object %s is damaged", path);
		buffer_add_byte(&bytes, '\0');
		git_error_set_str(GIT_ERROR_ODB, bytes.data);
		rc = GIT_ERROR;
	}
	buffer_free(&bytes);
	return rc;
}

static int
check_id(git_odb_backend *backend, const git_oid *id, bool header_only)
{
	char path[GIT_OID_HEXSZ + 2] = { 0 };

	/* "ab/cdef..." */
	git_oid_pathfmt(path, id);
	return refuse_damaged((const struct guarded *)backend, path,
	    header_only);
}

static int
guard_read(void **data, size_t *size, git_object_t *type,
    git_odb_backend *backend, const git_oid *id)
{
	(void)data, (void)size, (void)type;
	return check_id(backend, id, false);
}

static int
guard_read_header(size_t *size, git_object_t *type, git_odb_backend *backend,
    const git_oid *id)
{
	(void)size, (void)type;
	return check_id(backend, id, true);
}

/* Each object whose id begins so, since libgit2 may read any of them. */
static int
guard_read_prefix(git_oid *whole_id, void **data, size_t *size,
    git_object_t *type, git_odb_backend *backend, const git_oid *id,
    size_t length)
{
	const struct guarded *guard = (const struct guarded *)backend;
	char path[GIT_OID_HEXSZ + 2] = { 0 }, folder[3] = { 0 };
	const struct dirent *entry;
	int fd, rc = GIT_ENOTFOUND;
	DIR *stream;

	(void)whole_id, (void)data, (void)size, (void)type;
	git_oid_pathfmt(path, id);
	memcpy(folder, path, 2);
	fd = openat(guard->folder, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	stream = fd < 0 ? NULL : fdopendir(fd);
	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return GIT_ENOTFOUND;
	}
	while (rc == GIT_ENOTFOUND && (entry = readdir(stream)) != NULL) {
		if (strlen(entry->d_name) != GIT_OID_HEXSZ - 2 ||
		    strncmp(entry->d_name, path + 3, length - 2) != 0)
			continue;
		memcpy(path + 3, entry->d_name, GIT_OID_HEXSZ - 2);
		rc = refuse_damaged(guard, path, false);
	}
	closedir(stream);
	return rc;
}

static void
guard_free(git_odb_backend *backend)
{
	close(((struct guarded *)backend)->folder);
	free(backend);
}

static int
add_guard(git_odb *objects, int folder)
{
	/*
	 * Before libgit2's own for loose objects (1). As that for packs, which
	 * was there first, so that what is packed is not looked for here.
	 */
	enum { PRIORITY = 2 };
	struct guarded *guard = memory_alloc(sizeof(*guard));
	int rc;

	*guard = (struct guarded){ .folder = folder };
	rc = git_odb_init_backend(&guard->base, GIT_ODB_BACKEND_VERSION);
	guard->base.read = guard_read;
	guard->base.read_header = guard_read_header;
	guard->base.read_prefix = guard_read_prefix;
	guard->base.free = guard_free;
	if (rc == 0)
		rc = git_odb_add_backend(objects, &guard->base, PRIORITY);
	if (rc != 0)
		guard_free(&guard->base);
	return rc;
}

static int guard_folder(git_odb *objects, const char *folder, size_t depth);

/* The folders whose objects are borrowed, a line each. */
static int
guard_alternates(git_odb *objects, const char *folder, struct str list,
    size_t depth)
{
	struct buffer path = { 0 };
	struct str line;
	int rc = 0;

	while (rc == 0 && str_next_line(&list, &line)) {
		if (line.size == 0 || line.data[0] == '#')
			continue;
		buffer_clear(&path);
		if (line.data[0] != '/')
			buffer_format(&path, "%s/", folder);
		buffer_add(&path, line);
		buffer_add_byte(&path, '\0');
		rc = guard_folder(objects, path.data, depth);
		/* libgit2 passes over one that is not there; so do we. */
		if (rc == GIT_ENOTFOUND)
			rc = 0;
	}
	buffer_free(&path);
	return rc;
}

static int
guard_folder(git_odb *objects, const char *folder, size_t depth)
{
	enum { DEPTH_MAX = 5 }; /* libgit2's own bound */
	struct buffer alternates = { 0 };
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0) {
		git_error_set_str(GIT_ERROR_OS, strerror(errno));
		return GIT_ENOTFOUND;
	}
	if (depth < DEPTH_MAX && read_file(fd, "info/alternates", &alternates))
		rc = guard_alternates(objects, folder, buffer_str(&alternates),
		    depth + 1);
	if (rc == 0)
		rc = add_guard(objects, fd);
	else
		close(fd);
	buffer_free(&alternates);
	return rc;
}

int
loose_object_guard(git_odb *objects, const char *folder)
{
	int rc = guard_folder(objects, folder, 0);

	return rc == GIT_ENOTFOUND ? GIT_ERROR : rc;
}
