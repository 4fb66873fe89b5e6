#include "git/digest.h"

#include <nettle/sha2.h>

const char *
digest_sha256(struct str bytes, char out[DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, bytes.size, (const uint8_t *)bytes.data);
	sha256_digest(&context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[DIGEST_SIZE - 1] = '\0';
	return out;
}

bool
digest_is(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		if ((byte < '0' || byte > '9') && (byte < 'a' || byte > 'f'))
			return false;
	}
	return text.size == DIGEST_SIZE - 1;
}
