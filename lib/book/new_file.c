#include "book/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether an open file has these bytes; -1: errno. */
static int
has_bytes(int fd, struct str bytes)
{
	char part[65536];
	size_t at = 0;
	ssize_t got;

	while ((got = read(fd, part, sizeof(part))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if ((size_t)got > bytes.size - at ||
		    memcmp(part, bytes.data + at, (size_t)got) != 0)
			return 0;
		at += (size_t)got;
	}
	return at == bytes.size;
}

enum new_file
new_file_look(const char *path, struct str bytes)
{
	struct stat status;
	int fd, rc;

	if (lstat(path, &status) != 0)
		return errno == ENOENT ? NEW_FILE_MADE : NEW_FILE_FAULT;
	if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
		return NEW_FILE_OTHER;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? NEW_FILE_OTHER : NEW_FILE_FAULT;
	rc = has_bytes(fd, bytes);
	close(fd);
	if (rc < 0)
		return NEW_FILE_FAULT;
	return rc > 0 ? NEW_FILE_SAME : NEW_FILE_OTHER;
}

static int
write_all(int fd, struct str bytes)
{
	while (bytes.size > 0) {
		ssize_t put = write(fd, bytes.data, bytes.size);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0)
			bytes = str_from_byte(bytes, (size_t)put);
	}
	return 0;
}

/* What the user's umask leaves of a mode. */
static mode_t
masked(unsigned mode)
{
	mode_t mask = umask(0);

	umask(mask);
	return mode & ~mask;
}

/*
 * Written beside it and linked into place, which fails where a file has come
 * meanwhile. Where there are no links it is moved there, if nothing is there.
 */
static int
publish(const char *draft, const char *path)
{
	struct stat status;

	if (link(draft, path) == 0)
		return unlink(draft);
	if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS)
		return -1;
	if (lstat(path, &status) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(draft, path);
}

enum new_file
new_file_make(const char *path, struct str bytes, unsigned mode)
{
	enum new_file found = new_file_look(path, bytes);
	struct buffer draft = { 0 };
	int fd, error = 0;

	if (found != NEW_FILE_MADE)
		return found;
	buffer_format(&draft, "%s.XXXXXX", path);
	buffer_add_byte(&draft, '\0');
	fd = mkostemp(draft.data, O_CLOEXEC);
	if (fd < 0) {
		error = errno;
	} else {
		if (write_all(fd, bytes) != 0 ||
		    fchmod(fd, masked(mode)) != 0 || fsync(fd) != 0)
			error = errno;
		if (close(fd) != 0 && error == 0)
			error = errno;
		if (error == 0 && publish(draft.data, path) != 0)
			error = errno;
		if (error != 0)
			unlink(draft.data);
	}
	buffer_free(&draft);
	errno = error;
	if (error == EEXIST)
		return NEW_FILE_OTHER;
	return error == 0 ? NEW_FILE_MADE : NEW_FILE_FAULT;
}

/* One folder, there or made. */
static int
make_one(const char *path, bool may_be_link)
{
	struct stat status;
	int rc;

	if (mkdir(path, 0777) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	rc = may_be_link ? stat(path, &status) : lstat(path, &status);
	if (rc == 0 && !S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		rc = -1;
	}
	return rc;
}

int
new_folder(const char *path, size_t top)
{
	struct buffer part = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0; i++) {
		bool at_end = path[i] == '\0';

		if ((at_end || path[i] == '/') && i > 0) {
			struct stat status;

			buffer_clear(&part);
			buffer_add(&part, (struct str){ path, i });
			buffer_add_byte(&part, '\0');
			/* A folder above may be there and not be ours. */
			if (i > top || stat(part.data, &status) != 0 || at_end)
				rc = make_one(part.data, i <= top);
		}
		if (at_end)
			break;
	}
	buffer_free(&part);
	return rc;
}
